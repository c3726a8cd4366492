/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/branch_and_bound.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/tree/crew.h"

/* The bound with one multiplier a server is given up for one with a price for every user and server
 * where its tree has so many nodes, of users times servers, as a root with prices is worth, and
 * does not seem nearly done. */
static const double NODES_A_ROOT = 240.0, NEARLY_DONE = 1.5;
/* Fewer nodes than these before prices: they come at once. */
static const double WORTH_A_START = 2.0;

static double relative_gap(const gg__tree *t, const gg__node *at) {
    return (t->goal->threshold_s - at->bound_s) / t->search->incumbent_s;
}

/* Takes the node over. */
static gg_status push(gg__tree *t, gg__node *at, gg_error *err) {
    if (gg__open_push(&t->open, at))
        return GG_OK;
    gg_free(at);
    return gg_fail(err, GG_E_NOMEM, "out of memory for %zu open nodes", t->open.count);
}

/* A node that something is left of: settles how it will be split, and keeps it open. Takes it over.
 */
static gg_status keep_open(gg__tree *t, gg__node *at, const gg_splits *splits, gg_error *err) {
    /* With many users a plan takes a while too, and nobody would follow it. */
    if (splits != NULL && !gg_time_is_up(t->search->deadline_s))
        at->is_point =
            !gg_branch_pick(splits, &t->scores, gg_gap_size(relative_gap(t, at)), &at->branch);
    return push(t, at, err);
}

/* What an attempt at a half made of it becomes a node of the tree; *bound_s is INFINITY where
 * nothing is left. */
static gg_status take(gg__tree *t, gg__attempt *a, double *bound_s, gg_error *err) {
    gg__node *child = a->child;
    a->child = NULL;
    child->number = t->created++;
    t->search->nodes++;
    gg__proof_add_node(&t->root.proof, child);
    gg__proof_add_split(&t->root.proof, a->parent, a->half, child);
    if (a->proof_lost)
        gg__proof_give_up(&t->root.proof);
    else
        gg__proof_add_rounds(&t->root.proof, a->proof);
    bool stays = a->alive && !a->is_point, found = a->found_s < t->search->incumbent_s;
    *bound_s = stays ? child->bound_s : INFINITY;
    if (stays)
        GG_TRY(keep_open(t, child, &a->splits, err));
    else
        gg_free(child);
    return found || (a->alive && a->is_point) ? gg__tree_offer(t, a->decision, err) : GG_OK;
}

/* Splits the first node of what is left of a wave. */
static gg_status split(gg__tree *t, gg__crew *crew, gg__node **wave, size_t count, gg_error *err) {
    gg__node *parent = wave[0];
    double relative = relative_gap(t, parent), closed[2];
    for (int half = 0; half < 2; half++) {
        double slack_s = t->goal->threshold_s - parent->bound_s, bound_s;
        gg__attempt *done;
        gg__crew_look_ahead(crew, wave, count);
        GG_TRY(gg__crew_half(crew, parent, half, &done, err));
        GG_TRY(take(t, done, &bound_s, err));
        /* The share of the parent's slack that the half closed. */
        closed[half] = slack_s > 0.0 ? fmin(1.0, (bound_s - parent->bound_s) / slack_s) : 1.0;
    }
    gg_branch_credit(&t->scores, gg_gap_size(relative), parent->branch.kind, closed[0], closed[1]);
    return GG_OK;
}

/* The open nodes of the least bounds, all against one goal: an incumbent that is found below one
 * makes nothing vain that other threads do for the rest. */
static size_t pop_wave(gg__tree *t, gg__crew *crew, gg__node **wave) {
    const gg_tree_search *s = t->search;
    size_t count = 0;
    while (count < GG__WAVE && t->open.count > 0 &&
           (count == 0 || s->nodes + 2 * (int64_t)count < s->options->node_limit)) {
        gg__node *at = gg__open_pop(&t->open);
        if (gg__node_is_left(at, t->goal->threshold_s)) {
            at->goal = t->goal;
            wave[count++] = at;
        } else {
            gg__crew_leave(crew, at);
            gg_free(at);
        }
    }
    return count;
}

/* What a wave has not come to when the time is up stays open. Takes it over. */
static gg_status put_back(gg__tree *t, gg__crew *crew, gg__node *at, gg_error *err) {
    gg__crew_leave(crew, at);
    at->goal = NULL;
    return push(t, at, err);
}

static gg_status split_wave(gg__tree *t, gg__crew *crew, gg_error *err) {
    gg__node *wave[GG__WAVE];
    size_t count = pop_wave(t, crew, wave);
    gg_status status = GG_OK;
    for (size_t k = 0; k < count; k++) {
        bool goes_on = status == GG_OK && gg__node_is_left(wave[k], t->goal->threshold_s);
        if (goes_on && k > 0 && gg_time_is_up(t->search->deadline_s)) {
            status = put_back(t, crew, wave[k], err);
            continue;
        }
        if (goes_on)
            status = split(t, crew, wave + k, count - k, err);
        gg__crew_leave(crew, wave[k]);
        gg_free(wave[k]);
    }
    return status;
}

static size_t memory_bytes(const gg__tree *t) {
    return t->open.count * gg__node_bytes(t->p, t->root.balance != NULL) +
           gg__proof_bytes(&t->root.proof);
}

static void claim_bound(gg__tree *t) {
    double bound_s = t->goal->threshold_s;
    if (t->open.count > 0)
        bound_s = fmin(bound_s, gg__open_first(&t->open)->bound_s);
    t->search->lower_bound_s = fmax(0.0, bound_s - GG__ROUNDING * fabs(bound_s));
}

static bool limit_reached(gg__tree *t) {
    gg_tree_search *s = t->search;
    claim_bound(t);
    if (gg__tree_report(t, s->lower_bound_s) == GG_STOP || gg_stop_requested())
        s->stop = GG_STOP_SIGNAL;
    else if (s->nodes >= s->options->node_limit)
        s->stop = GG_STOP_NODES;
    else if (memory_bytes(t) >= s->options->memory_limit_bytes)
        s->stop = GG_STOP_MEMORY;
    else if (gg_time_is_up(s->deadline_s))
        s->stop = GG_STOP_TIME;
    return s->stop != GG_STOP_DONE;
}

/* Where the root's ascent starts. */
static void start_root(gg__tree *t, gg__node *root) {
    gg_box_root(&root->box, t->p);
    root->row_price_s = t->p->row.price_s;
    if (gg__tree_has_many(t))
        return;
    gg_bounder_load(t->root.bounder, &root->box);
    gg_duals_from(t->root.bounder, t->search->incumbent);
    if (t->search->options->known_multipliers != NULL)
        gg_offer_multipliers(t->root.bounder, t->search->options->known_multipliers);
}

/* Bounds the root and keeps it open if something is left of it. Takes it over. */
static gg_status take_root(gg__tree *t, gg__node *root, double *bound_s, gg_error *err) {
    gg__lane *lane = &t->root;
    bool alive;
    gg_status status = gg__tree_bound_root(t, root, &alive, err);
    t->search->nodes += !t->search->root_only;
    *bound_s = INFINITY;
    if (status == GG_OK && alive && gg_box_is_point(&root->box, t->p, lane->scratch)) {
        alive = false;
        status = gg__tree_offer(t, lane->scratch, err);
    }
    if (status != GG_OK || !alive) {
        gg_free(root);
        return status;
    }
    *bound_s = root->bound_s;
    gg_splits splits;
    bool planned = !t->search->root_only && !gg_time_is_up(t->search->deadline_s);
    if (planned)
        splits = gg_branch_places(t->p, &root->box, gg_bounder_choices(lane->bounder),
                                  gg_bounder_multipliers(lane->bounder) + t->p->n,
                                  t->goal->incumbent.interference);
    GG_TRY(keep_open(t, root, planned ? &splits : NULL, err));
    return gg__tree_try(t, err);
}

static gg_status plant_root(gg__tree *t, gg__crew *crew, gg_error *err) {
    GG_TRY(gg__crew_prepare(crew, err));
    gg__node *root = gg__node_new(t->p, t->created, t->root.balance != NULL);
    double bound_s;
    GG_NEED(root, err, "out of memory for the first node");
    t->created++;
    gg__proof_add_node(&t->root.proof, root);
    start_root(t, root);
    gg_status status = take_root(t, root, &bound_s, err);
    t->root_slack_s = t->goal->threshold_s - bound_s;
    gg_expect_marginal_prices(t->root.bounder);
    if (t->search->root_multipliers != NULL)
        memcpy(t->search->root_multipliers, gg_bounder_multipliers(t->root.bounder),
               (t->p->n + t->p->m) * sizeof(double));
    return status;
}

/* From the root again, with a price for every user and server. */
static gg_status restart_priced(gg__tree *t, gg__crew *crew, gg_error *err) {
    GG_TRY(gg__lane_add_balance(&t->root, err));
    gg__crew_leave_all(crew);
    gg__open_clear(&t->open);
    gg__proof_restart(&t->root.proof);
    t->scores = (gg_branch_scores){0};
    return plant_root(t, crew, err);
}

/* Nodes grow exponentially with what has been closed of the root's gap: k of them for a share c of
 * it seem to be k^(1/c) for all. */
static double nodes_needed(const gg__tree *t) {
    double left_s = t->goal->threshold_s - gg__open_first(&t->open)->bound_s;
    double closed = 1.0 - left_s / t->root_slack_s;
    return closed > 0.0 ? pow((double)t->search->nodes, 1.0 / closed) : INFINITY;
}

/* Where somebody is so many times louder than the noise, multipliers that tell who disturbs at all
 * leave sums of prices no digits. */
static const double LOUDEST = 0x1p60;

static bool has_digits(const gg_bound_problem *p) {
    for (size_t j = 0; j < p->m; j++)
        for (size_t i = 0; i < p->n; i++)
            if (p->power[j * p->n + i] > LOUDEST * p->noise[j])
                return false;
    return true;
}

/* Nodes before which prices would not pay. Nobody disturbs where interference is fixed: they would
 * change nothing. */
static double nodes_before_prices(const gg__tree *t) {
    return t->p->m < 2 || t->p->instance->fixed_interference_w != NULL || !t->has_digits
               ? INFINITY
               : NODES_A_ROOT / (double)(t->p->n * t->p->m);
}

static bool is_stuck(const gg__tree *t) {
    double nodes = (double)t->search->nodes;
    return t->root.balance == NULL && nodes >= nodes_before_prices(t) &&
           nodes_needed(t) > NEARLY_DONE * nodes;
}

static bool is_proven(const gg__tree *t) {
    return t->open.count == 0 || !(gg__open_first(&t->open)->bound_s < t->goal->threshold_s);
}

/* Splits waves of open nodes until all is proven, a limit is reached or prices are wanted. */
static gg_status walk(gg__tree *t, gg__crew *crew, gg_error *err) {
    gg_status status = gg__crew_get_ready(crew, err);
    if (status != GG_OK)
        return status;
    do
        status = split_wave(t, crew, err);
    while (status == GG_OK && !is_proven(t) && !limit_reached(t) && !is_stuck(t));
    return status;
}

static gg_status grow_tree(gg__tree *t, gg__crew *crew, gg_error *err) {
    bool priced = t->search->prices_at_once || (t->search->root_only && t->has_digits) ||
                  gg__tree_has_many(t) || nodes_before_prices(t) <= WORTH_A_START;
    gg_status status = priced ? restart_priced(t, crew, err) : plant_root(t, crew, err);
    while (status == GG_OK && !t->search->root_only && !is_proven(t) &&
           t->search->stop == GG_STOP_DONE && !limit_reached(t))
        status = is_stuck(t) ? restart_priced(t, crew, err) : walk(t, crew, err);
    claim_bound(t);
    if (t->root.proof.certificate != NULL)
        t->root.proof.certificate->bound_s = t->search->lower_bound_s;
    return status;
}

static gg_status tree_init(gg__tree *t, gg_error *err) {
    t->root.proof.certificate = t->search->certificate;
    GG_TRY(gg__lane_init(&t->root, t->search, err));
    return gg__tree_renew_goal(t, err);
}

static void tree_clear(gg__tree *t) {
    gg__open_clear(&t->open);
    gg__lane_clear(&t->root);
    while (t->goal != NULL) {
        gg__goal *before = t->goal->before;
        gg_free(t->goal);
        t->goal = before;
    }
}

gg_status gg_branch_and_bound(gg_tree_search *search, gg_error *err) {
    gg__tree t = {.search = search,
                  .p = search->problem,
                  .has_digits = has_digits(search->problem),
                  .start_s = gg_now_s()};
    search->stop = GG_STOP_DONE;
    search->nodes = 0;
    gg_status status = tree_init(&t, err);
    if (status == GG_OK)
        status = gg__crew_run(&t, grow_tree, err);
    tree_clear(&t);
    return status;
}
