/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Other programs' logits, log-probabilities and hidden states as a dataset.
 */
#pragma once

#include "data/import/sink/importer.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Every importer in the order of import_list.def. */
const gg_importer *const *gg_importers(size_t *count);

/* The importer of that name; NULL, with the known names, for any other. */
const gg_importer *gg_importer_find(const char *name, gg_error *err);

/* The importer whose format a file is. Errors: GG_E_IO, GG_E_INPUT (no importer knows it). */
gg_status gg_importer_recognise(const char *path, const gg_importer **out, gg_error *err);

/* Imports sources into the dataset `output`, which appears whole or not at all. `importer` NULL:
 * whatever the first source is. `hooks` and `counts` may be NULL. Errors: GG_E_USAGE, GG_E_INPUT,
 * GG_E_IO, GG_E_NOMEM. */
gg_status gg_import(const gg_importer *importer, const char *const *sources, size_t n_sources,
                    const char *output, const gg_import_options *options,
                    const gg_import_hooks *hooks, gg_import_counts *counts, gg_error *err);
GG_C_END
