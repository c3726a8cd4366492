/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is done about one box: bounded, reduced and propagated, round by round.
 */
#include <string.h>

#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/tree/tree_internal.h"

/* How a box is bounded: at most so many rounds of so many iterations. So many rounds on end, after
 * the first, that gain less than this share of the slack are the last. */
typedef struct effort {
    int rounds, iterations, patience;
    double worthwhile;
} effort;
static const effort AT_ROOT = {12, 50, 1, 0.05}, AT_NODE = {3, 40, 1, 0.3},
                    PRICED_AT_ROOT = {12, 60, 2, 0.01}, PRICED_AT_NODE = {2, 25, 1, 0.3},
                    ROOT_ALONE = {1000, 60, 3, 0.01};
/* Decisions near the bound's are tried at the first nodes and then at every so many. */
enum { TRY_FIRST = 8, TRY_EVERY = 16 };

void gg__tree_update_threshold(gg__tree *t) {
    double f = t->search->incumbent_s;
    /* So far inside the tolerance that the claimed bound, rounded down, still meets it. */
    double share = fmax(t->search->options->gap - 2.0 * GG__ROUNDING, GG__ROUNDING);
    t->threshold_s = f - share * f;
}

/* Makes `assignment` the incumbent if it is better. */
static gg_status offer(gg__tree *t, const int32_t *assignment, gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(t->p->instance, t->p->objective, assignment, &metrics, err));
    double objective_s = gg_row_objective_s(t->p, assignment, metrics.objective_s);
    if (metrics.tau_violations > 0 || !(objective_s < t->search->incumbent_s))
        return GG_OK;
    t->search->incumbent_s = objective_s;
    memcpy(t->search->incumbent, assignment, t->p->n * sizeof *assignment);
    gg__tree_update_threshold(t);
    t->incumbent = gg_server_sums_of(t->p, assignment);
    return GG_OK;
}

/* From what the ascent chose most often for every user. */
gg_status gg__tree_try_blend(gg__tree *t, gg_error *err) {
    const float *frequency = gg_bounder_choices(t->bounder).frequency;
    size_t options = t->p->m + 1;
    for (size_t i = 0; i < t->p->n; i++) {
        size_t best = gg_search_allows(t->descent, i, GG_LOCAL) ? 0 : 1;
        for (size_t option = best + 1; option < options; option++)
            if (frequency[i * options + option] > frequency[i * options + best])
                best = option;
        t->scratch[i] = (int32_t)best - 1;
    }
    gg_search_load(t->descent, t->scratch);
    gg_descend(t->descent, t->p->instance, t->search->deadline_s, t->changes_s);
    return gg_search_objective_s(t->descent) < t->search->incumbent_s
               ? offer(t, gg_search_assignment(t->descent), err)
               : GG_OK;
}

bool gg__tree_tries_now(const gg__tree *t, const gg__node *at) {
    return t->descent != NULL && (at->number <= TRY_FIRST || at->number % TRY_EVERY == 0);
}

static bool held_to_row(const gg__tree *t) {
    return t->p->row.gain != NULL && !t->p->row.relaxed;
}

/* Whether it is in a box. `planted` may be NULL. */
static bool is_planted_in(const gg_planted *planted, const gg_box *box,
                          const gg_bound_problem *problem) {
    return planted != NULL && gg_box_contains(box, problem, planted->decision);
}

/* It may only disappear from a box whose bound reaches it. */
static void check_planted(gg_planted *planted, const gg_box *box, const gg_bound_problem *problem,
                          bool was_inside, bool alive, double threshold_s) {
    if (was_inside && planted->objective_s < threshold_s &&
        (!alive || !is_planted_in(planted, box, problem)))
        planted->lost = true;
}

/* One round of either bound; false when nothing of the box is left. */
static bool bound_round(gg__tree *t, gg__node *at, bool priced, int iterations) {
    double bound_s;
    bool alive;
    if (priced) {
        gg_balance_load(t->balance, &at->box);
        bound_s = gg_balance_ascend(t->balance, t->threshold_s, iterations);
        gg__proof_add_round(&t->proof, gg_bounder_multipliers(t->bounder));
        gg__proof_add_prices(&t->proof, &at->box, gg_balance_prices(t->balance));
        for (uint32_t j = 0; j < t->p->m; j++) {
            size_t count;
            const double *cuts = gg_balance_cuts(t->balance, j, &count);
            gg__proof_add_cuts(&t->proof, j, cuts, count);
        }
        alive = bound_s == -INFINITY ||
                gg_balance_reduce(t->balance, &at->box, bound_s, t->threshold_s);
    } else {
        gg_bounder_load(t->bounder, &at->box);
        bound_s = gg_ascend(t->bounder, t->threshold_s, iterations);
        gg__proof_add_round(&t->proof, gg_bounder_multipliers(t->bounder));
        alive = gg_reduce(t->bounder, &at->box, bound_s, t->threshold_s);
    }
    gg__proof_note_row_price(&t->proof, gg_bounder_price_s(t->bounder));
    at->bound_s = fmax(at->bound_s, bound_s);
    if (held_to_row(t))
        gg_bounder_move_price(t->bounder, t->threshold_s - bound_s);
    return alive && gg_box_propagate(&at->box, t->p);
}

static bool bound_rounds(gg__tree *t, gg__node *at, bool priced, effort most) {
    int idle = 0;
    for (int round = 0; round < most.rounds; round++) {
        double before_s = at->bound_s;
        if (gg_box_is_point(&at->box, t->p, t->scratch))
            break;
        if (!bound_round(t, at, priced, most.iterations))
            return false;
        if (gg_time_is_up(t->search->deadline_s))
            break;
        double gained_s = at->bound_s - before_s, missing_s = t->threshold_s - at->bound_s;
        idle = gained_s < most.worthwhile * missing_s ? idle + 1 : 0;
        if (!held_to_row(t) && round > 0 && idle >= most.patience)
            break;
    }
    return true;
}

gg_verdict gg__tree_report(gg__tree *t, double bound_s) {
    const gg_solve_options *options = t->search->options;
    if (options->progress == NULL)
        return GG_CONTINUE;
    const gg_progress now = {t->search->incumbent_s, bound_s, t->search->nodes,
                             gg_now_s() - t->start_s};
    return options->progress(options->progress_context, &now);
}

/* Between rounds of a root that takes long: a better incumbent, and whether to go on. */
static gg_status look_up(gg__tree *t, const gg__node *at, bool *goes_on, gg_error *err) {
    gg_tree_search *search = t->search;
    if (t->descent != NULL)
        GG_TRY(gg__tree_try_blend(t, err));
    search->nodes += search->root_only;
    if (gg__tree_report(t, fmax(at->bound_s, 0.0)) == GG_STOP || gg_stop_requested())
        search->stop = GG_STOP_SIGNAL;
    else if (search->root_only && search->nodes >= search->options->node_limit)
        search->stop = GG_STOP_NODES;
    else if (gg_time_is_up(search->deadline_s))
        search->stop = GG_STOP_TIME;
    *goes_on = search->stop == GG_STOP_DONE && at->bound_s < t->threshold_s;
    return GG_OK;
}

/* The root where it is all that is asked for, or takes long, with prices. */
static gg_status bound_long_root(gg__tree *t, gg__node *at, bool *alive, gg_error *err) {
    const effort most = t->search->root_only ? ROOT_ALONE : PRICED_AT_ROOT;
    bool goes_on = true;
    for (int round = 0, idle = 0; round < most.rounds && *alive && goes_on; round++) {
        double before_s = at->bound_s;
        if (idle >= most.patience || gg_box_is_point(&at->box, t->p, t->scratch) ||
            gg_time_is_up(t->search->deadline_s))
            break;
        *alive = bound_round(t, at, true, most.iterations);
        GG_TRY(look_up(t, at, &goes_on, err));
        double gained_s = at->bound_s - before_s, missing_s = t->threshold_s - at->bound_s;
        idle = gained_s < most.worthwhile * missing_s ? idle + 1 : 0;
    }
    return GG_OK;
}

/* Where prices begin: of many users at the incumbent, else at the bounder's multipliers. */
static void start_prices(gg__tree *t, const gg__node *at) {
    if (!gg__tree_has_many(t)) {
        gg_balance_take_multipliers(t->balance);
        return;
    }
    gg_balance_load(t->balance, &at->box);
    gg_balance_take_decision(t->balance, t->search->incumbent, t->search->incumbent_s);
}

/* The multipliers and prices that a node's box was bounded with last. */
static void load_multipliers(gg__tree *t, const gg__node *at) {
    const gg_bound_problem *p = t->p;
    for (size_t k = 0; k < p->n + p->m; k++)
        gg_bounder_multipliers(t->bounder)[k] = (double)at->multipliers[k];
    for (size_t k = 0; at->prices != NULL && k < p->n * p->m; k++)
        gg_balance_prices(t->balance)[k] = (double)at->prices[k];
}

static void store_multipliers(gg__tree *t, gg__node *at) {
    const gg_bound_problem *p = t->p;
    for (size_t k = 0; k < p->n + p->m; k++)
        at->multipliers[k] = (float)gg_bounder_multipliers(t->bounder)[k];
    for (size_t k = 0; at->prices != NULL && k < p->n * p->m; k++)
        at->prices[k] = (float)gg_balance_prices(t->balance)[k];
}

gg_status gg__tree_bound_node(gg__tree *t, gg__node *at, bool is_root, bool *alive, gg_error *err) {
    gg_box *box = &at->box;
    bool planted = is_planted_in(t->search->planted, box, t->p), priced = at->prices != NULL;
    *alive = gg_box_propagate(box, t->p);
    if (held_to_row(t))
        gg_bounder_set_price(t->bounder, at->row_price_s);
    if (!is_root)
        load_multipliers(t, at);
    if (*alive && (is_root ? !gg__tree_has_many(t) : !priced))
        *alive = bound_rounds(t, at, false, is_root ? AT_ROOT : AT_NODE);
    if (*alive && priced && is_root)
        start_prices(t, at);
    if (*alive && priced && is_root && (t->search->root_only || gg__tree_has_many(t)))
        GG_TRY(bound_long_root(t, at, alive, err));
    else if (*alive && priced)
        *alive = bound_rounds(t, at, true, is_root ? PRICED_AT_ROOT : PRICED_AT_NODE);
    at->row_price_s = gg_bounder_price_s(t->bounder);
    check_planted(t->search->planted, box, t->p, planted, *alive, t->threshold_s);
    store_multipliers(t, at);
    if (!*alive || !gg_box_is_point(box, t->p, t->scratch))
        return GG_OK;
    *alive = false;
    return offer(t, t->scratch, err);
}
