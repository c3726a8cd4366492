/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/greedy.h"

#include <math.h>

#include "models/base/alloc.h"

/* A pair and its Delta when last evaluated. */
typedef struct entry {
    double delta_s;
    uint32_t rank; /* place among the candidates: the tie order */
    uint32_t step; /* when delta_s was evaluated */
} entry;

static bool comes_first(double delta_a, uint32_t rank_a, size_t server_a, double delta_b,
                        uint32_t rank_b, size_t server_b) {
    if (delta_a != delta_b)
        return delta_a < delta_b;
    return rank_a != rank_b ? rank_a < rank_b : server_a < server_b;
}

gg_status gg_greedy_scan(gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    size_t n_servers = decision->instance->n_servers;
    bool *placed = gg_alloc(plan->n_candidates, sizeof *placed);
    if (placed == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory in the greedy scan");
    for (size_t left = n_servers > 0 ? plan->n_candidates : 0; left > 0; left--) {
        double best_delta = INFINITY;
        uint32_t best_rank = UINT32_MAX;
        size_t best_server = 0;
        for (uint32_t rank = 0; rank < plan->n_candidates; rank++) {
            if (placed[rank])
                continue;
            uint32_t user = plan->candidates[rank];
            for (size_t j = 0; j < n_servers; j++) {
                double delta = gg_delta_s(decision, plan->weight[user], user, j);
                if (comes_first(delta, rank, j, best_delta, best_rank, best_server)) {
                    best_delta = delta;
                    best_rank = rank;
                    best_server = j;
                }
            }
        }
        if (plan->only_gains && !(best_delta < 0.0))
            break;
        placed[best_rank] = true;
        gg_decision_place(decision, plan->candidates[best_rank], best_server);
    }
    gg_free(placed);
    return GG_OK;
}

/* One server's pairs, the smallest stale Delta on top. */
typedef struct heap {
    entry *entries;
    size_t size;
} heap;

static bool entry_before(const entry *a, const entry *b) {
    return a->delta_s != b->delta_s ? a->delta_s < b->delta_s : a->rank < b->rank;
}

static void sift_down(heap *h, size_t hole) {
    entry moving = h->entries[hole];
    for (;;) {
        size_t child = 2 * hole + 1;
        if (child >= h->size)
            break;
        if (child + 1 < h->size && entry_before(&h->entries[child + 1], &h->entries[child]))
            child++;
        if (!entry_before(&h->entries[child], &moving))
            break;
        h->entries[hole] = h->entries[child];
        hole = child;
    }
    h->entries[hole] = moving;
}

static void pop(heap *h) {
    h->entries[0] = h->entries[--h->size];
    if (h->size > 0)
        sift_down(h, 0);
}

typedef struct lazy {
    gg_decision *decision;
    const gg_greedy *plan;
    heap *heaps;    /* M */
    entry *entries; /* M x n_candidates, the heaps' storage */
    double slack_s; /* how much a stale Delta may exceed the true one by rounding */
    uint32_t step;
} lazy;

/* log2 is accurate but not proven monotone: a Delta may shrink by rounding although the model's
 * grows. Entries this close to the best one are re-evaluated before it is believed. */
static double rounding_slack_s(const lazy *l) {
    const gg_instance *in = l->decision->instance;
    double largest_s = 0.0;
    for (size_t r = 0; r < l->plan->n_candidates; r++) {
        uint32_t user = l->plan->candidates[r];
        largest_s = fmax(largest_s, l->plan->weight[user] * in->local_delay_s[user]);
    }
    return 0x1p-50 * largest_s;
}

static double tolerance_s(const lazy *l, double delta_s) {
    return isinf(delta_s) ? 0.0 : l->slack_s + 0x1p-50 * fabs(delta_s);
}

/* A pair that can never be chosen again: Delta only grows, and gains are all that is wanted. */
static bool hopeless(const lazy *l, double delta_s) {
    return l->plan->only_gains && delta_s > tolerance_s(l, 0.0);
}

static gg_status lazy_init(lazy *l, gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    size_t n_servers = decision->instance->n_servers;
    size_t n_pairs;
    *l = (lazy){.decision = decision, .plan = plan};
    if (gg_size_multiply(n_servers, plan->n_candidates, &n_pairs) == 0) {
        l->heaps = gg_alloc(n_servers, sizeof *l->heaps);
        l->entries = gg_alloc(n_pairs, sizeof *l->entries);
    }
    if (l->heaps == NULL || l->entries == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu x %zu pairs", plan->n_candidates,
                       n_servers);
    l->slack_s = rounding_slack_s(l);
    for (size_t j = 0; j < n_servers; j++) {
        heap *h = &l->heaps[j];
        h->entries = l->entries + j * plan->n_candidates;
        for (uint32_t rank = 0; rank < plan->n_candidates; rank++) {
            uint32_t user = plan->candidates[rank];
            double delta_s = gg_delta_s(decision, plan->weight[user], user, j);
            if (!hopeless(l, delta_s))
                h->entries[h->size++] = (entry){delta_s, rank, 0};
        }
        for (size_t k = h->size / 2; k-- > 0;)
            sift_down(h, k);
    }
    return GG_OK;
}

static void lazy_clear(lazy *l) {
    gg_free(l->heaps);
    gg_free(l->entries);
}

static bool is_placed(const lazy *l, uint32_t rank) {
    return l->decision->server[l->plan->candidates[rank]] != GG_LOCAL;
}

/* Brings the top of server j's heap up to date; false when the server has no candidate below
 * `limit` left. */
static bool refresh_top(lazy *l, size_t j, double limit_s) {
    heap *h = &l->heaps[j];
    while (h->size > 0 && h->entries[0].delta_s <= limit_s) {
        entry *top = &h->entries[0];
        if (is_placed(l, top->rank)) {
            pop(h);
            continue;
        }
        if (top->step == l->step)
            return true;
        uint32_t user = l->plan->candidates[top->rank];
        top->delta_s = gg_delta_s(l->decision, l->plan->weight[user], user, j);
        top->step = l->step;
        if (hopeless(l, top->delta_s))
            pop(h);
        else
            sift_down(h, 0);
    }
    return false;
}

/* The smallest Delta over all servers at the current step; false when no candidate is left. */
static bool find_best(lazy *l, entry *best, size_t *best_server) {
    bool found = false;
    size_t n_servers = l->decision->instance->n_servers;
    size_t first = 0;
    for (size_t j = 1; j < n_servers; j++)
        if (l->heaps[j].size > 0 &&
            (l->heaps[first].size == 0 ||
             l->heaps[j].entries[0].delta_s < l->heaps[first].entries[0].delta_s))
            first = j;
    /* Starting at the most promising server keeps the limit low for the others. */
    for (size_t turn = 0; turn < n_servers; turn++) {
        size_t j = turn == 0 ? first : (turn <= first ? turn - 1 : turn);
        double limit_s = found ? best->delta_s : INFINITY;
        if (!refresh_top(l, j, limit_s))
            continue;
        const entry *top = &l->heaps[j].entries[0];
        if (!found ||
            comes_first(top->delta_s, top->rank, j, best->delta_s, best->rank, *best_server)) {
            *best = *top;
            *best_server = j;
            found = true;
        }
    }
    return found;
}

/* Re-evaluates the pairs of one server from heap place `at` down whose stale Delta lies below
 * `limit_s`. True when a Delta shrank, so that the best must be looked for again. */
static bool refresh_near(lazy *l, size_t j, double limit_s, size_t at) {
    heap *h = &l->heaps[j];
    while (at < h->size && h->entries[at].delta_s <= limit_s) {
        entry *e = &h->entries[at];
        if (e->step == l->step || is_placed(l, e->rank)) {
            if (refresh_near(l, j, limit_s, 2 * at + 1))
                return true;
            at = 2 * at + 2;
            continue;
        }
        double stale_s = e->delta_s;
        uint32_t user = l->plan->candidates[e->rank];
        e->delta_s = gg_delta_s(l->decision, l->plan->weight[user], user, j);
        e->step = l->step;
        if (e->delta_s < stale_s) {
            for (size_t k = h->size / 2; k-- > 0;)
                sift_down(h, k);
            return true;
        }
        sift_down(h, at);
    }
    return false;
}

static bool refresh_all_near(lazy *l, double limit_s) {
    for (size_t j = 0; j < l->decision->instance->n_servers; j++)
        if (refresh_near(l, j, limit_s, 0))
            return true;
    return false;
}

gg_status gg_greedy_lazy(gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    lazy l;
    gg_status status = lazy_init(&l, decision, plan, err);
    entry best = {0};
    size_t server = 0;
    while (status == GG_OK && find_best(&l, &best, &server)) {
        if (isfinite(best.delta_s) &&
            refresh_all_near(&l, best.delta_s + tolerance_s(&l, best.delta_s)))
            continue;
        if (plan->only_gains && !(best.delta_s < 0.0))
            break;
        gg_decision_place(decision, plan->candidates[best.rank], server);
        l.step++;
    }
    lazy_clear(&l);
    return status;
}
