/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NumPy's NPY header (versions 1 to 3), wherever it stands: a file, or a member of an NPZ archive.
 */
#pragma once

#include "data/files/array.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* NumPy refuses longer headers too. */
enum { GG_NPY_HEADER_MAX = 10000 + 12 };

/* Parses a header from the first `size` bytes of an array's bytes, of which there are `total`;
 * array->place is set by the caller. *data is where the elements begin. Refuses Python objects,
 * structured types, more than GG_ARRAY_MAX_RANK dimensions and any other size than the shape's.
 * Errors: GG_E_INPUT. */
gg_status gg_npy_parse(const unsigned char *bytes, size_t size, uint64_t total, gg_array *array,
                       size_t *data, gg_error *err);

/* Opens an .npy file. The caller closes *out. Errors: GG_E_IO, GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_npy_open(const char *path, gg_array **out, gg_error *err);

/* True when the bytes begin like an NPY file. */
bool gg_npy_recognises(const unsigned char *head, size_t size);
GG_C_END
