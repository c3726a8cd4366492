/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `exact`: the proven optimum, by branch and bound with the Lagrangian bound of solvers/EXACT.md;
 * on demand among the decisions of some expected accuracy alone.
 */
#include <math.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/search/iterated_search.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/row_start.h"

/* Kicks of the search for a start; one under a row is only about to begin where this one ends. */
enum { START_KICKS = 3, ROW_KICKS = 2 };

/* The row of an expected accuracy: what offloading adds to the sum of P(correct). */
typedef struct accuracy_row {
    double *gain; /* n, owned; NULL: no accuracy is asked for */
    double required;
    double most; /* the largest sum of gains that tau allows */
} accuracy_row;

static double best_gain(const gg_instance *in, const accuracy_row *row, size_t i) {
    if (in->n_servers == 0)
        return 0.0;
    return gg_is_mandatory(in, i) ? row->gain[i] : fmax(row->gain[i], 0.0);
}

/* Half of the slack is for the sums here, the other half for the judge's. */
static gg_status make_row(const gg_instance *in, double least, accuracy_row *row, gg_error *err) {
    double n = (double)in->n_users;
    if (least == 0.0)
        return GG_OK;
    row->gain = gg_alloc(in->n_users, sizeof *row->gain);
    GG_NEED(row->gain, err, "out of memory for %zu users", in->n_users);
    row->required = n * (least - 0.5 * GG_ACCURACY_SLACK);
    for (size_t i = 0; i < in->n_users; i++) {
        row->gain[i] = in->llm_p_correct[i] - in->slm_p_correct[i];
        row->required -= in->slm_p_correct[i];
        row->most += best_gain(in, row, i);
    }
    return GG_OK;
}

/* The most accurate decision: each goes where it is answered best, on its best channel. */
static void take_most_accurate(const gg_instance *in, const accuracy_row *row, int32_t *decision) {
    for (size_t i = 0; i < in->n_users; i++) {
        size_t best = 0;
        for (size_t j = 1; j < in->n_servers; j++)
            if (gg_gain(in, i, j) > gg_gain(in, i, best))
                best = j;
        bool stays = in->n_servers == 0 || (!gg_is_mandatory(in, i) && !(row->gain[i] > 0.0));
        decision[i] = stays ? GG_LOCAL : (int32_t)best;
    }
}

/* The decision to start from, where an accuracy is asked for one that has it, and the row's price:
 * the problem is changed for that. */
static gg_status find_start(const gg_instance *in, const gg_solve_options *options,
                            const accuracy_row *row, gg_bound_problem *problem,
                            gg_tree_search *search, gg_error *err) {
    gg_iterations start = {.at_most = row->gain != NULL ? 0 : START_KICKS,
                           .deadline_s = search->deadline_s,
                           .seed = options->seed,
                           .run = options->run};
    GG_TRY(gg_iterate(in, options, start, search->incumbent, &search->incumbent_s, NULL, err));
    if (row->gain == NULL)
        return GG_OK;
    start.at_most = ROW_KICKS;
    GG_TRY(gg_row_start(problem, options->known, start, search->incumbent, &search->incumbent_s,
                        &problem->row.price_s, err));
    if (isinf(search->incumbent_s))
        take_most_accurate(in, row, search->incumbent);
    return GG_OK;
}

static gg_status make_records(const gg_instance *in, const gg_solve_options *options,
                              const accuracy_row *row, const gg_bound_problem *problem,
                              gg_result *result, gg_error *err) {
    if (options->certify && !problem->no_finite) {
        GG_TRY(gg_certificate_new(in->n_users, in->n_servers, problem->power_unit_w,
                                  &result->certificate, err));
        if (row->gain != NULL)
            GG_TRY(gg_certificate_set_row(result->certificate, row->gain, row->required, err));
    }
    result->multipliers = gg_alloc(in->n_users + in->n_servers, sizeof(double));
    GG_NEED(result->multipliers, err, "out of memory for %zu users", in->n_users);
    return GG_OK;
}

static gg_status search_tree(const gg_instance *in, const gg_solve_options *options,
                             const accuracy_row *row, const gg_bound_problem *problem,
                             gg_tree_search *search, gg_result *result, gg_error *err) {
    gg_bound_problem priced = *problem;
    GG_TRY(find_start(in, options, row, &priced, search, err));
    GG_TRY(make_records(in, options, row, problem, result, err));
    search->problem = &priced;
    search->certificate = result->certificate;
    search->root_multipliers = result->multipliers;
    /* With nothing finite every decision costs the same: infinity. */
    if (problem->no_finite)
        return GG_OK;
    if (isinf(search->incumbent_s)) {
        search->lower_bound_s = 0.0;
        search->stop = gg_stopped_by(search->deadline_s);
        if (search->stop == GG_STOP_DONE)
            search->stop = GG_STOP_NODES; /* the search for a finite decision gave up */
        return GG_OK;
    }
    return gg_branch_and_bound(search, err);
}

static gg_status solve_row(const gg_instance *in, const gg_solve_options *options,
                           const accuracy_row *row, gg_result *result, gg_error *err) {
    const gg_offload_row held = {.gain = row->gain, .required = row->required};
    const gg_bound_problem *problem = NULL;
    gg_tree_search search = {.options = options,
                             .deadline_s = gg_now_s() + options->time_limit_s,
                             .incumbent = result->assignment,
                             .lower_bound_s = INFINITY};
    GG_TRY(gg_bound_problem_new(in, options->objective, row->gain != NULL ? &held : NULL, &problem,
                                err));
    gg_status status = search_tree(in, options, row, problem, &search, result, err);
    if (result->certificate != NULL && result->certificate->n_nodes == 0) {
        gg_certificate_free(result->certificate);
        result->certificate = NULL;
    }
    result->has_lower_bound = true;
    result->lower_bound_s = search.lower_bound_s;
    result->nodes = search.nodes;
    result->stop_reason = search.stop;
    result->status = search.stop == GG_STOP_DONE ? GG_OPTIMAL : GG_BOUNDED;
    gg_bound_problem_free(problem);
    return status;
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    accuracy_row row = {0};
    gg_status status = make_row(in, options->least_accuracy, &row, err);
    if (status == GG_OK && row.gain != NULL && row.most < row.required)
        result->status = GG_INFEASIBLE;
    else if (status == GG_OK)
        status = solve_row(in, options, &row, result, err);
    gg_free(row.gain);
    return status;
}

const gg_solver gg_solver_exact = {.name = "exact",
                                   .summary = "the proven optimum",
                                   .proves = true,
                                   .meets_accuracy = true,
                                   .solve = solve};
