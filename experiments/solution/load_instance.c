/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/load_instance.h"

#include "data/dataset/instance_file.h"
#include "experiments/output/say.h"

gg_status gg_load_instance(const char *command, const char *path, gg_instance **out,
                           gg_error *err) {
    return gg_instance_read(path, out, gg_say_warning, (void *)command, err);
}
