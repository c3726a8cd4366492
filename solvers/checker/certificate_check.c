/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/certificate_check.h"

#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_balance.h"

/* A node whose turn has yet to come, and its box. */
typedef struct pending {
    size_t node;
    gg__proof_box box;
} pending;

typedef struct replay {
    const gg_instance *instance;
    const gg_certificate *certificate;
    gg_objective objective;
    double target_s; /* what G must reach: see solvers/checker/proof_problem.h */
    gg__proof_problem *problem;
    gg__proof_bounder *bounder;
    gg__proof_balance *balance; /* NULL: no round is of the balance bound */
    int32_t *assignment;        /* n */
    size_t *tree_size;          /* per node: nodes of its subtree */
    pending *stack;
    char *boxes; /* the stack's */
    size_t n_pending;
} replay;

static bool is_leaf(const gg_proof_node *node) {
    return node->kind == GG_SPLIT_NONE;
}

static gg_status bad_node(size_t index, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_CHECK, "node %zu: %s", index, reason);
}

/* The split names a user, a server and a value that exist. */
static gg_status check_split(const gg_certificate *c, size_t index, gg_error *err) {
    const gg_proof_node *node = &c->nodes[index];
    bool has_server = node->kind != GG_SPLIT_LOCAL;
    bool has_user = node->kind == GG_SPLIT_SERVER || node->kind == GG_SPLIT_LOCAL;
    if (node->kind > GG_SPLIT_LOCAL)
        return bad_node(index, "is split in an unknown way", err);
    if (has_server && node->server >= c->n_servers)
        return bad_node(index, "is split at a server that is not there", err);
    if (has_user && node->user >= c->n_users)
        return bad_node(index, "is split at a user that is not there", err);
    if (node->kind == GG_SPLIT_INTERFERENCE && !isfinite(node->interference))
        return bad_node(index, "is split at an interference that is not finite", err);
    if (node->kind == GG_SPLIT_LOAD && node->load >= c->n_users)
        return bad_node(index, "is split at a load beyond the number of users", err);
    return GG_OK;
}

static gg_status check_prices(const gg_certificate *c, size_t index, const gg_proof_round *round,
                              gg_error *err) {
    if (!(round->row_price_s >= 0.0 && isfinite(round->row_price_s)))
        return bad_node(index, "prices the row at no number that is 0 or more", err);
    if (!round->has_prices)
        return GG_OK;
    if (round->first_user > c->n_priced || round->n_users > c->n_priced - round->first_user)
        return bad_node(index, "has prices that are not there", err);
    if (round->first_cut > c->n_cuts || round->n_cuts > c->n_cuts - round->first_cut)
        return bad_node(index, "has cuts that are not there", err);
    for (size_t k = round->first_cut; k < round->first_cut + round->n_cuts; k++)
        if (c->cuts[k].server >= c->n_servers || !isfinite(c->cuts[k].interference))
            return bad_node(index, "has a cut at no server or at no interference", err);
    if (round->first_state > c->n_states || round->n_states > c->n_states - round->first_state)
        return bad_node(index, "has states that are not there", err);
    for (size_t k = round->first_state; k < round->first_state + round->n_states; k++)
        if (!isfinite(c->states[k].mu))
            return bad_node(index, "has a multiplier of a state that is not finite", err);
    for (size_t k = round->first_user; k < round->first_user + round->n_users; k++) {
        if (c->priced_user[k] >= c->n_users)
            return bad_node(index, "has prices for a user that is not there", err);
        for (size_t j = 0; j < c->n_servers; j++)
            if (!isfinite(c->prices[k * c->n_servers + j]))
                return bad_node(index, "has a price that is not finite", err);
    }
    return GG_OK;
}

static gg_status check_rounds(const gg_certificate *c, size_t index, gg_error *err) {
    const gg_proof_node *node = &c->nodes[index];
    if (node->first_round > c->n_rounds || node->n_rounds > c->n_rounds - node->first_round)
        return bad_node(index, "has rounds that are not there", err);
    size_t size = c->n_users + c->n_servers;
    if (node->n_rounds == 0)
        return GG_OK;
    const float *multipliers = c->multipliers + node->first_round * size;
    for (size_t k = 0; k < node->n_rounds * size; k++)
        if (!isfinite(multipliers[k]))
            return bad_node(index, "has a multiplier that is not finite", err);
    for (size_t r = 0; r < node->n_rounds; r++)
        GG_TRY(check_prices(c, index, &c->rounds[node->first_round + r], err));
    return GG_OK;
}

/* Every node but the root is the half of one earlier node: the nodes are a tree. Counts the nodes
 * of every subtree on the way back. */
static gg_status check_tree(const gg_certificate *c, size_t *tree_size, gg_error *err) {
    for (size_t k = 0; k < c->n_nodes; k++) {
        const gg_proof_node *node = &c->nodes[k];
        GG_TRY(check_rounds(c, k, err));
        if (is_leaf(node))
            continue;
        GG_TRY(check_split(c, k, err));
        for (int half = 0; half < 2; half++) {
            size_t child = node->child[half];
            if (child <= k || child >= c->n_nodes)
                return bad_node(k, "has a half that is no later node", err);
            if (tree_size[child]++ > 0)
                return bad_node(child, "is a half of two nodes, or both halves of one", err);
        }
    }
    for (size_t k = 1; k < c->n_nodes; k++)
        if (tree_size[k] == 0)
            return bad_node(k, "is no half of any node", err);
    for (size_t k = c->n_nodes; k-- > 0;) {
        const gg_proof_node *node = &c->nodes[k];
        tree_size[k] = 1;
        for (int half = 0; half < 2 && !is_leaf(node); half++)
            tree_size[k] += tree_size[node->child[half]];
    }
    return GG_OK;
}

static gg_status check_header(const gg_instance *in, const gg_certificate *c, gg_error *err) {
    if (c->n_users != in->n_users || c->n_servers != in->n_servers)
        return gg_fail(err, GG_E_CHECK,
                       "is for %zu users and %zu servers, the instance has %zu and %zu", c->n_users,
                       c->n_servers, in->n_users, in->n_servers);
    if (!isfinite(c->bound_s))
        return gg_fail(err, GG_E_CHECK, "its bound is not finite");
    if (!(c->power_unit_w > 0.0 && isfinite(c->power_unit_w)))
        return gg_fail(err, GG_E_CHECK, "its unit of power is not positive");
    if (c->n_nodes == 0)
        return gg_fail(err, GG_E_CHECK, "has no nodes");
    for (size_t i = 0; c->gain != NULL && i < c->n_users; i++)
        if (!isfinite(c->gain[i]) || !isfinite(c->required))
            return gg_fail(err, GG_E_CHECK, "its row is not finite");
    return GG_OK;
}

/* A box of a single decision: the judge decides. */
static gg_status judge(const replay *r, size_t index, gg_error *err) {
    gg_metrics metrics;
    if (gg__proof_row_refuses(r->problem, r->assignment))
        return GG_OK;
    GG_TRY(gg_evaluate(r->instance, r->objective, r->assignment, &metrics, err));
    if (metrics.objective_s >= r->certificate->bound_s)
        return GG_OK;
    return gg_fail(err, GG_E_CHECK,
                   "node %zu: the one decision left costs %.17g s, less than %.17g s", index,
                   metrics.objective_s, r->certificate->bound_s);
}

/* Replays one round; true when nothing in the box can cost less than the target. */
static bool prove_round(const replay *r, size_t round, gg__proof_box *box, double *bound_s) {
    const gg_certificate *c = r->certificate;
    gg__proof_price_row(r->bounder, c->rounds[round].row_price_s);
    if (c->rounds[round].has_prices) {
        *bound_s = gg__proof_balance_bound(r->balance, box, c, round);
        return *bound_s >= r->target_s || !gg__proof_balance_reduce(r->balance, box, r->target_s);
    }
    const float *multipliers = c->multipliers + round * (c->n_users + c->n_servers);
    *bound_s = gg__proof_bound(r->bounder, box, multipliers, c->power_unit_w);
    return *bound_s >= r->target_s || !gg__proof_reduce(r->bounder, box, r->target_s);
}

/* Replays a node's rounds; true when nothing in its box can cost less than the target. *best_s is
 * the last bound. */
static bool prove_node(const replay *r, const gg_proof_node *node, gg__proof_box *box,
                       double *best_s) {
    if (!gg__proof_propagate(box, r->problem))
        return true;
    for (size_t k = 0; k < node->n_rounds; k++)
        if (prove_round(r, node->first_round + k, box, best_s) ||
            !gg__proof_propagate(box, r->problem))
            return true;
    return false;
}

static gg_status settle_leaf(const replay *r, size_t index, const gg__proof_box *box, double best_s,
                             gg_error *err) {
    if (gg__proof_box_is_point(box, r->problem, r->assignment))
        return judge(r, index, err);
    if (best_s == -INFINITY)
        return bad_node(index, "nothing bounds this leaf", err);
    return gg_fail(err, GG_E_CHECK, "node %zu: this leaf is only proven above %.17g s, not %.17g s",
                   index, best_s, r->certificate->bound_s);
}

/* Both halves of the node on top of the stack take its place, the smaller subtree on top: then no
 * more than log2(number of nodes) + 1 boxes are ever pending. */
static void push_halves(replay *r, const gg_proof_node *node) {
    int smaller = r->tree_size[node->child[1]] <= r->tree_size[node->child[0]];
    pending *below = &r->stack[r->n_pending], *top = below + 1;
    gg__proof_box_copy(&top->box, &below->box, r->problem);
    below->node = node->child[1 - smaller];
    top->node = node->child[smaller];
    gg__proof_box_halve(&below->box, r->problem, node, r->certificate->power_unit_w, 1 - smaller);
    gg__proof_box_halve(&top->box, r->problem, node, r->certificate->power_unit_w, smaller);
    r->n_pending += 2;
}

static gg_status replay_tree(replay *r, gg_error *err) {
    r->stack[0].node = 0;
    gg__proof_box_root(&r->stack[0].box, r->problem);
    r->n_pending = 1;
    while (r->n_pending > 0) {
        pending *now = &r->stack[--r->n_pending];
        const gg_proof_node *node = &r->certificate->nodes[now->node];
        double best_s = -INFINITY;
        if (prove_node(r, node, &now->box, &best_s))
            continue;
        if (is_leaf(node))
            GG_TRY(settle_leaf(r, now->node, &now->box, best_s, err));
        else
            push_halves(r, node);
    }
    return GG_OK;
}

static gg_status make_stack(replay *r, gg_error *err) {
    size_t depth = 2;
    for (size_t left = r->certificate->n_nodes; left > 0; left /= 2)
        depth++;
    size_t bytes = gg__proof_box_bytes(r->problem);
    r->stack = gg_alloc(depth, sizeof *r->stack);
    r->boxes = gg_alloc(depth, bytes);
    if (r->stack == NULL || r->boxes == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for the boxes of a proof");
    for (size_t k = 0; k < depth; k++)
        r->stack[k].box = gg__proof_box_at(r->problem, r->boxes + k * bytes);
    return GG_OK;
}

static bool uses_prices(const gg_certificate *c) {
    for (size_t k = 0; k < c->n_rounds; k++)
        if (c->rounds[k].has_prices)
            return true;
    return false;
}

static gg_status replay_all(replay *r, gg_error *err) {
    const gg_certificate *c = r->certificate;
    r->assignment = gg_alloc(c->n_users, sizeof *r->assignment);
    r->tree_size = gg_alloc(c->n_nodes, sizeof *r->tree_size);
    if (r->assignment == NULL || r->tree_size == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for a proof of %zu nodes", c->n_nodes);
    GG_TRY(check_tree(c, r->tree_size, err));
    /* No cost is negative. */
    if (c->bound_s <= 0.0)
        return GG_OK;
    GG_TRY(gg__proof_problem_new(r->instance, r->objective, &r->problem, err));
    r->problem->gain = c->gain;
    r->problem->required = c->required;
    GG_TRY(gg__proof_bounder_new(r->problem, &r->bounder, err));
    if (uses_prices(c))
        GG_TRY(gg__proof_balance_new(r->bounder, &r->balance, err));
    GG_TRY(make_stack(r, err));
    return replay_tree(r, err);
}

/* A user's cost has more terms than the published model's: see solvers/checker/proof_problem.h. */
static bool has_more_terms(const gg_instance *in, gg_objective objective) {
    return in->server_model != NULL || in->air_model != NULL || in->gate_delay_s != NULL ||
           gg_objective_joule(objective) != 0.0;
}

gg_status gg_certificate_check_under(const gg_instance *instance, gg_objective objective,
                                     const gg_certificate *certificate, gg_error *err) {
    GG_TRY(check_header(instance, certificate, err));
    GG_TRY(gg_instance_check_objective(instance, objective, err));
    double operations = has_more_terms(instance, objective) ? 26.0 : 16.0;
    double margin = ((double)instance->n_users + operations) * 0x1p-52;
    replay r = {.instance = instance,
                .certificate = certificate,
                .objective = objective,
                .target_s = gg__add_above(certificate->bound_s,
                                          gg__mul_above(fabs(certificate->bound_s), margin))};
    gg_status status = replay_all(&r, err);
    gg_free(r.assignment);
    gg_free(r.tree_size);
    gg_free(r.stack);
    gg_free(r.boxes);
    gg_free(r.balance);
    gg_free(r.bounder);
    gg_free(r.problem);
    return status;
}

gg_status gg_certificate_check(const gg_instance *instance, gg_objective objective,
                               const gg_certificate *certificate, gg_error *err) {
    if (certificate->gain != NULL)
        return gg_fail(err, GG_E_CHECK, "is about the decisions alone that meet a row");
    return gg_certificate_check_under(instance, objective, certificate, err);
}
