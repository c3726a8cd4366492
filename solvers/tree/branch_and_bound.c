/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/branch_and_bound.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/balance/balance.h"
#include "solvers/bound/offload_row.h"
#include "solvers/search/local_search.h"
#include "solvers/tree/open_nodes.h"
#include "solvers/tree/proof_writer.h"

/* How a box is bounded: at most so many rounds of so many iterations. So many rounds on end, after
 * the first, that gain less than this share of the slack are the last. */
typedef struct effort {
    int rounds, iterations, patience;
    double worthwhile;
} effort;
static const effort AT_ROOT = {12, 50, 1, 0.05}, AT_NODE = {3, 40, 1, 0.3},
                    PRICED_AT_ROOT = {12, 60, 2, 0.01}, PRICED_AT_NODE = {2, 25, 1, 0.3};
/* What the bound with one multiplier a server has not closed in so many nodes, of users times
 * servers, gets a price for every user and server. As many nodes as one root with prices takes the
 * time of, at most so many; a dozen users under a row are searched through sooner (2 s, not 14). */
static const double NODES_FIRST = 48000.0, MOST_FIRST = 100.0, FEW_UNDER_ROW = 16.0;
/* Decisions near the bound's are tried at the first nodes and then at every so many. */
enum { TRY_FIRST = 8, TRY_EVERY = 16 };

/* Taken off every claimed bound: what double precision may have added to it, with room for a
 * checker that rounds outward, relative. */
static const double ROUNDING = 2e-11;

typedef struct tree {
    gg_tree_search *search;
    const gg_bound_problem *p;
    gg_bounder *bounder;
    gg_balance *balance; /* NULL: not used (yet) */
    gg__open_nodes open;
    uint64_t created;
    double threshold_s;       /* what costs at least this is of no interest */
    gg_server_sums incumbent; /* of the best decision */
    int32_t *scratch;         /* n */
    gg_search *descent; /* for decisions near the bound's; NULL where a row must hold as well */
    double *changes_s;  /* m + 1 */
    gg_branch_scores scores;
    gg__proof_writer proof;
    void *memory; /* of the arrays */
} tree;

static gg__node *node_new(tree *t, gg_error *err) {
    gg__node *fresh = gg__node_new(t->p, t->created, t->balance != NULL);
    if (fresh == NULL)
        gg_fail(err, GG_E_NOMEM, "out of memory after %llu nodes", (unsigned long long)t->created);
    else
        t->created++;
    return fresh;
}

static gg_status push(tree *t, gg__node *fresh, gg_error *err) {
    if (gg__open_push(&t->open, fresh))
        return GG_OK;
    return gg_fail(err, GG_E_NOMEM, "out of memory for %zu open nodes", t->open.count);
}

static void update_threshold(tree *t) {
    double f = t->search->incumbent_s;
    /* So far inside the tolerance that the claimed bound, rounded down, still meets it. */
    double share = fmax(t->search->options->gap - 2.0 * ROUNDING, ROUNDING);
    t->threshold_s = f - share * f;
}

/* Makes `assignment` the incumbent if it is better. */
static gg_status offer(tree *t, const int32_t *assignment, gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(t->p->instance, t->p->objective, assignment, &metrics, err));
    double objective_s = gg_row_objective_s(t->p, assignment, metrics.objective_s);
    if (metrics.tau_violations > 0 || !(objective_s < t->search->incumbent_s))
        return GG_OK;
    t->search->incumbent_s = objective_s;
    memcpy(t->search->incumbent, assignment, t->p->n * sizeof *assignment);
    update_threshold(t);
    t->incumbent = gg_server_sums_of(t->p, assignment);
    return GG_OK;
}

/* Descends from what the ascent chose most often for every user. */
static gg_status try_blend(tree *t, gg_error *err) {
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

static bool try_now(const tree *t, const gg__node *at) {
    return t->descent != NULL && (at->number <= TRY_FIRST || at->number % TRY_EVERY == 0);
}

static bool held_to_row(const tree *t) {
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
static bool bound_round(tree *t, gg__node *at, bool priced, int iterations) {
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

static bool bound_rounds(tree *t, gg__node *at, bool priced, effort most) {
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

/* The multipliers and prices that a node's box was bounded with last. */
static void load_multipliers(tree *t, const gg__node *at) {
    const gg_bound_problem *p = t->p;
    for (size_t k = 0; k < p->n + p->m; k++)
        gg_bounder_multipliers(t->bounder)[k] = (double)at->multipliers[k];
    for (size_t k = 0; at->prices != NULL && k < p->n * p->m; k++)
        gg_balance_prices(t->balance)[k] = (double)at->prices[k];
}

static void store_multipliers(tree *t, gg__node *at) {
    const gg_bound_problem *p = t->p;
    for (size_t k = 0; k < p->n + p->m; k++)
        at->multipliers[k] = (float)gg_bounder_multipliers(t->bounder)[k];
    for (size_t k = 0; at->prices != NULL && k < p->n * p->m; k++)
        at->prices[k] = (float)gg_balance_prices(t->balance)[k];
}

/* Bounds and shrinks a node's box, round by round; *alive is false when the node is closed. A box
 * with one decision left is settled by the judge. */
static gg_status process(tree *t, gg__node *at, bool is_root, bool *alive, gg_error *err) {
    gg_box *box = &at->box;
    bool planted = is_planted_in(t->search->planted, box, t->p), priced = at->prices != NULL;
    *alive = gg_box_propagate(box, t->p);
    if (held_to_row(t))
        gg_bounder_set_price(t->bounder, at->row_price_s);
    if (!is_root)
        load_multipliers(t, at);
    if (*alive && (is_root || !priced))
        *alive = bound_rounds(t, at, false, is_root ? AT_ROOT : AT_NODE);
    if (*alive && priced) {
        if (is_root)
            gg_balance_take_multipliers(t->balance);
        *alive = bound_rounds(t, at, true, is_root ? PRICED_AT_ROOT : PRICED_AT_NODE);
    }
    at->row_price_s = gg_bounder_price_s(t->bounder);
    check_planted(t->search->planted, box, t->p, planted, *alive, t->threshold_s);
    store_multipliers(t, at);
    if (!*alive || !gg_box_is_point(box, t->p, t->scratch))
        return GG_OK;
    *alive = false;
    return offer(t, t->scratch, err);
}

/* Settles how an open node will be split, while the ascent's votes are fresh. */
static void plan_split(tree *t, gg__node *at) {
    double relative = (t->threshold_s - at->bound_s) / t->search->incumbent_s;
    at->is_point =
        !gg_branch_pick(t->p, &at->box, gg_bounder_choices(t->bounder),
                        gg_bounder_multipliers(t->bounder) + t->p->n, t->incumbent.interference,
                        &t->scores, gg_gap_size(relative), &at->branch);
}

static gg_status keep_open(tree *t, gg__node *at, gg_error *err) {
    plan_split(t, at);
    if (try_now(t, at))
        GG_TRY(try_blend(t, err));
    return push(t, at, err);
}

/* Takes a fresh node over, bounds it, and keeps open what is left of it. *bound_s is INFINITY where
 * nothing is. */
static gg_status take_node(tree *t, gg__node *at, bool is_root, double *bound_s, gg_error *err) {
    bool alive;
    gg_status status = process(t, at, is_root, &alive, err);
    t->search->nodes++;
    *bound_s = alive ? at->bound_s : INFINITY;
    if (status == GG_OK && alive)
        status = keep_open(t, at, err);
    if (status != GG_OK || !alive)
        gg_free(at);
    return status;
}

/* *closed is the share of the parent's slack that the child closed. */
static gg_status add_child(tree *t, const gg__node *parent, int half, double *closed,
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

static gg_status split(tree *t, const gg__node *parent, gg_error *err) {
    double relative = (t->threshold_s - parent->bound_s) / t->search->incumbent_s;
    double closed[2];
    for (int half = 0; half < 2; half++)
        GG_TRY(add_child(t, parent, half, &closed[half], err));
    gg_branch_credit(&t->scores, gg_gap_size(relative), parent->branch.kind, closed[0], closed[1]);
    return GG_OK;
}

static size_t memory_bytes(const tree *t) {
    return t->open.count * gg__node_bytes(t->p, t->balance != NULL) + gg__proof_bytes(&t->proof);
}

static void claim_bound(tree *t) {
    double bound_s = t->threshold_s;
    if (t->open.count > 0)
        bound_s = fmin(bound_s, gg__open_first(&t->open)->bound_s);
    t->search->lower_bound_s = fmax(0.0, bound_s - ROUNDING * fabs(bound_s));
}

static gg_verdict report(tree *t, double start_s) {
    const gg_solve_options *options = t->search->options;
    if (options->progress == NULL)
        return GG_CONTINUE;
    claim_bound(t);
    const gg_progress now = {t->search->incumbent_s, t->search->lower_bound_s, t->search->nodes,
                             gg_now_s() - start_s};
    return options->progress(options->progress_context, &now);
}

static bool limit_reached(tree *t, double start_s) {
    gg_tree_search *s = t->search;
    if (report(t, start_s) == GG_STOP || gg_stop_requested())
        s->stop = GG_STOP_SIGNAL;
    else if (s->nodes >= s->options->node_limit)
        s->stop = GG_STOP_NODES;
    else if (memory_bytes(t) >= s->options->memory_limit_bytes)
        s->stop = GG_STOP_MEMORY;
    else if (gg_time_is_up(s->deadline_s))
        s->stop = GG_STOP_TIME;
    return s->stop != GG_STOP_DONE;
}

static gg_status plant_root(tree *t, gg_error *err) {
    gg__node *root = node_new(t, err);
    double bound_s;
    if (root == NULL)
        return GG_E_NOMEM;
    gg_box_root(&root->box, t->p);
    root->row_price_s = t->p->row.price_s;
    gg__proof_add_node(&t->proof, root);
    gg_bounder_load(t->bounder, &root->box);
    gg_duals_from(t->bounder, t->search->incumbent);
    if (t->search->options->known_multipliers != NULL)
        gg_offer_multipliers(t->bounder, t->search->options->known_multipliers);
    gg_status status = take_node(t, root, true, &bound_s, err);
    gg_expect_marginal_prices(t->bounder);
    if (t->search->root_multipliers != NULL)
        memcpy(t->search->root_multipliers, gg_bounder_multipliers(t->bounder),
               (t->p->n + t->p->m) * sizeof(double));
    return status;
}

/* From the root again, with a price for every user and server. */
static gg_status restart_priced(tree *t, gg_error *err) {
    GG_TRY(gg_balance_new(t->bounder, &t->balance, err));
    gg_balance_note_states(t->balance, gg__proof_add_state, &t->proof);
    gg__open_clear(&t->open);
    gg__proof_restart(&t->proof);
    t->scores = (gg_branch_scores){0};
    return plant_root(t, err);
}

/* Nobody disturbs where interference is fixed: prices would change nothing. */
static bool is_stuck(const tree *t) {
    return t->balance == NULL && t->p->m > 1 && t->p->instance->fixed_interference_w == NULL &&
           (t->p->row.gain == NULL || (double)t->p->n > FEW_UNDER_ROW) &&
           (double)t->search->nodes >= fmin(NODES_FIRST / (double)(t->p->n * t->p->m), MOST_FIRST);
}

static gg_status grow_tree(tree *t, gg_error *err) {
    double start_s = gg_now_s();
    gg_status status = t->search->prices_at_once ? restart_priced(t, err) : plant_root(t, err);
    while (status == GG_OK && t->open.count > 0 &&
           gg__open_first(&t->open)->bound_s < t->threshold_s) {
        if (limit_reached(t, start_s))
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

static gg_status tree_init(tree *t, gg_error *err) {
    const gg_record_array arrays[] = {
        GG_ARRAY(tree, scratch, t->p->n), GG_ARRAY(tree, changes_s, t->p->m + 1),
        GG_ARRAY(tree, proof.round, t->p->n + t->p->m), GG_ARRAY(tree, proof.users, t->p->n),
        GG_ARRAY(tree, proof.prices, t->p->n * t->p->m)};
    t->memory = GG_ARRAYS_NEW(t, arrays);
    GG_NEED(t->memory, err, "out of memory for branch and bound");
    if (t->p->row.gain == NULL)
        GG_TRY(gg_search_new(t->p->instance, t->p->objective, &t->descent, err));
    GG_TRY(gg_bounder_new(t->p, &t->bounder, err));
    gg_bounder_deadline(t->bounder, t->search->deadline_s);
    update_threshold(t);
    t->incumbent = gg_server_sums_of(t->p, t->search->incumbent);
    return GG_OK;
}

gg_status gg_branch_and_bound(gg_tree_search *search, gg_error *err) {
    tree t = {.search = search, .p = search->problem, .proof.certificate = search->certificate};
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
