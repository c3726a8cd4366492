/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Good multipliers: from a decision's marginal costs, then by deflected subgradient steps.
 */
#include <string.h>

#include "solvers/bound_internal.h"

enum { PATIENCE = 12 };
static const float VOTE = 0.07f;

/* Slope of gg_cost_factor in the interference. */
static double factor_slope(const gg_bound_problem *p, size_t i, size_t j, double interference) {
    double s = interference + p->noise, power = p->power[j * p->n + i];
    double log2_term = log1p(power / s) * 1.4426950408889634 + 0x1p-51;
    return p->bits_s[j * p->n + i] * 1.4426950408889634 * power /
           (s * (s + power) * log2_term * log2_term);
}

void gg_duals_from(gg_bounder *b, const int32_t *assignment) {
    const gg_bound_problem *p = b->p;
    double *u = b->multipliers, *lambda = b->multipliers + p->n;
    uint32_t load[GG_BOUND_SERVERS_MAX] = {0};
    double interference[GG_BOUND_SERVERS_MAX] = {0}, per_user[GG_BOUND_SERVERS_MAX] = {0};
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] != GG_LOCAL) {
            load[assignment[i]]++;
            for (size_t j = 0; j < p->m; j++)
                if (j != (size_t)assignment[i])
                    interference[j] += p->power[j * p->n + i];
        }
    memset(lambda, 0, p->m * sizeof *lambda);
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] == GG_LOCAL)
            continue;
        size_t j = (size_t)assignment[i];
        lambda[j] += load[j] * factor_slope(p, i, j, interference[j]);
        /* What one more user costs those present: their share of the band and of the processor. */
        double crowding =
            gg_seconds_per_work(p, j, load[j] + 1) - gg_seconds_per_work(p, j, load[j]);
        per_user[j] += gg_cost_factor(p, i, j, interference[j]) + p->work[i] * crowding;
    }
    for (size_t i = 0; i < p->n; i++) {
        double charge = 0.0;
        for (size_t j = 0; j < p->m; j++)
            charge += lambda[j] * p->power[j * p->n + i];
        u[i] = gg_is_mandatory(p->instance, i) ? INFINITY : p->local_s[i];
        for (size_t j = 0; j < p->m; j++) {
            uint32_t n = load[j] > 0 ? load[j] : 1;
            double cost = n * gg_cost_factor(p, i, j, interference[j]) +
                          p->work[i] * gg_seconds_per_work(p, j, n) + charge -
                          lambda[j] * p->power[j * p->n + i] + per_user[j];
            u[i] = fmin(u[i], cost);
        }
        if (!isfinite(u[i]))
            u[i] = p->local_s[i];
    }
}

static void take(gg_bounder *b, size_t i, size_t j) {
    const gg_bound_problem *p = b->p;
    b->gradient[i] -= 1.0;
    b->frequency[i * (p->m + 1) + 1 + j] += VOTE;
    for (size_t k = 0; k < p->m; k++)
        if (k != j)
            b->gradient[p->n + k] += p->power[k * p->n + i];
}

/* The subgradient at the options chosen now, and one decayed vote for each of them. */
static void set_gradient(gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    size_t options = p->m + 1;
    for (size_t k = 0; k < p->n * options; k++)
        b->frequency[k] *= 1.0f - VOTE;
    for (size_t j = 0; j < p->m; j++)
        b->gradient[p->n + j] = -b->parts[j].interference[b->parts[j].end];
    for (size_t i = 0; i < p->n; i++) {
        bool local = b->box->local[i] && p->local_s[i] < b->multipliers[i];
        b->gradient[i] = local ? 0.0 : 1.0;
        if (local)
            b->frequency[i * options] += VOTE;
        if (gg__is_forced(b->box, i) && b->box->servers[i] != 0)
            take(b, i, (size_t)__builtin_ctzll(b->box->servers[i]));
    }
    for (size_t j = 0; j < p->m; j++) {
        server_part *part = &b->parts[j];
        double t;
        if (isinf(gg__server_value(b, j, part->load, part->end, GG__QUICK, &t)) || t == -INFINITY)
            continue;
        for (uint32_t k = 0; k < part->n_free; k++)
            if (b->r[k] < t)
                take(b, part->user[k], j);
    }
}

/* Steps in lambda are longer or shorter than those in u by what the two are worth. */
static void set_scales(const gg_bounder *b, double *scale) {
    const gg_bound_problem *p = b->p;
    double mean = 0.0;
    for (size_t i = 0; i < p->n; i++)
        mean += fabs(b->multipliers[i]) / (double)p->n;
    for (size_t j = 0; j < p->m; j++)
        scale[j] = mean > 0.0 ? fmax(fabs(b->multipliers[p->n + j]) / mean, 1e-6) : 1.0;
}

/* Deflection after Camerini, Fratta and Maffioli: no step may undo the last one. */
static double deflect(gg_bounder *b, const double *scale) {
    const gg_bound_problem *p = b->p;
    double across = 0.0, last = 0.0, norm = 0.0;
    for (size_t k = 0; k < p->n + p->m; k++) {
        double s = k < p->n ? 1.0 : scale[k - p->n];
        across += s * b->gradient[k] * b->direction[k];
        last += s * b->direction[k] * b->direction[k];
    }
    double memory = across < 0.0 && last > 0.0 ? -1.5 * across / last : 0.0;
    for (size_t k = 0; k < p->n + p->m; k++) {
        double s = k < p->n ? 1.0 : scale[k - p->n];
        b->direction[k] = b->gradient[k] + memory * b->direction[k];
        norm += s * b->direction[k] * b->direction[k];
    }
    return norm;
}

double gg_ascend(gg_bounder *b, double target_s, int iterations) {
    const gg_bound_problem *p = b->p;
    size_t size = p->n + p->m;
    double scale[GG_BOUND_SERVERS_MAX];
    double best_s = -INFINITY, relaxation = 1.0;
    int since_best = 0;
    memset(b->direction, 0, size * sizeof *b->direction);
    set_scales(b, scale);
    for (int k = 0; k < iterations; k++) {
        double value_s = gg__evaluate(b, k == 0, GG__QUICK);
        /* Near loads alone may flatter the bound: progress counts only with all of them. */
        if (k > 0 && value_s > best_s)
            value_s = gg__evaluate(b, true, GG__QUICK);
        if (isinf(value_s))
            break;
        if (value_s > best_s) {
            best_s = value_s;
            memcpy(b->best, b->multipliers, size * sizeof *b->best);
            since_best = 0;
        } else if (++since_best >= PATIENCE) {
            relaxation *= 0.5;
            since_best = 0;
            memcpy(b->multipliers, b->best, size * sizeof *b->best);
            memset(b->direction, 0, size * sizeof *b->direction);
            gg__evaluate(b, false, GG__QUICK);
            value_s = best_s;
        }
        if (best_s >= target_s)
            break;
        set_gradient(b);
        double norm = deflect(b, scale);
        if (!(norm > 0.0))
            break;
        double step = relaxation * (fmax(target_s, best_s) - value_s) / norm;
        if (!(step > 0.0))
            break;
        for (size_t q = 0; q < p->n; q++)
            b->multipliers[q] += step * b->direction[q];
        for (size_t j = 0; j < p->m; j++) {
            double *lambda = &b->multipliers[p->n + j];
            *lambda = fmax(0.0, *lambda + step * scale[j] * b->direction[p->n + j]);
        }
    }
    if (best_s > -INFINITY)
        memcpy(b->multipliers, b->best, size * sizeof *b->best);
    for (size_t k = 0; k < size; k++)
        b->multipliers[k] = (double)(float)b->multipliers[k];
    return gg_bound_s(b);
}
