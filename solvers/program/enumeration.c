/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/enumeration.h"

#include <string.h>

#include "models/base/alloc.h"

/* Where listing gives up: decisions kept, partial decisions looked at, depth of recursion. */
enum { DECISIONS_MAX = 1 << 19, VISITS_MAX = 20000000, USERS_MAX = 64 };

/* Users 0..depth-1 are placed. */
typedef struct walk {
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
} walk;

static double server_cost_s(const walk *w, size_t j, uint32_t load, double factors, double works) {
    return load * factors + works * gg_seconds_per_work(w->p, j, load);
}

static void prepare(walk *w) {
    const gg_bound_problem *p = w->p;
    for (size_t i = p->n; i-- > 0;) {
        double least = w->box->local[i] ? p->local_s[i] : INFINITY;
        for (size_t j = 0; j < p->m; j++) {
            if ((w->box->servers[i] >> j & 1) == 0)
                continue;
            double factor = gg_cost_factor(p, i, j, w->box->interference_low[j]);
            w->factor[j * p->n + i] = factor;
            least = fmin(least, server_cost_s(w, j, 1, factor, p->work[i]));
        }
        w->least[i] = least + w->least[i + 1];
    }
}

static bool keep(walk *w) {
    gg_enumeration *list = w->list;
    for (size_t j = 0; j < w->p->m; j++)
        if (w->load[j] < w->box->load_low[j])
            return true;
    if (list->count == DECISIONS_MAX)
        return false;
    if (list->count == w->capacity) {
        size_t wanted = 2 * w->capacity + 1024;
        int8_t *grown = gg_realloc(list->server, w->capacity * list->n, wanted * list->n, 1);
        if (grown == NULL)
            return false;
        list->server = grown;
        w->capacity = wanted;
    }
    memcpy(list->server + list->count++ * list->n, w->server, list->n);
    return true;
}

/* Places user i and all after it in every way; false when it has become too much. */
static bool place(walk *w, size_t i, double cost_s) {
    if (cost_s + w->least[i] >= w->limit_s)
        return true;
    if (++w->visits > VISITS_MAX)
        return false;
    if (i == w->p->n)
        return keep(w);
    w->server[i] = GG_LOCAL;
    if (w->box->local[i] && !place(w, i + 1, cost_s + w->p->local_s[i]))
        return false;
    for (size_t j = 0; j < w->p->m; j++) {
        if ((w->box->servers[i] >> j & 1) == 0 || w->load[j] == w->box->load_high[j])
            continue;
        double factors = w->factors[j], works = w->works[j];
        double before_s = server_cost_s(w, j, w->load[j], factors, works);
        w->server[i] = (int8_t)j;
        w->load[j]++;
        w->factors[j] += w->factor[j * w->p->n + i];
        w->works[j] += w->p->work[i];
        double after_s = server_cost_s(w, j, w->load[j], w->factors[j], w->works[j]);
        bool goes_on = place(w, i + 1, cost_s + after_s - before_s);
        w->load[j]--;
        w->factors[j] = factors;
        w->works[j] = works;
        if (!goes_on)
            return false;
    }
    return true;
}

gg_status gg_enumeration_init(gg_enumeration *list, const gg_bound_problem *p, const gg_box *box,
                              double limit_s, gg_error *err) {
    *list = (gg_enumeration){.n = p->n};
    walk w = {.list = list,
              .p = p,
              .box = box,
              .limit_s = limit_s * (1.0 + 1e-9),
              .server = gg_alloc(p->n, 1),
              .factor = gg_alloc(p->m * p->n, sizeof *w.factor),
              .least = gg_alloc(p->n + 1, sizeof *w.least)};
    gg_status status = GG_OK;
    if (w.server == NULL || w.factor == NULL || w.least == NULL) {
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", p->n);
    } else if (p->n <= USERS_MAX) {
        prepare(&w);
        list->complete = place(&w, 0, 0.0);
    }
    gg_free(w.server);
    gg_free(w.factor);
    gg_free(w.least);
    return status;
}

void gg_enumeration_clear(gg_enumeration *list) {
    gg_free(list->server);
    *list = (gg_enumeration){0};
}
