/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is done about the root's box, and decisions found on the way.
 */
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/tree/tree_internal.h"

static const gg__effort AT_ROOT = {12, 50, 1, 0.05}, BEFORE_PRICES = {1, 50, 1, 0.05},
                        PRICED_AT_ROOT = {12, 60, 1, 0.3}, OF_MANY = {12, 60, 2, 0.01},
                        PERSISTENT = {1000, 80, 1, 0.01}, ROOT_ALONE = {1000, 80, 3, 0.01};
/* A bound below this share of the threshold. */
static const double MOST_OPEN = 0.5;
/* Prices that leave so much of the threshold open rest where they should not: of 68 networks whose
 * users may all stay home 32 were open after 3 s, and one is where they persist. */
static const double RESTS = 0.01;

gg_status gg__tree_renew_goal(gg__tree *t, gg_error *err) {
    gg__goal *goal = gg_alloc(1, sizeof *goal);
    GG_NEED(goal, err, "out of memory for branch and bound");
    double f = t->search->incumbent_s;
    /* So far inside the tolerance that the claimed bound, rounded down, still meets it. */
    double share = fmax(t->search->options->gap - 2.0 * GG__ROUNDING, GG__ROUNDING);
    *goal = (gg__goal){f - share * f, gg_server_sums_of(t->p, t->search->incumbent), t->goal};
    t->root.goal = t->goal = goal;
    return GG_OK;
}

gg_status gg__tree_offer(gg__tree *t, const int32_t *assignment, gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(t->p->instance, t->p->objective, assignment, &metrics, err));
    double objective_s = gg_row_objective_s(t->p, assignment, metrics.objective_s);
    if (metrics.tau_violations > 0 || !(objective_s < t->search->incumbent_s))
        return GG_OK;
    t->search->incumbent_s = objective_s;
    memcpy(t->search->incumbent, assignment, t->p->n * sizeof *assignment);
    return gg__tree_renew_goal(t, err);
}

gg_status gg__tree_try(gg__tree *t, gg_error *err) {
    double found_s = INFINITY;
    if (t->root.descent != NULL)
        GG_TRY(gg__lane_try(&t->root, t->root.scratch, &found_s, err));
    return found_s < t->search->incumbent_s ? gg__tree_offer(t, t->root.scratch, err) : GG_OK;
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
    GG_TRY(gg__tree_try(t, err));
    search->nodes += search->root_only;
    if (gg__tree_report(t, fmax(at->bound_s, 0.0)) == GG_STOP || gg_stop_requested())
        search->stop = GG_STOP_SIGNAL;
    else if (search->root_only && search->nodes >= search->options->node_limit)
        search->stop = GG_STOP_NODES;
    else if (gg_time_is_up(search->deadline_s))
        search->stop = GG_STOP_TIME;
    *goes_on = search->stop == GG_STOP_DONE && at->bound_s < t->goal->threshold_s;
    return GG_OK;
}

/* Rounds with prices, each of which may take long. */
static gg_status bound_long(gg__tree *t, gg__node *at, gg__effort most, bool *alive,
                            gg_error *err) {
    bool goes_on = true;
    for (int round = 0, idle = 0; round < most.rounds && *alive && goes_on; round++) {
        double before_s = at->bound_s;
        if (idle >= most.patience || gg_box_is_point(&at->box, t->p, t->root.scratch) ||
            gg_time_is_up(t->search->deadline_s))
            break;
        *alive = gg__lane_round(&t->root, at, true, most.iterations);
        GG_TRY(look_up(t, at, &goes_on, err));
        double gained_s = at->bound_s - before_s, missing_s = t->goal->threshold_s - at->bound_s;
        idle = gained_s < most.worthwhile * missing_s ? idle + 1 : 0;
    }
    return GG_OK;
}

/* Where prices begin: of many users at the incumbent, else at the bounder's multipliers. */
static void start_prices(gg__tree *t, const gg__node *at) {
    if (!gg__tree_has_many(t)) {
        gg_balance_take_multipliers(t->root.balance);
        return;
    }
    gg_balance_load(t->root.balance, &at->box);
    gg_balance_take_decision(t->root.balance, t->search->incumbent, t->search->incumbent_s);
}

static gg_status bound_with_prices(gg__tree *t, gg__node *at, bool *alive, gg_error *err) {
    start_prices(t, at);
    bool alone = t->search->root_only;
    if (gg__tree_has_many(t))
        GG_TRY(bound_long(t, at, OF_MANY, alive, err));
    else
        *alive = gg__lane_rounds(&t->root, at, true, PRICED_AT_ROOT);
    bool rests = t->goal->threshold_s - at->bound_s > RESTS * t->goal->threshold_s;
    if (!*alive || !(rests || alone) || t->search->stop != GG_STOP_DONE)
        return GG_OK;
    gg_balance_persist(t->root.balance);
    return bound_long(t, at, alone ? ROOT_ALONE : PERSISTENT, alive, err);
}

/* One round does before prices, unless most is left open: from there they find nothing. */
static bool bound_without_prices(gg__tree *t, gg__node *at) {
    bool alive = at->prices == NULL || gg__lane_rounds(&t->root, at, false, BEFORE_PRICES);
    if (alive && (at->prices == NULL || at->bound_s < MOST_OPEN * t->goal->threshold_s))
        alive = gg__lane_rounds(&t->root, at, false, AT_ROOT);
    return alive;
}

gg_status gg__tree_bound_root(gg__tree *t, gg__node *at, bool *alive, gg_error *err) {
    gg__lane *lane = &t->root;
    bool planted = gg__planted_in(lane, &at->box);
    *alive = gg_box_propagate(&at->box, t->p);
    gg_bounder_set_price(lane->bounder, at->row_price_s);
    if (*alive && !gg__tree_has_many(t))
        *alive = bound_without_prices(t, at);
    if (*alive && at->prices != NULL)
        GG_TRY(bound_with_prices(t, at, alive, err));
    at->row_price_s = gg_bounder_price_s(lane->bounder);
    gg__check_planted(lane, &at->box, planted, *alive);
    gg__lane_store(lane, at);
    return GG_OK;
}
