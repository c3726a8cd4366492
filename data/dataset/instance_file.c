/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/instance_file.h"

#include "data/dataset/instance_h5.h"
#include "data/hdf5/h5.h"

gg_status gg_instance_read(const char *path, gg_instance **out, gg_warning_fn warn, void *context,
                           gg_error *err) {
    if (gg_h5_recognises(path))
        return gg_instance_read_h5(path, out, warn, context, err);
    return gg_instance_read_json(path, out, warn, context, err);
}
