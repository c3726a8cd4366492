/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What users' options, servers' loads and their interference imply about each other.
 */
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_box.h"

/* Users over all servers. */
typedef struct totals {
    size_t must_offload, may_offload;
    size_t load_low, load_high; /* sums over servers */
} totals;

/* Users of one server. */
typedef struct visitors {
    size_t allowed, forced;
} visitors;

static totals count_all(const gg__proof_box *box, const gg__proof_problem *p) {
    totals all = {0};
    for (size_t i = 0; i < p->n; i++) {
        all.must_offload += !gg__proof_allows_local(box, p, i);
        all.may_offload += box->n_servers[i] > 0;
    }
    for (size_t j = 0; j < p->m; j++) {
        all.load_low += box->load_low[j];
        all.load_high += box->load_high[j];
    }
    return all;
}

static visitors count_at(const gg__proof_box *box, const gg__proof_problem *p, size_t j) {
    visitors here = {0};
    for (size_t i = 0; i < p->n; i++) {
        here.allowed += gg__proof_allows(box, p, i, j);
        here.forced += gg__proof_is_forced(box, p, i, j);
    }
    return here;
}

static bool some_user_has_no_option(const gg__proof_box *box, const gg__proof_problem *p) {
    for (size_t i = 0; i < p->n; i++)
        if (box->n_servers[i] == 0 && !gg__proof_allows_local(box, p, i))
            return true;
    return false;
}

static size_t minus(size_t a, size_t b) {
    return a > b ? a - b : 0;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* A server holds at least those forced to it, and those who must offload and find no room on the
 * others; at most those allowed on it, and those who may offload less what the others need. */
static bool tighten_load(gg__proof_box *box, size_t j, const totals *all, const visitors *here,
                         bool *changed) {
    size_t others_low = all->load_low - box->load_low[j];
    size_t others_high = all->load_high - box->load_high[j];
    if (others_low > all->may_offload)
        return false;
    size_t low = larger(here->forced, minus(all->must_offload, others_high));
    size_t high = smaller(here->allowed, all->may_offload - others_low);
    low = larger(low, box->load_low[j]);
    high = smaller(high, box->load_high[j]);
    *changed = *changed || low != box->load_low[j] || high != box->load_high[j];
    box->load_low[j] = low;
    box->load_high[j] = high;
    return low <= high;
}

/* A server that those forced to it fill takes nobody else; one that needs all who are allowed on
 * it has them all. */
static void tighten_visitors(gg__proof_box *box, const gg__proof_problem *p, size_t j,
                             const visitors *here, bool *changed) {
    bool is_full = box->load_high[j] == here->forced;
    bool needs_all = box->load_low[j] == here->allowed;
    for (size_t i = 0; (is_full || needs_all) && i < p->n; i++) {
        if (!gg__proof_allows(box, p, i, j) || gg__proof_is_forced(box, p, i, j))
            continue;
        if (is_full)
            gg__proof_forbid(box, p, i, j);
        if (needs_all) {
            gg__proof_forbid_local(box, p, i);
            gg__proof_forbid_others(box, p, i, j);
        }
        *changed = true;
    }
}

/* When the loads need all who may offload, or have room only for those who must. */
static void tighten_offloading(gg__proof_box *box, const gg__proof_problem *p, bool *changed) {
    totals all = count_all(box, p);
    bool everybody = all.load_low == all.may_offload;
    bool nobody_else = all.load_high == all.must_offload;
    for (size_t i = 0; (everybody || nobody_else) && i < p->n; i++) {
        if (!gg__proof_allows_local(box, p, i) || box->n_servers[i] == 0)
            continue;
        if (everybody)
            gg__proof_forbid_local(box, p, i);
        if (nobody_else)
            gg__proof_forbid_others(box, p, i, SIZE_MAX);
        *changed = true;
    }
}

static bool tighten_counts(gg__proof_box *box, const gg__proof_problem *p, bool *changed) {
    for (size_t j = 0; j < p->m; j++) {
        totals all = count_all(box, p);
        visitors here = count_at(box, p, j);
        if (!tighten_load(box, j, &all, &here, changed))
            return false;
        tighten_visitors(box, p, j, &here, changed);
    }
    tighten_offloading(box, p, changed);
    return true;
}

/* The interference at one server that the options allow, W. */
typedef struct disturbance {
    gg__proof_crowd users;
    double low, high;
} disturbance;

/* Below the sum of the `count` weakest users who may disturb but need not, or of the torn only. */
static double weakest(const gg__proof_box *box, const gg__proof_problem *p, size_t j, size_t count,
                      bool torn_only) {
    double sum = 0.0;
    for (size_t rank = 0; rank < p->n && count > 0; rank++) {
        size_t i = p->by_power[j * p->n + rank];
        gg__role is = gg__role_of(box, p, i, j);
        if (is != GG__TORN && (torn_only || is != GG__POSSIBLE))
            continue;
        sum = gg__greater(0.0, gg__add_below(sum, p->power_w[j * p->n + i]));
        count--;
    }
    return sum;
}

/* Above the sum of the `count` strongest users who may disturb but need not. */
static double strongest(const gg__proof_box *box, const gg__proof_problem *p, size_t j,
                        size_t count) {
    double sum = 0.0;
    for (size_t rank = p->n; rank > 0 && count > 0; rank--) {
        size_t i = p->by_power[j * p->n + rank - 1];
        gg__role is = gg__role_of(box, p, i, j);
        if (is != GG__TORN && is != GG__POSSIBLE)
            continue;
        sum = gg__add_above(sum, p->power_w[j * p->n + i]);
        count--;
    }
    return sum;
}

/* At least: the certain users, and of the others as many as the other servers' loads still need,
 * or as many torn ones as find no room on j. At most: the certain ones, and as many others as the
 * other servers have room for. */
static bool range_of_interference(const gg__proof_box *box, const gg__proof_problem *p, size_t j,
                                  disturbance *d) {
    totals all = count_all(box, p);
    size_t elsewhere_low = all.load_low - box->load_low[j];
    size_t elsewhere_high = all.load_high - box->load_high[j];
    d->users = gg__proof_survey(box, p, j);
    if (elsewhere_high < d->users.n_certain)
        return false;
    size_t room = minus(box->load_high[j], d->users.n_forced);
    double needed = weakest(box, p, j, minus(elsewhere_low, d->users.n_certain), false);
    double displaced = weakest(box, p, j, minus(d->users.n_torn, room), true);
    d->low = gg__add_below(d->users.certain_low, gg__greater(needed, displaced));
    d->high = gg__add_above(d->users.certain_high,
                            strongest(box, p, j, elsewhere_high - d->users.n_certain));
    return true;
}

/* The interference at j cannot reach its range without user i. The others are summed anew wherever
 * the rounding of the difference of two sums could decide. */
static bool is_needed(const gg__proof_box *box, const gg__proof_problem *p, size_t j, size_t i,
                      const disturbance *d) {
    double low = box->interference_low[j], others = 0.0;
    double rounding = (double)(p->n + 4) * 0x1p-50 * d->users.all_high;
    if (d->users.all_high - p->power_w[j * p->n + i] - rounding >= low)
        return false;
    for (size_t k = 0; k < p->n; k++)
        if (k != i && gg__role_of(box, p, k, j) != GG__NEVER)
            others = gg__add_above(others, p->power_w[j * p->n + k]);
    return others < low;
}

/* Who would lift the interference above its range must not disturb; without whom it cannot reach
 * its range must. */
static void tighten_disturbers(gg__proof_box *box, const gg__proof_problem *p, size_t j,
                               const disturbance *d, bool *changed) {
    for (size_t i = 0; i < p->n; i++) {
        double power_w = p->power_w[j * p->n + i];
        gg__role is = gg__role_of(box, p, i, j);
        if (is != GG__TORN && is != GG__POSSIBLE)
            continue;
        if (gg__add_below(d->users.certain_low, power_w) > box->interference_high[j]) {
            gg__proof_forbid_others(box, p, i, j);
            *changed = true;
        } else if (is_needed(box, p, j, i, d)) {
            gg__proof_forbid(box, p, i, j);
            gg__proof_forbid_local(box, p, i);
            *changed = true;
        }
    }
}

static bool tighten_interference(gg__proof_box *box, const gg__proof_problem *p, bool *changed) {
    for (size_t j = 0; j < p->m; j++) {
        disturbance d;
        if (!range_of_interference(box, p, j, &d))
            return false;
        box->interference_low[j] = gg__greater(box->interference_low[j], d.low);
        box->interference_high[j] = gg__lesser(box->interference_high[j], d.high);
        if (box->interference_low[j] > box->interference_high[j])
            return false;
        tighten_disturbers(box, p, j, &d, changed);
    }
    return true;
}

/* Ends: every repetition forbids an option or narrows a load. */
bool gg__proof_propagate(gg__proof_box *box, const gg__proof_problem *p) {
    bool changed = true;
    while (changed) {
        changed = false;
        if (some_user_has_no_option(box, p) || !gg__proof_row_tighten(box, p, &changed) ||
            !tighten_counts(box, p, &changed))
            return false;
        if (!changed && !tighten_interference(box, p, &changed))
            return false;
    }
    return true;
}
