/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Uncertainties kept in a dataset: /uncertainty/<name>, one number a query, with where it comes
 * from as attributes.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* The one that is meant where none is named: how `goagap uncertainty` calls its default. */
#define GG_UNCERTAINTY_USUAL "slm_margin_first"

/* The attributes; empty text and NAN where a file has none. */
typedef struct gg_uncertainty_info {
    char method[64];
    double top_k;
    char aggregate[64];
    double temperature;
    char source[128]; /* what it was computed from: "slm/logits" */
    char created_by[128];
} gg_uncertainty_info;

/* Names of the stored uncertainties, sorted by bytes. The caller clears *names. Errors:
 * GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_uncertainty_list(gg_dataset *dataset, gg_strings *names, gg_error *err);

/* Reads n_queries values (NULL: none) and attributes (NULL: none). Values may be any numbers, NaN
 * excepted. Errors: GG_E_INPUT (absent, with the names there are; another length; NaN). */
gg_status gg_uncertainty_read(gg_dataset *dataset, const char *name, double *values,
                              gg_uncertainty_info *info, gg_error *err);

/* Adds an uncertainty of `count` values to a copy of the dataset file `source`, which then takes
 * the name `path` (NULL: `source` itself is replaced). Everything else in the file is kept. `force`
 * replaces an uncertainty of that name. Errors: GG_E_USAGE (the name is taken, or not legal),
 * GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_uncertainty_add(const char *source, const char *path, const char *name,
                             const gg_uncertainty_info *info, const double *values, size_t count,
                             bool force, gg_error *err);

/* Writes /uncertainty/<name> into an open output. Errors: GG_E_IO. */
gg_status gg_uncertainty_write(gg_h5 *h5, const char *name, const gg_uncertainty_info *info,
                               const double *values, size_t count, gg_error *err);
GG_C_END
