/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/branch_and_bound.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/tree/tree_internal.h"

/* The bound with one multiplier a server is given up for one with a price for every user and server
 * where the tree that it seems to need costs more than that bound's root. So many nodes, of users
 * times servers, at most so many, cost as much as a root with prices; a dozen users under a row are
 * searched through sooner (2 s, not 14). */
static const double NODES_A_ROOT = 48000.0, MOST_A_ROOT = 100.0, FEW_UNDER_ROW = 16.0;
/* How many of its worth decide when: before this share of it nothing is known; up to it a tree must
 * seem to need so many times as much; after it the search goes on while it seems nearly done. */
static const double KNOWN_AFTER = 0.25, HOPELESS = 10.0, NEARLY_DONE = 1.5;

static gg__node *node_new(gg__tree *t, gg_error *err) {
    gg__node *fresh = gg__node_new(t->p, t->created, t->balance != NULL);
    if (fresh == NULL)
        gg_fail(err, GG_E_NOMEM, "out of memory after %llu nodes", (unsigned long long)t->created);
    else
        t->created++;
    return fresh;
}

static gg_status push(gg__tree *t, gg__node *fresh, gg_error *err) {
    if (gg__open_push(&t->open, fresh))
        return GG_OK;
    return gg_fail(err, GG_E_NOMEM, "out of memory for %zu open nodes", t->open.count);
}

/* Settles how an open node will be split, while the ascent's votes are fresh. */
static void plan_split(gg__tree *t, gg__node *at) {
    double relative = (t->threshold_s - at->bound_s) / t->search->incumbent_s;
    at->is_point =
        !gg_branch_pick(t->p, &at->box, gg_bounder_choices(t->bounder),
                        gg_bounder_multipliers(t->bounder) + t->p->n, t->incumbent.interference,
                        &t->scores, gg_gap_size(relative), &at->branch);
}

static gg_status keep_open(gg__tree *t, gg__node *at, gg_error *err) {
    /* With many users a plan takes a while too, and nobody would follow it. */
    if (!t->search->root_only && !gg_time_is_up(t->search->deadline_s))
        plan_split(t, at);
    if (gg__tree_tries_now(t, at))
        GG_TRY(gg__tree_try_blend(t, err));
    return push(t, at, err);
}

/* Takes a fresh node over, bounds it, and keeps open what is left of it. *bound_s is INFINITY where
 * nothing is. */
static gg_status take_node(gg__tree *t, gg__node *at, bool is_root, double *bound_s,
                           gg_error *err) {
    bool alive;
    gg_status status = gg__tree_bound_node(t, at, is_root, &alive, err);
    t->search->nodes += !t->search->root_only;
    *bound_s = alive ? at->bound_s : INFINITY;
    if (status == GG_OK && alive)
        status = keep_open(t, at, err);
    if (status != GG_OK || !alive)
        gg_free(at);
    return status;
}

/* *closed is the share of the parent's slack that the child closed. */
static gg_status add_child(gg__tree *t, const gg__node *parent, int half, double *closed,
                           gg_error *err) {
    gg__node *child = node_new(t, err);
    if (child == NULL)
        return GG_E_NOMEM;
    gg_box_copy(&child->box, &parent->box, t->p);
    memcpy(child->multipliers, parent->multipliers,
           (t->p->n + t->p->m) * sizeof *child->multipliers);
    if (child->prices != NULL)
        memcpy(child->prices, parent->prices, t->p->n * t->p->m * sizeof *child->prices);
    child->bound_s = parent->bound_s;
    child->row_price_s = parent->row_price_s;
    gg_branch_apply(&parent->branch, &child->box, half);
    gg__proof_add_node(&t->proof, child);
    gg__proof_add_split(&t->proof, parent, half, child);
    double slack_s = t->threshold_s - parent->bound_s, bound_s;
    gg_status status = take_node(t, child, false, &bound_s, err);
    *closed = slack_s > 0.0 ? fmin(1.0, (bound_s - parent->bound_s) / slack_s) : 1.0;
    return status;
}

static gg_status split(gg__tree *t, const gg__node *parent, gg_error *err) {
    double relative = (t->threshold_s - parent->bound_s) / t->search->incumbent_s;
    double closed[2];
    for (int half = 0; half < 2; half++)
        GG_TRY(add_child(t, parent, half, &closed[half], err));
    gg_branch_credit(&t->scores, gg_gap_size(relative), parent->branch.kind, closed[0], closed[1]);
    return GG_OK;
}

static size_t memory_bytes(const gg__tree *t) {
    return t->open.count * gg__node_bytes(t->p, t->balance != NULL) + gg__proof_bytes(&t->proof);
}

static void claim_bound(gg__tree *t) {
    double bound_s = t->threshold_s;
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

static gg_status plant_root(gg__tree *t, gg_error *err) {
    gg__node *root = node_new(t, err);
    double bound_s;
    if (root == NULL)
        return GG_E_NOMEM;
    gg_box_root(&root->box, t->p);
    root->row_price_s = t->p->row.price_s;
    gg__proof_add_node(&t->proof, root);
    if (!gg__tree_has_many(t)) {
        gg_bounder_load(t->bounder, &root->box);
        gg_duals_from(t->bounder, t->search->incumbent);
    }
    if (!gg__tree_has_many(t) && t->search->options->known_multipliers != NULL)
        gg_offer_multipliers(t->bounder, t->search->options->known_multipliers);
    gg_status status = take_node(t, root, true, &bound_s, err);
    t->root_slack_s = t->threshold_s - bound_s;
    gg_expect_marginal_prices(t->bounder);
    if (t->search->root_multipliers != NULL)
        memcpy(t->search->root_multipliers, gg_bounder_multipliers(t->bounder),
               (t->p->n + t->p->m) * sizeof(double));
    return status;
}

/* From the root again, with a price for every user and server. */
static gg_status restart_priced(gg__tree *t, gg_error *err) {
    GG_TRY(gg_balance_new(t->bounder, &t->balance, err));
    gg_balance_note_states(t->balance, gg__proof_add_state, &t->proof);
    gg__open_clear(&t->open);
    gg__proof_restart(&t->proof);
    t->scores = (gg_branch_scores){0};
    return plant_root(t, err);
}

/* Nodes grow exponentially with what has been closed of the root's gap: k of them for a share c of
 * it seem to be k^(1/c) for all. */
static double nodes_needed(const gg__tree *t) {
    double left_s = t->threshold_s - gg__open_first(&t->open)->bound_s;
    double closed = 1.0 - left_s / t->root_slack_s;
    return closed > 0.0 ? pow((double)t->search->nodes, 1.0 / closed) : INFINITY;
}

/* Nobody disturbs where interference is fixed: prices would change nothing. */
static bool is_stuck(const gg__tree *t) {
    double worth = fmin(NODES_A_ROOT / (double)(t->p->n * t->p->m), MOST_A_ROOT);
    double nodes = (double)t->search->nodes;
    if (t->balance != NULL || t->p->m < 2 || t->p->instance->fixed_interference_w != NULL ||
        (t->p->row.gain != NULL && (double)t->p->n <= FEW_UNDER_ROW) || nodes < KNOWN_AFTER * worth)
        return false;
    return nodes_needed(t) > (nodes < worth ? HOPELESS * worth : NEARLY_DONE * nodes);
}

static gg_status grow_tree(gg__tree *t, gg_error *err) {
    t->start_s = gg_now_s();
    bool priced = t->search->prices_at_once || t->search->root_only || gg__tree_has_many(t);
    gg_status status = priced ? restart_priced(t, err) : plant_root(t, err);
    while (status == GG_OK && !t->search->root_only && t->open.count > 0 &&
           gg__open_first(&t->open)->bound_s < t->threshold_s) {
        if (limit_reached(t))
            break;
        if (is_stuck(t)) {
            status = restart_priced(t, err);
            continue;
        }
        gg__node *parent = gg__open_pop(&t->open);
        if (!parent->is_point)
            status = split(t, parent, err);
        gg_free(parent);
    }
    claim_bound(t);
    if (t->proof.certificate != NULL)
        t->proof.certificate->bound_s = t->search->lower_bound_s;
    return status;
}

static gg_status tree_init(gg__tree *t, gg_error *err) {
    const gg_record_array arrays[] = {GG_ARRAY(gg__tree, scratch, t->p->n),
                                      GG_ARRAY(gg__tree, changes_s, t->p->m + 1),
                                      GG_ARRAY(gg__tree, proof.round, t->p->n + t->p->m),
                                      GG_ARRAY(gg__tree, proof.users, t->p->n),
                                      GG_ARRAY(gg__tree, proof.prices, t->p->n * t->p->m)};
    t->memory = GG_ARRAYS_NEW(t, arrays);
    GG_NEED(t->memory, err, "out of memory for branch and bound");
    if (t->p->row.gain == NULL)
        GG_TRY(gg_search_new(t->p->instance, t->p->objective, &t->descent, err));
    GG_TRY(gg_bounder_new(t->p, &t->bounder, err));
    gg_bounder_deadline(t->bounder, t->search->deadline_s);
    gg__tree_update_threshold(t);
    t->incumbent = gg_server_sums_of(t->p, t->search->incumbent);
    return GG_OK;
}

gg_status gg_branch_and_bound(gg_tree_search *search, gg_error *err) {
    gg__tree t = {.search = search, .p = search->problem, .proof.certificate = search->certificate};
    search->stop = GG_STOP_DONE;
    search->nodes = 0;
    gg_status status = tree_init(&t, err);
    if (status == GG_OK)
        status = grow_tree(&t, err);
    gg__open_clear(&t.open);
    gg_free(t.balance);
    gg_free(t.bounder);
    gg_free(t.descent);
    gg_free(t.memory);
    return status;
}
