/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/front/front_point.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/row_search.h"

enum { START_ITERATIONS = 40 };

double gg_expected_accuracy(const gg_instance *in, const double *p_slm, const double *p_llm,
                            const int32_t *assignment) {
    double sum = 0.0;
    for (size_t i = 0; i < in->n_users; i++)
        sum += assignment[i] == GG_LOCAL ? gg__front_correctness(p_slm, in->slm_correct, i)
                                         : gg__front_correctness(p_llm, in->llm_correct, i);
    return sum / (double)in->n_users;
}

double gg__front_slack(const gg__front_program *w) {
    double n = (double)w->in.n_users;
    return n * fmax(0.5 * GG_ACCURACY_SLACK, n * 0x1p-52);
}

static double gain_of(const gg__front_program *w, const int32_t *assignment) {
    double gain = 0.0;
    for (size_t i = 0; i < w->in.n_users; i++)
        if (assignment[i] != GG_LOCAL)
            gain += w->gain[i];
    return gain;
}

/* A decision's value under the problem's row, by the judge. */
static gg_status value_of(const gg_bound_problem *p, const int32_t *decision, double *value_s,
                          gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(p->instance, p->objective, decision, &metrics, err));
    *value_s = gg_row_objective_s(p, decision, metrics.objective_s);
    return GG_OK;
}

/* The better of `start` and what a search finds from it; its value is left in *value_s. */
static gg_status find_start(const gg__front_program *w, const gg_bound_problem *p, int32_t *start,
                            int32_t *other, double *value_s, gg_error *err) {
    size_t bytes = w->in.n_users * sizeof *start;
    const gg_iterations few = {
        .at_most = START_ITERATIONS, .deadline_s = w->deadline_s, .seed = w->options->seed};
    double searched_s, other_s;
    memcpy(other, start, bytes);
    GG_TRY(value_of(p, start, value_s, err));
    GG_TRY(gg_row_search(p, few, other, &searched_s, err));
    GG_TRY(value_of(p, other, &other_s, err));
    if (other_s < *value_s) {
        *value_s = other_s;
        memcpy(start, other, bytes);
    }
    return GG_OK;
}

/* Branch and bound on a problem from a finite start; fills the point's proof. The price's part of a
 * value, at the start, leaves that much less of the gap. */
static gg_status search_tree(gg__front_program *w, const gg_bound_problem *p, double value_s,
                             gg__front_found *to, gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    double gain = gain_of(w, to->point.assignment);
    double priced_s = p->row.relaxed ? p->row.price_s * fmax(0.0, p->row.required - gain) : 0.0;
    options.objective = p->objective;
    options.gap =
        value_s > 0.0 ? w->options->gap * fmax(0.0, 1.0 - priced_s / value_s) : w->options->gap;
    options.node_limit = w->options->node_limit;
    options.threads = w->options->threads;
    gg_tree_search search = {.problem = p,
                             .options = &options,
                             .deadline_s = w->deadline_s,
                             .incumbent = to->point.assignment,
                             .incumbent_s = value_s};
    GG_TRY(gg_branch_and_bound(&search, err));
    to->gain = gain_of(w, to->point.assignment);
    to->point.nodes = search.nodes;
    to->point.proven = search.stop == GG_STOP_DONE;
    to->bound_s = search.lower_bound_s;
    /* A value with a price may be negative, and the tree's bounds are not: what it says of one that
     * may be is nothing. */
    if (p->row.relaxed && p->row.price_s > 0.0 && !(to->bound_s > 0.0)) {
        to->bound_s = -INFINITY;
        to->point.proven = false;
    }
    to->point.lower_bound_s = to->bound_s;
    w->stopped = w->stopped || search.stop == GG_STOP_SIGNAL;
    return GG_OK;
}

static gg_status solve(gg__front_program *w, const gg_bound_problem *p, int32_t *scratch,
                       gg__front_found *to, gg_error *err) {
    double n = (double)w->in.n_users, value_s = INFINITY;
    const gg_offload_row *row = &p->row;
    gg_tradeoff_point *point = &to->point;
    gg_metrics metrics;
    GG_TRY(find_start(w, p, point->assignment, scratch, &value_s, err));
    if (!isfinite(value_s))
        return gg_fail(err, GG_E_SOLVER,
                       "%s: no decision of finite delay was found for an "
                       "accuracy of %.6g",
                       w->in.name, (w->local + row->required) / n);
    GG_TRY(search_tree(w, p, value_s, to, err));
    GG_TRY(gg_evaluate(&w->in, p->objective, point->assignment, &metrics, err));
    if (row->relaxed)
        point->lower_bound_s -= row->price_s * (row->required - to->gain + gg__front_slack(w));
    point->objective_s = metrics.objective_s;
    point->total_delay_s = metrics.total_delay_s;
    point->lower_bound_s = fmax(0.0, fmin(point->lower_bound_s, metrics.objective_s));
    point->accuracy =
        gg_expected_accuracy(&w->in, w->options->p_slm, w->options->p_llm, point->assignment);
    point->required =
        row->relaxed ? point->accuracy
                     : fmin(point->accuracy, (w->local + row->required + gg__front_slack(w)) / n);
    return GG_OK;
}

static gg_status solve_row(gg__front_program *w, const gg_offload_row *row, const int32_t *known,
                           gg__front_found *to, gg_error *err) {
    size_t n = w->in.n_users;
    const gg_bound_problem *p = NULL;
    GG_TRY(gg_bound_problem_new(&w->in, w->options->objective, row, &p, err));
    int32_t *scratch = gg_alloc(n, sizeof *scratch);
    *to = (gg__front_found){.point.assignment = gg_alloc(n, sizeof *scratch)};
    gg_status status = GG_OK;
    if (scratch == NULL || to->point.assignment == NULL) {
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", n);
    } else {
        memcpy(to->point.assignment, known, n * sizeof *known);
        status = solve(w, p, scratch, to, err);
    }
    gg_bound_problem_free(p);
    gg_free(scratch);
    if (status != GG_OK)
        gg_free(to->point.assignment);
    return status;
}

/* The bound is claimed a little less than it is. */
static const double GAP_ROUNDING = 1e-10;

static bool is_within_gap(const gg__front_program *w, const gg_tradeoff_point *point) {
    double most = fmax(w->options->gap, GAP_ROUNDING);
    return point->objective_s - point->lower_bound_s <= most * point->objective_s;
}

gg_status gg__front_solve(gg__front_program *w, const gg_offload_row *row, const int32_t *known,
                          gg__front_found *to, gg_error *err) {
    gg_offload_row asked = *row;
    asked.required -= row->relaxed ? 0.0 : gg__front_slack(w);
    GG_TRY(solve_row(w, &asked, known, to, err));
    to->point.supported = row->relaxed && to->point.proven;
    return GG_OK;
}

gg_status gg__front_settle(gg__front_program *w, const gg_offload_row *row, gg__front_found *to,
                           gg_error *err) {
    gg_offload_row held = *row;
    const bool supported = to->point.supported;
    if (w->options->supported_only || !to->point.proven)
        return GG_OK;
    if (row->relaxed && !is_within_gap(w, &to->point)) {
        int32_t *known = to->point.assignment;
        held.relaxed = false;
        held.required = to->gain;
        gg_status status = gg__front_solve(w, &held, known, to, err);
        gg_free(known);
        GG_TRY(status);
        to->point.supported = supported;
    }
    to->point.proven = to->point.proven && is_within_gap(w, &to->point);
    return GG_OK;
}
