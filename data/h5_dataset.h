/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The open dataset, as h5_dataset.c makes it and h5_read.c reads it.
 */
#ifndef GOAGAP_DATA_H5_DATASET_H
#define GOAGAP_DATA_H5_DATASET_H

#include "data/h5_internal.h"

struct gg_h5_dataset {
    gg_h5 *h5;
    char *path;
    hid_t id;
    gg_h5_shape shape;
    bool is_variable; /* strings of variable length */
    uint64_t declared_bytes;
    uint64_t chunk_bytes;
    uint64_t row_of_chunks_bytes;
};

#endif
