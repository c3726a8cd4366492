/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One state of a server: what it costs at a multiplier of its balance, and the multiplier at which
 * it costs most.
 */
#include "solvers/balance/balance_internal.h"

/* Selections of the cheapest users take at most so many passes. */
enum { PASSES = 40 };

double gg__state_value(gg_balance *bal, size_t j, uint32_t load, int edge, double mu, double *t) {
    gg__server *s = &bal->servers[j];
    const gg_elsewhere users = gg__free_of(s), outside = gg__outside_of(s);
    uint32_t k = load - s->n_forced;
    double air = gg_air_share(bal->p, j, load);
    double per_work = gg_seconds_per_work(bal->p, j, load), at = s->level[edge];
    double fixed = air * s->forced_factor[edge] + per_work * s->forced_work + s->forced_base +
                   mu * (s->certain_power - at) - s->certain_price;
    double outer, outer_power, taken = 0.0;
    bal->work++;
    bal->kernels->outside(&outside, mu, s->padded_outside, &outer, &outer_power);
    gg_guess guess = {isfinite(*t) ? *t : 0.0, s->spacing, NULL, true};
    const gg_choice choice =
        bal->kernels->choose(bal->q, air, s->factor + (size_t)edge * gg_padded(bal->p->n), per_work,
                             s->work, s->base, &users, mu, guess.t, s->padded);
    if (k == 0) {
        *t = -INFINITY;
    } else if (k == s->n_free) {
        *t = INFINITY;
        for (uint32_t x = 0; x < k; x++)
            taken += bal->q[x];
    } else {
        guess.below = guess.t != 0.0 ? &choice.below : NULL;
        taken = gg_sum_of_smallest(bal->b->kernels, bal->q, s->padded, k, PASSES, INFINITY, &guess);
        *t = guess.t;
        s->spacing = guess.spacing;
    }
    /* What a large multiplier costs in digits. */
    double lost = (double)(bal->p->n + 8) * 0x1p-53 * fabs(mu) * (s->loudest + at);
    return fixed + outer + choice.others + taken - lost;
}

/* The power of those who are here although they are at the threshold, not below it. */
static double tied_power(const gg_balance *bal, const gg__server *s, uint32_t wanted, double mu,
                         double t) {
    const gg_elsewhere users = gg__free_of(s);
    double power = 0.0, count = bal->b->kernels->below(bal->q, t, s->padded).count;
    uint32_t room = (double)wanted > count ? wanted - (uint32_t)count : 0;
    for (uint32_t x = 0; x < s->n_free && room > 0; x++)
        if (bal->q[x] == t) {
            power += gg__elsewhere_cost(&users, mu, x) < s->cap[x] ? s->power[x] : 0.0;
            room--;
        }
    return power;
}

double gg__state_slope(const gg_balance *bal, size_t j, uint32_t load, int edge, double mu,
                       double t) {
    const gg__server *s = &bal->servers[j];
    const gg_elsewhere users = gg__free_of(s), outside = gg__outside_of(s);
    double outer, outer_power;
    bal->kernels->outside(&outside, mu, s->padded_outside, &outer, &outer_power);
    double slope = s->certain_power - s->level[edge] + outer_power +
                   bal->kernels->disturbance(bal->q, t, &users, mu, s->padded);
    return isfinite(t) ? slope - tied_power(bal, s, load - s->n_forced, mu, t) : slope;
}

/* A tangent of the concave function of the multiplier. */
typedef struct tangent {
    double mu, value, slope;
} tangent;

/* Where the tangents on both sides of the best multiplier meet: nothing is dearer than there. While
 * there are none on one side, steps that way grow. */
static double next_multiplier(const tangent *left, const tangent *right, double *stride,
                              double *most) {
    *most = INFINITY;
    if (isinf(right->mu)) {
        *stride *= 4.0;
        return left->mu + *stride;
    }
    if (isinf(left->mu)) {
        *stride *= 4.0;
        return right->mu - *stride;
    }
    double width = right->mu - left->mu, fall = left->slope - right->slope;
    double step = (right->value - left->value - right->slope * width) / fall;
    step = step < 0.0 ? 0.0 : step > width ? width : step;
    *most = left->value + left->slope * step;
    /* Tangents that are nearly the function itself meet beside an end again and again. */
    double room = 0x1p-20 * width;
    return left->mu + (step < room ? room : step > width - room ? width - room : step);
}

/* The lesser of both ends of the level at a multiplier, with its slope; *state takes over where it
 * is the dearest so far. */
static tangent probe(gg_balance *bal, size_t j, double mu, double t[N_ENDS], gg__state *state) {
    tangent at = {.mu = mu, .value = INFINITY};
    int cheaper = state->end;
    for (int k = 0; k < N_ENDS; k++) {
        int end = k == 0 ? state->end : 1 - state->end;
        double value = gg__state_value(bal, j, state->load, state->level + end, mu, &t[end]);
        if (value < at.value) {
            at.value = value;
            at.slope = gg__state_slope(bal, j, state->load, state->level + end, mu, t[end]);
            cheaper = end;
        }
        /* The other end cannot make it the dearest. */
        if (!(at.value > state->value))
            return at;
    }
    state->value = at.value;
    state->end = cheaper;
    state->mu = mu;
    state->t = t[cheaper];
    return at;
}

/* Tangents taken at most, and the largest multiplier: what it says
 * about a state is then less than what is lost to rounding. */
enum { TANGENTS = 40 };
static const double MULTIPLIER_MAX = 1e6, STRIDE = 2.5e-3;

bool gg__state_maximise(gg_balance *bal, size_t j, double enough, double tolerance_s,
                        gg__state *state) {
    gg__server *s = &bal->servers[j];
    state->value = -INFINITY;
    if (state->load < s->n_forced || state->load - s->n_forced > s->n_free ||
        s->range[LOW][state->load] > s->range[HIGH][state->load] ||
        s->level[state->level + 1] < s->range[LOW][state->load] ||
        s->level[state->level] > s->range[HIGH][state->load])
        return false;
    gg__memo *memo =
        &s->memo[state->load / gg__stride(bal->p) * GG__LEVELS_MAX + (size_t)state->level];
    double reach = s->level[s->n_levels] + bal->p->noise[j];
    double unit = reach > 0.0 ? bal->local_sum_s / reach : 0.0;
    bool is_new = memo->mu == 0.0F && memo->t == 0.0F;
    double stride = STRIDE * unit, mu = is_new ? state->mu : (double)memo->mu, most;
    double start_t = is_new ? state->t : (double)memo->t, t[N_ENDS] = {start_t, start_t};
    tangent left = {.mu = -INFINITY}, right = {.mu = INFINITY};
    for (int k = 0; k < TANGENTS; k++) {
        tangent at = probe(bal, j, mu, t, state);
        if (state->value > enough || at.slope == 0.0)
            break;
        if (at.slope > 0.0)
            left = at;
        else
            right = at;
        mu = next_multiplier(&left, &right, &stride, &most);
        if (most - state->value <= tolerance_s || !(mu > left.mu && mu < right.mu) ||
            fabs(mu) > MULTIPLIER_MAX * unit)
            break;
    }
    memo->mu = (float)state->mu;
    memo->t = isfinite(state->t) ? (float)state->t : 0.0F;
    return true;
}
