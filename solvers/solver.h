/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every strategy is: a named function from an instance and options to a result. The registry
 * runs it and has the judge evaluate what it decided.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/base/timer.h"
#include "models/decision.h"
#include "models/evaluate.h"
#include "models/instance.h"
#include "solvers/checker/certificate.h"
#include "solvers/parameter.h"

GG_C_BEGIN
/* What the point is. */
typedef enum gg_result_status {
    GG_FEASIBLE,   /* a decision, no claim */
    GG_OPTIMAL,    /* proven within the gap tolerance */
    GG_BOUNDED,    /* stopped by a limit; the bound holds all the same */
    GG_INFEASIBLE, /* a user must offload and cannot */
    GG_FAILED      /* the solver broke; only batches record this */
} gg_result_status;

/* Why the solver stopped. */
typedef enum gg_stop_reason {
    GG_STOP_DONE,
    GG_STOP_TIME,
    GG_STOP_NODES,
    GG_STOP_MEMORY,
    GG_STOP_SIGNAL, /* asked to: by a signal (gg_stop_request) or by the progress callback */
    GG_STOP_IDLE    /* nothing was gained any more, and more time would not help */
} gg_stop_reason;

const char *gg_result_status_name(gg_result_status status);
const char *gg_stop_reason_name(gg_stop_reason reason);

/* The reason for which a computation that may go on until `deadline_s` (of gg_now_s) has to stop
 * now; GG_STOP_DONE: none. */
static inline gg_stop_reason gg_stopped_by(double deadline_s) {
    if (gg_stop_requested())
        return GG_STOP_SIGNAL;
    return gg_now_s() >= deadline_s ? GG_STOP_TIME : GG_STOP_DONE;
}

/* How far a solve is. */
typedef struct gg_progress {
    double incumbent_s;   /* INFINITY: none is known yet */
    double lower_bound_s; /* -INFINITY: none */
    int64_t nodes;
    double elapsed_s;
} gg_progress;

typedef enum gg_verdict { GG_CONTINUE, GG_STOP } gg_verdict;

/* Called in the thread of the solve: when a strategy has something new to tell, and beside that at
 * most 20 times a second wherever a strategy would see that its time is up. GG_STOP ends this solve
 * and no other: the result is the best so far, with GG_STOP_SIGNAL as its reason. Strategies that
 * decide in one go (goa, edge, ...) never call it. It may solve in turn. */
typedef gg_verdict (*gg_progress_fn)(void *context, const gg_progress *progress);

typedef struct gg_solve_options {
    gg_objective objective;
    gg_objective goa_weights;  /* weights of goa's Delta; GG_WEIGHTED is the paper's */
    double gap;                /* relative tolerance of "optimal" */
    double time_limit_s;       /* INFINITY: none */
    size_t memory_limit_bytes; /* of open nodes and proof; SIZE_MAX: none */
    int64_t node_limit;        /* branch-and-bound nodes, iterations of ils; INT64_MAX: none */
    size_t
        threads; /* of exact and lagrangian; 0: one for each core. Nothing but the time changes */
    uint64_t seed;
    uint32_t run;
    const uint32_t *random_users; /* the set of `random`, in tie order; NULL: drawn */
    size_t n_random_users;
    /* A decision (n_users) that solvers which improve decisions may start from, repaired where it
     * breaks tau: an optimum at another tau or objective, say. NULL: none. Borrowed. What is proven
     * does not depend on it. */
    const int32_t *known;
    /* Multipliers (n_users + n_servers) of an earlier result on the same network, to start the
     * bound from where they are better than the decision's marginal costs. NULL: none. Borrowed. */
    const double *known_multipliers;
    double least_accuracy; /* that decisions must reach in expectation (evaluate.h), of strategies
                              that can be held to one; 0: any will do */
    gg_settings settings;  /* of strategies' own parameters; parameter.h */
    bool certify;          /* record a proof of the bound, where the solver can */
    /* Who follows the solve and may stop it; NULL: nobody. Strategies call it and then look at
     * gg_stopped_by: its verdict is kept for them. */
    gg_progress_fn progress;
    void *progress_context;
} gg_solve_options;

/* The defaults of `goagap solve`. */
gg_solve_options gg_solve_options_init(void);

/* Free with gg_result_clear. */
typedef struct gg_result {
    const char *solver; /* borrowed from the descriptor */
    gg_result_status status;
    gg_stop_reason stop_reason;
    int32_t *assignment; /* N, owned; NULL when infeasible */
    bool has_lower_bound;
    double lower_bound_s; /* >= 0 where has_lower_bound */
    int64_t nodes;        /* branch-and-bound nodes, generations, iterations; else 0 */
    double runtime_s;
    gg_certificate *certificate; /* owned; NULL: the bound comes without a proof */
    double *multipliers;         /* owned; those that bounded the whole problem best; NULL: none */
    gg_metrics metrics;          /* by the judge; not set when infeasible */
} gg_result;

void gg_result_clear(gg_result *result);

/* (f - lb)/f of a result: 0 when f - lb <= 1e-12 s, NAN without a bound or with infinite f. */
double gg_result_gap(const gg_result *result);

typedef struct gg_solver {
    const char *name;
    const char *summary;
    bool may_violate_tau; /* ignores mandatory offloading by definition */
    bool proves;          /* yields a lower bound */
    bool meets_accuracy;  /* can be held to least_accuracy */
    gg_parameter_list parameters;
    /* Either of the two. The instance is feasible (gg_instance_infeasible is false) unless
     * may_violate_tau. `plan` places users of a decision in which everybody is local; `solve` fills
     * status, stop_reason, bound, nodes and the assignment, for which there is room, of a result
     * that is zeroed else. */
    gg_status (*plan)(gg_decision *decision, const gg_solve_options *options, gg_error *err);
    gg_status (*solve)(const gg_instance *instance, const gg_solve_options *options,
                       gg_result *result, gg_error *err);
} gg_solver;

/* All strategies, in list order; *count of them. */
const gg_solver *const *gg_solvers(size_t *count);

/* The strategy of that name; NULL and a message with the known names. */
const gg_solver *gg_solver_find(const char *name, gg_error *err);

/* Runs a strategy and the judge. *result must be zeroed or cleared; the caller clears it. Solves of
 * different results may run side by side. `glpk` forks, as GLPK may abort: the child that computes
 * is waited for before the call returns, and never runs the caller's exit handlers. An infeasible
 * instance is a result, not an error. Errors: GG_E_USAGE (an option out of its range or
 * that does not fit the instance, by its name), GG_E_NOMEM, GG_E_SOLVER, GG_E_INPUT. */
gg_status gg_solve(const gg_solver *solver, const gg_instance *instance,
                   const gg_solve_options *options, gg_result *result, gg_error *err);

/* The same without the judge: no metrics, and the instance is taken to be feasible. */
gg_status gg_decide(const gg_solver *solver, const gg_instance *instance,
                    const gg_solve_options *options, gg_result *result, gg_error *err);
GG_C_END
