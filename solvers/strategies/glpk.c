/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `glpk`: the second opinion. The Lagrangian bound fixes what it can, GLPK solves the level-indexed
 * program over the rest, and levels are refined where its decision and the true model differ.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "models/program/mip.h"
#include "solvers/program/level_domain.h"
#include "solvers/program/milp_glpk.h"
#include "solvers/search/iterated_search.h"
#include "solvers/tree/improving_box.h"

enum { START_ITERATIONS = 60, FIRST_LEVELS = 4, LEVELS_MAX = 400 };

/* A level begins this far below the interference it is made for, in units of the gap and of GLPK's
 * feasibility tolerance: closer, and GLPK would take the decision to lie in the level below. */
static const double LEVEL_MARGIN_GAPS = 0.1;
static const double LEVEL_MARGIN_OF_TOP = 5e-7;

typedef struct refinement {
    const gg_instance *in;
    const gg_solve_options *options;
    gg_result *result;
    gg_improving_box fixing;
    gg_level_domain domain;
    int32_t *candidate;     /* N: GLPK's decision */
    double *interference_w; /* M */
    double incumbent_s, deadline_s;
} refinement;

static void refinement_clear(refinement *r) {
    gg_improving_box_clear(&r->fixing);
    gg_level_domain_clear(&r->domain);
    gg_free(r->candidate);
    gg_free(r->interference_w);
}

static gg_status refinement_init(refinement *r, gg_error *err) {
    size_t m = r->in->n_servers;
    gg_status status = gg_improving_box_init(&r->fixing, r->in, r->options->objective, err);
    if (status == GG_OK)
        status = gg_level_domain_init(&r->domain, m, LEVELS_MAX, err);
    if (status != GG_OK)
        return status;
    r->candidate = gg_alloc(r->in->n_users, sizeof *r->candidate);
    r->interference_w = gg_alloc(m, sizeof(double));
    if (r->candidate == NULL || r->interference_w == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu servers", m);
    return GG_OK;
}

static gg_status offer(refinement *r, const int32_t *assignment, gg_error *err) {
    gg_metrics metrics;
    gg_status status = gg_evaluate(r->in, r->options->objective, assignment, &metrics, err);
    if (status == GG_OK && metrics.tau_violations == 0 && metrics.objective_s < r->incumbent_s) {
        r->incumbent_s = metrics.objective_s;
        memcpy(r->result->assignment, assignment, r->in->n_users * sizeof *assignment);
    }
    return status;
}

static bool within_gap(const refinement *r) {
    return gg_within_gap(r->incumbent_s, r->fixing.lower_bound_s, r->options->gap);
}

static void interference_of(const refinement *r, const int32_t *assignment) {
    memset(r->interference_w, 0, r->in->n_servers * sizeof(double));
    for (size_t i = 0; i < r->in->n_users; i++)
        for (size_t j = 0; assignment[i] != GG_LOCAL && j < r->in->n_servers; j++)
            if ((size_t)assignment[i] != j)
                r->interference_w[j] += gg_disturbing_w(r->in, i, j);
}

/* Begins a level just below `at_w`; false when one begins there already. */
static bool add_level(refinement *r, size_t j, double at_w) {
    double top_w = r->domain.mip.level_w[j][r->domain.mip.n_levels[j]];
    double margin_w = fmax(LEVEL_MARGIN_GAPS * r->options->gap * at_w, LEVEL_MARGIN_OF_TOP * top_w);
    return gg_level_add(&r->domain, j, at_w - margin_w, margin_w);
}

static void set_domain(refinement *r) {
    interference_of(r, r->result->assignment);
    gg_level_domain_set(&r->domain, r->fixing.problem, &r->fixing.box);
    for (size_t j = 0; j < r->in->n_servers; j++) {
        double low_w = r->domain.mip.level_w[j][0], high_w = r->domain.mip.level_w[j][1];
        for (int k = 1; k < FIRST_LEVELS; k++)
            add_level(r, j, low_w + (high_w - low_w) * k / FIRST_LEVELS);
        add_level(r, j, r->interference_w[j]);
    }
}

/* One program over the present levels: its bound, and its decision's true cost. *refined is false
 * when the levels already meet the decision. */
static gg_status solve_levels(refinement *r, bool *finished, bool *refined, gg_error *err) {
    gg_mip mip;
    gg_status status = gg_mip_build(r->in, r->options->objective, &r->domain.mip, &mip, err);
    if (status != GG_OK)
        return status;
    /* Whatever costs more than the incumbent is of no interest: how much more only costs digits. */
    for (size_t k = 0; k < mip.n_columns; k++)
        mip.columns[k].cost_s = fmin(mip.columns[k].cost_s, 2.0 * r->incumbent_s);
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    double *start = gg_alloc(mip.n_columns, sizeof *start);
    if (values == NULL || start == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu columns", mip.n_columns);
    bool has_start = status == GG_OK &&
                     gg_mip_point(&mip, r->in, &r->domain.mip, r->result->assignment, start, err);
    gg_milp_run run = {.mip = &mip,
                       .start = has_start ? start : NULL,
                       .gap = 0.1 * r->options->gap,
                       .deadline_s = r->deadline_s,
                       .values = values};
    if (status == GG_OK)
        status = gg_glpk_run(&run, err);
    if (status == GG_OK) {
        /* Outside the domain everything costs at least what was fixed away. */
        double bound_s = run.infeasible ? r->incumbent_s : fmin(run.bound_s, r->incumbent_s);
        r->fixing.lower_bound_s = fmax(r->fixing.lower_bound_s, bound_s);
        r->result->nodes += run.nodes;
        *finished = run.finished || run.infeasible;
        *refined = false;
    }
    if (status == GG_OK && run.has_values) {
        gg_mip_assignment(&mip, r->in, values, r->candidate);
        interference_of(r, r->candidate);
        for (size_t j = 0; j < r->in->n_servers; j++)
            *refined = add_level(r, j, r->interference_w[j]) || *refined;
        status = offer(r, r->candidate, err);
    }
    gg_free(values);
    gg_free(start);
    gg_mip_clear(&mip);
    return status;
}

static gg_status refine(refinement *r, gg_error *err) {
    bool finished = true, refined = true;
    double domain_incumbent_s = INFINITY;
    gg_status status = GG_OK;
    while (status == GG_OK && !within_gap(r) && finished && refined && !gg_stop_requested() &&
           gg_now_s() < r->deadline_s) {
        if (r->incumbent_s < domain_incumbent_s) {
            bool alive;
            status = gg_fix_by_bound(&r->fixing, r->result->assignment, r->incumbent_s,
                                     r->options->gap, r->deadline_s, &alive, err);
            if (status != GG_OK || within_gap(r))
                break;
            set_domain(r);
            domain_incumbent_s = r->incumbent_s;
        }
        status = solve_levels(r, &finished, &refined, err);
        refined = refined || r->incumbent_s < domain_incumbent_s;
    }
    bool proven = within_gap(r);
    r->result->status = proven ? GG_OPTIMAL : GG_BOUNDED;
    r->result->stop_reason = proven                ? GG_STOP_DONE
                             : gg_stop_requested() ? GG_STOP_SIGNAL
                                                   : GG_STOP_TIME;
    return status;
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    refinement r = {.in = in,
                    .options = options,
                    .result = result,
                    .deadline_s = gg_now_s() + options->time_limit_s};
    const gg_iterations start = {.at_most = START_ITERATIONS,
                                 .deadline_s = r.deadline_s,
                                 .seed = options->seed,
                                 .run = options->run};
    result->assignment = gg_alloc(in->n_users, sizeof *result->assignment);
    if (result->assignment == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    int64_t iterations;
    gg_metrics metrics;
    gg_status status = refinement_init(&r, err);
    if (status == GG_OK)
        status =
            gg_iterate(in, options, start, result->assignment, &r.incumbent_s, &iterations, err);
    if (status == GG_OK)
        status = gg_evaluate(in, options->objective, result->assignment, &metrics, err);
    if (status == GG_OK) {
        r.incumbent_s = metrics.objective_s;
        if (r.fixing.problem->no_finite) {
            r.fixing.lower_bound_s = INFINITY;
            result->status = GG_OPTIMAL;
        } else if (isinf(r.incumbent_s)) {
            result->status = GG_BOUNDED;
            result->stop_reason = GG_STOP_NODES;
        } else {
            status = refine(&r, err);
        }
    }
    result->has_lower_bound = true;
    result->lower_bound_s = r.fixing.lower_bound_s;
    refinement_clear(&r);
    return status;
}

const gg_solver gg_solver_glpk = {.name = "glpk",
                                  .summary = "second opinion: GLPK on the fixed, level-indexed MIP",
                                  .proves = true,
                                  .solve = solve};
