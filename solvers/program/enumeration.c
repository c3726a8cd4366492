/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/level_domain.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"

/* Where listing gives up: decisions kept, partial decisions looked at, depth of recursion. */
enum { DECISIONS_MAX = 1 << 19, VISITS_MAX = 20000000, USERS_MAX = 64 };

/* Users 0..depth-1 are placed. */
typedef struct listing {
    gg_enumeration *list;
    const gg_bound_problem *p;
    const gg_box *box;
    double limit_s;
    size_t capacity, visits;
    int8_t *server; /* n */
    double *factor; /* m x n: cost factors at the box's lowest interference */
    double *least;  /* n + 1: cheapest option of user i and all after it */
    uint32_t load[GG_BOUND_SERVERS_MAX];
    double factors[GG_BOUND_SERVERS_MAX], works[GG_BOUND_SERVERS_MAX]; /* sums over the load */
} listing;

static double server_cost_s(const listing *l, size_t j, uint32_t load, double factors,
                            double works) {
    return gg_air_share(l->p, j, load) * factors + works * gg_seconds_per_work(l->p, j, load);
}

static void prepare(listing *l) {
    const gg_bound_problem *p = l->p;
    for (size_t i = p->n; i-- > 0;) {
        double least = l->box->local[i] ? p->local_s[i] : INFINITY;
        for (size_t j = 0; j < p->m; j++) {
            if ((l->box->servers[i] >> j & 1) == 0)
                continue;
            double factor = gg_cost_factor(p, i, j, l->box->interference_low[j]);
            l->factor[j * p->n + i] = factor;
            least =
                fmin(least, server_cost_s(l, j, 1, factor, gg_work(p, i, j)) + gg_fixed(p, i, j));
        }
        l->least[i] = least + l->least[i + 1];
    }
}

static bool keep(listing *l) {
    gg_enumeration *list = l->list;
    for (size_t j = 0; j < l->p->m; j++)
        if (l->load[j] < l->box->load_low[j])
            return true;
    if (list->count == DECISIONS_MAX)
        return false;
    if (list->count == l->capacity) {
        size_t wanted = 2 * l->capacity + 1024;
        int8_t *grown = gg_realloc(list->server, l->capacity * list->n, wanted * list->n, 1);
        if (grown == NULL)
            return false;
        list->server = grown;
        l->capacity = wanted;
    }
    memcpy(list->server + list->count++ * list->n, l->server, list->n);
    return true;
}

/* Places user i and all after it in every way; false when it has become too much. */
static bool place(listing *l, size_t i, double cost_s) {
    if (cost_s + l->least[i] >= l->limit_s)
        return true;
    if (++l->visits > VISITS_MAX)
        return false;
    if (i == l->p->n)
        return keep(l);
    l->server[i] = GG_LOCAL;
    if (l->box->local[i] && !place(l, i + 1, cost_s + l->p->local_s[i]))
        return false;
    for (size_t j = 0; j < l->p->m; j++) {
        if ((l->box->servers[i] >> j & 1) == 0 || l->load[j] == l->box->load_high[j])
            continue;
        double factors = l->factors[j], works = l->works[j];
        double before_s = server_cost_s(l, j, l->load[j], factors, works) - gg_fixed(l->p, i, j);
        l->server[i] = (int8_t)j;
        l->load[j]++;
        l->factors[j] += l->factor[j * l->p->n + i];
        l->works[j] += gg_work(l->p, i, j);
        double after_s = server_cost_s(l, j, l->load[j], l->factors[j], l->works[j]);
        bool goes_on = place(l, i + 1, cost_s + after_s - before_s);
        l->load[j]--;
        l->factors[j] = factors;
        l->works[j] = works;
        if (!goes_on)
            return false;
    }
    return true;
}

gg_status gg_enumeration_init(gg_enumeration *list, const gg_bound_problem *p, const gg_box *box,
                              double limit_s, gg_error *err) {
    *list = (gg_enumeration){.n = p->n};
    listing l = {.list = list, .p = p, .box = box, .limit_s = limit_s * (1.0 + 1e-9)};
    const gg_record_array arrays[] = {GG_ARRAY(listing, server, p->n),
                                      GG_ARRAY(listing, factor, p->m * p->n),
                                      GG_ARRAY(listing, least, p->n + 1)};
    void *memory = GG_ARRAYS_NEW(&l, arrays);
    GG_NEED(memory, err, "out of memory for %zu users", p->n);
    if (p->n <= USERS_MAX) {
        prepare(&l);
        list->complete = place(&l, 0, 0.0);
    }
    gg_free(memory);
    return GG_OK;
}

void gg_enumeration_clear(gg_enumeration *list) {
    gg_free(list->server);
    *list = (gg_enumeration){0};
}
