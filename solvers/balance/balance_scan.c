/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All states of a server: those that cannot matter are passed over many at a time.
 */
#include "models/base/timer.h"
#include "solvers/balance/balance_internal.h"

/* Loads first..last and levels low..high (inclusive) of a server. */
typedef struct block {
    uint32_t first, last;
    int low, high;
} block;

/* Leaves off the levels that none of the block's loads leaves possible. The least and the greatest
 * interference fall with the load. */
static void trim(const gg__server *s, block *of) {
    double least = s->range[LOW][of->last], greatest = s->range[HIGH][of->first];
    while (of->low <= of->high && s->level[of->low + 1] < least)
        of->low++;
    while (of->low <= of->high && s->level[of->high] > greatest)
        of->high--;
}

/* At one multiplier and threshold every user's part is linear in the load on either side of the
 * kink, or a minimum of such functions, and concave in the interference: over the block their sum
 * is least at one of its corners. */
static bool is_beyond(gg__scan *scan, const block *of, const gg__state *inside) {
    gg_balance *bal = scan->balance;
    gg__server *s = &bal->servers[scan->j];
    if (isinf(inside->t))
        return false;
    const gg_elsewhere users = gg__free_of(s), outside = gg__outside_of(s);
    double outer, power, mu = inside->mu, t = inside->t;
    bal->kernels->outside(&outside, mu, s->padded_outside, &outer, &power);
    for (int corner = 0; corner < 4; corner++) {
        uint32_t load = corner & 1 ? of->last : of->first;
        int edge = corner & 2 ? of->high + 1 : of->low;
        double air = gg_air_share(bal->p, scan->j, load);
        double per_work = gg_seconds_per_work(bal->p, scan->j, load), at = s->level[edge];
        double fixed = air * s->forced_factor[edge] + per_work * s->forced_work + s->forced_base +
                       mu * (s->certain_power - at) - s->certain_price;
        double below, count;
        double others =
            bal->kernels->choose(bal->q, air, s->factor + (size_t)edge * gg_padded(bal->p->n),
                                 per_work, s->work, s->base, &users, mu, s->padded);
        bal->b->kernels->below(bal->q, t, s->padded, &below, &count);
        double wanted = (double)load - (double)s->n_forced;
        double lost = (double)(bal->p->n + 8) * 0x1p-53 * fabs(mu) * (s->loudest + at);
        bal->work++;
        if (!(fixed + outer + others + below + (wanted - count) * t - lost > scan->allowed))
            return false;
    }
    return true;
}

static void consider(gg__scan *scan, uint32_t load, int level) {
    gg__state state = {.load = load, .level = level};
    if (gg__state_maximise(scan->balance, scan->j, scan->allowed, scan->tolerance_s, &state) &&
        !(state.value > scan->allowed))
        scan->visit(scan, &state);
}

/* The block's middle state says at which multiplier the whole may be too dear. */
static void cover(gg__scan *scan, block of) {
    gg__server *s = &scan->balance->servers[scan->j];
    if (of.first > of.last)
        return;
    trim(s, &of);
    if (of.low > of.high)
        return;
    if (of.first == of.last && of.low == of.high) {
        consider(scan, of.first, of.low);
        return;
    }
    uint32_t end = gg_straight_to(scan->balance->p, scan->j, of.first);
    if (end < of.last) {
        cover(scan, (block){of.first, end, of.low, of.high});
        cover(scan, (block){end + 1, of.last, of.low, of.high});
        return;
    }
    gg__state middle = {.load = of.first + (of.last - of.first) / 2,
                        .level = of.low + (of.high - of.low) / 2};
    if (gg__state_maximise(scan->balance, scan->j, scan->allowed, scan->tolerance_s, &middle) &&
        middle.value > scan->allowed && is_beyond(scan, &of, &middle))
        return;
    if (of.last - of.first > (uint32_t)(of.high - of.low)) {
        cover(scan, (block){of.first, middle.load, of.low, of.high});
        cover(scan, (block){middle.load + 1, of.last, of.low, of.high});
    } else {
        cover(scan, (block){of.first, of.last, of.low, middle.level});
        cover(scan, (block){of.first, of.last, middle.level + 1, of.high});
    }
}

void gg__balance_scan(gg__scan *scan) {
    const gg__server *s = &scan->balance->servers[scan->j];
    cover(scan, (block){s->load_low, s->load_high, 0, s->n_levels - 1});
}

static void keep_cheapest(gg__scan *scan, const gg__state *state) {
    gg__server *s = &scan->balance->servers[scan->j];
    if (!(state->value < s->best.value))
        return;
    s->best = *state;
    scan->allowed = state->value;
}

/* The last best state and those beside it. */
static void look_near(gg__scan *scan, gg__state last) {
    const gg__server *s = &scan->balance->servers[scan->j];
    uint32_t low = last.load > s->load_low ? last.load - 1 : s->load_low;
    uint32_t high = last.load < s->load_high ? last.load + 1 : s->load_high;
    int below = last.level > 0 ? last.level - 1 : 0;
    int above = last.level + 1 < s->n_levels ? last.level + 1 : last.level;
    consider(scan, last.load, last.level);
    for (uint32_t load = low; load <= high; load++)
        for (int level = below; level <= above; level++)
            if (load != last.load || level != last.level)
                consider(scan, load, level);
}

double gg__balance_evaluate(gg_balance *bal, bool all_states, double tolerance_s) {
    gg__balance_charge(bal);
    double total = bal->b->offset_s;
    for (size_t i = 0; i < bal->p->n; i++)
        total += gg__stays_local(bal->b, i) ? bal->b->local_s[i] : bal->b->multipliers[i];
    for (size_t j = 0; j < bal->p->m; j++) {
        if (all_states && gg_time_is_up(bal->b->deadline_s))
            return -INFINITY;
        gg__server *s = &bal->servers[j];
        gg__state last = s->best;
        gg__scan scan = {bal, j, INFINITY, tolerance_s, keep_cheapest, NULL};
        s->best.value = INFINITY;
        look_near(&scan, last);
        if (all_states)
            gg__balance_scan(&scan);
        if (isinf(s->best.value)) {
            s->best = last;
            s->best.value = INFINITY;
        }
        total += s->best.value;
        bal->multipliers[j] = s->best.mu;
    }
    return total;
}
