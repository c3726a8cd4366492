/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/margins.h"

/* How much longer each sends with one more; the last load has none above it. */
static double crowding_of_air(const gg_bound_problem *p, size_t j, uint32_t load) {
    return p->air == NULL || load == p->n ? 1.0
                                          : gg_air_share(p, j, load + 1) - gg_air_share(p, j, load);
}

gg__margins gg__margins_of(const gg_bound_problem *p, const int32_t *assignment) {
    gg__margins margins = {.at = gg_server_sums_of(p, assignment)};
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] == GG_LOCAL)
            continue;
        size_t j = (size_t)assignment[i];
        uint32_t load = margins.at.load[j];
        /* Those present share the band, and the processor. */
        double crowding = p->slow != NULL && load == p->n ? 0.0
                                                          : gg_seconds_per_work(p, j, load + 1) -
                                                                gg_seconds_per_work(p, j, load);
        margins.per_user[j] +=
            gg_cost_factor(p, i, j, margins.at.interference[j]) * crowding_of_air(p, j, load) +
            gg_work(p, i, j) * crowding;
    }
    return margins;
}

double gg__cheapest_option(const gg_bound_problem *p, const gg__margins *margins,
                           const double *lambda, size_t i, double charge, double local_s,
                           uint64_t servers, int32_t *where) {
    double best = local_s;
    *where = GG_LOCAL;
    for (size_t j = 0; j < p->m; j++) {
        if ((servers >> j & 1) == 0)
            continue;
        uint32_t n = margins->at.load[j] > 0 ? margins->at.load[j] : 1;
        double cost = gg_air_share(p, j, n) * gg_cost_factor(p, i, j, margins->at.interference[j]) +
                      gg_work(p, i, j) * gg_seconds_per_work(p, j, n) + charge -
                      lambda[j] * p->power[j * p->n + i] + margins->per_user[j] + gg_fixed(p, i, j);
        if (cost < best) {
            best = cost;
            *where = (int32_t)j;
        }
    }
    return best;
}

/* Deflection after Camerini, Fratta and Maffioli: how far the last direction is bent back. +8 % |
 * +18 % nodes at half | double (see ascent.c). */
static const double DEFLECTION = 1.5;

double gg__deflect(double *direction, const double *gradient, const double *scale, size_t size,
                   double memory) {
    double across = 0.0, last = 0.0, norm = 0.0;
    for (size_t k = 0; k < size; k++) {
        across += scale[k] * gradient[k] * direction[k];
        last += scale[k] * direction[k] * direction[k];
    }
    memory = last > 0.0 ? fmax(memory, -DEFLECTION * across / last) : 0.0;
    for (size_t k = 0; k < size; k++) {
        direction[k] = gradient[k] + memory * direction[k];
        norm += scale[k] * direction[k] * direction[k];
    }
    return norm;
}

/* How far above the best bound a step aims: at least this share of what is missing (+5 % | 0 %),
 * more after success (-4 % | -2 %, of what is above 1). */
static const double AMBITION_START = 0.05, AMBITION_GROWTH = 1.5;

bool gg__ambition_revise(gg__ambition *a, int step, double target_s, int patience) {
    const double missing_s = target_s - a->best_s;
    if (step == 0) {
        a->reference_s = a->best_s;
        a->above_s = fmin(fmax(a->above_s, AMBITION_START * missing_s), missing_s);
    } else if (a->best_s > a->reference_s + 0.5 * a->above_s) {
        a->reference_s = a->best_s;
        a->above_s = fmin(AMBITION_GROWTH * a->above_s, missing_s);
        a->since = 0;
    } else if (++a->since >= patience) {
        a->above_s *= 0.5;
        a->reference_s = a->best_s;
        a->since = 0;
        return true;
    }
    return false;
}
