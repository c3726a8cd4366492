/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/level_domain.h"

#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/record.h"

/* Interference this little outside the domain's range counts as within: rounding. */
static const double RANGE_SLACK = 1e-6;

typedef struct fit {
    gg_level_domain *domain;
    const gg_bound_problem *p;
    const gg_enumeration *list;
    double *value_s;  /* count: what the program makes a decision cost */
    double *begin_w;  /* m x count: where levels may begin, rising */
    size_t *n_begins; /* m */
    double optimum_s, target;
} fit;

static const int8_t *decision(const fit *f, size_t x) {
    return f->list->server + x * f->list->n;
}

static double interference_w(const fit *f, const int8_t *server, size_t j) {
    double sum = 0.0;
    for (size_t i = 0; i < f->p->n; i++)
        if (server[i] != GG_LOCAL && (size_t)server[i] != j)
            sum += f->p->power[j * f->p->n + i];
    return sum * f->p->power_unit_w;
}

/* Where the level begins that holds an interference at server j. */
static double level_begin_w(const fit *f, size_t j, double at_w) {
    const double *end = f->domain->mip.level_w[j];
    size_t k = 0;
    while (k + 1 < f->domain->mip.n_levels[j] && end[k + 1] <= at_w)
        k++;
    return end[k];
}

/* Cost of the users on server j, at an interference. */
static double server_cost_s(const fit *f, const int8_t *server, size_t j, double at_w) {
    const gg_bound_problem *p = f->p;
    uint32_t load = 0;
    double factors = 0.0, works = 0.0, fixed = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (server[i] != (int32_t)j)
            continue;
        load++;
        factors += gg_cost_factor(p, i, j, at_w / p->power_unit_w);
        works += gg_work(p, i, j);
        fixed += gg_fixed(p, i, j);
    }
    return load == 0 ? 0.0
                     : gg_air_share(p, j, load) * factors +
                           works * gg_seconds_per_work(p, j, load) + fixed;
}

/* What decision x costs, truly and in the program: infinitely much there if its interference lies
 * outside the domain. */
static double true_cost_s(const fit *f, size_t x, double *in_program_s) {
    const int8_t *server = decision(f, x);
    double cost_s = 0.0;
    for (size_t i = 0; i < f->p->n; i++)
        cost_s += server[i] == GG_LOCAL ? f->p->local_s[i] : 0.0;
    *in_program_s = cost_s;
    for (size_t j = 0; j < f->p->m; j++) {
        const double *end = f->domain->mip.level_w[j];
        double at_w = interference_w(f, server, j);
        cost_s += server_cost_s(f, server, j, at_w);
        *in_program_s += server_cost_s(f, server, j, level_begin_w(f, j, at_w));
        if (at_w < end[0] * (1.0 - RANGE_SLACK) ||
            at_w > end[f->domain->mip.n_levels[j]] * (1.0 + RANGE_SLACK))
            *in_program_s = INFINITY;
    }
    return cost_s;
}

/* Levels begin a margin below an interference that occurs, where none occurs in the margin: so no
 * solver's tolerance can take a decision for one of the level below. */
static void find_begins(fit *f, size_t j) {
    const gg_mip_domain *mip = &f->domain->mip;
    double margin_w = GG_LEVEL_MARGIN * mip->level_w[j][mip->n_levels[j]];
    double *at_w = f->begin_w + j * f->list->count;
    for (size_t x = 0; x < f->list->count; x++)
        at_w[x] = interference_w(f, decision(f, x), j);
    qsort(at_w, f->list->count, sizeof *at_w, gg_compare_doubles);
    double last_w = -INFINITY;
    for (size_t x = 0; x < f->list->count; x++) {
        double here_w = at_w[x];
        if (here_w - last_w > margin_w && here_w - margin_w > mip->level_w[j][0])
            at_w[f->n_begins[j]++] = here_w - margin_w;
        last_w = here_w;
    }
}

/* A level split off another. */
typedef struct new_level {
    size_t server;
    double begin_w, below_w; /* where it begins, and where the one that it was part of does */
    double gain_s;
} new_level;

/* The level of server j that makes decision x dear enough and begins lowest, so that it holds the
 * most others too; one that makes it as dear as can be when none does enough. */
static new_level level_for(const fit *f, size_t x, size_t j) {
    const int8_t *server = decision(f, x);
    double at_w = interference_w(f, server, j);
    new_level l = {.server = j, .below_w = level_begin_w(f, j, at_w)};
    double now_s = server_cost_s(f, server, j, l.below_w);
    double wanted_s = (1.0 - 0.5 * f->target) * f->optimum_s - f->value_s[x];
    const double *begins_w = f->begin_w + j * f->list->count;
    size_t low = 0, high = f->n_begins[j];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        double begin_w = begins_w[middle];
        if (begin_w > at_w || server_cost_s(f, server, j, begin_w) - now_s >= wanted_s)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == f->n_begins[j] || begins_w[low] > at_w) {
        if (low == 0)
            return l;
        low--;
    }
    l.begin_w = begins_w[low];
    l.gain_s = fmin(server_cost_s(f, server, j, l.begin_w) - now_s, wanted_s);
    return l;
}

/* Gives decision x a level at the server where it gains most by one; false when it cannot gain. */
static bool raise_decision(fit *f, size_t x, new_level *best) {
    *best = (new_level){0};
    for (size_t j = 0; j < f->p->m; j++) {
        if (f->domain->mip.n_levels[j] == f->domain->levels_max)
            continue;
        new_level l = level_for(f, x, j);
        if (l.begin_w > l.below_w && l.gain_s > best->gain_s)
            *best = l;
    }
    return best->gain_s > 0.0 && gg_level_add(f->domain, best->server, best->begin_w, 0.0);
}

static void renew_values(fit *f, const new_level *l) {
    for (size_t x = 0; x < f->list->count; x++) {
        const int8_t *server = decision(f, x);
        double at_w = interference_w(f, server, l->server);
        if (level_begin_w(f, l->server, at_w) == l->begin_w)
            f->value_s[x] += server_cost_s(f, server, l->server, l->begin_w) -
                             server_cost_s(f, server, l->server, l->below_w);
    }
}

/* The decision that the program would take; count when it is the incumbent or none of the list. */
static size_t cheapest(const fit *f) {
    size_t best = f->list->count;
    double best_s = f->optimum_s;
    for (size_t x = 0; x < f->list->count; x++)
        if (f->value_s[x] < best_s) {
            best_s = f->value_s[x];
            best = x;
        }
    return best;
}

static void prepare(fit *f, double incumbent_s) {
    f->optimum_s = incumbent_s;
    for (size_t x = 0; x < f->list->count; x++)
        f->optimum_s = fmin(f->optimum_s, true_cost_s(f, x, &f->value_s[x]));
    for (size_t j = 0; j < f->p->m; j++)
        find_begins(f, j);
}

gg_status gg_level_fit(gg_level_domain *domain, const gg_bound_problem *p,
                       const gg_enumeration *list, double incumbent_s, double target, double *error,
                       gg_error *err) {
    fit f = {.domain = domain, .p = p, .list = list, .target = target};
    const gg_record_array arrays[] = {GG_ARRAY(fit, value_s, list->count),
                                      GG_ARRAY(fit, begin_w, p->m * list->count),
                                      GG_ARRAY(fit, n_begins, p->m)};
    void *memory = GG_ARRAYS_NEW(&f, arrays);
    GG_NEED(memory, err, "out of memory for %zu decisions", list->count);
    prepare(&f, incumbent_s);
    new_level level;
    size_t x = cheapest(&f);
    while (x < list->count && f.value_s[x] < (1.0 - target) * f.optimum_s &&
           raise_decision(&f, x, &level)) {
        renew_values(&f, &level);
        x = cheapest(&f);
    }
    *error = x < list->count ? 1.0 - f.value_s[x] / f.optimum_s : 0.0;
    gg_free(memory);
    return GG_OK;
}
