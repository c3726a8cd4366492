/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What NPY, NPZ, safetensors and HDF5 share: finding logits (or hidden states), offsets and tokens
 * among named arrays, and reading them in whatever order their axes have.
 */
#pragma once

#include "data/files/array_store.h"
#include "data/import/importer.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef gg_status (*gg_array_store_open_fn)(const char *path, gg_array_store **out, gg_error *err);

/* Reads all sources of a job, each opened by `open`. Errors: as gg_importer.run. */
gg_status gg_import_arrays(gg_import_job *job, gg_array_store_open_fn open, gg_error *err);
GG_C_END
