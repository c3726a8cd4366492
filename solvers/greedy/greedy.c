/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The plain scan, and the lazy greedy assignment: each server keeps its pairs in a heap by a lower
 * bound on their Delta, and only pairs whose bound could be the smallest are evaluated.
 *
 * A Delta of the past is a bound, since loads n and interference only grow. Where thousands of
 * users share a server it is a poor one: all its Deltas grow alike. So a large heap is kept by keys
 * Delta / n: transmission and compute time (once C / n <= Cmax) grow at least like n, and only the
 * local delay is subtracted, so that n times a key of the past is a bound, and keys keep their
 * order while n grows. When many pairs of a server had to be evaluated one by one, all of them are
 * at once: memory is slow in random order, and they will be needed. (Where only gains are wanted,
 * heaps are small.)
 */
#include "solvers/greedy/greedy.h"
#include "models/base/alloc.h"
#include "models/base/record.h"

/* A pair that may be placed next. */
typedef struct choice {
    double delta_s;
    uint32_t rank; /* place among the candidates */
    size_t server;
} choice;

/* Comes after every pair. */
#define NO_CHOICE ((choice){INFINITY, UINT32_MAX, SIZE_MAX})

/* Smaller Delta first, then the earlier candidate, then the lower server. */
static bool goes_before(choice a, choice b) {
    if (a.delta_s != b.delta_s)
        return a.delta_s < b.delta_s;
    return a.rank != b.rank ? a.rank < b.rank : a.server < b.server;
}

gg_status gg_greedy_scan(gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    size_t n_servers = decision->instance->n_servers;
    bool *placed = gg_alloc(plan->n_candidates, sizeof *placed);
    GG_NEED(placed, err, "out of memory in the greedy scan");
    for (size_t left = n_servers > 0 ? plan->n_candidates : 0; left > 0; left--) {
        choice best = NO_CHOICE;
        for (uint32_t rank = 0; rank < plan->n_candidates; rank++) {
            if (placed[rank])
                continue;
            uint32_t user = plan->candidates[rank];
            for (size_t j = 0; j < n_servers; j++) {
                choice pair = {gg_delta_s(decision, plan->weight[user], user, j), rank, j};
                if (goes_before(pair, best))
                    best = pair;
            }
        }
        if (plan->only_gains && !(best.delta_s < 0.0))
            break;
        placed[best.rank] = true;
        gg_decision_place(decision, plan->candidates[best.rank], best.server);
    }
    gg_free(placed);
    return GG_OK;
}

/* A pair, a key of its Delta when last evaluated, and when that was. */
typedef struct entry {
    double key;
    uint32_t rank;
    uint32_t step;
} entry;

typedef struct heap {
    entry *entries;
    size_t size;
    bool by_load; /* keys are Delta / n; else Delta */
    double load;  /* n of the user to come */
    size_t work;  /* evaluations since all were evaluated */
} heap;

typedef struct lazy {
    gg_decision *decision;
    const gg_greedy *plan;
    gg_delta_terms *terms; /* n_candidates: scattered over the instance they would cost a cache miss
                              each */
    bool *placed;          /* n_candidates */
    heap *heaps;           /* M */
    entry *entries;        /* the heaps' storage */
    double largest_s;      /* largest w tL of a candidate */
    uint32_t step;
    void *memory; /* of the arrays */
} lazy;

/* All pairs of a heap are evaluated after 1/WORK_SHARE of its size has been, but not those of heaps
 * that fit a cache. */
enum { WORK_SHARE = 8, SMALL_HEAP = 256 };

static double delta_s(const lazy *l, uint32_t rank, size_t server) {
    uint32_t user = l->plan->candidates[rank];
    return gg_delta_of_terms_s(l->decision, &l->terms[rank], user,
                               gg_gain(l->decision->instance, user, server), server);
}

/* Bounds are exact up to rounding, of sums that may be larger than the Delta they end up as: pairs
 * this close to the best are evaluated before it is believed. */
static double tolerance_s(const lazy *l, const heap *h, double value_s) {
    if (isinf(value_s))
        return 0.0;
    double scale_s = h->by_load ? h->load * l->largest_s : l->largest_s;
    return 0x1p-48 * (fabs(value_s) + scale_s);
}

static bool entry_before(const entry *a, const entry *b) {
    return a->key != b->key ? a->key < b->key : a->rank < b->rank;
}

/* Four children stand in one cache line: entry 4 k + 1 begins one, see fill_heaps. */
enum { ARITY = 4, LINE = 64 };

static size_t first_child(size_t parent) {
    return ARITY * parent + 1;
}

static size_t smallest_child(const heap *h, size_t first) {
    size_t end = first + ARITY < h->size ? first + ARITY : h->size, best = first;
    for (size_t child = first + 1; child < end; child++)
        if (entry_before(&h->entries[child], &h->entries[best]))
            best = child;
    return best;
}

static void sift_down(heap *h, size_t hole) {
    entry moving = h->entries[hole];
    for (size_t first; (first = first_child(hole)) < h->size;) {
        size_t child = smallest_child(h, first);
        if (!entry_before(&h->entries[child], &moving))
            break;
        h->entries[hole] = h->entries[child];
        hole = child;
    }
    h->entries[hole] = moving;
}

static void make_heap(heap *h) {
    for (size_t k = h->size < 2 ? 0 : (h->size - 2) / ARITY + 1; k-- > 0;)
        sift_down(h, k);
}

static void pop(heap *h) {
    h->entries[0] = h->entries[--h->size];
    if (h->size > 0)
        sift_down(h, 0);
}

static double key_of(const heap *h, double value_s) {
    return h->by_load ? value_s / h->load : value_s;
}

static double bound_of(const heap *h, double key) {
    return h->by_load ? key * h->load : key;
}

/* A pair that can never be chosen again: Delta only grows, and gains are all that is wanted. */
static bool hopeless(const lazy *l, const heap *h, double value_s) {
    return l->plan->only_gains && value_s > tolerance_s(l, h, 0.0);
}

/* Beyond the load from which the processor is shared all that the server costs is in proportion to
 * the load. */
static bool grows_with_load(const gg_decision *d, size_t server) {
    const gg_instance *in = d->instance;
    return !gg_serves_tokens(in, server) && in->air_model == NULL && in->gate_delay_s == NULL &&
           d->joule == 0.0;
}

/* Evaluates what is left of a server's pairs, in the order of memory, and chooses what keys are
 * from now on. Divided by n, a bound below 0 would fall. */
static void refresh_all(const lazy *l, size_t server) {
    const gg_instance *in = l->decision->instance;
    heap *h = &l->heaps[server];
    double smallest_s = INFINITY;
    h->size = h->work = 0;
    for (uint32_t rank = 0; rank < l->plan->n_candidates; rank++) {
        if (l->placed[rank])
            continue;
        double value_s = delta_s(l, rank, server);
        smallest_s = fmin(smallest_s, value_s);
        h->entries[h->size++] = (entry){value_s, rank, 0};
    }
    h->by_load = smallest_s > 0.0 && grows_with_load(l->decision, server) &&
                 in->server_capacity_flops[server] / h->load <= in->max_user_capacity_flops;
    for (size_t k = 0; k < h->size; k++)
        h->entries[k].key = key_of(h, h->entries[k].key);
    make_heap(h);
}

/* Evaluates a pair; true when it can still be chosen. */
static bool evaluate(const lazy *l, size_t server, entry *e, choice *best) {
    heap *h = &l->heaps[server];
    const choice pair = {delta_s(l, e->rank, server), e->rank, server};
    if (goes_before(pair, *best))
        *best = pair;
    /* A key that shrinks does so by rounding: the heap's order is worth more. */
    e->key = fmax(e->key, key_of(h, pair.delta_s));
    e->step = l->step;
    h->work++;
    return !hopeless(l, h, pair.delta_s);
}

static double limit_key(const lazy *l, const heap *h, const choice *best) {
    return isinf(best->delta_s) ? INFINITY
                                : key_of(h, best->delta_s + tolerance_s(l, h, best->delta_s));
}

/* Evaluates pairs from the top of server j's heap until the top is up to date or too large to be
 * the best. */
static void refresh_top(const lazy *l, size_t j, choice *best) {
    heap *h = &l->heaps[j];
    double limit = limit_key(l, h, best);
    while (h->size > 0 && h->entries[0].key <= limit) {
        if (l->placed[h->entries[0].rank]) {
            pop(h);
            continue;
        }
        if (h->entries[0].step == l->step)
            return;
        if (evaluate(l, j, &h->entries[0], best))
            sift_down(h, 0);
        else
            pop(h);
        limit = limit_key(l, h, best);
    }
}

/* Evaluates what else could be the best, from heap place `at` down. */
static void refresh_near(const lazy *l, size_t j, size_t at, choice *best) {
    heap *h = &l->heaps[j];
    while (at < h->size && h->entries[at].key <= limit_key(l, h, best)) {
        entry *e = &h->entries[at];
        if (e->step == l->step || l->placed[e->rank]) {
            for (size_t child = 0; child < ARITY; child++)
                refresh_near(l, j, first_child(at) + child, best);
            return;
        }
        evaluate(l, j, e, best);
        sift_down(h, at);
    }
}

/* The pair to place next; rank UINT32_MAX when no candidate is left. */
static choice find_best(const lazy *l) {
    size_t n_servers = l->decision->instance->n_servers, first = 0;
    double smallest_s = INFINITY;
    choice best = NO_CHOICE;
    for (size_t j = 0; j < n_servers; j++) {
        heap *h = &l->heaps[j];
        h->load = (double)(l->decision->load[j] + 1);
        if (!l->plan->only_gains && h->size > SMALL_HEAP && h->work > h->size / WORK_SHARE)
            refresh_all(l, j);
        double bound_s = h->size > 0 ? bound_of(h, h->entries[0].key) : INFINITY;
        if (bound_s < smallest_s) {
            smallest_s = bound_s;
            first = j;
        }
    }
    /* Starting at the most promising server keeps the limit low for the others. */
    for (size_t turn = 0; turn < n_servers; turn++)
        refresh_top(l, turn == 0 ? first : turn <= first ? turn - 1 : turn, &best);
    /* Infinite Deltas tie, and the heaps have them in the order of ties. */
    for (size_t j = 0; j < n_servers && isfinite(best.delta_s); j++)
        refresh_near(l, j, 0, &best);
    return best;
}

/* Entries of one server, with what the next one's alignment needs. */
static size_t heap_room(const gg_greedy *plan) {
    const size_t per_line = LINE / sizeof(entry);
    return (plan->n_candidates + 2 * per_line - 2) / per_line * per_line;
}

static void fill_heaps(lazy *l) {
    size_t n_servers = l->decision->instance->n_servers;
    for (size_t j = 0; j < n_servers; j++) {
        /* The root is the last of its cache line, so that every group of children fills one. */
        l->heaps[j].entries = l->entries + j * heap_room(l->plan) + LINE / sizeof(entry) - 1;
    }
    for (uint32_t rank = 0; rank < l->plan->n_candidates; rank++)
        for (size_t j = 0; j < n_servers; j++) {
            heap *h = &l->heaps[j];
            double value_s = delta_s(l, rank, j);
            if (!hopeless(l, h, value_s))
                h->entries[h->size++] = (entry){value_s, rank, 0};
        }
    for (size_t j = 0; j < n_servers; j++)
        make_heap(&l->heaps[j]);
}

static gg_status lazy_init(lazy *l, gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    const gg_instance *in = decision->instance;
    size_t room;
    *l = (lazy){.decision = decision, .plan = plan, .step = 1};
    if (gg_size_multiply(in->n_servers, heap_room(plan), &room) != 0)
        room = SIZE_MAX;
    const gg_record_array arrays[] = {
        GG_ARRAY(lazy, terms, plan->n_candidates), GG_ARRAY(lazy, placed, plan->n_candidates),
        GG_ARRAY(lazy, heaps, in->n_servers), GG_ARRAY(lazy, entries, room)};
    l->memory = GG_ARRAYS_NEW(l, arrays);
    GG_NEED(l->memory, err, "out of memory for %zu x %zu pairs", plan->n_candidates, in->n_servers);
    for (size_t r = 0; r < plan->n_candidates; r++) {
        uint32_t user = plan->candidates[r];
        l->terms[r] = gg_delta_terms_of(in, plan->weight[user], user);
        double price = gg_home_price(in, plan->weight[user], decision->joule, user);
        l->largest_s = fmax(l->largest_s, price * (in->local_delay_s[user] + gg_gate_s(in, user)));
    }
    fill_heaps(l);
    return GG_OK;
}

gg_status gg_greedy_lazy(gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    lazy l;
    gg_status status = lazy_init(&l, decision, plan, err);
    while (status == GG_OK) {
        const choice best = find_best(&l);
        if (best.rank == UINT32_MAX || (plan->only_gains && !(best.delta_s < 0.0)))
            break;
        l.placed[best.rank] = true;
        gg_decision_place(decision, plan->candidates[best.rank], best.server);
        l.step++;
    }
    gg_free(l.memory);
    return status;
}
