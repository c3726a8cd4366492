/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One state of a server: what it costs at a multiplier of its balance, and the multiplier at which
 * it costs most.
 */
#include <string.h>

#include "solvers/balance/balance_internal.h"

/* Selections of the cheapest users take at most so many passes. */
enum { PASSES = 40 };

/* What a large multiplier costs in digits. */
static double lost_digits(const gg_balance *bal, const gg__server *s, double mu, double at) {
    return (double)(bal->p->n + 8) * 0x1p-53 * fabs(mu) * (s->loudest + at);
}

static const double *factors_at(const gg_balance *bal, const gg__server *s, int edge) {
    return s->factor + (size_t)edge * gg_padded(bal->p->n);
}

void gg__ends_look(gg_balance *bal, size_t j, gg__ends *ends) {
    const gg__server *s = &bal->servers[j];
    const gg_elsewhere users = gg__free_of(s), outside = gg__outside_of(s);
    const gg_costs costs = {
        .load = gg_air_share(bal->p, j, ends->load),
        .per_work = gg_seconds_per_work(bal->p, j, ends->load),
        .factor = {factors_at(bal, s, ends->edge[LOW]), factors_at(bal, s, ends->edge[HIGH])},
        .work = s->work,
        .base = s->base};
    double t[N_ENDS], others, mu = ends->mu;
    for (int end = LOW; end < N_ENDS; end++)
        t[end] = isfinite(ends->t[end]) ? ends->t[end] : 0.0;
    bal->work += N_ENDS;
    bal->kernels->outside(&outside, mu, s->padded_outside, &others, &ends->outside_power);
    others += bal->kernels->choose(bal->q, &costs, &users, mu, t, s->padded, ends->below);
    for (int end = LOW; end < N_ENDS; end++) {
        int edge = ends->edge[end];
        double at = s->level[edge];
        ends->rest[end] = costs.load * s->forced_factor[edge] + costs.per_work * s->forced_work +
                          s->forced_base + mu * (s->certain_power - at) - s->certain_price +
                          others - lost_digits(bal, s, mu, at);
        ends->t[end] = t[end];
        ends->value[end] =
            ends->rest[end] +
            gg_dual_at(ends->below[end], (double)ends->load - (double)s->n_forced, t[end]);
    }
}

void gg__ends_settle(gg_balance *bal, size_t j, gg__ends *ends) {
    gg__server *s = &bal->servers[j];
    uint32_t wanted = ends->load - s->n_forced;
    for (int end = LOW; end < N_ENDS; end++) {
        gg_guess guess = {ends->t[end], s->spacing, NULL, true};
        double taken = 0.0;
        if (wanted == 0) {
            ends->t[end] = -INFINITY;
        } else if (wanted == s->n_free) {
            ends->t[end] = INFINITY;
            for (uint32_t x = 0; x < wanted; x++)
                taken += bal->q[end][x];
        } else {
            guess.below = guess.t != 0.0 ? &ends->below[end] : NULL;
            taken = gg_sum_of_smallest(bal->b->kernels, bal->q[end], s->padded, wanted, PASSES,
                                       INFINITY, &guess);
            ends->t[end] = guess.t;
            s->spacing = guess.spacing;
        }
        ends->value[end] = ends->rest[end] + taken;
    }
}

/* The power of `room` of those who are here although they are at the threshold, not below it. */
static double tied_power(const gg_balance *bal, const gg__server *s, const gg__ends *ends, int end,
                         double room) {
    const gg_elsewhere users = gg__free_of(s);
    double power = 0.0;
    for (uint32_t x = 0; x < s->n_free && room > 0.0; x++)
        if (bal->q[end][x] == ends->t[end]) {
            bool is_loud = gg__elsewhere_cost(&users, ends->mu, x) < s->cap[x];
            power += is_loud ? s->power[x] : 0.0;
            room -= 1.0;
        }
    return power;
}

/* Mostly all who are at the threshold are here: then it is as well just above it. */
void gg__ends_slope(const gg_balance *bal, size_t j, gg__ends *ends) {
    const gg__server *s = &bal->servers[j];
    const gg_elsewhere users = gg__free_of(s);
    double wanted = (double)(ends->load - s->n_forced), above[N_ENDS];
    gg_below loud[N_ENDS], at[N_ENDS];
    for (int end = LOW; end < N_ENDS; end++)
        above[end] = nextafter(ends->t[end], INFINITY);
    bal->kernels->disturbance(bal->q, above, &users, ends->mu, s->padded, loud);
    bool is_split = loud[LOW].count != wanted || loud[HIGH].count != wanted;
    if (is_split && isfinite(ends->t[LOW]))
        bal->kernels->disturbance(bal->q, ends->t, &users, ends->mu, s->padded, at);
    for (int end = LOW; end < N_ENDS; end++) {
        double power = loud[end].sum;
        if (loud[end].count != wanted && isfinite(ends->t[end]))
            power = at[end].sum - tied_power(bal, s, ends, end, wanted - at[end].count);
        ends->slope[end] =
            s->certain_power - s->level[ends->edge[end]] + ends->outside_power + power;
    }
}

static int cheaper_end(const gg__ends *ends) {
    return ends->value[HIGH] < ends->value[LOW] ? HIGH : LOW;
}

/* A tangent of the concave function of the multiplier. */
typedef struct tangent {
    double mu, value, slope;
} tangent;

static tangent tangent_at(const gg__ends *ends, int end) {
    return (tangent){ends->mu, ends->value[end], ends->slope[end]};
}

/* The multiplier at which two tangents meet, one rising and one falling: nothing is dearer than
 * their value there. */
static double meeting(const tangent *a, const tangent *b, double *value) {
    double ahead = b->value + b->slope * (a->mu - b->mu) - a->value;
    double step = ahead / (a->slope - b->slope);
    *value = a->value + a->slope * step;
    return a->mu + step;
}

/* Those tangents, a rising and a falling one, that meet lowest, and the multipliers on both sides
 * of the best one. */
typedef struct search {
    tangent rising, falling;
    double low, high, stride;
    double most; /* nothing is dearer */
} search;

/* Both ends have a tangent at one multiplier, and the state costs no more than either: where one
 * rises and the other falls, there is no need to look farther for where the best one is. */
static void narrow(search *in, const gg__ends *ends) {
    int end = cheaper_end(ends);
    const tangent at = tangent_at(ends, end), other = tangent_at(ends, 1 - end);
    bool rises = at.slope > 0.0;
    tangent *across = rises ? &in->falling : &in->rising;
    *(rises ? &in->rising : &in->falling) = at;
    *(rises ? &in->low : &in->high) = at.mu;
    double known = INFINITY, found = INFINITY;
    if (!isinf(across->mu))
        meeting(&at, across, &known);
    if (rises ? other.slope < 0.0 : other.slope > 0.0)
        meeting(&at, &other, &found);
    if (found < known)
        *across = other;
}

/* While there are no tangents on one side, steps that way grow. */
static double next_multiplier(search *in) {
    in->most = INFINITY;
    if (isinf(in->falling.mu))
        return in->low + (in->stride *= 4.0);
    if (isinf(in->rising.mu))
        return in->high - (in->stride *= 4.0);
    double mu = meeting(&in->rising, &in->falling, &in->most);
    if (isinf(in->low) || isinf(in->high))
        return mu;
    /* Tangents that are nearly the function itself meet beside an end again and again. */
    double room = 0x1p-20 * (in->high - in->low);
    return fmin(fmax(mu, in->low + room), in->high - room);
}

/* Tangents taken at most, and the largest multiplier: what it says about a state is then less than
 * what is lost to rounding. */
enum { TANGENTS = 40 };
static const double MULTIPLIER_MAX = 1e6, STRIDE = 2.5e-3;

static bool exists(const gg__server *s, const gg__state *state) {
    return state->load >= s->n_forced && state->load - s->n_forced <= s->n_free &&
           s->range[LOW][state->load] <= s->range[HIGH][state->load] &&
           s->level[state->level + 1] >= s->range[LOW][state->load] &&
           s->level[state->level] <= s->range[HIGH][state->load];
}

static void take_dearest(gg__state *state, const gg__ends *ends) {
    int end = cheaper_end(ends);
    if (!(ends->value[end] > state->value))
        return;
    state->end = end;
    state->value = ends->value[end];
    state->mu = ends->mu;
    memcpy(state->t, ends->t, sizeof state->t);
}

bool gg__state_maximise(gg_balance *bal, size_t j, double enough, double tolerance_s,
                        gg__state *state) {
    gg__server *s = &bal->servers[j];
    gg__memo *memo = &s->memo[gg__memo_place(bal, state)];
    double reach = s->level[s->n_levels] + bal->p->noise[j];
    double unit = reach > 0.0 ? bal->local_sum_s / reach : 0.0;
    search in = {{.mu = -INFINITY}, {.mu = INFINITY}, -INFINITY, INFINITY, STRIDE * unit, INFINITY};
    state->value = -INFINITY;
    if (!exists(s, state))
        return false;
    gg__memo_recall(gg__memo_is_new(memo) ? &s->near[state->level] : memo, state);
    gg__ends ends = gg__ends_of(state);
    for (int k = 0; k < TANGENTS; k++) {
        gg__ends_look(bal, j, &ends);
        if (!(ends.value[cheaper_end(&ends)] > enough))
            gg__ends_settle(bal, j, &ends);
        take_dearest(state, &ends);
        if (state->value > enough)
            break;
        gg__ends_slope(bal, j, &ends);
        if (ends.slope[cheaper_end(&ends)] == 0.0)
            break;
        narrow(&in, &ends);
        ends.mu = next_multiplier(&in);
        if (in.most - state->value <= tolerance_s || !(ends.mu > in.low && ends.mu < in.high) ||
            fabs(ends.mu) > MULTIPLIER_MAX * unit)
            break;
    }
    *memo = s->near[state->level] = gg__memo_from(state);
    return true;
}
