/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `ils`: iterated local search from goa within a time or iteration limit (one second when neither
 * is given).
 */
#include <math.h>

#include "models/base/timer.h"
#include "solvers/search/iterated_search.h"

static const gg_parameter parameters[] = {
    {"kick", "most users that a kick moves", 7, 2, 1000, true}};

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    double limit_s = options->time_limit_s;
    if (isinf(limit_s) && options->node_limit == INT64_MAX)
        limit_s = 1.0;
    const gg_iterations limits = {options->node_limit, gg_now_s() + limit_s, options->seed,
                                  options->run,
                                  (uint32_t)gg_parameter_value(&options->settings, parameters)};
    double objective_s;
    gg_status status =
        gg_iterate(in, options, limits, result->assignment, &objective_s, &result->nodes, err);
    const gg_stop_reason reason = gg_stopped_by(limits.deadline_s);
    result->stop_reason = in->n_servers == 0                     ? GG_STOP_DONE
                          : reason == GG_STOP_SIGNAL             ? GG_STOP_SIGNAL
                          : result->nodes >= options->node_limit ? GG_STOP_NODES
                                                                 : reason;
    return status;
}

const gg_solver gg_solver_ils = {.name = "ils",
                                 .summary = "iterated local search within a limit",
                                 .parameters = GG_PARAMETERS(parameters),
                                 .solve = solve};
