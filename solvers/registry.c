/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of strategies, and the one way to run any of them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/options.h"

#define GG_SOLVER(name) extern const gg_solver gg_solver_##name;
#include "solvers/list.def"
#undef GG_SOLVER

static const gg_solver *const solvers[] = {
#define GG_SOLVER(name) &gg_solver_##name,
#include "solvers/list.def"
#undef GG_SOLVER
};

enum { N_SOLVERS = sizeof solvers / sizeof *solvers };

const gg_solver *const *gg_solvers(size_t *count) {
    *count = N_SOLVERS;
    return solvers;
}

const gg_solver *gg_solver_find(const char *name, gg_error *err) {
    char known[256] = "";
    for (size_t s = 0; s < N_SOLVERS; s++) {
        if (strcmp(name, solvers[s]->name) == 0)
            return solvers[s];
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", s > 0 ? ", " : "", solvers[s]->name);
    }
    gg_fail(err, GG_E_USAGE, "unknown solver \"%s\"; known: %s", name, known);
    return NULL;
}

const char *gg_result_status_name(gg_result_status status) {
    static const char *const names[] = {"feasible", "optimal", "bounded", "infeasible", "failed"};
    return names[status];
}

const char *gg_stop_reason_name(gg_stop_reason reason) {
    static const char *const names[] = {"done", "time", "nodes", "memory", "signal"};
    return names[reason];
}

gg_solve_options gg_solve_options_init(void) {
    return (gg_solve_options){.objective = GG_WEIGHTED,
                              .goa_weights = GG_WEIGHTED,
                              .gap = 1e-4,
                              .time_limit_s = INFINITY,
                              .memory_limit_bytes = SIZE_MAX,
                              .node_limit = INT64_MAX,
                              .seed = 1};
}

void gg_result_clear(gg_result *result) {
    gg_free(result->assignment);
    gg_certificate_free(result->certificate);
    gg_free(result->multipliers);
    *result = (gg_result){0};
}

double gg_result_gap(const gg_result *result) {
    double f = result->metrics.objective_s;
    if (result->status == GG_INFEASIBLE || !result->has_lower_bound || isinf(f))
        return NAN;
    double distance = f - result->lower_bound_s;
    return distance <= 1e-12 ? 0.0 : distance / f;
}

/* A plan's decision becomes the result, a feasible one. */
static gg_status follow_plan(const gg_solver *solver, const gg_instance *instance,
                             const gg_solve_options *options, gg_result *result, gg_error *err) {
    gg_decision decision;
    GG_TRY(gg_decision_init(&decision, instance, err));
    gg_status status = solver->plan(&decision, options, err);
    if (status == GG_OK) {
        result->assignment = decision.server;
        decision.server = NULL;
    }
    gg_decision_clear(&decision);
    return status;
}

gg_status gg_decide(const gg_solver *solver, const gg_instance *instance,
                    const gg_solve_options *options, gg_result *result, gg_error *err) {
    *result = (gg_result){.solver = solver->name};
    if (solver->plan != NULL)
        return follow_plan(solver, instance, options, result, err);
    result->assignment = gg_alloc(instance->n_users, sizeof *result->assignment);
    GG_NEED(result->assignment, err, "out of memory for %zu users", instance->n_users);
    return solver->solve(instance, options, result, err);
}

static gg_status run(const gg_solver *solver, const gg_instance *instance,
                     const gg_solve_options *options, gg_result *result, gg_error *err) {
    GG_TRY(gg_solve_options_check(options, instance, err));
    if (gg_instance_infeasible(instance) && !solver->may_violate_tau) {
        result->status = GG_INFEASIBLE;
        return GG_OK;
    }
    double start_s = gg_now_s();
    GG_TRY(gg_decide(solver, instance, options, result, err));
    result->runtime_s = gg_now_s() - start_s;
    if (result->status == GG_INFEASIBLE) {
        gg_free(result->assignment);
        result->assignment = NULL;
        return GG_OK;
    }
    GG_TRY(gg_evaluate(instance, options->objective, result->assignment, &result->metrics, err));
    if (result->has_lower_bound)
        result->lower_bound_s = fmax(0.0, result->lower_bound_s);
    return GG_OK;
}

gg_status gg_solve(const gg_solver *solver, const gg_instance *instance,
                   const gg_solve_options *options, gg_result *result, gg_error *err) {
    *result = (gg_result){.solver = solver->name};
    gg_status status = run(solver, instance, options, result, err);
    if (status != GG_OK) {
        gg_error_prefix(err, solver->name);
        gg_result_clear(result);
    }
    return status;
}
