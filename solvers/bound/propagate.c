/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the options, loads and interference of a box imply about each other.
 */
#include "solvers/bound/box.h"

#include "solvers/bound/offload_row.h"

/* Counts over a box that the rules of propagation need. */
typedef struct tally {
    uint32_t allowed[GG_BOUND_SERVERS_MAX], forced[GG_BOUND_SERVERS_MAX];
    uint32_t must_offload, may_offload;
    uint64_t load_low_sum, load_high_sum;
    bool empty; /* some user has no option */
} tally;

static tally count(const gg_box *box, const gg_bound_problem *p) {
    tally t = {0};
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        t.may_offload += servers != 0;
        t.must_offload += !box->local[i];
        t.empty = t.empty || (servers == 0 && !box->local[i]);
        if (!box->local[i] && servers != 0 && (servers & (servers - 1)) == 0)
            t.forced[__builtin_ctzll(servers)]++;
        for (; servers != 0; servers &= servers - 1)
            t.allowed[__builtin_ctzll(servers)]++;
    }
    for (size_t j = 0; j < p->m; j++) {
        t.load_low_sum += box->load_low[j];
        t.load_high_sum += box->load_high[j];
    }
    return t;
}

/* Loads against the users' options, and against the number of users that offload at all. */
static bool tighten_loads(gg_box *box, const gg_bound_problem *p, tally *t, bool *changed) {
    for (size_t j = 0; j < p->m; j++) {
        uint64_t others_low = t->load_low_sum - box->load_low[j];
        uint64_t others_high = t->load_high_sum - box->load_high[j];
        uint32_t low = box->load_low[j], high = box->load_high[j];
        if (t->forced[j] > low)
            low = t->forced[j];
        if (t->must_offload > others_high && t->must_offload - others_high > low)
            low = (uint32_t)(t->must_offload - others_high);
        if (t->allowed[j] < high)
            high = t->allowed[j];
        if (others_low > t->may_offload)
            return false;
        if (t->may_offload - others_low < high)
            high = (uint32_t)(t->may_offload - others_low);
        if (low > high)
            return false;
        if (low == box->load_low[j] && high == box->load_high[j])
            continue;
        t->load_low_sum = others_low + low;
        t->load_high_sum = others_high + high;
        box->load_low[j] = low;
        box->load_high[j] = high;
        *changed = true;
    }
    return true;
}

static void tighten_options(gg_box *box, const gg_bound_problem *p, const tally *t, bool *changed) {
    uint64_t full = 0, all_here = 0;
    for (size_t j = 0; j < p->m; j++) {
        if (t->allowed[j] == t->forced[j])
            continue;
        if (box->load_high[j] == t->forced[j])
            full |= UINT64_C(1) << j;
        else if (box->load_low[j] == t->allowed[j])
            all_here |= UINT64_C(1) << j;
    }
    bool all_offload = t->load_low_sum == t->may_offload && t->may_offload > t->must_offload;
    bool no_more = t->load_high_sum == t->must_offload && t->may_offload > t->must_offload;
    if (full == 0 && all_here == 0 && !all_offload && !no_more)
        return;
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        bool forced = !box->local[i] && (servers & (servers - 1)) == 0;
        if (forced)
            continue;
        servers &= ~full;
        if ((servers & all_here) != 0) {
            servers &= all_here;
            *changed = *changed || box->local[i];
            box->local[i] = 0;
        }
        if (all_offload && box->servers[i] != 0 && box->local[i]) {
            box->local[i] = 0;
            *changed = true;
        }
        if (no_more && box->local[i])
            servers = 0;
        *changed = *changed || servers != box->servers[i];
        box->servers[i] = servers;
    }
}

/* Who can disturb server j: users that must be on another server, may be, or must offload but could
 * also sit on j. */
typedef struct disturbance {
    double low, high;   /* range of the interference that the options allow */
    double certain;     /* from users that must be on another server */
    bool high_is_total; /* high is the sum over all users that may disturb */
} disturbance;

static disturbance disturbance_range(const gg_box *box, const gg_bound_problem *p, size_t j,
                                     const tally *t) {
    const double *power = p->power + j * p->n;
    const uint32_t *rising = p->by_power + j * p->n;
    uint64_t bit = UINT64_C(1) << j;
    uint64_t elsewhere_low = t->load_low_sum - box->load_low[j];
    uint64_t elsewhere_high = t->load_high_sum - box->load_high[j];
    uint32_t certain_count = 0, either_count = 0;
    disturbance d = {0};
    for (size_t i = 0; i < p->n; i++) {
        if (box->local[i])
            continue;
        if ((box->servers[i] & bit) == 0) {
            d.certain += power[i];
            certain_count++;
        } else if (box->servers[i] != bit) {
            either_count++;
        }
    }
    /* Of the users that must offload and may sit here, at most room_here do. */
    uint32_t room_here =
        box->load_high[j] - (t->forced[j] < box->load_high[j] ? t->forced[j] : box->load_high[j]);
    uint32_t either_elsewhere = either_count > room_here ? either_count - room_here : 0;
    uint64_t needed = elsewhere_low > certain_count ? elsewhere_low - certain_count : 0;
    double least_either = 0.0, least_any = 0.0;
    for (size_t r = 0; r < p->n && (either_elsewhere > 0 || needed > 0); r++) {
        size_t i = rising[r];
        bool possible = (box->servers[i] & ~bit) != 0;
        bool is_certain = !box->local[i] && (box->servers[i] & bit) == 0;
        if (!possible || is_certain)
            continue;
        if (needed > 0) {
            least_any += power[i];
            needed--;
        }
        if (!box->local[i] && either_elsewhere > 0) {
            least_either += power[i];
            either_elsewhere--;
        }
    }
    d.low = d.certain + fmax(least_either, least_any);
    uint64_t left = elsewhere_high;
    d.high_is_total = true;
    for (size_t r = p->n; r-- > 0;) {
        size_t i = rising[r];
        if ((box->servers[i] & ~bit) == 0)
            continue;
        if (left == 0) {
            d.high_is_total = false;
            break;
        }
        d.high += power[i];
        left--;
    }
    return d;
}

/* Options that would take server j's interference out of its range. */
static void tighten_disturbers(gg_box *box, const gg_bound_problem *p, size_t j,
                               const disturbance *d, bool *changed) {
    const double *power = p->power + j * p->n;
    uint64_t bit = UINT64_C(1) << j;
    double most = box->interference_high[j] * (1.0 + GG_BOX_WIDEN);
    double least = box->interference_low[j] * (1.0 - GG_BOX_WIDEN);
    /* What a difference leaves of a sum that is much larger: a checker rounds every term outward.
     */
    double rounded = (double)(4 * p->n + 8) * 0x1p-52;
    for (size_t i = 0; i < p->n; i++) {
        uint64_t elsewhere = box->servers[i] & ~bit;
        if (elsewhere == 0)
            continue;
        bool is_certain = !box->local[i] && elsewhere == box->servers[i];
        if (!is_certain && d->certain + power[i] > most) {
            box->servers[i] &= bit;
            *changed = true;
        } else if (!is_certain && d->high_is_total &&
                   d->high * (1.0 + rounded) - power[i] < least * (1.0 - GG_BOX_WIDEN) &&
                   (box->local[i] || (box->servers[i] & bit) != 0)) {
            box->servers[i] = elsewhere;
            box->local[i] = 0;
            *changed = true;
        }
    }
}

static bool tighten_interference(gg_box *box, const gg_bound_problem *p, const tally *t,
                                 bool *changed) {
    for (size_t j = 0; j < p->m; j++) {
        disturbance d = disturbance_range(box, p, j, t);
        double low = d.low * (1.0 - GG_BOX_WIDEN), high = d.high * (1.0 + GG_BOX_WIDEN);
        if (low > box->interference_low[j]) {
            *changed = *changed || low > box->interference_low[j] * (1.0 + 1e-6);
            box->interference_low[j] = low;
        }
        if (high < box->interference_high[j]) {
            *changed = *changed || high < box->interference_high[j] * (1.0 - 1e-6);
            box->interference_high[j] = high;
        }
        if (box->interference_low[j] > box->interference_high[j])
            return false;
        tighten_disturbers(box, p, j, &d, changed);
    }
    return true;
}

enum { ROUNDS_MAX = 20 };

bool gg_box_propagate(gg_box *box, const gg_bound_problem *p) {
    bool changed = true;
    for (int round = 0; changed && round < ROUNDS_MAX; round++) {
        changed = false;
        if (!gg_row_tighten(box, p, &changed))
            return false;
        tally t = count(box, p);
        if (t.empty || !tighten_loads(box, p, &t, &changed))
            return false;
        tighten_options(box, p, &t, &changed);
        if (changed)
            continue;
        if (!tighten_interference(box, p, &t, &changed))
            return false;
    }
    return !count(box, p).empty;
}
