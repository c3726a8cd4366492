/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/level_domain.h"

#include "models/base/alloc.h"

/* A level being split: it covers values first..last of its server's. */
typedef struct level {
    size_t first, last;
    double begin; /* power units */
    double error;
    bool whole; /* cannot be split */
} level;

/* One server whose levels are being split. */
typedef struct splitting {
    const gg_level_stakes *stakes;
    const gg_bound_problem *p;
    const gg_box *box;
    size_t j;
    gg_interference_values values;
    level *levels;
    size_t n_levels;
    double margin; /* power units */
} splitting;

/* Cost of user i on the server at a load, capped: beyond the incumbent it does not matter. */
static double capped_cost_s(const splitting *s, size_t i, uint32_t load, double factor) {
    double cost_s = gg_air_share(s->p, s->j, load) * factor +
                    gg_work(s->p, i, s->j) * gg_seconds_per_work(s->p, s->j, load) +
                    gg_fixed(s->p, i, s->j);
    return fmin(cost_s, s->stakes->incumbent_s);
}

/* What costing user i at `low` instead of `high` may lose, as a share of half its cost and half its
 * part of the lower bound: where no share is above e, no decision's value falls by more than e. */
static double user_error(const splitting *s, size_t i, double low, double high) {
    double factor_low = gg_cost_factor(s->p, i, s->j, low);
    double factor_high = gg_cost_factor(s->p, i, s->j, high);
    double part_s = s->stakes->lower_bound_s / (double)s->p->n;
    double worst = 0.0;
    uint32_t from = s->box->load_low[s->j] > 0 ? s->box->load_low[s->j] : 1;
    for (uint32_t load = from; load <= s->box->load_high[s->j]; load++) {
        double high_s = capped_cost_s(s, i, load, factor_high);
        double loss_s = high_s - capped_cost_s(s, i, load, factor_low);
        if (loss_s > 0.0)
            worst = fmax(worst, 2.0 * loss_s / (high_s + part_s));
    }
    return worst;
}

static double begin_of(const splitting *s, size_t first) {
    return fmax(s->box->interference_low[s->j], s->values.power[first] - s->margin);
}

static double level_error(const splitting *s, size_t first, size_t last) {
    double begin = begin_of(s, first), worst = 0.0;
    for (size_t i = 0; i < s->p->n; i++) {
        if ((s->box->servers[i] >> s->j & 1) == 0)
            continue;
        double met = gg_interference_met(&s->values, first, last, i);
        if (met > begin)
            worst = fmax(worst, user_error(s, i, begin, met));
    }
    return worst;
}

static level make_level(const splitting *s, size_t first, size_t last) {
    return (level){first, last, begin_of(s, first), level_error(s, first, last), false};
}

/* Where to split a level so that the worse half is best; its first value when nowhere. */
static size_t best_split(const splitting *s, const level *whole) {
    size_t low = whole->first, high = whole->last;
    while (low < high && begin_of(s, low + 1) <= whole->begin)
        low++;
    if (low == high)
        return whole->first;
    size_t least = low + 1;
    /* The lower half's error rises with the place, the upper half's falls: find where they cross.
     */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (level_error(s, whole->first, middle - 1) < level_error(s, middle, whole->last))
            low = middle;
        else
            high = middle;
    }
    if (low < least)
        return high;
    double at_low = level_error(s, low, whole->last);
    double at_high = level_error(s, whole->first, high - 1);
    return at_low < at_high ? low : high;
}

static level *worst_level(const splitting *s) {
    level *worst = NULL;
    for (size_t k = 0; k < s->n_levels; k++)
        if (!s->levels[k].whole && (worst == NULL || s->levels[k].error > worst->error))
            worst = &s->levels[k];
    return worst;
}

static void split(splitting *s, size_t at_most, double target) {
    s->levels[0] = make_level(s, 0, s->values.count - 1);
    s->n_levels = 1;
    while (s->n_levels < at_most) {
        level *worst = worst_level(s);
        if (worst == NULL || worst->error <= target)
            return;
        size_t at = best_split(s, worst);
        worst->whole = at == worst->first;
        if (worst->whole)
            continue;
        s->levels[s->n_levels++] = make_level(s, at, worst->last);
        *worst = make_level(s, worst->first, at - 1);
    }
}

gg_status gg_level_split(gg_level_domain *domain, const gg_bound_problem *p, const gg_box *box,
                         size_t j, const gg_level_stakes *stakes, size_t at_most, double target,
                         double *error, gg_error *err) {
    splitting s = {.stakes = stakes, .p = p, .box = box, .j = j};
    s.margin = GG_LEVEL_MARGIN * box->interference_high[j];
    s.levels = gg_alloc(at_most, sizeof *s.levels);
    gg_status status = s.levels != NULL
                           ? gg_interference_values_init(&s.values, p, box, j, err)
                           : gg_fail(err, GG_E_NOMEM, "out of memory for %zu levels", at_most);
    if (status == GG_OK) {
        split(&s, at_most, target);
        /* No interference below the first value occurs. */
        domain->mip.level_w[j][0] = s.levels[0].begin * p->power_unit_w;
        for (size_t k = 0; k < s.n_levels; k++) {
            gg_level_add(domain, j, s.levels[k].begin * p->power_unit_w, 0.0);
            *error = fmax(*error, s.levels[k].error);
        }
    }
    gg_interference_values_clear(&s.values);
    gg_free(s.levels);
    return status;
}
