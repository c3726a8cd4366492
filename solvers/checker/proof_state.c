/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One state of a server: what it costs, below, and the multiplier at which it costs most.
 */
#include <string.h>

#include "solvers/checker/outward.h"
#include "solvers/checker/proof_balance.h"

/* Whoever may be here contributes the lesser of what it costs elsewhere or home, and what it costs
 * here less t; t is added again as often as users are here: below the sum of the cheapest choices
 * whatever t is. */
static double term_of(const gg__balance_part *part, const gg__balance_state *s, size_t x,
                      double here, size_t taken) {
    double cost = gg__sub_below(gg__mul_below(s->mu, part->power_w[x]), part->price[x]);
    double away = gg__lesser(cost, part->cap[x]);
    if (taken == 0 && !s->by_threshold)
        return away;
    if (taken == part->n_free && !s->by_threshold)
        return here;
    return gg__lesser(away, gg__sub_below(here, s->t));
}

double gg__balance_value(gg__proof_balance *bal, size_t j, const gg__balance_state *s,
                         size_t edge) {
    const gg__balance_part *part = &bal->parts[j];
    const double *factor = part->factor + edge * bal->p->n;
    double air = gg__proof_air(bal->p, j, s->load);
    double per_work = gg__proof_seconds_per_work(bal->p, j, s->load);
    size_t taken = s->load - part->n_forced, n = part->n_free + part->n_outside;
    for (size_t x = 0; x < part->n_free; x++) {
        double own =
            gg__add_below(gg__mul_below(air, factor[x]), gg__mul_below(per_work, part->work[x]));
        bal->term[x] = term_of(part, s, x, gg__add_below(own, part->base[x]), taken);
    }
    for (size_t x = part->n_free; x < n; x++)
        bal->term[x] =
            gg__lesser(gg__sub_below(gg__mul_below(s->mu, part->power_w[x]), part->price[x]), 0.0);
    double sum = gg__sum_below(bal->term, n);
    if ((taken > 0 && taken < part->n_free) || s->by_threshold)
        sum = gg__add_below(sum, gg__mul_below((double)taken, s->t));
    sum = gg__add_below(sum, gg__mul_below(air, part->forced_factor[edge]));
    sum = gg__add_below(sum, gg__mul_below(per_work, part->forced_work));
    sum = gg__add_below(sum, part->forced_base);
    double certain_w = s->mu >= 0.0 ? part->certain_low_w : part->certain_high_w;
    sum = gg__add_below(sum, gg__mul_below(s->mu, certain_w));
    sum = gg__sub_below(sum, part->certain_price);
    return gg__sub_below(sum, gg__mul_above(s->mu, part->level_w[edge]));
}

static void swap(double *a, double *b) {
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* The rank-th smallest (from 0) of count numbers, which are reordered. */
static double nth_smallest(double *numbers, size_t count, size_t rank) {
    ptrdiff_t first = 0, last = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)rank;
    while (first < last) {
        double pivot = numbers[first + (last - first) / 2];
        ptrdiff_t low = first, high = last;
        while (low <= high) {
            while (numbers[low] < pivot)
                low++;
            while (numbers[high] > pivot)
                high--;
            if (low <= high)
                swap(&numbers[low++], &numbers[high--]);
        }
        if (wanted > high && wanted < low)
            break;
        if (wanted <= high)
            last = high;
        else
            first = low;
    }
    return numbers[rank];
}

/* A tangent of the concave function of the multiplier, about: plain arithmetic. */
typedef struct tangent {
    double mu, value, slope;
} tangent;

/* The power of user x where it is better elsewhere than home. */
static double loudness(const gg__balance_part *part, double mu, size_t x) {
    return mu * part->power_w[x] - part->price[x] < part->cap[x] ? part->power_w[x] : 0.0;
}

/* What the state costs at one edge, its slope in mu, and the thresholds between who is here and who
 * is not: the dearest of these, the cheapest of those. */
static tangent plain_value(gg__proof_balance *bal, size_t j, const gg__balance_state *s,
                           size_t edge, double mu, double *t, double *next) {
    const gg__balance_part *part = &bal->parts[j];
    const double *factor = part->factor + edge * bal->p->n;
    double air = gg__proof_air(bal->p, j, s->load);
    double per_work = gg__proof_seconds_per_work(bal->p, j, s->load);
    size_t taken = s->load - part->n_forced, n = part->n_free + part->n_outside;
    double value = air * part->forced_factor[edge] + per_work * part->forced_work +
                   part->forced_base - part->certain_price +
                   mu * (part->certain_low_w - part->level_w[edge]);
    double slope = part->certain_low_w - part->level_w[edge];
    for (size_t x = 0; x < part->n_free; x++) {
        double cost = mu * part->power_w[x] - part->price[x];
        double away = gg__lesser(cost, part->cap[x]);
        value += away;
        bal->gap[x] = air * factor[x] + per_work * part->work[x] + part->base[x] - away;
    }
    *t = *next = taken == 0 ? -INFINITY : INFINITY;
    if (taken > 0 && taken < part->n_free) {
        memcpy(bal->sorted, bal->gap, part->n_free * sizeof *bal->sorted);
        *t = nth_smallest(bal->sorted, part->n_free, taken - 1);
        for (size_t x = taken; x < part->n_free; x++)
            *next = gg__lesser(*next, bal->sorted[x]);
    }
    size_t room = taken;
    for (size_t x = 0; x < part->n_free; x++) {
        bool is_here = bal->gap[x] < *t;
        value += is_here ? bal->gap[x] : 0.0;
        slope += !is_here ? loudness(part, mu, x) : 0.0;
        room -= is_here;
    }
    /* Of users at the threshold only as many are here as there is room for. */
    for (size_t x = 0; x < part->n_free && room > 0; x++)
        if (bal->gap[x] == *t) {
            value += bal->gap[x];
            slope -= loudness(part, mu, x);
            room--;
        }
    for (size_t x = part->n_free; x < n; x++) {
        double cost = mu * part->power_w[x] - part->price[x];
        value += cost < 0.0 ? cost : 0.0;
        slope += cost < 0.0 ? part->power_w[x] : 0.0;
    }
    /* What rounding outward takes away from a large multiplier. */
    double lost = (double)(n + 8) * 0x1p-51 * fabs(mu) * (part->loudest_w + part->level_w[edge]);
    return (tangent){mu, value - lost, slope};
}

/* Where the tangents on both sides meet; while there are none on one side, steps that way grow. */
static double next_multiplier(const tangent *left, const tangent *right, double *stride,
                              double *most) {
    *most = INFINITY;
    if (isinf(right->mu) || isinf(left->mu)) {
        *stride *= 4.0;
        return isinf(right->mu) ? left->mu + *stride : right->mu - *stride;
    }
    double width = right->mu - left->mu, fall = left->slope - right->slope;
    double step = (right->value - left->value - right->slope * width) / fall;
    step = gg__greater(0.0, gg__lesser(step, width));
    *most = left->value + left->slope * step;
    return left->mu + gg__greater(0x1p-20 * width, gg__lesser(step, width - 0x1p-20 * width));
}

static bool is_possible(const gg__balance_part *part, const gg__balance_state *s) {
    return s->load >= part->n_forced && s->load - part->n_forced <= part->n_free &&
           part->range[LOW][s->load] <= part->range[HIGH][s->load] &&
           part->level_w[s->level + 1] >= part->range[LOW][s->load] &&
           part->level_w[s->level] <= part->range[HIGH][s->load];
}

/* Tangents taken at most; how near the top is near enough, and how far a multiplier may go, of what
 * local execution costs. */
enum { TANGENTS = 60 };
static const double FINEST = 1e-14, MULTIPLIER_MAX = 1e6, STRIDE = 2.5e-3;

bool gg__balance_given(gg__proof_balance *bal, size_t j, gg__balance_state *s) {
    const gg__proof_memo *memo = &bal->parts[j].memo[s->load * GG__PROOF_LEVELS + s->level];
    if (!memo->is_given)
        return false;
    s->mu = memo->mu;
    for (int end = LOW; end < N_ENDS; end++)
        (void)plain_value(bal, j, s, s->level + (size_t)end, s->mu, &s->t_at[end],
                          &s->next_at[end]);
    return true;
}

bool gg__balance_seek(gg__proof_balance *bal, size_t j, double enough, gg__balance_state *s) {
    gg__balance_part *part = &bal->parts[j];
    if (!is_possible(part, s))
        return false;
    gg__proof_memo *memo = &part->memo[s->load * GG__PROOF_LEVELS + s->level];
    double reach = part->level_w[part->n_levels] + bal->p->instance->noise_w;
    double unit = bal->scale_s / reach, stride = STRIDE * unit;
    double mu = memo->mu != 0.0 ? memo->mu : part->mu, best = -INFINITY, most;
    tangent left = {.mu = -INFINITY}, right = {.mu = INFINITY};
    s->mu = s->t = 0.0;
    memset(s->t_at, 0, sizeof s->t_at);
    memset(s->next_at, 0, sizeof s->next_at);
    int cheaper = LOW;
    for (int tangents = 0; tangents < TANGENTS; tangents++) {
        tangent at = {.value = INFINITY};
        double t[N_ENDS], next[N_ENDS];
        int first = cheaper;
        /* An end that is no dearer than the best is enough of a tangent. */
        for (int k = 0; k < N_ENDS && at.value > best; k++) {
            int end = k == 0 ? first : N_ENDS - 1 - first;
            tangent here = plain_value(bal, j, s, s->level + (size_t)end, mu, &t[end], &next[end]);
            if (here.value < at.value) {
                at = here;
                cheaper = end;
            }
        }
        if (!isfinite(mu) || !isfinite(at.value))
            break;
        if (at.value > best) {
            best = at.value;
            s->mu = mu;
            s->t = t[cheaper];
            memcpy(s->t_at, t, sizeof t);
            memcpy(s->next_at, next, sizeof next);
        }
        if (best > enough || at.slope == 0.0)
            break;
        if (at.slope > 0.0)
            left = at;
        else
            right = at;
        mu = next_multiplier(&left, &right, &stride, &most);
        if (most - best <= FINEST * bal->scale_s || !(mu > left.mu && mu < right.mu) ||
            fabs(mu) > MULTIPLIER_MAX * unit)
            break;
    }
    if (!memo->is_given)
        memo->mu = s->mu;
    part->mu = s->mu;
    return true;
}
