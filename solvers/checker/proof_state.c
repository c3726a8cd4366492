/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One state of a server: what it costs, below, and the multiplier at which it costs most.
 */
#include <string.h>

#include "solvers/checker/outward.h"
#include "solvers/checker/proof_balance.h"
#include "solvers/checker/proof_select.h"

/* So much and more counts as so much, which is below it: sums of it are finite. */
static const double LARGE = 0x1p1000;

/* Below what each user costs the server elsewhere or home: mostly known, of the state's other end
 * or a block's other corner. */
GG__WIDE static void set_away(gg__proof_balance *bal, const gg__balance_part *part, double mu) {
    const double *power_w = part->power_w, *price = part->price, *cap = part->cap;
    size_t n = part->n_free + part->n_outside;
    double *away = bal->away;
    if (bal->away_of == part && bal->away_mu == mu)
        return;
    bal->away_of = part;
    bal->away_mu = mu;
    for (size_t x = 0; x < n; x++) {
        double loud = mu * power_w[x];
        double cost = gg__below_few(loud - price[x], fabs(loud) + fabs(price[x]));
        away[x] = cost < cap[x] ? cost : cap[x];
    }
}

/* The same, and what the free cost here. */
GG__WIDE static void set_costs(gg__proof_balance *bal, const gg__balance_part *part, size_t j,
                               size_t load, size_t edge, double mu) {
    const double *factor = part->factor + edge * bal->p->n, *work = part->work;
    const double *base = part->base;
    double air = gg__proof_air(bal->p, j, load);
    double per_work = gg__proof_seconds_per_work(bal->p, j, load);
    double *here = bal->here;
    set_away(bal, part, mu);
    for (size_t x = 0; x < part->n_free; x++) {
        double sum = air * factor[x] + per_work * work[x], own = sum > LARGE ? LARGE : sum;
        here[x] = gg__below_few(own + base[x], own + fabs(base[x]));
    }
}

/* The power of those who are elsewhere in every decision, such that mu times it is below. */
static double certain_w(const gg__balance_part *part, double mu) {
    return mu >= 0.0 ? part->certain_low_w : part->certain_high_w;
}

/* Whoever may be here contributes the lesser of what it costs elsewhere or home, and what it costs
 * here less t; t is added again as often as users are here: below the sum of the cheapest choices
 * whatever t is. */
GG__WIDE double gg__balance_value(gg__proof_balance *bal, size_t j, const gg__balance_state *s,
                                  size_t edge) {
    const gg__balance_part *part = &bal->parts[j];
    size_t taken = s->load - part->n_forced, n_free = part->n_free, n = n_free + part->n_outside;
    bool by_threshold = s->by_threshold || (taken > 0 && taken < n_free);
    double t = by_threshold ? s->t : 0.0, *term = bal->term;
    const double *away = bal->away, *here = bal->here;
    set_costs(bal, part, j, s->load, edge, s->mu);
    memcpy(term, away, n * sizeof *term);
    for (size_t x = 0; by_threshold && x < n_free; x++) {
        double taken_here = gg__sub_below(here[x], t);
        term[x] = taken_here < away[x] ? taken_here : away[x];
    }
    if (!by_threshold && taken > 0)
        memcpy(term, here, n_free * sizeof *term);
    double air = gg__proof_air(bal->p, j, s->load);
    double per_work = gg__proof_seconds_per_work(bal->p, j, s->load);
    double sum =
        gg__add_below(gg__sum_below(term, n), gg__mul_below((double)(by_threshold ? taken : 0), t));
    sum = gg__add_below(sum, gg__mul_below(air, part->forced_factor[edge]));
    sum = gg__add_below(sum, gg__mul_below(per_work, part->forced_work));
    sum = gg__add_below(sum, part->forced_base);
    sum = gg__add_below(sum, gg__mul_below(s->mu, certain_w(part, s->mu)));
    sum = gg__sub_below(sum, part->certain_price);
    return gg__sub_below(sum, gg__mul_above(s->mu, part->level_w[edge]));
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
 * is not: the dearest of these (in: a guess), the cheapest of those. */
GG__WIDE static tangent plain_value(gg__proof_balance *bal, size_t j, const gg__balance_state *s,
                                    size_t edge, double mu, double *t, double *next) {
    gg__balance_part *part = &bal->parts[j];
    size_t taken = s->load - part->n_forced, n = part->n_free + part->n_outside;
    double value = gg__proof_air(bal->p, j, s->load) * part->forced_factor[edge] +
                   gg__proof_seconds_per_work(bal->p, j, s->load) * part->forced_work +
                   part->forced_base - part->certain_price +
                   mu * (certain_w(part, mu) - part->level_w[edge]);
    double slope = certain_w(part, mu) - part->level_w[edge];
    set_costs(bal, part, j, s->load, edge, mu);
    for (size_t x = 0; x < part->n_free; x++)
        bal->gap[x] = bal->here[x] - bal->away[x];
    if (taken > 0 && taken < part->n_free)
        *t = gg__select(bal->gap, part->n_free, taken - 1, isfinite(*t) ? *t : 0.0, &part->spread,
                        bal->sorted, next);
    else
        *t = *next = taken == 0 ? -INFINITY : INFINITY;
    size_t room = taken;
    for (size_t x = 0; x < n; x++) {
        bool is_here = x < part->n_free && bal->gap[x] < *t;
        value += is_here ? bal->here[x] : bal->away[x];
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
    /* What rounding outward takes away from a large multiplier. */
    double lost = (double)(n + 8) * 0x1p-51 * fabs(mu) * (part->loudest_w + part->level_w[edge]);
    return (tangent){mu, value - lost, slope};
}

/* The lowest pair of tangents known, one rising and one falling, and the multipliers that the top
 * lies between. */
typedef struct search {
    tangent rising, falling;
    double low, high, stride;
    double most; /* nothing is dearer */
} search;

static double meeting(const tangent *a, const tangent *b, double *value) {
    double step = (b->value + b->slope * (a->mu - b->mu) - a->value) / (a->slope - b->slope);
    *value = a->value + a->slope * step;
    return a->mu + step;
}

/* The dearer end's tangent is one of the cheaper's, too. */
static void narrow(search *in, const tangent *at, const tangent *dearer) {
    bool rises = at->slope > 0.0;
    tangent *across = rises ? &in->falling : &in->rising;
    double known = INFINITY, found = INFINITY;
    *(rises ? &in->rising : &in->falling) = *at;
    *(rises ? &in->low : &in->high) = at->mu;
    if (isfinite(across->mu))
        meeting(at, across, &known);
    if (rises ? dearer->slope < 0.0 : dearer->slope > 0.0)
        meeting(at, dearer, &found);
    if (found < known)
        *across = *dearer;
}

/* Where both meet; while there is none on one side, steps that way grow. */
static double next_multiplier(search *in) {
    in->most = INFINITY;
    if (isinf(in->falling.mu) || isinf(in->rising.mu)) {
        in->stride *= 4.0;
        return isinf(in->falling.mu) ? in->low + in->stride : in->high - in->stride;
    }
    double mu = meeting(&in->rising, &in->falling, &in->most);
    double room = isfinite(in->high - in->low) ? 0x1p-20 * (in->high - in->low) : 0.0;
    return gg__greater(in->low + room, gg__lesser(mu, in->high - room));
}

static bool is_possible(const gg__balance_part *part, const gg__balance_state *s) {
    return s->load >= part->n_forced && s->load - part->n_forced <= part->n_free &&
           part->range[LOW][s->load] <= part->range[HIGH][s->load] &&
           part->level_w[s->level + 1] >= part->range[LOW][s->load] &&
           part->level_w[s->level] <= part->range[HIGH][s->load];
}

/* Tangents taken at most; how near the top is near enough, and how far a multiplier may go, of what
 * local execution costs: farther than whoever claims the bound. */
enum { TANGENTS = 60 };
static const double FINEST = 1e-14, MULTIPLIER_USUAL = 1e6, MULTIPLIER_MAX = 1e9, STRIDE = 2.5e-3;

static gg__proof_memo *memo_of(const gg__proof_balance *bal, size_t j, const gg__balance_state *s) {
    return &bal->parts[j].memo[s->load * GG__PROOF_LEVELS + s->level];
}

/* Where a multiplier of the state, and thresholds, may be looked for. */
static const gg__proof_memo *guess_of(const gg__proof_balance *bal, size_t j,
                                      const gg__balance_state *s) {
    const gg__proof_memo *memo = memo_of(bal, j, s);
    return memo->is_known ? memo : &bal->parts[j].near[s->level];
}

bool gg__balance_recall(const gg__proof_balance *bal, size_t j, gg__balance_state *s) {
    const gg__proof_memo *guess = guess_of(bal, j, s);
    s->mu = guess->mu;
    for (int end = LOW; end < N_ENDS; end++)
        s->t_at[end] = (double)guess->t[end];
    return guess->is_known && is_possible(&bal->parts[j], s);
}

bool gg__balance_is_given(const gg__proof_balance *bal, size_t j, const gg__balance_state *s) {
    return memo_of(bal, j, s)->is_given && is_possible(&bal->parts[j], s);
}

bool gg__balance_given(gg__proof_balance *bal, size_t j, gg__balance_state *s) {
    if (!gg__balance_is_given(bal, j, s))
        return false;
    s->mu = memo_of(bal, j, s)->mu;
    for (int end = LOW; end < N_ENDS; end++)
        (void)plain_value(bal, j, s, s->level + (size_t)end, s->mu, &s->t_at[end],
                          &s->next_at[end]);
    return true;
}

bool gg__balance_seek(gg__proof_balance *bal, size_t j, double enough, gg__balance_state *s) {
    gg__balance_part *part = &bal->parts[j];
    if (!is_possible(part, s))
        return false;
    gg__proof_memo *memo = memo_of(bal, j, s);
    const gg__proof_memo *guess = guess_of(bal, j, s);
    double reach = part->level_w[part->n_levels] + bal->p->instance->noise_w;
    double unit = bal->scale_s / reach, best = -INFINITY;
    double mu = memo->is_given ? memo->mu : guess->mu, next[N_ENDS] = {0.0};
    double t[N_ENDS] = {(double)guess->t[LOW], (double)guess->t[HIGH]};
    search in = {{.mu = -INFINITY}, {.mu = INFINITY}, -INFINITY, INFINITY, STRIDE * unit, INFINITY};
    s->mu = 0.0;
    memset(s->t_at, 0, sizeof s->t_at);
    memset(s->next_at, 0, sizeof s->next_at);
    for (int tangents = 0; tangents < TANGENTS; tangents++) {
        tangent at[N_ENDS];
        for (int end = LOW; end < N_ENDS; end++)
            at[end] = plain_value(bal, j, s, s->level + (size_t)end, mu, &t[end], &next[end]);
        int cheaper = at[HIGH].value < at[LOW].value ? HIGH : LOW;
        if (!isfinite(mu) || !isfinite(at[cheaper].value))
            break;
        if (at[cheaper].value > best) {
            best = at[cheaper].value;
            s->mu = mu;
            memcpy(s->t_at, t, sizeof t);
            memcpy(s->next_at, next, sizeof next);
        }
        if (best > enough || at[cheaper].slope == 0.0)
            break;
        narrow(&in, &at[cheaper], &at[1 - cheaper]);
        mu = next_multiplier(&in);
        if (in.most - best <= FINEST * bal->scale_s || !(mu > in.low && mu < in.high) ||
            fabs(mu) > MULTIPLIER_MAX * unit)
            break;
    }
    gg__proof_memo found = {.mu = s->mu, .t = {(float)s->t_at[LOW], (float)s->t_at[HIGH]}};
    found.is_known = isfinite(found.t[LOW]) && isfinite(found.t[HIGH]);
    if (found.is_known && fabs(s->mu) <= MULTIPLIER_USUAL * unit)
        part->near[s->level] = found;
    if (!memo->is_given)
        *memo = found;
    return true;
}
