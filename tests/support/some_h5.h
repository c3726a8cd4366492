/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file with some of everything that the HDF5 layer can write.
 */
#ifndef GOAGAP_TESTS_SUPPORT_SOME_H5_H
#define GOAGAP_TESTS_SUPPORT_SOME_H5_H

#include "data/hdf5/h5.h"

gg_status write_some(const char *path, gg_error *err);

#endif
