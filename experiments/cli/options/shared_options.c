/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/options/shared_options.h"

#include "data/dataset/schema.h"
#include "models/instance.h"

gg_status gg_parse_objective(char *text, void *member, gg_error *err) {
    return gg_objective_parse(text, member, err);
}

gg_status gg_parse_side(char *text, void *member, gg_error *err) {
    return gg_side_parse(text, member, err);
}
