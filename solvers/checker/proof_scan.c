/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All states of a server that a box leaves: those that are too dear are passed over many at a time.
 */
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_balance.h"

/* Loads first..last and levels low..high, inclusive. */
typedef struct block {
    size_t first, last, low, high;
} block;

/* At one multiplier and threshold the cost is a sum of minima of functions that are linear in the
 * load (where it is straight) and concave in the interference: over the block it is least at a
 * corner.
 */
static bool is_beyond(gg__balance_scan *scan, const block *of, const gg__balance_state *inside) {
    if (!isfinite(inside->t_at[LOW]) || !isfinite(inside->t_at[HIGH]) ||
        !gg__proof_is_straight(scan->balance->p, scan->server, of->first, of->last))
        return false;
    for (int corner = 0; corner < 4; corner++) {
        gg__balance_state at = *inside;
        at.by_threshold = true;
        at.load = corner & 1 ? of->last : of->first;
        at.t = inside->t_at[corner & 2 ? HIGH : LOW];
        size_t edge = corner & 2 ? of->high + 1 : of->low;
        if (!(gg__balance_value(scan->balance, scan->server, &at, edge) >= scan->needed_s))
            return false;
    }
    return true;
}

void gg__balance_value_ends(gg__proof_balance *bal, size_t j, gg__balance_state *s) {
    for (size_t end = LOW; end < N_ENDS; end++) {
        s->t = s->t_at[end];
        s->at[end] = gg__balance_value(bal, j, s, s->level + end);
    }
}

/* Many users' loads are split so much finer than levels, and V_j need not be known to the last. */
enum { MANY_USERS = 2000, LOADS_A_LEVEL = 16 };

static size_t loads_a_level(const gg__proof_balance *bal) {
    return bal->p->n > MANY_USERS ? bal->p->n / LOADS_A_LEVEL : 1;
}

static bool is_known(const gg__balance_scan *scan, const block *of) {
    const gg__balance_part *part = &scan->balance->parts[scan->server];
    const gg__proof_hull *known = scan->known;
    return known != NULL && of->first >= known->load_low && of->last <= known->load_high &&
           part->level_w[of->low] >= known->lowest && part->level_w[of->high + 1] <= known->highest;
}

static bool is_dear(const gg__balance_scan *scan, gg__balance_state *state) {
    gg__balance_value_ends(scan->balance, scan->server, state);
    return gg__lesser(state->at[LOW], state->at[HIGH]) >= scan->needed_s;
}

static void visit(gg__balance_scan *scan, gg__balance_state *state) {
    if (!is_dear(scan, state))
        scan->visit(scan, state);
}

static void consider(gg__balance_scan *scan, size_t load, size_t level) {
    gg__proof_balance *bal = scan->balance;
    gg__balance_state state = {.load = load, .level = level};
    if (scan->takes_given && gg__balance_given(bal, scan->server, &state)) {
        visit(scan, &state);
        return;
    }
    if (gg__balance_recall(bal, scan->server, &state) && is_dear(scan, &state))
        return;
    if (gg__balance_seek(bal, scan->server, scan->needed_s, &state))
        visit(scan, &state);
}

static void cover(gg__balance_scan *scan, block of) {
    gg__proof_balance *bal = scan->balance;
    const gg__balance_part *part = &bal->parts[scan->server];
    /* The least and the greatest interference fall with the load. */
    while (of.low <= of.high && part->level_w[of.low + 1] < part->range[LOW][of.last])
        of.low++;
    while (of.low < of.high && part->level_w[of.high] > part->range[HIGH][of.first])
        of.high--;
    if (of.first > of.last || of.low > of.high || is_known(scan, &of))
        return;
    if (of.first == of.last && of.low == of.high) {
        consider(scan, of.first, of.low);
        return;
    }
    gg__balance_state middle = {.load = of.first + (of.last - of.first) / 2,
                                .level = of.low + (of.high - of.low) / 2};
    bool is_given = scan->takes_given && gg__balance_is_given(bal, scan->server, &middle);
    bool is_known = !is_given && gg__balance_recall(bal, scan->server, &middle);
    if (is_known && is_beyond(scan, &of, &middle))
        return;
    if (!is_given && !(is_known && is_dear(scan, &middle))) {
        bool exists = gg__balance_seek(bal, scan->server, scan->needed_s, &middle);
        if (exists && is_beyond(scan, &of, &middle))
            return;
        /* The sooner a cheap state is known, the more blocks are beyond it. */
        if (exists && scan->hurries)
            visit(scan, &middle);
    }
    if (of.last - of.first > (of.high - of.low) * loads_a_level(bal)) {
        cover(scan, (block){of.first, middle.load, of.low, of.high});
        cover(scan, (block){middle.load + 1, of.last, of.low, of.high});
    } else {
        cover(scan, (block){of.first, of.last, of.low, middle.level});
        cover(scan, (block){of.first, of.last, middle.level + 1, of.high});
    }
}

static size_t level_at(const gg__balance_part *part, double interference_w) {
    size_t level = 0;
    while (level + 1 < part->n_levels && part->level_w[level + 1] <= interference_w)
        level++;
    return level;
}

void gg__balance_scan_all(gg__balance_scan *scan) {
    const gg__balance_part *part = &scan->balance->parts[scan->server];
    size_t low = scan->box->load_low[scan->server], high = scan->box->load_high[scan->server];
    if (low < part->n_forced)
        low = part->n_forced;
    if (high > part->n_forced + part->n_free)
        high = part->n_forced + part->n_free;
    if (low <= high && scan->hurries && part->least_load >= low && part->least_load <= high)
        consider(scan, part->least_load, level_at(part, part->least_at_w));
    if (low <= high)
        cover(scan, (block){low, high, 0, part->n_levels - 1});
}
