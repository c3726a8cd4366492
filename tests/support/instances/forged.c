/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/instances/forged.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/solution/solution.h"
#include "models/base/alloc.h"
#include "solvers/checker/proof_bound.h"
#include "tests/support/instances/all_decisions.h"
#include "tests/support/instances/forged_rounds.h"
#include "tests/support/support.h"

static size_t add_node(gg_certificate *c) {
    gg_error err = {0};
    size_t index;
    assert_success(gg_certificate_add_node(c, &index, &err), &err);
    return index;
}

static gg_certificate *empty_like(size_t n_users, size_t n_servers, double power_unit_w) {
    gg_certificate *c = NULL;
    gg_error err = {0};
    assert_success(gg_certificate_new(n_users, n_servers, power_unit_w, &c, &err), &err);
    return c;
}

/* How likely each node is to be lost, cut off or replaced by another, out of 1000. */
typedef struct pruning {
    const gg_certificate *from;
    gg_rng *rng;
    uint32_t permille;
} pruning;

/* Copies the subtree of node k; trees keep their form, so that what is lost are halves. */
static size_t copy_subtree(gg_certificate *to, const pruning *how, size_t k) {
    const gg_certificate *from = how->from;
    const gg_proof_node *node = &from->nodes[k];
    bool is_leaf = node->kind == GG_SPLIT_NONE;
    bool happens = gg_rng_next_below(how->rng, 1000) < how->permille;
    uint32_t what = gg_rng_next_below(how->rng, 3);
    if (happens && what == 0 && !is_leaf)
        return copy_subtree(to, how, node->child[gg_rng_next_below(how->rng, 2)]);
    if (happens && what == 1) {
        node = &from->nodes[k + gg_rng_next_below(how->rng, (uint32_t)(from->n_nodes - k))];
        is_leaf = node->kind == GG_SPLIT_NONE;
    }
    size_t index = add_node(to);
    for (size_t r = 0; r < node->n_rounds; r++)
        copy_round(to, from, node->first_round + r);
    if (is_leaf || (happens && what == 2))
        return index;
    size_t first = copy_subtree(to, how, node->child[0]);
    size_t second = copy_subtree(to, how, node->child[1]);
    gg_proof_node *copied = &to->nodes[index];
    copied->kind = node->kind;
    copied->server = node->server;
    copied->user = node->user;
    copied->load = node->load;
    copied->interference = node->interference;
    copied->child[0] = first;
    copied->child[1] = second;
    return index;
}

static void swap_users(gg_certificate *c, gg_rng *rng) {
    size_t size = c->n_users + c->n_servers;
    uint32_t a = gg_rng_next_below(rng, (uint32_t)c->n_users);
    uint32_t b = gg_rng_next_below(rng, (uint32_t)c->n_users);
    for (size_t r = 0; r < c->n_rounds; r++) {
        float *round = c->multipliers + r * size, kept = round[a];
        round[a] = round[b];
        round[b] = kept;
    }
    for (size_t k = 0; k < c->n_nodes && gg_rng_next_below(rng, 2); k++)
        c->nodes[k].user = c->nodes[k].user == a ? b : c->nodes[k].user == b ? a : c->nodes[k].user;
}

static void damage_node(gg_proof_node *node, const gg_certificate *c, gg_rng *rng) {
    size_t child = node->child[0];
    switch (gg_rng_next_below(rng, 9)) {
    case 0:
        node->child[0] = node->child[1];
        node->child[1] = child;
        break;
    case 1:
        node->child[gg_rng_next_below(rng, 2)] = gg_rng_next_below(rng, (uint32_t)c->n_nodes + 2);
        break;
    case 2:
        node->kind = (gg_split_kind)gg_rng_next_below(rng, 7);
        break;
    case 3:
        node->load = gg_rng_next_below(rng, (uint32_t)c->n_users + 2);
        break;
    case 4:
        node->user = gg_rng_next_below(rng, (uint32_t)c->n_users + 2);
        break;
    case 5:
        node->server = gg_rng_next_below(rng, (uint32_t)c->n_servers + 2);
        break;
    case 6:
        node->n_rounds = gg_rng_next_below(rng, (uint32_t)c->n_rounds + 2);
        break;
    case 7:
        node->first_round = gg_rng_next_below(rng, (uint32_t)c->n_rounds + 2);
        break;
    default:
        node->interference = disturbed(node->interference, rng);
    }
}

static void damage(gg_certificate *c, gg_rng *rng) {
    size_t n_multipliers = c->n_rounds * (c->n_users + c->n_servers);
    switch (gg_rng_next_below(rng, c->n_priced > 0 ? 9 : 6)) {
    case 6:
        damage_round(c, rng);
        break;
    case 7:
    case 8:
        damage_prices(c, rng);
        break;
    case 0:
        c->power_unit_w = disturbed(c->power_unit_w, rng);
        break;
    case 1:
        swap_users(c, rng);
        break;
    case 2:
        for (size_t k = 0; k < n_multipliers; k++)
            c->multipliers[k] *= (float)(1.0 + 0.1 * (gg_rng_next_uniform(rng) - 0.5));
        break;
    case 3:
        for (uint32_t k = 0; n_multipliers > 0 && k < 1 + gg_rng_next_below(rng, 4); k++) {
            float *one = &c->multipliers[gg_rng_next_below(rng, (uint32_t)n_multipliers)];
            *one = (float)disturbed((double)*one, rng);
        }
        break;
    default:
        damage_node(&c->nodes[gg_rng_next_below(rng, (uint32_t)c->n_nodes)], c, rng);
    }
}

gg_certificate *mutant_of(const gg_certificate *honest, gg_rng *rng) {
    static const uint32_t permilles[] = {0, 0, 20, 200};
    gg_certificate *c = empty_like(honest->n_users, honest->n_servers, honest->power_unit_w);
    pruning how = {honest, rng, permilles[gg_rng_next_below(rng, 4)]};
    gg_error err = {0};
    copy_subtree(c, &how, 0);
    c->bound_s = honest->bound_s;
    if (honest->gain != NULL)
        assert_success(gg_certificate_set_row(c, honest->gain, honest->required, &err), &err);
    if (honest->gain != NULL && c->n_rounds > 0 && gg_rng_next_below(rng, 3) == 0) {
        double *price_s = &c->rounds[gg_rng_next_below(rng, (uint32_t)c->n_rounds)].row_price_s;
        *price_s = disturbed(*price_s, rng);
    }
    for (uint32_t changes = gg_rng_next_below(rng, 4); changes > 0; changes--)
        damage(c, rng);
    return c;
}

/* Mostly another digit where there was one, which leaves something to be read. */
static void damage_text(char *text, size_t *length, gg_rng *rng) {
    static const char digits[] = "0123456789abcdef", likely[] = "0123456789abcdef.-+eE,[]\"";
    size_t at = gg_rng_next_below(rng, (uint32_t)*length);
    switch (gg_rng_next_below(rng, 8)) {
    case 0:
        text[at] = (char)gg_rng_next_below(rng, 256);
        break;
    case 1:
        memmove(text + at, text + at + 1, *length - at - 1);
        --*length;
        break;
    case 2:
        text[at] = likely[gg_rng_next_below(rng, sizeof likely - 1)];
        break;
    default:
        while (text[at] < '0' || text[at] > '9')
            at = (at + 1) % *length;
        text[at] = digits[gg_rng_next_below(rng, gg_rng_next_below(rng, 4) ? 10 : 16)];
    }
}

gg_certificate *misread(const gg_certificate *honest, gg_rng *rng) {
    json_t *json = gg_certificate_json(honest);
    char *text = json_dumps(json, JSON_REAL_PRECISION(17));
    json_decref(json);
    assert_non_null(text);
    size_t length = strlen(text);
    for (uint32_t changes = 1 + gg_rng_next_below(rng, 3); changes > 0; changes--)
        damage_text(text, &length, rng);
    json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    gg_certificate *read = NULL;
    if (json != NULL)
        (void)gg_certificate_from_json(json, "text", honest->n_users, honest->n_servers, &read,
                                       NULL);
    json_decref(json);
    return read;
}

/* One certificate being made up. */
typedef struct forger {
    gg_rng *rng;
    gg__proof_problem *problem;
    gg__proof_bounder *bounder;
    gg_certificate *made;
    float *round;
    bool to_the_end; /* every leaf is one decision */
} forger;

static float first_guess(const forger *f, size_t k, const gg__proof_box *box) {
    const gg__proof_problem *p = f->problem;
    uint32_t how = gg_rng_next_below(f->rng, 8);
    if (how == 0)
        return (float)any_number(f->rng);
    if (how == 1)
        return 0.0f;
    if (k < p->n) {
        size_t j = gg_rng_next_below(f->rng, (uint32_t)p->m);
        double there_s = p->work[k] * gg__proof_seconds_per_work(p, j, 1) +
                         gg__proof_cost_factor(p, k, j, box->interference_low[j]);
        return (float)(how < 5 ? p->local_s[k] : there_s);
    }
    size_t i = gg_rng_next_below(f->rng, (uint32_t)p->n);
    return (float)(p->local_s[i] / box->interference_high[k - p->n] * f->made->power_unit_w);
}

/* Multipliers for a box, changed one at a time as long as that bounds it better. */
static void find_multipliers(forger *f, const gg__proof_box *box) {
    size_t size = f->problem->n + f->problem->m;
    for (size_t k = 0; k < size; k++) {
        f->round[k] = first_guess(f, k, box);
        if (!isfinite(f->round[k]))
            f->round[k] = gg_rng_next_below(f->rng, 2) ? 0.0f : FLT_MAX;
    }
    double best_s = gg__proof_bound(f->bounder, box, f->round, f->made->power_unit_w);
    uint32_t steps = gg_rng_next_below(f->rng, 3) * 25;
    for (uint32_t step = 0; step < steps; step++) {
        size_t k = gg_rng_next_below(f->rng, (uint32_t)size);
        float before = f->round[k];
        double factor = 1.0 + power_of_ten(f->rng, -4.0, 0.0) * (gg_rng_next_uniform(f->rng) - 0.5);
        f->round[k] =
            gg_rng_next_below(f->rng, 4) ? (float)(before * factor) : first_guess(f, k, box);
        double bound_s = isfinite(f->round[k])
                             ? gg__proof_bound(f->bounder, box, f->round, f->made->power_unit_w)
                             : -INFINITY;
        if (bound_s < best_s || !isfinite(f->round[k]))
            f->round[k] = before;
        else
            best_s = bound_s;
    }
}

static void choose_split(const forger *f, const gg__proof_box *box, gg_proof_node *node) {
    const gg__proof_problem *p = f->problem;
    uint32_t kind = gg_rng_next_below(f->rng, 5);
    node->user = gg_rng_next_below(f->rng, (uint32_t)p->n);
    node->server = gg_rng_next_below(f->rng, (uint32_t)p->m);
    if (f->to_the_end) {
        /* The first user with a choice. */
        for (uint32_t i = 0; i < p->n; i++)
            if (box->n_servers[i] + gg__proof_allows_local(box, p, i) > 1) {
                node->user = i;
                break;
            }
        for (uint32_t j = 0; j < p->m; j++)
            if (gg__proof_allows(box, p, node->user, j))
                node->server = j;
        kind = GG_SPLIT_SERVER;
    }
    node->kind = kind == 0 ? GG_SPLIT_INTERFERENCE : (gg_split_kind)kind;
    node->load = gg_rng_next_below(f->rng, (uint32_t)p->n);
    double low = box->interference_low[node->server], high = box->interference_high[node->server];
    double share = gg_rng_next_below(f->rng, 2) ? power_of_ten(f->rng, -20.0, 0.0)
                                                : gg_rng_next_uniform(f->rng);
    node->interference = (low + share * (high - low)) / f->made->power_unit_w;
    if (!isfinite(node->interference) || gg_rng_next_below(f->rng, 6) == 0)
        node->interference = any_number(f->rng);
}

static void state_of_round(forger *f) {
    const gg__proof_problem *p = f->problem;
    uint32_t place = gg_rng_next_below(f->rng, (uint32_t)p->m) << GG_PROOF_SERVER_SHIFT |
                     gg_rng_next_below(f->rng, 4) << GG_PROOF_LEVEL_SHIFT |
                     gg_rng_next_below(f->rng, (uint32_t)p->n + 2);
    float mu = (float)any_number(f->rng);
    if (isfinite(mu))
        forge_state(f->made, (gg_proof_state){place, mu});
}

/* What the servers' multipliers charge as prices, and some of any size; levels and multipliers of
 * states at random. */
static void price_round(forger *f, const gg__proof_box *box) {
    const gg__proof_problem *p = f->problem;
    float prices[16];
    forge_prices(f->made, NULL, 0, NULL);
    for (uint32_t i = 0; i < p->n; i++) {
        for (size_t j = 0; j < p->m; j++) {
            prices[j] = (float)((double)f->round[p->n + j] * p->power_w[j * p->n + i] /
                                f->made->power_unit_w);
            if (gg_rng_next_below(f->rng, 8) == 0)
                prices[j] = (float)any_number(f->rng);
            prices[j] = isfinite(prices[j]) ? prices[j] : 0.0F;
        }
        if (gg_rng_next_below(f->rng, 10) > 0)
            forge_prices(f->made, &i, 1, prices);
    }
    for (uint32_t j = 0; j < p->m; j++) {
        double width = box->interference_high[j] / f->made->power_unit_w;
        for (uint32_t k = gg_rng_next_below(f->rng, 4), cut = 1; cut <= k; cut++) {
            float at = (float)(width * cut / (k + 1));
            if (isfinite(at))
                forge_cut(f->made, (gg_proof_cut){j, at});
        }
    }
    for (uint32_t k = gg_rng_next_below(f->rng, 6); k > 0; k--)
        state_of_round(f);
}

static size_t grow(forger *f, const gg__proof_box *from, const gg_proof_node *split, int half,
                   uint32_t depth) {
    const gg__proof_problem *p = f->problem;
    int32_t point[8];
    void *memory = gg_alloc(gg__proof_box_bytes(p), 1);
    assert_non_null(memory);
    gg__proof_box box = gg__proof_box_at(p, memory);
    gg__proof_box_copy(&box, from, p);
    if (split != NULL)
        gg__proof_box_halve(&box, p, split, f->made->power_unit_w, half);
    bool alive = gg__proof_propagate(&box, p);
    bool ends = !alive || gg__proof_box_is_point(&box, p, point) ||
                (!f->to_the_end && (depth >= 6 || gg_rng_next_below(f->rng, 2 + depth) > 1));
    size_t index = add_node(f->made);
    for (uint32_t r = alive ? gg_rng_next_below(f->rng, ends ? 4 : 2) : 0; r > 0; r--) {
        find_multipliers(f, &box);
        forge_round(f->made, f->round);
        if (gg_rng_next_below(f->rng, 2))
            price_round(f, &box);
    }
    if (!ends) {
        gg_proof_node node = f->made->nodes[index];
        choose_split(f, &box, &node);
        for (int side = 0; side < 2; side++)
            node.child[side] = grow(f, &box, &node, side, depth + 1);
        f->made->nodes[index] = node;
    }
    gg_free(memory);
    return index;
}

gg_certificate *designed_for(const gg_instance *in, gg_objective objective, gg_rng *rng) {
    gg_error err = {0};
    forger f = {.rng = rng, .to_the_end = gg_rng_next_below(rng, 6) == 0};
    double unit_w = gg_rng_next_below(rng, 4) ? 0.0 : fabs(any_number(rng));
    for (size_t k = 0; unit_w == 0.0 && k < in->n_users; k++)
        unit_w = gg_disturbing_w(in, k, gg_rng_next_below(rng, (uint32_t)in->n_servers));
    if (!(unit_w > 0.0 && isfinite(unit_w)))
        unit_w = 1e-8;
    f.made = empty_like(in->n_users, in->n_servers, unit_w);
    f.round = gg_alloc(in->n_users + in->n_servers, sizeof *f.round);
    assert_success(gg__proof_problem_new(in, objective, &f.problem, &err), &err);
    assert_success(gg__proof_bounder_new(f.problem, &f.bounder, &err), &err);
    void *memory = gg_alloc(gg__proof_box_bytes(f.problem), 1);
    assert_true(f.round != NULL && memory != NULL);
    gg__proof_box root = gg__proof_box_at(f.problem, memory);
    gg__proof_box_root(&root, f.problem);
    grow(&f, &root, NULL, 0, 0);
    gg_free(memory);
    gg_free(f.round);
    gg_free(f.bounder);
    gg_free(f.problem);
    return f.made;
}
