/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which HDF5 library this is.
 */
#include "data/hdf5/h5_internal.h"

const char *gg_h5_version(void) {
    return GG__H5_HEADERS;
}
