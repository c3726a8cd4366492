/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long a plan will take, from running a little of it here and now.
 */
#pragma once

#include "experiments/planning/experiment.h"

typedef struct gg_estimate {
    double processor_s; /* of the whole plan, on one processor like this */
    size_t sizes;       /* different sizes (preset, users, servers) of the plan */
    size_t measured;    /* of them: one network drawn and solved */
    double cut_s;       /* strategies were stopped after this */
    bool cut;           /* some were: the true time may be larger */
    size_t failed;      /* rows of the calibration that failed */
    size_t not_run;     /* rows of external commands, whose time is unknown and not counted */
} gg_estimate;

/* Solves one network of each size, the smallest first, until `budget_s` is used up; larger sizes
 * are extrapolated with (N M)^1.2 up to the time limits. External commands are not started: what
 * is asked for is an estimate, not their effects. Errors: those of gg_scenario_draw,
 * GG_E_NOMEM. */
gg_status gg_estimate_plan(const gg_experiment *experiment, double budget_s, gg_estimate *out,
                           gg_error *err);
