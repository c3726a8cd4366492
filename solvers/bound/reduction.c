/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a bound proves: loads, interference and options whose choice would lift it to the threshold
 * are removed.
 */
#include "solvers/bound/bound_internal.h"

typedef struct scan {
    gg_bounder *b;
    size_t j;
    double allowed;
    double least[N_ENDS]; /* V_j at each end */
} scan;

/* V_j at loads first..last, with the thresholds found; tight where it is allowed or the least of
 * its end. */
static void scan_loads(scan *s, uint32_t first, uint32_t last) {
    gg_bounder *b = s->b;
    size_t stride = b->p->n + 1;
    uint32_t straight_to = gg_straight_to(b->p, s->j, first);
    double enough = fmax(s->allowed, fmax(s->least[LOW], s->least[HIGH]));
    if (last - first < 4) {
        for (int end = LOW; end < N_ENDS; end++)
            for (uint32_t load = first; load <= last; load++) {
                double *value = &b->values[(size_t)end * stride + load];
                *value =
                    gg__server_value(b, s->j, load, end, GG__TIGHT, fmax(s->allowed, s->least[end]),
                                     &b->used[(size_t)end * stride + load]);
                s->least[end] = fmin(s->least[end], *value);
            }
        return;
    }
    bool bent = straight_to < last;
    uint32_t middle = bent ? straight_to : first + (last - first) / 2;
    double value = bent ? -INFINITY : gg__interval_value(b, s->j, first, last, enough);
    if (value > enough) {
        for (uint32_t load = first; load <= last; load++)
            b->values[load] = b->values[stride + load] = value;
        return;
    }
    scan_loads(s, first, middle);
    scan_loads(s, middle + 1, last);
}

static void scan_server(gg_bounder *b, size_t j, double allowed) {
    scan s = {b, j, allowed, {INFINITY, INFINITY}};
    double t;
    for (int end = LOW; end < N_ENDS; end++)
        s.least[end] = gg__server_value(b, j, b->parts[j].load, end, GG__TIGHT, INFINITY, &t);
    scan_loads(&s, b->box->load_low[j], b->box->load_high[j]);
}

static double at_load(const gg_bounder *b, uint32_t load) {
    return fmin(b->values[load], b->values[b->p->n + 1 + load]);
}

/* Cuts loads off both ends; false when none is left. */
static bool cut_loads(const gg_bounder *b, gg_box *box, size_t j, double allowed) {
    uint32_t low = box->load_low[j], high = box->load_high[j];
    while (low <= high && at_load(b, low) > allowed)
        low++;
    while (high > low && at_load(b, high) > allowed)
        high--;
    if (low > high)
        return false;
    box->load_low[j] = low;
    box->load_high[j] = high;
    return true;
}

/* V_j at one load is concave in the interference, so it lies above the chord between the ends of
 * the load's range: where the chord exceeds what is allowed, so does V_j. What all loads exclude is
 * cut off. */
static bool cut_interference(const gg_bounder *b, gg_box *box, size_t j, double allowed) {
    const server_part *part = &b->parts[j];
    size_t stride = b->p->n + 1;
    double low = INFINITY, high = -INFINITY;
    for (uint32_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
        double at_low = b->values[load], at_high = b->values[stride + load];
        double from = part->range[LOW][load], to = part->range[HIGH][load], width = to - from;
        if (at_low > allowed && at_high > allowed)
            continue;
        if (at_low > allowed && isfinite(at_low))
            from += width * (at_low - allowed) / (at_low - at_high) * (1.0 - 1e-9);
        else if (at_high > allowed && isfinite(at_high))
            to -= width * (at_high - allowed) / (at_high - at_low) * (1.0 - 1e-9);
        low = fmin(low, from);
        high = fmax(high, to);
    }
    box->interference_low[j] = fmax(box->interference_low[j], low);
    box->interference_high[j] = fmin(box->interference_high[j], high);
    return box->interference_low[j] <= box->interference_high[j];
}

/* How much V_j, as it stands in the bound, rises if a free user is made to come here, or kept away:
 * by the threshold t of each load, V_j + max(0, r - t) or V_j + max(0, t - r). */
static void price_users(gg_bounder *b, const gg_box *box, size_t j, double slack) {
    server_part *part = &b->parts[j];
    size_t options = b->p->m + 1, stride = b->p->n + 1;
    for (uint32_t k = 0; k < part->n_free; k++)
        b->enter[part->user[k] * options + 1 + j] = b->leave[part->user[k] * options + 1 + j] =
            INFINITY;
    for (int end = LOW; end < N_ENDS; end++)
        for (uint32_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
            double rise = b->values[(size_t)end * stride + load] - part->value;
            if (rise > slack)
                continue;
            double t = b->used[(size_t)end * stride + load];
            gg__price(b, j, load, part->range[end][load]);
            for (uint32_t k = 0; k < part->n_free; k++) {
                double *enter = &b->enter[part->user[k] * options + 1 + j];
                double *leave = &b->leave[part->user[k] * options + 1 + j];
                double above = b->r[k] - t;
                double in = above > 0.0 ? rise + above : rise;
                double out = above < 0.0 ? rise - above : rise;
                *enter = in < *enter ? in : *enter;
                *leave = out < *leave ? out : *leave;
            }
        }
}

/* Removes the options of user i whose choice, with all others forgone, exceeds the slack. */
static void cut_options(gg_bounder *b, gg_box *box, size_t i, double slack) {
    const gg_bound_problem *p = b->p;
    size_t options = p->m + 1;
    const double *enter = b->enter + i * options, *leave = b->leave + i * options;
    double u = b->multipliers[i];
    double leave_local = box->local[i] ? fmax(0.0, u - b->local_s[i]) : 0.0;
    double leave_all = leave_local;
    uint64_t servers = box->servers[i];
    int barred = 0; /* options that cannot be forgone */
    for (uint64_t left = servers; left != 0; left &= left - 1) {
        double away = leave[1 + __builtin_ctzll(left)];
        if (isinf(away))
            barred++;
        else
            leave_all += away;
    }
    for (uint64_t left = servers; left != 0; left &= left - 1) {
        size_t j = (size_t)__builtin_ctzll(left);
        bool own = isinf(leave[1 + j]);
        double others =
            barred - (own ? 1 : 0) > 0 ? INFINITY : leave_all - (own ? 0.0 : leave[1 + j]);
        if (enter[1 + j] + others > slack)
            box->servers[i] &= ~(UINT64_C(1) << j);
    }
    double stay = fmax(0.0, b->local_s[i] - u) + leave_all - leave_local;
    if (box->local[i] && (barred > 0 || stay > slack))
        box->local[i] = 0;
}

bool gg_reduce(gg_bounder *b, gg_box *box, double bound_s, double threshold_s) {
    const gg_bound_problem *p = b->p;
    double slack = threshold_s - bound_s;
    if (slack <= 0.0)
        return false;
    for (size_t j = 0; j < p->m; j++) {
        /* Relative to the value that is part of the bound: the scan's own may be less tight. */
        double allowed = b->parts[j].value + slack;
        scan_server(b, j, allowed);
        if (!cut_loads(b, box, j, allowed) || !cut_interference(b, box, j, allowed))
            return false;
        price_users(b, box, j, slack);
    }
    for (size_t i = 0; i < p->n; i++)
        if (!gg__is_forced(box, i) && box->servers[i] != 0) {
            cut_options(b, box, i, slack);
            if (box->servers[i] == 0 && !box->local[i])
                return false;
        }
    return true;
}
