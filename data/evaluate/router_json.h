/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routers as files, in the `ucci-router` JSON format, version 1 (arXiv 2605.18796): a calibrator's
 * knots, and the threshold on the probability of a wrong answer above which a query is escalated.
 */
#pragma once

#include <stdbool.h>

#include "data/evaluate/isotonic.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_router {
    gg_isotonic calibrator; /* owned; at least one knot, y in [0, 1] */
    double theta;           /* escalate when the probability is above it */
    double c_small;         /* cost of a query the small model answers, > 0 */
    double c_large;         /* of an escalated one, > 0 */
    bool sequential;        /* the small model runs in any case: escalating costs both */
    double tau;             /* accuracy the threshold was chosen for; NAN when not known */
    double grid_step;       /* of the thresholds it was chosen from; NAN when not known */
} gg_router;

/* Reads and checks a router; unknown keys are ignored. The caller clears *router. Errors: GG_E_IO,
 * GG_E_INPUT (file, key, reason), GG_E_NOMEM. */
gg_status gg_router_read(const char *path, gg_router *router, gg_error *err);
/* The same from `size` bytes; `source` names them in messages. */
gg_status gg_router_parse(const char *text, size_t size, const char *source, gg_router *router,
                          gg_error *err);
void gg_router_clear(gg_router *router);

/* Writes a router, a key a line, numbers as short as they read back bit for bit; whole or not at
 * all. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_router_write(const gg_router *router, const char *path, gg_error *err);

/* Mean cost of a query when the share `escalated` is. */
double gg_router_cost(const gg_router *router, double escalated);
GG_C_END
