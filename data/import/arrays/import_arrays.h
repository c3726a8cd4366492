/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What NPY, NPZ, safetensors and HDF5 share: finding logits (or hidden states), offsets and tokens
 * among named arrays, and reading them in whatever order their axes have.
 */
#pragma once

#include "data/import/sink/importer.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Reads all sources of a job, each opened by its importer's `open`. A gg_importer.run. */
gg_status gg_import_arrays(gg_import_job *job, gg_error *err);

/* Pours the head (V x width) and its bias (V; NULL: none) of hidden states into the sink. Errors:
 * GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_head(gg_import_sink *sink, gg_array *head, gg_array *bias, size_t width,
                         gg_error *err);
GG_C_END
