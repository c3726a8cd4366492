/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of strategies, and the one way to run any of them.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/timer.h"
#include "models/threads/together.h"
#include "solvers/solver.h"

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
    gg_suggest(err, name, known);
    return NULL;
}

const char *gg_result_status_name(gg_result_status status) {
    static const char *const names[] = {"feasible", "optimal", "bounded", "infeasible", "failed"};
    return names[status];
}

const char *gg_stop_reason_name(gg_stop_reason reason) {
    static const char *const names[] = {"done", "time", "nodes", "memory", "signal", "idle"};
    return names[reason];
}

gg_solve_options gg_solve_options_init(void) {
    return (gg_solve_options){.objective = GG_WEIGHTED,
                              .goa_weights = GG_WEIGHTED,
                              .gap = 1e-4,
                              .time_limit_s = INFINITY,
                              .memory_limit_bytes = SIZE_MAX,
                              .node_limit = INT64_MAX,
                              .threads = 1,
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

static gg_status decide(const gg_solver *solver, const gg_instance *instance,
                        const gg_solve_options *options, gg_result *result, gg_error *err) {
    *result = (gg_result){.solver = solver->name};
    if (solver->plan != NULL)
        return follow_plan(solver, instance, options, result, err);
    result->assignment = gg_alloc(instance->n_users, sizeof *result->assignment);
    GG_NEED(result->assignment, err, "out of memory for %zu users", instance->n_users);
    return solver->solve(instance, options, result, err);
}

/* Between a strategy and who asked for its progress. */
typedef struct telling {
    const gg_solve_options *asked;
    gg_stop_watch watch;
    gg_progress last; /* told again when nothing is new */
    double start_s;
} telling;

static gg_verdict pass_on(void *context, const gg_progress *progress) {
    telling *t = context;
    t->last = *progress;
    t->last.elapsed_s = gg_now_s() - t->start_s;
    const gg_progress now = t->last;
    if (t->watch.stopped)
        return GG_STOP;
    /* Who is asked may solve in turn, which is none of this solve's. */
    gg_stop_watch_end(&t->watch);
    t->watch.stopped = t->asked->progress(t->asked->progress_context, &now) == GG_STOP;
    gg_stop_watch_begin(&t->watch);
    return t->watch.stopped ? GG_STOP : GG_CONTINUE;
}

static bool ask(void *context) {
    const telling *t = context;
    return pass_on(context, &t->last) == GG_STOP;
}

gg_status gg_decide(const gg_solver *solver, const gg_instance *instance,
                    const gg_solve_options *options, gg_result *result, gg_error *err) {
    telling t = {.asked = options,
                 .watch = {.ask = ask, .context = &t},
                 .last = {INFINITY, -INFINITY, 0, 0.0},
                 .start_s = gg_now_s()};
    gg_solve_options told = *options;
    if (options->progress == NULL)
        return decide(solver, instance, options, result, err);
    told.progress = pass_on;
    told.progress_context = &t;
    gg_stop_watch_begin(&t.watch);
    gg_status status = decide(solver, instance, &told, result, err);
    gg_stop_watch_end(&t.watch);
    return status;
}

static gg_status check_random_users(const gg_solve_options *o, const gg_instance *in,
                                    gg_error *err) {
    const size_t count = o->random_users != NULL ? o->n_random_users : 0;
    if (count == 0)
        return GG_OK;
    if (in->n_servers == 0)
        return gg_fail(err, GG_E_USAGE,
                       "random_users: %zu users shall offload and there is no server", count);
    bool *listed = gg_alloc(in->n_users, sizeof *listed);
    GG_NEED(listed, err, "out of memory for %zu users", in->n_users);
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        const uint32_t user = o->random_users[k];
        if (user >= in->n_users || listed[user])
            status =
                user >= in->n_users
                    ? gg_fail(err, GG_E_USAGE, "random_users: user %" PRIu32 " is not below %zu",
                              user, in->n_users)
                    : gg_fail(err, GG_E_USAGE, "random_users: user %" PRIu32 " is listed twice",
                              user);
        else
            listed[user] = true;
    }
    gg_free(listed);
    return status;
}

static gg_status check_known(const gg_solve_options *o, const gg_instance *in, gg_error *err) {
    for (size_t i = 0; o->known != NULL && i < in->n_users; i++)
        if (o->known[i] != GG_LOCAL && (o->known[i] < 0 || (uint32_t)o->known[i] >= in->n_servers))
            return gg_fail(err, GG_E_USAGE, "known[%zu]: %" PRId32 " is no server, and not %d", i,
                           o->known[i], GG_LOCAL);
    for (size_t k = 0; o->known_multipliers != NULL && k < in->n_users + in->n_servers; k++)
        if (!isfinite(o->known_multipliers[k]))
            return gg_fail(err, GG_E_USAGE, "known_multipliers[%zu]: %g is not finite", k,
                           o->known_multipliers[k]);
    return GG_OK;
}

/* What may be asked of a strategy, checked before it is: names the field and the value that it may
 * not have for this instance. */
static gg_status check_options(const gg_solve_options *o, const gg_instance *in, gg_error *err) {
    if (!gg_objective_exists(o->objective))
        return gg_fail(err, GG_E_USAGE, "objective: %" PRId64 " is none", o->objective);
    if (!gg_objective_exists(o->goa_weights))
        return gg_fail(err, GG_E_USAGE, "goa_weights: %" PRId64 " is no objective", o->goa_weights);
    GG_TRY(gg_instance_check_objective(in, o->objective, err));
    GG_TRY(gg_instance_check_objective(in, o->goa_weights, err));
    if (!(o->gap >= 0.0 && isfinite(o->gap)))
        return gg_fail(err, GG_E_USAGE, "gap: %g is not a number >= 0", o->gap);
    if (!(o->time_limit_s >= 0.0))
        return gg_fail(err, GG_E_USAGE, "time_limit_s: %g is not a number >= 0", o->time_limit_s);
    if (o->node_limit < 0)
        return gg_fail(err, GG_E_USAGE, "node_limit: %" PRId64 " is not >= 0", o->node_limit);
    if (o->threads > GG_THREADS_MAX)
        return gg_fail(err, GG_E_USAGE, "threads: %zu are more than %d", o->threads,
                       GG_THREADS_MAX);
    GG_TRY(gg_settings_check(&o->settings, err));
    GG_TRY(check_random_users(o, in, err));
    return check_known(o, in, err);
}

/* Refuses an accuracy that cannot be asked for. */
static gg_status check_accuracy(const gg_solver *solver, const gg_instance *in, double least,
                                gg_error *err) {
    if (!(least >= 0.0 && least <= 1.0))
        return gg_fail(err, GG_E_USAGE, "least_accuracy: %g is not in [0, 1]", least);
    if (least > 0.0 && !solver->meets_accuracy)
        return gg_fail(err, GG_E_USAGE, "least_accuracy: cannot be held to one");
    if (least > 0.0 && (in->slm_p_correct == NULL || in->llm_p_correct == NULL))
        return gg_fail(err, GG_E_INPUT,
                       "%s: has no slm_p_correct and llm_p_correct, which an expected accuracy "
                       "needs",
                       in->name);
    return GG_OK;
}

static gg_status run(const gg_solver *solver, const gg_instance *instance,
                     const gg_solve_options *options, gg_result *result, gg_error *err) {
    GG_TRY(check_options(options, instance, err));
    GG_TRY(check_accuracy(solver, instance, options->least_accuracy, err));
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
    if (result->metrics.expected_accuracy < options->least_accuracy - GG_ACCURACY_SLACK)
        return gg_fail(err, GG_E_SOLVER, "expects %.17g right answers of 1, not %.17g",
                       result->metrics.expected_accuracy, options->least_accuracy);
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
