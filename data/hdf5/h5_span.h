/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Elements of a dataset counted straight through, last index fastest, across rows and planes.
 */
#ifndef GOAGAP_DATA_HDF5_H5_SPAN_H
#define GOAGAP_DATA_HDF5_H5_SPAN_H

#include "data/hdf5/h5.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Elements first .. first + count - 1: floats as they are stored (shape.has_dtype), integers as
 * int64_t, or uint64_t where they are unsigned; in the machine's byte order. Errors: GG_E_INPUT. */
gg_status gg_h5_read_span(gg_h5_dataset *dataset, size_t first, size_t count, void *target,
                          gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
