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
    for (int corner = 0; corner < (of->first < of->last ? 2 : 1); corner++) {
        gg__ends ends = gg__ends_of(inside);
        ends.load = corner == 0 ? of->first : of->last;
        ends.edge[LOW] = of->low;
        ends.edge[HIGH] = of->high + 1;
        gg__ends_look(scan->balance, scan->j, &ends);
        if (!(ends.value[LOW] > scan->allowed && ends.value[HIGH] > scan->allowed))
            return false;
    }
    return true;
}

static bool is_known(const gg__scan *scan, const block *of) {
    const gg__server *s = &scan->balance->servers[scan->j];
    const gg__hull *known = scan->known;
    return known != NULL && of->first >= known->load_low && of->last <= known->load_high &&
           s->level[of->low] >= known->interference_low &&
           s->level[of->high + 1] <= known->interference_high;
}

/* Whether a state was passed over. */
static bool consider(gg__scan *scan, uint32_t load, int level) {
    gg__state state = {.load = load, .level = level};
    if (!gg__state_maximise(scan->balance, scan->j, scan->allowed, scan->tolerance_s, &state) ||
        state.value > scan->allowed)
        return true;
    scan->visit(scan, &state);
    return false;
}

/* Of many users this share of all loads counts like one level: what suits one level at one load
 * suits it at nearly any. */
enum { LOADS_A_LEVEL = 16 };

static uint32_t loads_a_level(const gg_balance *bal) {
    return bal->many ? 1 + (uint32_t)(bal->p->n / LOADS_A_LEVEL) : 1;
}

static uint32_t count_states(const block *of) {
    return (of->last - of->first + 1) * (uint32_t)(of->high - of->low + 1);
}

/* To test a block takes three looks: fewer states are looked at one by one. */
enum { WORTH_A_TEST = 3 };

/* Whether the whole block is too dear at the multiplier of its middle state. Of the blocks about
 * that state those of at least *too_wide states were not last time. */
static bool is_dear(gg__scan *scan, const block *of, gg__state *middle, uint32_t *too_wide) {
    uint32_t size = count_states(of);
    if (size < WORTH_A_TEST || size >= *too_wide)
        return false;
    if (gg__state_maximise(scan->balance, scan->j, scan->allowed, scan->tolerance_s, middle)) {
        bool beyond = middle->value > scan->allowed;
        if (beyond && is_beyond(scan, of, middle))
            return true;
        /* The sooner a cheap state is known, the more blocks are beyond it. */
        if (scan->hurries && !beyond)
            scan->visit(scan, middle);
    }
    *too_wide = size;
    return false;
}

/* Whether it was passed over without a look at its parts. */
static bool cover(gg__scan *scan, block of) {
    gg_balance *bal = scan->balance;
    gg__server *s = &bal->servers[scan->j];
    if (of.first > of.last || scan->is_over)
        return true;
    if (bal->many && gg_time_is_up(bal->b->deadline_s))
        scan->is_over = true;
    trim(s, &of);
    if (of.low > of.high || is_known(scan, &of))
        return true;
    if (of.first == of.last && of.low == of.high)
        return consider(scan, of.first, of.low);
    uint32_t end = gg_straight_to(bal->p, scan->j, of.first);
    if (end < of.last) {
        cover(scan, (block){of.first, end, of.low, of.high});
        cover(scan, (block){end + 1, of.last, of.low, of.high});
        return false;
    }
    gg__state middle = {.load = of.first + (of.last - of.first) / 2,
                        .level = of.low + (of.high - of.low) / 2};
    uint32_t *too_wide = &s->too_wide[gg__memo_place(bal, &middle)];
    if (is_dear(scan, &of, &middle, too_wide))
        return true;
    block one = of, other = of;
    if (of.last - of.first > (uint32_t)(of.high - of.low) * loads_a_level(bal)) {
        one.last = middle.load;
        other.first = middle.load + 1;
    } else {
        one.high = middle.level;
        other.low = middle.level + 1;
    }
    bool both = cover(scan, one);
    both = cover(scan, other) && both;
    if (both && count_states(&of) >= *too_wide)
        *too_wide = count_states(&of) + 1;
    return false;
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
    scan->allowed = state->value - scan->balance->slack_s;
    scan->is_over = state->value < scan->hopeless;
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

/* The users' part of the bound. */
static double users_value(const gg_balance *bal) {
    double total = bal->b->offset_s;
    for (size_t i = 0; i < bal->p->n; i++)
        total += gg__stays_local(bal->b, i) ? bal->b->local_s[i] : bal->b->multipliers[i];
    return total;
}

/* Far states are not looked at again before the bound seems to have risen several times: those that
 * were the best once are. */
static void look_at_rivals(gg__scan *scan) {
    const gg__server *s = &scan->balance->servers[scan->j];
    for (int k = 0; k < s->n_rivals; k++)
        consider(scan, s->rivals[k].load, s->rivals[k].level);
}

static void add_rival(gg__server *s, const gg__state *state) {
    for (int k = 0; k < s->n_rivals; k++)
        if (s->rivals[k].load == state->load && s->rivals[k].level == state->level)
            return;
    s->rivals[s->next_rival] = *state;
    s->next_rival = (s->next_rival + 1) % GG__RIVALS;
    if (s->n_rivals < GG__RIVALS)
        s->n_rivals++;
}

/* The best of the states near the last best one. */
static void minimise_near(gg_balance *bal, size_t j, double tolerance_s) {
    gg__server *s = &bal->servers[j];
    gg__state last = s->best;
    gg__scan scan = {.balance = bal,
                     .j = j,
                     .allowed = INFINITY,
                     .tolerance_s = tolerance_s,
                     .hopeless = -INFINITY,
                     .visit = keep_cheapest};
    s->best.value = INFINITY;
    look_near(&scan, last);
    look_at_rivals(&scan);
    if (isinf(s->best.value)) {
        s->best = last;
        s->best.value = INFINITY;
    }
}

/* The best of all states but those that are hardly better, or of those before one that is hopeless.
 */
static void minimise(gg_balance *bal, size_t j, double tolerance_s, double hopeless) {
    gg__server *s = &bal->servers[j];
    const gg__state near = s->best;
    gg__scan scan = {.balance = bal,
                     .j = j,
                     .allowed = near.value - bal->slack_s,
                     .tolerance_s = tolerance_s,
                     .hopeless = hopeless,
                     .hurries = true,
                     .visit = keep_cheapest};
    gg__balance_scan(&scan);
    s->is_cut = scan.is_over;
    if (s->best.value < near.value) {
        add_rival(s, &near);
        add_rival(s, &s->best);
    }
}

/* Of all servers' parts as they stand; `slack_s` is taken off each. */
static double total_value(const gg_balance *bal, double slack_s) {
    double total = users_value(bal);
    for (size_t j = 0; j < bal->p->m; j++)
        total += bal->servers[j].best.value - slack_s;
    return total;
}

static void part_near(gg_balance *bal, size_t j, void *tolerance_s) {
    if (!bal->many || !gg_time_is_up(bal->b->deadline_s))
        minimise_near(bal, j, *(const double *)tolerance_s);
}

typedef struct part {
    double tolerance_s, total; /* of all servers, before any of these parts */
} part;

static void part_all(gg_balance *bal, size_t j, void *context) {
    const part *of = context;
    double others = of->total - bal->servers[j].best.value;
    if (!gg_time_is_up(bal->b->deadline_s))
        minimise(bal, j, of->tolerance_s, bal->hopeless_s - others);
}

/* So many servers' parts are found before it is asked whether the value is hopeless, whether or not
 * they are found at a time. */
enum { SERVERS_AT_ONCE = 4 };

double gg__balance_evaluate(gg_balance *bal, bool all_states, double tolerance_s) {
    size_t m = bal->p->m, step = SERVERS_AT_ONCE;
    gg__balance_charge(bal);
    if (!gg__balance_each(bal, 0, m, part_near, &tolerance_s) ||
        (bal->many && gg_time_is_up(bal->b->deadline_s)))
        return -INFINITY;
    part of = {tolerance_s, total_value(bal, 0.0)};
    bool is_cut = all_states && !(of.total > bal->hopeless_s);
    for (size_t j = 0; all_states && j < m && !is_cut; j += step) {
        if (!gg__balance_each(bal, j, j + step < m ? j + step : m, part_all, &of) ||
            gg_time_is_up(bal->b->deadline_s))
            return -INFINITY;
        of.total = total_value(bal, 0.0);
        is_cut = !(of.total > bal->hopeless_s);
        for (size_t k = j; k < j + step && k < m; k++)
            is_cut = is_cut || bal->servers[k].is_cut;
    }
    for (size_t j = 0; j < m; j++)
        bal->multipliers[j] = bal->servers[j].best.mu;
    double value_s = total_value(bal, all_states ? bal->slack_s : 0.0);
    /* Not all states were looked at: it may be far too high, and is no better than what is known.
     */
    return is_cut ? fmin(value_s, bal->hopeless_s) : value_s;
}
