/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/branch_and_bound.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/search/local_search.h"
#include "solvers/tree/open_nodes.h"

enum { ROUNDS = 3, ROOT_ROUNDS = 12, ROOT_ITERATIONS = 50, NODE_ITERATIONS = 40 };
/* A round that gains less than this share of the slack is the last of its node. */
static const double WORTHWHILE = 0.3, WORTHWHILE_AT_ROOT = 0.05;
/* Decisions near the bound's are tried at the first nodes and then at every so many. */
enum { TRY_FIRST = 8, TRY_EVERY = 16 };

/* Taken off every claimed bound: what double precision may have added to it, with room for a
 * checker that rounds outward, relative. */
static const double ROUNDING = 2e-11;

typedef struct tree {
    gg_tree_search *search;
    const gg_bound_problem *p;
    gg_bounder *bounder;
    gg__open_nodes open;
    uint64_t created;
    double threshold_s;   /* what costs at least this is of no interest */
    double *interference; /* m: the incumbent's, in power units */
    int32_t *scratch;     /* n */
    gg_search *descent;   /* for decisions near the bound's; NULL where a row must hold as well */
    double *changes_s;    /* m + 1 */
    gg_branch_scores scores;
    bool proving; /* the certificate is being written */
    float *round; /* n + m */
} tree;

static gg__node *node_new(tree *t, gg_error *err) {
    gg__node *fresh = gg__node_new(t->p, t->created);
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

static void note_interference(tree *t) {
    memset(t->interference, 0, t->p->m * sizeof *t->interference);
    for (size_t i = 0; i < t->p->n; i++)
        for (size_t j = 0; j < t->p->m; j++)
            if (t->search->incumbent[i] != GG_LOCAL && (size_t)t->search->incumbent[i] != j)
                t->interference[j] += t->p->power[j * t->p->n + i];
}

/* Makes `assignment` the incumbent if it is better. */
static gg_status offer(tree *t, const int32_t *assignment, gg_error *err) {
    gg_metrics metrics;
    gg_status status = gg_evaluate(t->p->instance, t->p->objective, assignment, &metrics, err);
    if (status != GG_OK || metrics.tau_violations > 0)
        return status;
    double objective_s = gg_row_objective_s(t->p, assignment, metrics.objective_s);
    if (!(objective_s < t->search->incumbent_s))
        return status;
    t->search->incumbent_s = objective_s;
    memcpy(t->search->incumbent, assignment, t->p->n * sizeof *assignment);
    update_threshold(t);
    note_interference(t);
    return GG_OK;
}

/* A certificate that cannot be kept is given up; the search goes on. */
static void give_up_proof(tree *t) {
    if (t->search->certificate != NULL)
        t->search->certificate->n_nodes = 0;
    t->proving = false;
}

static void prove_node(tree *t, gg__node *at) {
    if (t->proving && gg_certificate_add_node(t->search->certificate, &at->proof, NULL) != GG_OK)
        give_up_proof(t);
}

static void prove_round(tree *t) {
    if (!t->proving)
        return;
    const double *multipliers = gg_bounder_multipliers(t->bounder);
    for (size_t k = 0; k < t->p->n + t->p->m; k++)
        t->round[k] = (float)multipliers[k];
    if (gg_certificate_add_round(t->search->certificate, t->round, NULL) != GG_OK)
        give_up_proof(t);
}

static void prove_split(tree *t, const gg__node *parent, int half, const gg__node *child) {
    static const gg_split_kind kinds[GG_BRANCH_KINDS] = {GG_SPLIT_INTERFERENCE, GG_SPLIT_LOAD,
                                                         GG_SPLIT_SERVER, GG_SPLIT_LOCAL};
    if (!t->proving)
        return;
    gg_proof_node *at = &t->search->certificate->nodes[parent->proof];
    const gg_branch *branch = &parent->branch;
    at->kind = kinds[branch->kind];
    at->server = branch->server;
    at->user = branch->user;
    at->load = branch->load;
    at->interference = branch->interference;
    at->child[half] = child->proof;
}

/* The planted decision may only disappear from a box whose bound reaches it. */
static void check_planted(tree *t, const gg_box *box, bool was_inside, bool alive) {
    if (!was_inside || t->search->planted_s >= t->threshold_s)
        return;
    if (!alive || !gg_box_contains(box, t->p, t->search->planted))
        t->search->lost = true;
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

/* A box with one decision left is settled by the judge. */
static bool settle_point(tree *t, const gg_box *box, gg_status *status, gg_error *err) {
    if (!gg_box_is_point(box, t->p, t->scratch))
        return false;
    *status = offer(t, t->scratch, err);
    return true;
}

static bool out_of_time(const tree *t) {
    double deadline_s = t->search->deadline_s;
    return gg_stop_requested() || (isfinite(deadline_s) && gg_now_s() >= deadline_s);
}

/* Bounds and shrinks a node's box, round by round; false when the node is closed. */
static bool process(tree *t, gg__node *at, bool is_root, gg_status *status, gg_error *err) {
    const gg_bound_problem *p = t->p;
    gg_box *box = &at->box;
    bool planted = t->search->planted != NULL && gg_box_contains(box, p, t->search->planted);
    bool alive = gg_box_propagate(box, p);
    double *multipliers = gg_bounder_multipliers(t->bounder);
    bool held_to_row = p->row.gain != NULL && !p->row.relaxed;
    if (held_to_row)
        gg_row_set_price(t->search->problem, at->row_price_s);
    for (size_t k = 0; !is_root && k < p->n + p->m; k++)
        multipliers[k] = (double)at->multipliers[k];
    for (int round = 0; alive && round < (is_root ? ROOT_ROUNDS : ROUNDS); round++) {
        if (gg_box_is_point(box, p, t->scratch))
            break;
        gg_bounder_load(t->bounder, box);
        double bound_s =
            gg_ascend(t->bounder, t->threshold_s, is_root ? ROOT_ITERATIONS : NODE_ITERATIONS);
        prove_round(t);
        double gained = bound_s - at->bound_s;
        at->bound_s = fmax(at->bound_s, bound_s);
        alive = gg_reduce(t->bounder, box, bound_s, t->threshold_s) && gg_box_propagate(box, p);
        if (out_of_time(t))
            break;
        if (held_to_row) {
            gg_row_move_price(t->search->problem, box, gg_bounder_choices(t->bounder).frequency,
                              t->threshold_s - bound_s, multipliers);
            continue;
        }
        if (round > 0 &&
            gained < (is_root ? WORTHWHILE_AT_ROOT : WORTHWHILE) * (t->threshold_s - at->bound_s))
            break;
    }
    at->row_price_s = p->row.price_s;
    check_planted(t, box, planted, alive);
    for (size_t k = 0; k < p->n + p->m; k++)
        at->multipliers[k] = (float)multipliers[k];
    return alive && !settle_point(t, box, status, err);
}

/* Settles how an open node will be split, while the ascent's votes are fresh. */
static void plan_split(tree *t, gg__node *at) {
    double relative = (t->threshold_s - at->bound_s) / t->search->incumbent_s;
    at->is_point = !gg_branch_pick(t->p, &at->box, gg_bounder_choices(t->bounder),
                                   gg_bounder_multipliers(t->bounder) + t->p->n, t->interference,
                                   &t->scores, gg_gap_size(relative), &at->branch);
}

static gg_status add_child(tree *t, const gg__node *parent, int half, double *closed,
                           gg_error *err) {
    gg__node *child = node_new(t, err);
    if (child == NULL)
        return GG_E_NOMEM;
    gg_box_copy(&child->box, &parent->box, t->p);
    memcpy(child->multipliers, parent->multipliers,
           (t->p->n + t->p->m) * sizeof *child->multipliers);
    child->bound_s = parent->bound_s;
    child->row_price_s = parent->row_price_s;
    gg_branch_apply(&parent->branch, &child->box, half);
    prove_node(t, child);
    prove_split(t, parent, half, child);
    double slack_s = t->threshold_s - parent->bound_s;
    gg_status status = GG_OK;
    bool alive = process(t, child, false, &status, err);
    *closed =
        alive && slack_s > 0.0 ? fmin(1.0, (child->bound_s - parent->bound_s) / slack_s) : 1.0;
    t->search->nodes++;
    if (status == GG_OK && alive) {
        plan_split(t, child);
        if (try_now(t, child))
            status = try_blend(t, err);
    }
    if (status == GG_OK && alive) {
        status = push(t, child, err);
        if (status == GG_OK)
            return GG_OK;
    }
    gg_free(child);
    return status;
}

static gg_status split(tree *t, gg__node *parent, gg_error *err) {
    double relative = (t->threshold_s - parent->bound_s) / t->search->incumbent_s;
    double closed[2] = {0.0, 0.0};
    gg_status status = GG_OK;
    for (int half = 0; half < 2 && status == GG_OK; half++)
        status = add_child(t, parent, half, &closed[half], err);
    gg_branch_credit(&t->scores, gg_gap_size(relative), parent->branch.kind, closed[0], closed[1]);
    return status;
}

static size_t memory_bytes(const tree *t) {
    size_t bytes = t->open.count * gg__node_bytes(t->p);
    const gg_certificate *proof = t->proving ? t->search->certificate : NULL;
    if (proof != NULL)
        bytes += proof->n_nodes * sizeof *proof->nodes +
                 proof->n_rounds * (t->p->n + t->p->m) * sizeof(float);
    return bytes;
}

static bool limit_reached(tree *t) {
    gg_tree_search *s = t->search;
    if (gg_stop_requested())
        s->stop = GG_STOP_SIGNAL;
    else if (s->nodes >= s->options->node_limit)
        s->stop = GG_STOP_NODES;
    else if (memory_bytes(t) >= s->options->memory_limit_bytes)
        s->stop = GG_STOP_MEMORY;
    else if (isfinite(s->deadline_s) && gg_now_s() >= s->deadline_s)
        s->stop = GG_STOP_TIME;
    return s->stop != GG_STOP_DONE;
}

static void claim_bound(tree *t) {
    double bound_s = t->threshold_s;
    if (t->open.count > 0)
        bound_s = fmin(bound_s, gg__open_first(&t->open)->bound_s);
    t->search->lower_bound_s = fmax(0.0, bound_s - ROUNDING * fabs(bound_s));
}

static void report(tree *t, double start_s) {
    const gg_solve_options *options = t->search->options;
    if (options->progress == NULL)
        return;
    claim_bound(t);
    const gg_progress now = {t->search->incumbent_s, t->search->lower_bound_s, t->search->nodes,
                             gg_now_s() - start_s};
    options->progress(options->progress_context, &now);
}

static gg_status grow_tree(tree *t, gg_error *err) {
    double start_s = gg_now_s();
    gg__node *root = node_new(t, err);
    if (root == NULL)
        return GG_E_NOMEM;
    gg_box_root(&root->box, t->p);
    root->row_price_s = t->p->row.price_s;
    prove_node(t, root);
    gg_bounder_load(t->bounder, &root->box);
    gg_duals_from(t->bounder, t->search->incumbent);
    if (t->search->options->known_multipliers != NULL)
        gg_offer_multipliers(t->bounder, t->search->options->known_multipliers);
    gg_status status = GG_OK;
    bool alive = process(t, root, true, &status, err);
    t->search->nodes = 1;
    gg_expect_marginal_prices(t->bounder);
    if (t->search->root_multipliers != NULL)
        memcpy(t->search->root_multipliers, gg_bounder_multipliers(t->bounder),
               (t->p->n + t->p->m) * sizeof(double));
    if (alive && status == GG_OK) {
        plan_split(t, root);
        if (try_now(t, root))
            status = try_blend(t, err);
    }
    if (alive && status == GG_OK) {
        status = push(t, root, err);
    }
    if (!alive || status != GG_OK)
        gg_free(root);
    while (status == GG_OK && t->open.count > 0 &&
           gg__open_first(&t->open)->bound_s < t->threshold_s) {
        report(t, start_s);
        if (limit_reached(t))
            break;
        gg__node *parent = gg__open_pop(&t->open);
        if (!parent->is_point)
            status = split(t, parent, err);
        gg_free(parent);
    }
    claim_bound(t);
    if (t->proving)
        t->search->certificate->bound_s = t->search->lower_bound_s;
    return status;
}

gg_status gg_branch_and_bound(gg_tree_search *search, gg_error *err) {
    tree t = {.search = search, .p = search->problem};
    search->stop = GG_STOP_DONE;
    search->nodes = 0;
    search->lost = false;
    t.interference = gg_alloc(t.p->m, sizeof *t.interference);
    t.scratch = gg_alloc(t.p->n, sizeof *t.scratch);
    t.round = gg_alloc(t.p->n + t.p->m, sizeof *t.round);
    t.proving = search->certificate != NULL;
    t.changes_s = gg_alloc(t.p->m + 1, sizeof *t.changes_s);
    gg_status status = GG_OK;
    if (t.interference == NULL || t.scratch == NULL || t.round == NULL || t.changes_s == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for branch and bound");
    if (status == GG_OK && t.p->row.gain == NULL)
        status = gg_search_new(t.p->instance, t.p->objective, &t.descent, err);
    if (status == GG_OK)
        status = gg_bounder_new(t.p, &t.bounder, err);
    if (status == GG_OK) {
        gg_bounder_deadline(t.bounder, search->deadline_s);
        update_threshold(&t);
        note_interference(&t);
        status = grow_tree(&t, err);
    }
    gg__open_clear(&t.open);
    gg_free(t.interference);
    gg_free(t.scratch);
    gg_free(t.round);
    gg_bounder_free(t.bounder);
    gg_search_free(t.descent);
    gg_free(t.changes_s);
    return status;
}
