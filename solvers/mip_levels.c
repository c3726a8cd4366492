/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/mip_levels.h"

#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "solvers/fixing.h"
#include "solvers/interference_values.h"
#include "solvers/iterated_search.h"
#include "solvers/level_domain.h"

/* Beyond FEW_USERS the program is out of reach of most solvers: more levels would not help. */
enum { START_ITERATIONS = 60, FEW_USERS = 8, LEVELS_OF_MANY = 8 };

static const double TARGET_ERROR = 0.01;
/* A level begins so far below the interference it is made for, in units of the highest: solvers
 * take rows within their tolerance for satisfied, and would use the level below. */
static const double MARGIN_OF_TOP = 2e-6;
static const double ENTRIES_MAX = 1e8;

struct gg_mip_choice {
    gg_fixing fixing;
    gg_level_domain domain;
    int32_t *incumbent; /* N */
    double incumbent_s, lower_bound_s, error;
};

/* A level being split: it covers values first..last of its server's. */
typedef struct level {
    size_t first, last;
    double begin; /* power units */
    double error;
    bool whole; /* cannot be split */
} level;

/* One server whose levels are being split. */
typedef struct splitting {
    const gg_mip_choice *choice;
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
    double cost_s = (double)load * factor + s->p->work[i] * gg_seconds_per_work(s->p, s->j, load);
    return fmin(cost_s, s->choice->incumbent_s);
}

/* What costing user i at `low` instead of `high` may lose, as a share of half its cost and half its
 * part of the lower bound: where no share is above e, no decision's value falls by more than e. */
static double user_error(const splitting *s, size_t i, double low, double high) {
    double factor_low = gg_cost_factor(s->p, i, s->j, low);
    double factor_high = gg_cost_factor(s->p, i, s->j, high);
    double part_s = s->choice->lower_bound_s / (double)s->p->n;
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

static gg_status split_server(gg_mip_choice *c, size_t j, size_t at_most, double target,
                              gg_error *err) {
    const gg_bound_problem *p = c->fixing.problem;
    splitting s = {.choice = c, .p = p, .box = &c->fixing.box, .j = j};
    s.margin = MARGIN_OF_TOP * s.box->interference_high[j];
    s.levels = gg_alloc(at_most, sizeof *s.levels);
    gg_status status = s.levels != NULL
                           ? gg_interference_values_init(&s.values, p, s.box, j, err)
                           : gg_fail(err, GG_E_NOMEM, "out of memory for %zu levels", at_most);
    if (status == GG_OK) {
        split(&s, at_most, target);
        /* No interference below the first value occurs. */
        c->domain.mip.level_w[j][0] = s.levels[0].begin * p->power_unit_w;
        for (size_t k = 0; k < s.n_levels; k++) {
            gg_level_add(&c->domain, j, s.levels[k].begin * p->power_unit_w, 0.0);
            c->error = fmax(c->error, s.levels[k].error);
        }
    }
    gg_interference_values_clear(&s.values);
    gg_free(s.levels);
    return status;
}

static gg_status find_incumbent(gg_mip_choice *c, const gg_instance *in, gg_objective objective,
                                gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = objective;
    const gg_iterations limits = {
        .at_most = START_ITERATIONS, .deadline_s = INFINITY, .seed = options.seed};
    int64_t iterations;
    gg_metrics metrics;
    gg_status status =
        gg_iterate(in, &options, limits, c->incumbent, &c->incumbent_s, &iterations, err);
    if (status == GG_OK)
        status = gg_evaluate(in, objective, c->incumbent, &metrics, err);
    if (status == GG_OK)
        c->incumbent_s = metrics.objective_s;
    return status;
}

/* Nothing costs less than the incumbent: it alone remains. */
static void pin_incumbent(gg_mip_choice *c) {
    gg_box *box = &c->fixing.box;
    gg_box_root(box, c->fixing.problem);
    for (size_t i = 0; i < c->fixing.problem->n; i++) {
        int32_t at = c->incumbent[i];
        box->local[i] = at == GG_LOCAL;
        box->servers[i] = at == GG_LOCAL ? 0 : UINT64_C(1) << at;
    }
    gg_box_propagate(box, c->fixing.problem);
}

static gg_status set_box(gg_mip_choice *c, bool fixed_by_bound, gg_error *err) {
    gg_status status = GG_OK;
    if (fixed_by_bound) {
        bool alive;
        status =
            gg_fix_by_bound(&c->fixing, c->incumbent, c->incumbent_s, 0.0, INFINITY, &alive, err);
        if (status == GG_OK && !alive)
            pin_incumbent(c);
    } else {
        gg_fixing_root(&c->fixing, c->incumbent, c->incumbent_s);
    }
    c->lower_bound_s = fmin(c->fixing.lower_bound_s, c->incumbent_s);
    return status;
}

/* Entries of the program over the present box and levels. */
static double count_entries(const gg_mip_choice *c) {
    const gg_bound_problem *p = c->fixing.problem;
    double entries = 0.0;
    for (size_t j = 0; j < p->m; j++) {
        double users = 0.0;
        for (size_t i = 0; i < p->n; i++)
            users += (double)(c->fixing.box.servers[i] >> j & 1);
        double loads = c->domain.mip.load_high[j] - (double)c->domain.mip.load_low[j] + 1.0;
        entries += loads * (double)c->domain.mip.n_levels[j] * users * (2.0 + 2.0 * (double)p->m);
    }
    return entries;
}

static gg_status refuse_giant(const gg_mip_choice *c, gg_error *err) {
    double entries = count_entries(c);
    if (entries <= ENTRIES_MAX)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT,
                   "the program would have about %.2g entries, more than the %.0g that are "
                   "written: take fewer levels, fewer users, or fix by the bound",
                   entries, ENTRIES_MAX);
}

static gg_status choose(gg_mip_choice *c, const gg_instance *in, const gg_mip_request *request,
                        gg_error *err) {
    if (gg_instance_infeasible(in))
        return gg_fail(err, GG_E_INFEASIBLE,
                       "infeasible: a user must offload and there is no server");
    size_t at_most = request->levels > 0        ? request->levels
                     : in->n_users <= FEW_USERS ? GG_MIP_LEVELS_MAX
                                                : LEVELS_OF_MANY;
    gg_status status = gg_fixing_init(&c->fixing, in, request->objective, err);
    if (status == GG_OK && c->fixing.problem->no_finite)
        return gg_fail(err, GG_E_INFEASIBLE,
                       "a user that must offload reaches no server: every decision costs "
                       "infinitely much");
    if (status == GG_OK)
        status = gg_level_domain_init(&c->domain, in->n_servers, at_most, err);
    if (status != GG_OK)
        return status;
    gg_box_root(&c->fixing.box, c->fixing.problem);
    gg_level_domain_set(&c->domain, c->fixing.problem, &c->fixing.box);
    /* Found out before the bound is computed, which takes its time at such sizes. */
    if (!request->fixed_by_bound && (status = refuse_giant(c, err)) != GG_OK)
        return status;
    if ((c->incumbent = gg_alloc(in->n_users, sizeof *c->incumbent)) == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    status = find_incumbent(c, in, request->objective, err);
    if (status == GG_OK)
        status = set_box(c, request->fixed_by_bound, err);
    if (status == GG_OK)
        gg_level_domain_set(&c->domain, c->fixing.problem, &c->fixing.box);
    for (size_t j = 0; status == GG_OK && j < in->n_servers; j++)
        status = split_server(c, j, at_most, request->levels > 0 ? 0.0 : TARGET_ERROR, err);
    return status == GG_OK ? refuse_giant(c, err) : status;
}

gg_status gg_mip_choose(const gg_instance *in, const gg_mip_request *request, gg_mip_choice **out,
                        gg_error *err) {
    *out = gg_alloc(1, sizeof **out);
    if (*out == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for a program's levels");
    gg_status status = choose(*out, in, request, err);
    if (status != GG_OK) {
        gg_mip_choice_free(*out);
        *out = NULL;
    }
    return status;
}

void gg_mip_choice_free(gg_mip_choice *c) {
    if (c == NULL)
        return;
    gg_fixing_clear(&c->fixing);
    gg_level_domain_clear(&c->domain);
    gg_free(c->incumbent);
    gg_free(c);
}

const gg_mip_domain *gg_mip_choice_domain(const gg_mip_choice *c) {
    return &c->domain.mip;
}

double gg_mip_choice_error(const gg_mip_choice *c) {
    return fmin(c->error, 1.0);
}

double gg_mip_choice_incumbent_s(const gg_mip_choice *c) {
    return c->incumbent_s;
}
