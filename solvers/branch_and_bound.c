/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/branch_and_bound.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/branching.h"
#include "solvers/offload_row.h"

enum { ROUNDS = 3, ROOT_ROUNDS = 6, ROOT_ITERATIONS = 150, NODE_ITERATIONS = 40 };

/* Taken off every claimed bound: what double precision may have added to it, with room for a
 * checker that rounds outward, relative. */
static const double ROUNDING = 2e-11;

/* An open node: its box, the multipliers it ended with, its bound. */
typedef struct node {
    double bound_s;
    uint64_t number; /* order of creation: breaks ties the same way every time */
    size_t proof;    /* its node in the certificate */
    gg_branch branch;
    bool is_point;
    float *multipliers; /* n + m */
    gg_box box;
} node;

typedef struct tree {
    gg_tree_search *search;
    const gg_bound_problem *p;
    gg_bounder *bounder;
    node **open; /* heap, the lowest bound on top */
    size_t n_open, open_capacity;
    uint64_t created;
    double threshold_s;   /* what costs at least this is of no interest */
    double *interference; /* m: the incumbent's, in power units */
    int32_t *scratch;     /* n */
    gg_branch_scores scores;
    bool proving; /* the certificate is being written */
    float *round; /* n + m */
} tree;

static bool goes_first(const node *a, const node *b) {
    return a->bound_s != b->bound_s ? a->bound_s < b->bound_s : a->number < b->number;
}

static gg_status push(tree *t, node *fresh, gg_error *err) {
    if (t->n_open == t->open_capacity) {
        size_t capacity = t->open_capacity * 2 + 64;
        node **grown = gg_realloc(t->open, t->open_capacity, capacity, sizeof *grown);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "out of memory for %zu open nodes", capacity);
        t->open = grown;
        t->open_capacity = capacity;
    }
    size_t hole = t->n_open++;
    while (hole > 0 && goes_first(fresh, t->open[(hole - 1) / 2])) {
        t->open[hole] = t->open[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    t->open[hole] = fresh;
    return GG_OK;
}

static node *pop(tree *t) {
    node *top = t->open[0], *last = t->open[--t->n_open];
    size_t hole = 0;
    for (;;) {
        size_t child = 2 * hole + 1;
        if (child >= t->n_open)
            break;
        if (child + 1 < t->n_open && goes_first(t->open[child + 1], t->open[child]))
            child++;
        if (!goes_first(t->open[child], last))
            break;
        t->open[hole] = t->open[child];
        hole = child;
    }
    t->open[hole] = last;
    return top;
}

static size_t node_bytes(const gg_bound_problem *p) {
    return (sizeof(node) + 7) / 8 * 8 + gg_box_bytes(p) + (p->n + p->m) * sizeof(float);
}

static node *node_new(tree *t, gg_error *err) {
    size_t head = (sizeof(node) + 7) / 8 * 8, box = gg_box_bytes(t->p);
    char *memory = gg_alloc(node_bytes(t->p), 1);
    if (memory == NULL) {
        gg_fail(err, GG_E_NOMEM, "out of memory after %llu nodes", (unsigned long long)t->created);
        return NULL;
    }
    node *fresh = (node *)memory;
    gg_box_place(&fresh->box, t->p, memory + head);
    fresh->multipliers = (float *)(memory + head + box);
    fresh->number = t->created++;
    return fresh;
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

static void prove_node(tree *t, node *at) {
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

static void prove_split(tree *t, const node *parent, int half, const node *child) {
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
static bool process(tree *t, node *at, bool is_root, gg_status *status, gg_error *err) {
    const gg_bound_problem *p = t->p;
    gg_box *box = &at->box;
    bool planted = t->search->planted != NULL && gg_box_contains(box, p, t->search->planted);
    bool alive = gg_box_propagate(box, p);
    double *multipliers = gg_bounder_multipliers(t->bounder);
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
        if (round > 0 && gained < 0.3 * (t->threshold_s - at->bound_s))
            break;
    }
    check_planted(t, box, planted, alive);
    for (size_t k = 0; k < p->n + p->m; k++)
        at->multipliers[k] = (float)multipliers[k];
    return alive && !settle_point(t, box, status, err);
}

/* Settles how an open node will be split, while the ascent's votes are fresh. */
static void plan_split(tree *t, node *at) {
    double relative = (t->threshold_s - at->bound_s) / t->search->incumbent_s;
    at->is_point = !gg_branch_pick(t->p, &at->box, gg_bounder_frequencies(t->bounder),
                                   gg_bounder_multipliers(t->bounder) + t->p->n, t->interference,
                                   &t->scores, gg_gap_size(relative), &at->branch);
}

static gg_status add_child(tree *t, const node *parent, int half, double *closed, gg_error *err) {
    node *child = node_new(t, err);
    if (child == NULL)
        return GG_E_NOMEM;
    gg_box_copy(&child->box, &parent->box, t->p);
    memcpy(child->multipliers, parent->multipliers,
           (t->p->n + t->p->m) * sizeof *child->multipliers);
    child->bound_s = parent->bound_s;
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
        status = push(t, child, err);
        if (status == GG_OK)
            return GG_OK;
    }
    gg_free(child);
    return status;
}

static gg_status split(tree *t, node *parent, gg_error *err) {
    double relative = (t->threshold_s - parent->bound_s) / t->search->incumbent_s;
    double closed[2] = {0.0, 0.0};
    gg_status status = GG_OK;
    for (int half = 0; half < 2 && status == GG_OK; half++)
        status = add_child(t, parent, half, &closed[half], err);
    gg_branch_credit(&t->scores, gg_gap_size(relative), parent->branch.kind, closed[0], closed[1]);
    return status;
}

static size_t memory_bytes(const tree *t) {
    size_t bytes = t->n_open * node_bytes(t->p);
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
    if (t->n_open > 0)
        bound_s = fmin(bound_s, t->open[0]->bound_s);
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
    node *root = node_new(t, err);
    if (root == NULL)
        return GG_E_NOMEM;
    gg_box_root(&root->box, t->p);
    prove_node(t, root);
    gg_bounder_load(t->bounder, &root->box);
    gg_duals_from(t->bounder, t->search->incumbent);
    gg_status status = GG_OK;
    bool alive = process(t, root, true, &status, err);
    t->search->nodes = 1;
    if (alive && status == GG_OK) {
        plan_split(t, root);
        status = push(t, root, err);
    }
    if (!alive || status != GG_OK)
        gg_free(root);
    while (status == GG_OK && t->n_open > 0 && t->open[0]->bound_s < t->threshold_s) {
        report(t, start_s);
        if (limit_reached(t))
            break;
        node *parent = pop(t);
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
    gg_status status = GG_OK;
    if (t.interference == NULL || t.scratch == NULL || t.round == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for branch and bound");
    if (status == GG_OK)
        status = gg_bounder_new(t.p, &t.bounder, err);
    if (status == GG_OK) {
        gg_bounder_deadline(t.bounder, search->deadline_s);
        update_threshold(&t);
        note_interference(&t);
        status = grow_tree(&t, err);
    }
    for (size_t k = 0; k < t.n_open; k++)
        gg_free(t.open[k]);
    gg_free(t.open);
    gg_free(t.interference);
    gg_free(t.scratch);
    gg_free(t.round);
    gg_bounder_free(t.bounder);
    return status;
}
