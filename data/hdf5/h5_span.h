/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Elements of a dataset counted straight through, last index fastest, across rows and planes.
 */
#pragma once

#include "data/hdf5/h5.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Elements first .. first + count - 1: floats as they are stored (shape.has_dtype), integers as
 * int64_t, or uint64_t where they are unsigned; in the machine's byte order. Errors: GG_E_INPUT. */
gg_status gg_h5_read_span(gg_h5_dataset *dataset, size_t first, size_t count, void *target,
                          gg_error *err);
GG_C_END
