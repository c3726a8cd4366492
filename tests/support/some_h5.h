/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file with some of everything that the HDF5 layer can write.
 */
#pragma once

#include "data/hdf5/h5.h"

gg_status write_some(const char *path, gg_error *err);
