/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which HDF5 library this is.
 */
#include <hdf5.h>

#include "data/h5.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *gg_h5_version(void) {
    return TEXT(H5_VERS_MAJOR) "." TEXT(H5_VERS_MINOR) "." TEXT(H5_VERS_RELEASE);
}
