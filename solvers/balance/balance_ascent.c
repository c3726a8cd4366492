/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Good prices, by deflected subgradient steps from those of a decision.
 */
#include <float.h>
#include <string.h>

#include "models/base/timer.h"
#include "solvers/balance/balance_internal.h"
#include "solvers/bound/margins.h"

/* Steps without success after which the ascent aims lower. */
enum { PATIENCE = 20 };
static const double SCALE_LEAST = 1e-9;
/* Of one that persists: how much of its direction it keeps at least. A price's step grows while the
 * price moves one way, and shrinks when it turns. */
static const double MEMORY = 0.8, GROWTH = 1.2, SHRINKAGE = 0.85, STRETCH_MOST = 100.0;
/* It goes on for so many times as long while it has gained less of what was missing. */
enum { TIMES_AS_LONG = 4 };
static const double HARDLY_ANYTHING = 0.01;
/* How far states' searches may end from their best multiplier: of what is missing, for a step and
 * for a claim; and of the target. */
static const double COARSE = 1e-3, FINE = 1e-5, FINEST = 1e-14;

/* User i is on server j: it disturbs all others, and is not one who is elsewhere there. */
static void take(gg_balance *bal, size_t i, size_t j) {
    const gg_bound_problem *p = bal->p;
    bal->gradient[i] -= 1.0;
    bal->b->frequency[i * (p->m + 1) + 1 + j] += bal->b->vote;
    for (size_t k = 0; k < p->m; k++)
        if (k != j)
            bal->gradient[p->n + k * p->n + i] += 1.0;
}

/* Who is on server j in its best state, and who is elsewhere. */
static void take_state(gg_balance *bal, size_t j) {
    const gg_bound_problem *p = bal->p;
    gg__server *s = &bal->servers[j];
    double *elsewhere = bal->gradient + p->n + j * p->n, mu = s->best.mu;
    const gg_elsewhere users = gg__free_of(s), outside = gg__outside_of(s);
    gg__ends ends = gg__ends_of(&s->best);
    gg__ends_look(bal, j, &ends);
    gg__ends_settle(bal, j, &ends);
    const double *q = bal->q[s->best.end], t = ends.t[s->best.end];
    double below = bal->b->kernels->below(q, t, s->padded).count;
    double room = (double)(s->best.load - s->n_forced) - below; /* for those at the threshold */
    for (uint32_t x = 0; x < s->n_free; x++) {
        size_t i = s->user[x];
        double alternative = gg__elsewhere_cost(&users, mu, x);
        if (q[x] < t || (q[x] == t && room-- > 0.0)) {
            take(bal, i, j);
            double paid = q[x] + fmin(alternative, s->cap[x]) - s->base[x];
            bal->b->paid_s[i * p->m + j] += bal->b->vote * (float)paid;
        } else if (alternative < s->cap[x]) {
            elsewhere[i] -= 1.0;
        }
    }
    for (uint32_t x = 0; x < s->n_outside; x++)
        if (gg__elsewhere_cost(&outside, mu, x) < s->out_cap[x])
            elsewhere[s->outsider[x]] -= 1.0;
}

/* The subgradient at the states chosen now, and a vote for each of their options. */
static void set_gradient(gg_balance *bal) {
    const gg_bound_problem *p = bal->p;
    const gg_box *box = bal->b->box;
    gg__open_votes(bal->b);
    memset(bal->gradient, 0, (p->n + p->n * p->m) * sizeof *bal->gradient);
    bal->gradient[p->n + p->n * p->m] = gg__row_shortfall(bal->b);
    for (size_t i = 0; i < p->n; i++) {
        bool local = gg__stays_local(bal->b, i);
        bal->gradient[i] = local ? 0.0 : 1.0;
        if (local)
            bal->b->frequency[i * (p->m + 1)] += bal->b->vote;
        /* Of those who have only one option left no price counts. */
        if (gg__is_forced(box, i) && box->servers[i] != 0) {
            size_t j = (size_t)__builtin_ctzll(box->servers[i]);
            bal->gradient[i] -= 1.0;
            bal->b->frequency[i * (p->m + 1) + 1 + j] += bal->b->vote;
        }
    }
    for (size_t j = 0; j < p->m; j++)
        if (isfinite(bal->servers[j].best.value))
            take_state(bal, j);
    /* Whoever must offload is elsewhere at servers that it cannot choose. */
    for (size_t i = 0; i < p->n; i++)
        for (size_t j = 0; !box->local[i] && !gg__is_forced(box, i) && j < p->m; j++)
            if ((box->servers[i] >> j & 1) == 0)
                bal->gradient[p->n + j * p->n + i] -= 1.0;
}

static void set_scales(gg_balance *bal) {
    const gg_bound_problem *p = bal->p;
    double mean_s = bal->local_sum_s / (double)p->n;
    for (size_t i = 0; i < p->n; i++)
        bal->scale[i] = 1.0;
    for (size_t k = 0; k < p->n * p->m; k++) {
        double worth_s = fmax(fabs(bal->prices[k]), bal->worth[k]);
        bal->scale[p->n + k] = mean_s > 0.0 ? fmax(worth_s / mean_s, SCALE_LEAST) : 1.0;
        if (bal->persists)
            bal->scale[p->n + k] *= bal->stretch[k];
    }
    bal->scale[p->n + p->n * p->m] = gg__row_scale(bal->b);
}

/* The gradient and the last direction say which prices have turned. */
static void adapt_scales(gg_balance *bal) {
    size_t n = bal->p->n;
    const double *direction = bal->direction + n, *gradient = bal->gradient + n;
    double *scale = bal->scale + n, *stretch = bal->stretch;
    for (size_t k = 0; k < n * bal->p->m; k++) {
        double along = direction[k] * gradient[k];
        double by = along > 0.0 ? GROWTH : 1.0;
        by = along < 0.0 ? SHRINKAGE : by;
        double wanted = stretch[k] * by;
        by = wanted > STRETCH_MOST || wanted < 1.0 / STRETCH_MOST ? 1.0 : by;
        stretch[k] *= by;
        scale[k] *= by;
    }
}

static void store(const gg_balance *bal, double *to) {
    size_t n = bal->p->n;
    memcpy(to, bal->b->multipliers, n * sizeof *to);
    memcpy(to + n, bal->prices, n * bal->p->m * sizeof *to);
    to[n + n * bal->p->m] = bal->b->row_price_s;
}

static void restore(gg_balance *bal, const double *from) {
    size_t n = bal->p->n;
    memcpy(bal->b->multipliers, from, n * sizeof *from);
    memcpy(bal->prices, from + n, n * bal->p->m * sizeof *from);
    gg_bounder_set_price(bal->b, from[n + n * bal->p->m]);
}

static void advance(gg_balance *bal, double step) {
    const gg_bound_problem *p = bal->p;
    for (size_t i = 0; i < p->n; i++)
        bal->b->multipliers[i] += step * bal->direction[i];
    for (size_t k = 0; k < p->n * p->m; k++)
        bal->prices[k] += step * bal->scale[p->n + k] * bal->direction[p->n + k];
    size_t row = p->n + p->n * p->m;
    gg__row_step(bal->b, step * bal->scale[row] * bal->direction[row]);
}

static double single(double x) {
    return (double)(float)fmax(-FLT_MAX, fmin(x, FLT_MAX));
}

/* What sums of prices may have lost to rounding. */
static double rounding_s(const gg_balance *bal) {
    const gg_bound_problem *p = bal->p;
    double size_s = 0.0;
    for (size_t i = 0; i < p->n; i++)
        size_s += fabs(bal->b->multipliers[i]) + fabs(bal->charge[i]);
    for (size_t k = 0; k < p->n * p->m; k++)
        size_s += 2.0 * fabs(bal->prices[k]);
    for (size_t j = 0; j < p->m; j++)
        size_s += fabs(bal->servers[j].best.value);
    return gg__claimed_rounding_s(bal->b, size_s);
}

/* With many users V_j is claimed up to this share of the target too low, in all; a checker allows
 * itself half of it. A step may be off by a share of what is missing. */
static const double SLACK = 2e-4, SLACK_OF_MISSING = 0.02, FINE_OF_SLACK = 0.01;

static void set_slack(gg_balance *bal, double missing_s) {
    double most_s = fmin(SLACK_OF_MISSING * missing_s, 0.01 * fabs(bal->b->target_s));
    bal->slack_s =
        !bal->many ? 0.0 : fmax(SLACK * fabs(bal->b->target_s), most_s) / (double)bal->p->m;
}

double gg_balance_bound_s(gg_balance *bal) {
    double fine_s = fmax(FINEST * bal->local_sum_s, FINE_OF_SLACK * bal->slack_s);
    double bound_s = gg__balance_evaluate(bal, true, fine_s);
    return isfinite(bound_s) ? bound_s - rounding_s(bal) : bound_s;
}

static void round_to_single(gg_balance *bal) {
    for (size_t i = 0; i < bal->p->n; i++)
        bal->b->multipliers[i] = single(bal->b->multipliers[i]);
    for (size_t k = 0; k < bal->p->n * bal->p->m; k++)
        bal->prices[k] = single(bal->prices[k]);
}

/* The best bound of an ascent that is certain, and how often the bound has seemed to rise since. */
typedef struct certain {
    double first_s, best_s;
    double tolerance_s; /* how much higher it might be, of each server */
    int risen;
} certain;

/* All states cost many times what those near the last best ones do: they are looked at when the
 * bound has seemed to rise so often. */
enum { CHECK_EVERY = 2, CHECK_EVERY_OF_MANY = 10 };

/* The value at the present prices, all states examined. What had seemed better than it is does not
 * count any more. */
static double examine(gg_balance *bal, double coarse_s, certain *known, gg__ambition *aim) {
    round_to_single(bal);
    bal->hopeless_s = known->best_s;
    double value_s = gg__balance_evaluate(bal, true, coarse_s);
    bal->hopeless_s = -INFINITY;
    known->risen = 0;
    if (isfinite(value_s) && value_s > known->best_s) {
        known->best_s = value_s;
        known->tolerance_s = coarse_s;
        store(bal, bal->best);
        for (size_t j = 0; j < bal->p->m; j++)
            bal->servers[j].kept = bal->servers[j].best;
    }
    aim->best_s = aim->reference_s = known->best_s;
    return value_s;
}

/* A value that might be higher by so much of what is missing need not be sought again. */
static const double NEAR_ENOUGH = 0.01;

/* Back to the best prices: the bound there. */
static double settle(gg_balance *bal, const certain *known) {
    double bound_s = -INFINITY;
    if (known->best_s == -INFINITY) {
        round_to_single(bal);
        return gg_balance_bound_s(bal);
    }
    restore(bal, bal->best);
    if (known->tolerance_s * (double)bal->p->m > NEAR_ENOUGH * fabs(bal->missing_s))
        bound_s = gg_balance_bound_s(bal);
    if (bound_s > -INFINITY)
        return bound_s;
    gg__balance_charge(bal);
    for (size_t j = 0; j < bal->p->m; j++) {
        bal->servers[j].best = bal->servers[j].kept;
        bal->multipliers[j] = bal->servers[j].kept.mu;
    }
    return known->best_s - rounding_s(bal);
}

static bool goes_on(const gg_balance *bal, const certain *known, int step, int iterations) {
    double gained_s = known->best_s - known->first_s, missing_s = bal->b->target_s - known->first_s;
    return step < iterations || (bal->persists && step < TIMES_AS_LONG * iterations &&
                                 gained_s < HARDLY_ANYTHING * missing_s);
}

double gg_balance_ascend(gg_balance *bal, double target_s, int iterations) {
    size_t size = bal->p->n + bal->p->n * bal->p->m + 1;
    gg__ambition aim = {.best_s = -INFINITY, .reference_s = -INFINITY, .above_s = bal->ambition_s};
    certain known = {.best_s = -INFINITY};
    int patience = bal->persists ? iterations / 2 : PATIENCE;
    int check_every = bal->many ? CHECK_EVERY_OF_MANY : CHECK_EVERY;
    bal->b->target_s = target_s;
    memset(bal->direction, 0, size * sizeof *bal->direction);
    set_scales(bal);
    gg__clear_votes(bal->b);
    for (int k = 0; goes_on(bal, &known, k, iterations); k++) {
        double missing_s = k == 0 ? bal->missing_s : target_s - known.best_s;
        double coarse_s = k == 0 ? FINE * fabs(target_s) : COARSE * missing_s / (double)bal->p->m;
        set_slack(bal, missing_s);
        double value_s = k == 0 ? examine(bal, coarse_s, &known, &aim)
                                : gg__balance_evaluate(bal, false, coarse_s);
        /* Near states alone may flatter the bound: progress counts only with all of them. */
        if (k > 0 && value_s > aim.best_s && (++known.risen >= check_every || value_s >= target_s))
            value_s = examine(bal, coarse_s, &known, &aim);
        if (k == 0)
            known.first_s = value_s;
        if (isinf(value_s) || gg_time_is_up(bal->b->deadline_s))
            break;
        aim.best_s = fmax(aim.best_s, value_s);
        if (known.best_s >= target_s)
            break;
        gg__ambition_revise(&aim, k, target_s, patience);
        set_gradient(bal);
        if (bal->persists)
            adapt_scales(bal);
        double norm = gg__deflect(bal->direction, bal->gradient, bal->scale, size,
                                  bal->persists ? MEMORY : 0.0);
        double step = (aim.best_s + aim.above_s - value_s) / norm;
        if (!(norm > 0.0) || !(step > 0.0))
            break;
        advance(bal, step);
    }
    if (known.risen > 0)
        examine(bal, COARSE * (target_s - known.best_s) / (double)bal->p->m, &known, &aim);
    gg__settle_votes(bal->b);
    bal->ambition_s = 2.0 * aim.above_s;
    bal->missing_s = target_s - known.best_s;
    return settle(bal, &known);
}
