/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The YAML of a plan as it stands in the file: keys and texts, nothing interpreted yet.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

/* A list of texts: an axis before it is expanded. */
typedef struct gg_plan_list {
    char **items;
    unsigned count;
} gg_plan_list;

typedef struct gg_limit_texts {
    char *time_s;
    char *nodes;
    char *gap;
    char *memory_mb;
} gg_limit_texts;

/* One item of `strategies`. */
typedef struct gg_strategy_texts {
    char *name;
    char *solver;
    char *external;
    char *weights;
    char *time_s;
    char *nodes;
    char *gap;
} gg_strategy_texts;

typedef struct gg_strategy_list {
    gg_strategy_texts *items;
    unsigned count;
} gg_strategy_list;

typedef struct gg_output_texts {
    char *assignments;
    char *units_per_part;
} gg_output_texts;

/* Every member may be NULL or empty when its key is absent. */
typedef struct gg_plan_yaml {
    char *name;
    gg_plan_list preset;
    gg_plan_list payload;
    gg_plan_list objective;
    gg_plan_list users;
    gg_plan_list servers;
    gg_plan_list tau;
    char *runs;
    char *seed;
    gg_plan_list solvers;
    gg_strategy_list strategies;
    char *dataset;
    char *uncertainty;
    char *rank_alpha;
    char *latency_scale;
    char *slm_median_latency_s;
    gg_limit_texts *limits;
    gg_output_texts *outputs;
} gg_plan_yaml;

/* Loads the keys of `size` bytes of YAML; `path` names them in messages. Release with
 * gg_plan_yaml_free. Errors: GG_E_INPUT (file, line, key, reason), GG_E_NOMEM. */
gg_status gg_plan_yaml_load(const char *text, size_t size, const char *path, gg_plan_yaml **out,
                            gg_error *err);
/* Accepts NULL. */
void gg_plan_yaml_free(gg_plan_yaml *yaml);
