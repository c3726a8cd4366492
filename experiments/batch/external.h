/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strategies that are other people's programs: the instance on standard input, the decision on
 * standard output, a time limit, and no process left behind.
 */
#pragma once

#include "models/instance.h"
#include "solvers/solver.h"

/* Runs `command` by /bin/sh with the instance as JSON on its input and GOAGAP_OBJECTIVE (weighted
 * or uniform), GOAGAP_SEED and GOAGAP_RUN in its environment. It answers with a JSON array of
 * n_users integers (-1 or a server), or an object that has one as "assignment". After
 * options->time_limit_s the command and all it started are killed, as they are when this process
 * dies. The caller releases *assignment with gg_free. SIGPIPE must be ignored. Errors: GG_E_SOLVER
 * (no answer in time, an exit code other than 0, an answer that is no decision), GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_external_solve(const char *command, const gg_instance *instance,
                            const gg_solve_options *options, int32_t **assignment, gg_error *err);
