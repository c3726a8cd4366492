/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Good multipliers: from a decision's marginal costs, then by deflected subgradient steps.
 */
#include <float.h>
#include <string.h>

#include "models/base/timer.h"
#include "solvers/bound/bound_internal.h"
#include "solvers/bound/margins.h"
#include "solvers/bound/offload_row.h"

/* Tuned numbers. Each comment holds what half and double the value do to the nodes of proofs to
 * 1e-9 on drawn networks of 30 to 120 users (24 proofs, 30 for the first four; geometric mean of
 * nodes + 10): half | double. */

/* Steps without success after which the ascent goes back and aims lower. +11 % | +12 %. */
enum { PATIENCE = 24 };
/* How much of itself an interference multiplier may change a step: at least (+3 % | +4 %), at most
 * (+9 % | +2 %), at first (+1 % | +3 %); after a turn (+12 % | +6 %), while it moves one way
 * (+6 % | -2 %, of what is above 1). */
static const double SHARE_MIN = 0.005, SHARE_MAX = 0.5, SHARE_START = 0.05;
static const double SHARE_SHRINK = 0.5, SHARE_GROWTH = 1.2;
/* Steps in lambda against those in u, beyond what the two are worth: by its present value
 * (+3 % | -2 %), or by the greater of that and the marginal price (+20 % | -8 %). */
static const double LAMBDA_SCALE = 3.0, PRICED_LAMBDA_SCALE = 8.0;
/* The least of these scales (0 % | 0 %), and of what a lambda counts for in its share, of a mean
 * local cost over the server's range (-2 % | -1 %): one at zero must be able to rise. */
static const double SCALE_LEAST = 1e-6, LAMBDA_LEAST = 1e-3;
/* Of a server's whole range of interference, in all that local execution costs. 0 % | 0 %. */
static const double PRICE_MAX = 1e6;
/* A new vote's share of all. +5 % | 0 %. */
static const float VOTE = 0.07f;

/* Slope of gg_cost_factor in the interference. */
static double factor_slope(const gg_bound_problem *p, size_t i, size_t j, double interference) {
    double s = interference + p->noise[j], power = p->signal[j * p->n + i];
    double log2_term = log1p(power / s) * 1.4426950408889634 + 0x1p-51;
    return p->bits_s[j * p->n + i] * 1.4426950408889634 * power /
           (s * (s + power) * log2_term * log2_term);
}

/* What each user's cheapest option costs at the margin. */
static void price_users(gg_bounder *b, const gg__margins *margins) {
    const gg_bound_problem *p = b->p;
    double *u = b->multipliers, *lambda = b->multipliers + p->n;
    for (size_t i = 0; i < p->n; i++) {
        int32_t where;
        double charge = 0.0, local_s = gg_is_mandatory(p->instance, i) ? INFINITY : b->local_s[i];
        for (size_t j = 0; j < p->m; j++)
            charge += lambda[j] * p->power[j * p->n + i];
        u[i] = gg__cheapest_option(p, margins, lambda, i, charge, local_s, UINT64_MAX, &where);
        if (!isfinite(u[i]))
            u[i] = b->local_s[i];
    }
}

/* Interference is charged at its price in the decision, but in a wide range a server may pay that
 * of the quiet end: marginal prices promise too much, and the ascent would not come back from
 * there. The largest share of them that bounds best. */
static void temper(gg_bounder *b) {
    double *lambda = b->multipliers + b->p->n;
    double best_s = gg__evaluate(b, true, GG__TIGHT);
    for (int halvings = 0; halvings < 8; halvings++) {
        memcpy(b->best, lambda, b->p->m * sizeof *lambda);
        for (size_t j = 0; j < b->p->m; j++)
            lambda[j] *= 0.5;
        double bound_s = gg__evaluate(b, true, GG__TIGHT);
        if (!(bound_s > best_s)) {
            memcpy(lambda, b->best, b->p->m * sizeof *lambda);
            break;
        }
        best_s = bound_s;
    }
}

/* A server that is hardly disturbed in the decision may have a marginal price without measure.
 * Above this, nobody else would ever offload, and digits are lost. */
static void limit_prices(gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    double local_s = 0.0;
    for (size_t i = 0; i < p->n; i++)
        local_s += fabs(b->local_s[i]);
    for (size_t j = 0; j < p->m; j++) {
        double *lambda = &b->multipliers[p->n + j];
        double most = fmin(PRICE_MAX * local_s / (b->parts[j].interference[HIGH] + p->noise[j]),
                           FLT_MAX * 1e-9);
        *lambda = *lambda <= most ? *lambda : most;
    }
}

void gg__price_interference(gg_bounder *b, const int32_t *assignment, const gg__margins *margins) {
    const gg_bound_problem *p = b->p;
    double *lambda = b->multipliers + p->n;
    memset(lambda, 0, p->m * sizeof *lambda);
    b->ambition_s = INFINITY;
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] != GG_LOCAL) {
            size_t j = (size_t)assignment[i];
            lambda[j] += gg_air_share(p, j, margins->at.load[j]) *
                         factor_slope(p, i, j, margins->at.interference[j]);
        }
    limit_prices(b);
    memcpy(b->price, lambda, p->m * sizeof *lambda);
    b->expects_prices = false;
}

void gg_duals_from(gg_bounder *b, const int32_t *assignment) {
    const gg__margins margins = gg__margins_of(b->p, assignment);
    gg__price_interference(b, assignment, &margins);
    price_users(b, &margins);
    temper(b);
}

void gg_offer_multipliers(gg_bounder *b, const double *multipliers) {
    size_t bytes = (b->p->n + b->p->m) * sizeof *multipliers;
    double present_s = gg__evaluate(b, true, GG__TIGHT);
    memcpy(b->best, b->multipliers, bytes);
    memcpy(b->multipliers, multipliers, bytes);
    if (!(gg__evaluate(b, true, GG__TIGHT) > present_s))
        memcpy(b->multipliers, b->best, bytes);
}

void gg_expect_marginal_prices(gg_bounder *b) {
    b->expects_prices = true;
}

static void take(gg_bounder *b, size_t i, size_t j) {
    const gg_bound_problem *p = b->p;
    b->gradient[i] -= 1.0;
    b->frequency[i * (p->m + 1) + 1 + j] += b->vote;
    for (size_t k = 0; k < p->m; k++)
        if (k != j)
            b->gradient[p->n + k] += p->power[k * p->n + i];
}

void gg__clear_votes(gg_bounder *b) {
    b->vote = VOTE;
}

void gg__settle_votes(gg_bounder *b) {
    float unit = VOTE / b->vote;
    for (size_t k = 0; k < b->p->n * (b->p->m + 1); k++)
        b->frequency[k] *= unit;
    for (size_t k = 0; k < b->p->n * b->p->m; k++)
        b->paid_s[k] *= unit;
    b->vote = VOTE;
}

void gg__open_votes(gg_bounder *b) {
    b->vote *= 1.0f / (1.0f - VOTE);
    if (b->vote > 1e20f)
        gg__settle_votes(b);
}

/* The subgradient at the options chosen now, and a vote for each of them. */
static void set_gradient(gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    size_t options = p->m + 1;
    gg__open_votes(b);
    b->gradient[p->n + p->m] = gg__row_shortfall(b);
    for (size_t j = 0; j < p->m; j++)
        b->gradient[p->n + j] = -b->parts[j].range[b->parts[j].end][b->parts[j].load];
    for (size_t i = 0; i < p->n; i++) {
        bool local = gg__stays_local(b, i);
        b->gradient[i] = local ? 0.0 : 1.0;
        if (local)
            b->frequency[i * options] += b->vote;
        if (gg__is_forced(b->box, i) && b->box->servers[i] != 0)
            take(b, i, (size_t)__builtin_ctzll(b->box->servers[i]));
    }
    for (size_t j = 0; j < p->m; j++) {
        server_part *part = &b->parts[j];
        double t;
        if (isinf(gg__server_value(b, j, part->load, part->end, GG__QUICK, INFINITY, &t)) ||
            t == -INFINITY)
            continue;
        for (uint32_t k = 0; k < part->n_free; k++)
            if (b->r[k] < t) {
                take(b, part->user[k], j);
                b->paid_s[part->user[k] * p->m + j] += b->vote * (float)(b->r[k] - part->base[k]);
            }
    }
}

/* How far a step goes in each multiplier, by what such multipliers are worth. */
static void set_scales(gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    double mean = 0.0;
    for (size_t i = 0; i < p->n; i++)
        mean += fabs(b->local_s[i]) / (double)p->n;
    b->mean_local_s = mean;
    for (size_t i = 0; i < p->n; i++)
        b->scale[i] = 1.0;
    for (size_t j = 0; j < p->m; j++) {
        double lambda = fabs(b->multipliers[p->n + j]);
        double worth = b->expects_prices ? PRICED_LAMBDA_SCALE * fmax(lambda, b->price[j])
                                         : LAMBDA_SCALE * lambda;
        b->scale[p->n + j] = mean > 0.0 ? fmax(worth / mean, SCALE_LEAST) : 1.0;
    }
    b->scale[p->n + p->m] = gg__row_scale(b);
}

/* One step. An interference multiplier changes by a limited share of itself, the larger the more
 * steadily it moves one way: while users are still chosen by several servers at once its gradient
 * is far too large, and would throw it out of reach. */
static void advance(gg_bounder *b, double step) {
    const gg_bound_problem *p = b->p;
    for (size_t i = 0; i < p->n; i++)
        b->multipliers[i] += step * b->scale[i] * b->direction[i];
    for (size_t j = 0; j < p->m; j++) {
        double *lambda = &b->multipliers[p->n + j], *share = &b->share[j];
        double width = b->parts[j].interference[HIGH] + p->noise[j];
        double floor_s = LAMBDA_LEAST * b->mean_local_s / width;
        double change = step * b->scale[p->n + j] * b->direction[p->n + j];
        bool turned = (change > 0.0) != (b->last_change[j] > 0.0);
        *share = fmin(fmax(*share * (turned ? SHARE_SHRINK : SHARE_GROWTH), SHARE_MIN), SHARE_MAX);
        b->last_change[j] = change;
        double most = *share * fmax(*lambda, floor_s);
        *lambda = fmax(0.0, *lambda + fmin(fmax(change, -most), most));
    }
    gg__row_step(b, step * b->scale[p->n + p->m] * b->direction[p->n + p->m]);
}

static void keep_best(gg_bounder *b) {
    size_t size = b->p->n + b->p->m;
    memcpy(b->best, b->multipliers, size * sizeof *b->best);
    b->best[size] = b->row_price_s;
}

static void return_to_best(gg_bounder *b) {
    size_t size = b->p->n + b->p->m;
    memcpy(b->multipliers, b->best, size * sizeof *b->best);
    gg_bounder_set_price(b, b->best[size]);
}

double gg_ascend(gg_bounder *b, double target_s, int iterations) {
    const gg_bound_problem *p = b->p;
    const size_t size = p->n + p->m + 1;
    gg__ambition aim = {.best_s = -INFINITY, .reference_s = -INFINITY, .above_s = b->ambition_s};
    b->target_s = target_s;
    memset(b->direction, 0, size * sizeof *b->direction);
    set_scales(b);
    for (size_t j = 0; j < p->m; j++) {
        b->share[j] = SHARE_START;
        b->last_change[j] = 0.0;
    }
    gg__clear_votes(b);
    for (int k = 0; k < iterations; k++) {
        double value_s = gg__evaluate(b, k == 0, k == 0 ? GG__TIGHT : GG__QUICK);
        /* Near loads alone may flatter the bound: progress counts only with all of them. */
        if (k > 0 && value_s > aim.best_s)
            value_s = gg__evaluate(b, true, GG__QUICK);
        if (isinf(value_s) || gg_time_is_up(b->deadline_s))
            break;
        if (value_s > aim.best_s) {
            aim.best_s = value_s;
            keep_best(b);
        }
        if (aim.best_s >= target_s)
            break;
        if (gg__ambition_revise(&aim, k, target_s, PATIENCE)) {
            return_to_best(b);
            memset(b->direction, 0, size * sizeof *b->direction);
            value_s = gg__evaluate(b, false, GG__QUICK);
        }
        set_gradient(b);
        double norm = gg__deflect(b->direction, b->gradient, b->scale, size, 0.0);
        double step = (aim.best_s + aim.above_s - value_s) / norm;
        if (!(norm > 0.0) || !(step > 0.0))
            break;
        advance(b, step);
    }
    gg__settle_votes(b);
    b->ambition_s = 2.0 * aim.above_s;
    if (aim.best_s > -INFINITY)
        return_to_best(b);
    for (size_t k = 0; k < p->n + p->m; k++)
        b->multipliers[k] = (double)(float)fmax(-FLT_MAX, fmin(b->multipliers[k], FLT_MAX));
    return gg_bound_s(b);
}
