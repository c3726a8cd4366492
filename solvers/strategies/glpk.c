/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `glpk`: the second opinion. The Lagrangian bound fixes what it can, GLPK solves the level-indexed
 * program over the rest, and levels are refined where its decision and the true model differ.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
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
    gg_improving_box improving;
    gg_level_domain domain;
    int32_t *candidate;     /* N: GLPK's decision */
    double *interference_w; /* M */
    double incumbent_s, deadline_s;
    void *memory; /* of the arrays */
} refinement;

static gg_status refinement_init(refinement *r, gg_error *err) {
    size_t m = r->in->n_servers;
    const gg_record_array arrays[] = {GG_ARRAY(refinement, candidate, r->in->n_users),
                                      GG_ARRAY(refinement, interference_w, m)};
    r->memory = GG_ARRAYS_NEW(r, arrays);
    GG_NEED(r->memory, err, "out of memory for %zu servers", m);
    GG_TRY(gg_improving_box_init(&r->improving, r->in, r->options->objective, err));
    return gg_level_domain_init(&r->domain, m, LEVELS_MAX, err);
}

static bool within_gap(const refinement *r) {
    return gg_within_gap(r->incumbent_s, r->improving.lower_bound_s, r->options->gap);
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
    gg_level_domain_set(&r->domain, r->improving.problem, &r->improving.box);
    for (size_t j = 0; j < r->in->n_servers; j++) {
        double low_w = r->domain.mip.level_w[j][0], high_w = r->domain.mip.level_w[j][1];
        for (int k = 1; k < FIRST_LEVELS; k++)
            add_level(r, j, low_w + (high_w - low_w) * k / FIRST_LEVELS);
        add_level(r, j, r->interference_w[j]);
    }
}

/* GLPK's answer over the present levels: its bound, and its decision's true cost. *refined is false
 * when the levels already meet the decision. */
static gg_status run_glpk(refinement *r, const gg_mip *mip, double *values, double *start,
                          bool *finished, bool *refined, gg_error *err) {
    bool has_start = gg_mip_point(mip, r->in, &r->domain.mip, r->result->assignment, start, err);
    gg_milp_run run = {.mip = mip,
                       .start = has_start ? start : NULL,
                       .gap = 0.1 * r->options->gap,
                       .deadline_s = r->deadline_s,
                       .node_limit = r->options->node_limit - r->result->nodes,
                       .values = values};
    GG_TRY(gg_glpk_run(&run, err));
    /* Outside the domain everything costs at least what was fixed away. */
    double bound_s = run.infeasible ? r->incumbent_s : fmin(run.bound_s, r->incumbent_s);
    r->improving.lower_bound_s = fmax(r->improving.lower_bound_s, bound_s);
    r->result->nodes += run.nodes;
    *finished = run.finished || run.infeasible;
    *refined = false;
    if (!run.has_values)
        return GG_OK;
    gg_mip_assignment(mip, r->in, values, r->candidate);
    interference_of(r, r->candidate);
    for (size_t j = 0; j < r->in->n_servers; j++)
        *refined = add_level(r, j, r->interference_w[j]) || *refined;
    return gg_keep_better(r->in, r->options->objective, r->candidate, r->result->assignment,
                          &r->incumbent_s, err);
}

static gg_status solve_levels(refinement *r, bool *finished, bool *refined, gg_error *err) {
    gg_mip mip;
    GG_TRY(gg_mip_build(r->in, r->options->objective, &r->domain.mip, &mip, err));
    /* Whatever costs more than the incumbent is of no interest: how much more only costs digits. */
    for (size_t k = 0; k < mip.n_columns; k++)
        mip.columns[k].cost_s = fmin(mip.columns[k].cost_s, 2.0 * r->incumbent_s);
    double *values = gg_alloc(mip.n_columns, 2 * sizeof *values);
    gg_status status =
        values != NULL ? run_glpk(r, &mip, values, values + mip.n_columns, finished, refined, err)
                       : gg_fail(err, GG_E_NOMEM, "out of memory for %zu columns", mip.n_columns);
    gg_free(values);
    gg_mip_clear(&mip);
    return status;
}

static bool nodes_are_left(const refinement *r) {
    return r->result->nodes < r->options->node_limit;
}

/* GLPK itself may have been stopped by any limit; unstopped it refines until nothing is left to
 * refine. */
static gg_stop_reason reason_of(const refinement *r, bool finished) {
    const gg_stop_reason reason = gg_stopped_by(r->deadline_s);
    return reason != GG_STOP_DONE            ? reason
           : !finished || !nodes_are_left(r) ? GG_STOP_NODES
                                             : GG_STOP_DONE;
}

static gg_status refine(refinement *r, gg_error *err) {
    bool finished = true, refined = true;
    double domain_incumbent_s = INFINITY;
    while (!within_gap(r) && finished && refined && nodes_are_left(r) &&
           !gg_time_is_up(r->deadline_s)) {
        if (r->incumbent_s < domain_incumbent_s) {
            bool alive;
            GG_TRY(gg_improving_box_shrink(&r->improving, r->result->assignment, r->incumbent_s,
                                           r->options->gap, r->deadline_s, &alive, err));
            if (within_gap(r))
                break;
            set_domain(r);
            domain_incumbent_s = r->incumbent_s;
        }
        GG_TRY(solve_levels(r, &finished, &refined, err));
        refined = refined || r->incumbent_s < domain_incumbent_s;
    }
    bool proven = within_gap(r);
    r->result->status = proven ? GG_OPTIMAL : GG_BOUNDED;
    r->result->stop_reason = proven ? GG_STOP_DONE : reason_of(r, finished);
    return GG_OK;
}

static gg_status run(refinement *r, gg_error *err) {
    const gg_iterations start = {.at_most = START_ITERATIONS,
                                 .deadline_s = r->deadline_s,
                                 .seed = r->options->seed,
                                 .run = r->options->run};
    GG_TRY(refinement_init(r, err));
    GG_TRY(gg_iterate(r->in, r->options, start, r->result->assignment, &r->incumbent_s, NULL, err));
    if (r->improving.problem->no_finite) {
        r->improving.lower_bound_s = INFINITY;
        r->result->status = GG_OPTIMAL;
        return GG_OK;
    }
    if (isfinite(r->incumbent_s))
        return refine(r, err);
    r->result->status = GG_BOUNDED;
    r->result->stop_reason = reason_of(r, false); /* the search for a finite decision gave up */
    return GG_OK;
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    refinement r = {.in = in,
                    .options = options,
                    .result = result,
                    .deadline_s = gg_now_s() + options->time_limit_s};
    gg_status status = run(&r, err);
    result->has_lower_bound = true;
    result->lower_bound_s = r.improving.lower_bound_s;
    gg_improving_box_clear(&r.improving);
    gg_level_domain_clear(&r.domain);
    gg_free(r.memory);
    return status;
}

const gg_solver gg_solver_glpk = {.name = "glpk",
                                  .summary = "second opinion: GLPK on the fixed, level-indexed MIP",
                                  .proves = true,
                                  .solve = solve};
