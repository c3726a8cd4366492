/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The YAML of a plan as it stands in the file: keys and texts, nothing interpreted yet.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_PLAN_YAML_H
#define GOAGAP_EXPERIMENTS_BATCH_PLAN_YAML_H

#include <stddef.h>

#include "models/base/status.h"

/* A list of texts: an axis before it is expanded. */
typedef struct gg_plan_list {
    char **items;
    unsigned count;
} gg_plan_list;

typedef struct gg_plan_limits {
    char *time_s;
    char *nodes;
    char *gap;
} gg_plan_limits;

typedef struct gg_plan_outputs {
    char *assignments;
    char *units_per_part;
} gg_plan_outputs;

/* Every member may be NULL or empty when its key is absent. */
typedef struct gg_plan_yaml {
    char *name;
    gg_plan_list preset;
    gg_plan_list objective;
    gg_plan_list users;
    gg_plan_list servers;
    gg_plan_list tau;
    char *runs;
    char *seed;
    gg_plan_list solvers;
    char *dataset;
    char *uncertainty;
    char *rank_alpha;
    char *latency_scale;
    char *slm_median_latency_s;
    gg_plan_limits *limits;
    gg_plan_outputs *outputs;
} gg_plan_yaml;

/* Loads the keys of `size` bytes of YAML; `path` names them in messages. Release with
 * gg_plan_yaml_free. Errors: GG_E_INPUT (file, line, key, reason), GG_E_NOMEM. */
gg_status gg_plan_yaml_load(const char *text, size_t size, const char *path, gg_plan_yaml **out,
                            gg_error *err);
/* Accepts NULL. */
void gg_plan_yaml_free(gg_plan_yaml *yaml);

#endif
