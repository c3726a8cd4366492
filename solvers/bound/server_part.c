/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One server's part of the Lagrangian bound: V_j at a load, over an interval of loads, over all.
 */
#include "solvers/bound/bound_internal.h"

enum { WINDOW = 1 };

/* How far up the box's range of interference, from 0 to 1. */
static double share_of_range(const server_part *part, double interference) {
    double width = part->interference[HIGH] - part->interference[LOW];
    return width > 0.0 ? (interference - part->interference[LOW]) / width : 0.0;
}

/* V_j at a load and an interference: what it holds whoever is chosen, and the weights of the
 * columns of those who may be. */
typedef struct state {
    double fixed;
    double weight[3];
} state;

static state state_at(const gg_bounder *b, size_t j, uint32_t load, double interference) {
    const server_part *part = &b->parts[j];
    double share = share_of_range(part, interference);
    double air = gg_air_share(b->p, j, load), per_work = gg_seconds_per_work(b->p, j, load);
    double fixed =
        air * ((1.0 - share) * part->forced_factor[LOW] + share * part->forced_factor[HIGH]) +
        per_work * part->forced_work + part->forced_base -
        b->multipliers[b->p->n + j] * interference;
    return (state){fixed, {air * (1.0 - share), air * share, per_work}};
}

static void price(gg_bounder *b, const server_part *part, const double weight[3]) {
    b->kernels->reduced_costs(b->r, weight, part->factor[LOW], part->factor[HIGH], part->work,
                              part->base, part->padded);
}

static gg_below price_below(gg_bounder *b, const server_part *part, const double weight[3],
                            double t) {
    return b->kernels->price_below(b->r, weight, part->factor[LOW], part->factor[HIGH], part->work,
                                   part->base, t, part->padded);
}

void gg__price(gg_bounder *b, size_t j, uint32_t load, double interference) {
    price(b, &b->parts[j], state_at(b, j, load, interference).weight);
}

double gg__server_value(gg_bounder *b, size_t j, uint32_t load, int end, int passes, double enough,
                        double *t) {
    server_part *part = &b->parts[j];
    if (load < part->n_forced || load - part->n_forced > part->n_free ||
        part->range[LOW][load] > part->range[HIGH][load])
        return INFINITY;
    const state at = state_at(b, j, load, part->range[end][load]);
    uint32_t k = load - part->n_forced;
    if (k == 0) {
        *t = -INFINITY;
        return at.fixed;
    }
    double *guess = &part->threshold[end][load];
    if (k == part->n_free) {
        double sum = 0.0;
        price(b, part, at.weight);
        for (uint32_t q = 0; q < k; q++)
            sum += b->r[q];
        *t = INFINITY;
        return at.fixed + sum;
    }
    /* A threshold of 0 is none yet. */
    bool guessed = *guess != 0.0;
    gg_below below = {0};
    if (guessed)
        below = price_below(b, part, at.weight, *guess);
    else
        price(b, part, at.weight);
    gg_guess search = {.t = *guess, .below = guessed ? &below : NULL};
    double sum =
        gg_sum_of_smallest(b->kernels, b->r, part->padded, k, passes, enough - at.fixed, &search);
    *t = *guess = search.t;
    return at.fixed + sum;
}

/* At one threshold and interference every user's part, min(r, t), is a minimum of functions linear
 * in the load between kinks: the sum is concave, and least at an end of the interval.
 * The interference of the interval holds that of every load in it. */
double gg__interval_value(gg_bounder *b, size_t j, uint32_t first, uint32_t last, double enough) {
    server_part *part = &b->parts[j];
    double least = INFINITY, t = INFINITY;
    for (int end = LOW; end < N_ENDS; end++) {
        least = fmin(
            least, gg__server_value(b, j, first + (last - first) / 2, end, GG__QUICK, enough, &t));
        if (!(least > enough) || isinf(t))
            return -INFINITY;
        double interference = part->range[end][end == LOW ? last : first];
        for (int corner = 0; corner < 2; corner++) {
            uint32_t load = corner == 0 ? first : last;
            const state at = state_at(b, j, load, interference);
            gg_below below = price_below(b, part, at.weight, t);
            double wanted = (double)load - (double)part->n_forced;
            least = fmin(least, at.fixed + gg_dual_at(below, wanted, t));
        }
        if (!(least > enough))
            return -INFINITY;
    }
    return least;
}

/* Tries one load and end and keeps it when it is the best so far. */
static void consider(gg_bounder *b, size_t j, uint32_t load, int end, int passes) {
    server_part *part = &b->parts[j];
    double t;
    double value = gg__server_value(b, j, load, end, passes, part->value, &t);
    if (value < part->value) {
        part->value = value;
        part->load = load;
        part->end = end;
    }
}

static void consider_all(gg_bounder *b, size_t j, uint32_t first, uint32_t last, int passes) {
    for (uint32_t load = first; load <= last; load++)
        for (int end = LOW; end < N_ENDS; end++)
            consider(b, j, load, end, passes);
}

/* Loads far from the best are passed over many at a time. */
static void cover(gg_bounder *b, size_t j, uint32_t first, uint32_t last, int passes) {
    if (first > last)
        return;
    uint32_t end = gg_straight_to(b->p, j, first);
    if (last - first < GG__INTERVAL_MIN) {
        consider_all(b, j, first, last, passes);
    } else if (end < last) {
        cover(b, j, first, end, passes);
        cover(b, j, end + 1, last, passes);
    } else if (!(gg__interval_value(b, j, first, last, b->parts[j].value) > b->parts[j].value)) {
        uint32_t middle = first + (last - first) / 2;
        cover(b, j, first, middle, passes);
        cover(b, j, middle + 1, last, passes);
    }
}

/* V_j with every load examined, or only those near the last best one. */
void gg__minimise_server(gg_bounder *b, size_t j, bool all_loads, int passes) {
    server_part *part = &b->parts[j];
    uint32_t low = b->box->load_low[j], high = b->box->load_high[j];
    uint32_t near_low = part->load > low + WINDOW ? part->load - WINDOW : low;
    uint32_t near_high = high - part->load > WINDOW ? part->load + WINDOW : high;
    part->value = INFINITY;
    consider(b, j, part->load, part->end, passes);
    consider_all(b, j, near_low, near_high, passes);
    if (all_loads && near_low > low)
        cover(b, j, low, near_low - 1, passes);
    if (all_loads && near_high < high)
        cover(b, j, near_high + 1, high, passes);
}
