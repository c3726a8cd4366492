/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/front/tradeoff_program.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/priced_search.h"
#include "solvers/tree/row_search.h"

enum { START_ITERATIONS = 40 };

static double gain_of(const gg_tradeoff_program *w, const int32_t *assignment) {
    double gain = 0.0;
    for (size_t i = 0; i < w->in.n_users; i++)
        if (assignment[i] != GG_LOCAL)
            gain += w->gain[i];
    return gain;
}

/* The better start of what is known and what a search finds; its value is left in *value_s. */
static gg_status find_start(const gg_tradeoff_program *w, const gg_bound_problem *p,
                            const int32_t *known, int32_t *start, double *value_s, gg_error *err) {
    size_t bytes = w->in.n_users * sizeof *start;
    const gg_iterations few = {
        .at_most = START_ITERATIONS, .deadline_s = w->deadline_s, .seed = w->options->seed};
    int32_t *other = gg_alloc(w->in.n_users, sizeof *other);
    gg_metrics metrics;
    double searched_s;
    if (other == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", w->in.n_users);
    memcpy(other, known, bytes);
    memcpy(start, known, bytes);
    gg_status status = gg_evaluate(&w->in, p->objective, known, &metrics, err);
    if (status == GG_OK) {
        *value_s = gg_row_objective_s(p, known, metrics.objective_s);
        status = p->row.relaxed ? gg_priced_search(p, few, other, err)
                                : gg_row_search(p, few, other, &searched_s, err);
    }
    if (status == GG_OK)
        status = gg_evaluate(&w->in, p->objective, other, &metrics, err);
    if (status == GG_OK) {
        double other_s = gg_row_objective_s(p, other, metrics.objective_s);
        if (other_s < *value_s) {
            *value_s = other_s;
            memcpy(start, other, bytes);
        }
    }
    gg_free(other);
    return status;
}

/* Branch and bound on a problem from a finite start; fills the point's proof. */
static gg_status search_tree(gg_tradeoff_program *w, const gg_bound_problem *p, double value_s,
                             gg_found *to, gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = p->objective;
    options.gap = w->options->gap;
    options.node_limit = w->options->node_limit;
    gg_tree_search search = {.problem = p,
                             .options = &options,
                             .deadline_s = w->deadline_s,
                             .incumbent = to->point.assignment,
                             .incumbent_s = value_s};
    gg_status status = gg_branch_and_bound(&search, err);
    if (status != GG_OK)
        return status;
    to->gain = gain_of(w, to->point.assignment);
    to->point.nodes = search.nodes;
    to->point.proven = search.stop == GG_STOP_DONE;
    to->point.lower_bound_s = search.lower_bound_s;
    w->stopped = w->stopped || search.stop == GG_STOP_SIGNAL;
    w->unproven = w->unproven || !to->point.proven;
    return GG_OK;
}

gg_status gg_tradeoff_solve(gg_tradeoff_program *w, const gg_offload_row *row, const int32_t *known,
                            gg_found *to, gg_error *err) {
    size_t n = w->in.n_users;
    double value_s = INFINITY;
    const gg_bound_problem *p = NULL;
    gg_metrics metrics;
    *to = (gg_found){.point.assignment = gg_alloc(n, sizeof *to->point.assignment)};
    gg_status status = gg_bound_problem_with_row(&w->in, w->options->objective, row, &p, err);
    if (status == GG_OK && to->point.assignment == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", n);
    if (status == GG_OK)
        status = find_start(w, p, known, to->point.assignment, &value_s, err);
    if (status == GG_OK && !isfinite(value_s))
        status = gg_fail(err, GG_E_SOLVER,
                         "%s: no decision of finite delay was found for an "
                         "accuracy of %.6g",
                         w->in.name, (w->local + row->required) / (double)n);
    if (status == GG_OK)
        status = search_tree(w, p, value_s, to, err);
    if (status == GG_OK)
        status = gg_evaluate(&w->in, p->objective, to->point.assignment, &metrics, err);
    gg_bound_problem_free(p);
    if (status != GG_OK) {
        gg_free(to->point.assignment);
        *to = (gg_found){0};
        return status;
    }
    double asked = row->relaxed ? to->gain : row->required;
    if (row->relaxed)
        to->point.lower_bound_s -= row->price_s * (row->required - to->gain);
    to->point.required = (w->local + asked) / (double)n;
    to->point.objective_s = metrics.objective_s;
    to->point.total_delay_s = metrics.total_delay_s;
    to->point.lower_bound_s = fmax(0.0, fmin(to->point.lower_bound_s, metrics.objective_s));
    to->point.accuracy =
        gg_expected_accuracy(&w->in, w->options->p_slm, w->options->p_llm, to->point.assignment);
    return GG_OK;
}
