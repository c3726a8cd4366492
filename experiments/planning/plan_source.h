/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files that read plans share: the text they read from, complaints that say where in it
 * something is wrong, and strict values.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiments/planning/plan.h"
#include "experiments/planning/plan_yaml.h"
#include "models/base/status.h"

typedef struct gg__plan_source {
    const char *path;
    const char *text;
    size_t size;
    size_t first_line; /* keys are looked for from here on */
} gg__plan_source;

/* Records "file:line: key: reason" and returns `status`. */
gg_status gg__plan_complain(const gg__plan_source *from, const char *key, gg_error *err,
                            gg_status status, const char *reason);
gg_status gg__plan_no_memory(const gg__plan_source *from, gg_error *err);

/* Refuses a list in which a text stands twice. */
gg_status gg__plan_refuse_twice(const gg__plan_source *from, const char *key,
                                const gg_plan_list *list, gg_error *err);

/* The value of a key; *out stays as it is when `text` is NULL (the key is absent). Errors:
 * GG_E_INPUT, GG_E_NOMEM. */
gg_status gg__plan_text(const gg__plan_source *from, const char *text, char **out, gg_error *err);
gg_status gg__plan_number(const gg__plan_source *from, const char *key, const char *text,
                          double minimum, double *out, gg_error *err);
gg_status gg__plan_integer(const gg__plan_source *from, const char *key, const char *text,
                           int64_t minimum, int64_t maximum, int64_t *out, gg_error *err);
gg_status gg__plan_flag(const gg__plan_source *from, const char *key, const char *text, bool *out,
                        gg_error *err);

/* The plan's strategies from `solvers` and `strategies`; plan->limits must be set. */
gg_status gg__plan_strategies(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan,
                              gg_error *err);
