/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files that read plans share: the YAML as it stands in the file (keys and texts, nothing
 * interpreted yet), complaints that say where in it something is wrong, and strict values.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiments/planning/plan.h"
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
    char *set;
    char *accuracy_of;
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
    gg_plan_list gains;
    gg_plan_list positions;
    gg_plan_list instances;
    char *gains_file; /* of a plan that names one without brackets */
    char *positions_file;
    char *instances_file;
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
    unsigned alone; /* which of the lists of files are texts: a bit each */
} gg_plan_yaml;

/* Loads the keys of `size` bytes of YAML; `path` names them in messages. Release with
 * gg_plan_yaml_free. Errors: GG_E_INPUT (file, line, key, reason), GG_E_NOMEM. */
gg_status gg_plan_yaml_load(const char *text, size_t size, const char *path, gg_plan_yaml **out,
                            gg_error *err);
/* Accepts NULL. */
void gg_plan_yaml_free(gg_plan_yaml *yaml);

typedef struct gg__plan_source {
    const char *path;
    const char *text;
    size_t size;
    size_t first_line; /* keys are looked for from here on */
    gg_error *err;
} gg__plan_source;

/* A text that is none of the words, which commas separate. Errors: GG_E_INPUT, always. */
gg_status gg__plan_none_of(const gg__plan_source *from, const char *key, const char *text,
                           const char *words);

/* Records "file:line: key: reason" and returns `status`. */
gg_status gg__plan_complain(const gg__plan_source *from, const char *key, gg_status status,
                            const char *reason);
gg_status gg__plan_no_memory(const gg__plan_source *from);

/* Digests the bytes of a site's file: what is measured anew is another network. Errors: GG_E_IO. */
gg_status gg__plan_digest_site(const gg_plan *plan, gg_plan_site *site, gg_error *err);

/* Refuses a list in which a text stands twice. */
gg_status gg__plan_refuse_twice(const gg__plan_source *from, const char *key,
                                const gg_plan_list *list);

/* The value of a key; *out stays as it is when `text` is NULL (the key is absent). Errors:
 * GG_E_INPUT, GG_E_NOMEM. */
gg_status gg__plan_text(const gg__plan_source *from, const char *text, char **out);
gg_status gg__plan_number(const gg__plan_source *from, const char *key, const char *text,
                          double minimum, double *out);
gg_status gg__plan_integer(const gg__plan_source *from, const char *key, const char *text,
                           int64_t minimum, int64_t maximum, int64_t *out);
gg_status gg__plan_flag(const gg__plan_source *from, const char *key, const char *text, bool *out);

/* The plan's strategies from `solvers` and `strategies`; plan->limits must be set. */
gg_status gg__plan_strategies(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan);

/* Looks a file up that a plan names: a relative one stands beside the plan, else it is taken as
 * seen from the current folder. Errors: GG_E_NOMEM. */
gg_status gg__plan_locate(const gg__plan_source *from, const char *file, char **out);

/* The plan's measured sites, unread, and their users and servers, 0 as yet. */
gg_status gg__plan_sites(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan);

/* Puts the instances of the files or lists that the plan names in the place of these, and the
 * list's values among the strategies. Errors: GG_E_IO, GG_E_INPUT (file, line, reason), GG_E_NOMEM.
 */
gg_status gg__plan_read_instances(gg_plan *plan, gg_error *err);
