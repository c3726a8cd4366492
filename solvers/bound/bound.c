/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/bound_internal.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"

double *gg_bounder_multipliers(gg_bounder *b) {
    return b->multipliers;
}

void gg_bounder_deadline(gg_bounder *b, double deadline_s) {
    b->deadline_s = deadline_s;
}

gg_choices gg_bounder_choices(const gg_bounder *b) {
    return (gg_choices){b->frequency, b->paid_s, b->local_s};
}

enum { COLUMNS = 5 };

gg_status gg_bounder_new(const gg_bound_problem *p, gg_bounder **out, gg_error *err) {
    size_t n = p->n, m = p->m, padded = gg_padded(n);
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_bounder, parts, m),
        GG_ARRAY(gg_bounder, storage, m * COLUMNS * padded),
        GG_ARRAY(gg_bounder, users, m * n),
        GG_ARRAY(gg_bounder, multipliers, n + m),
        GG_ARRAY(gg_bounder, best, n + m + 1),
        GG_ARRAY(gg_bounder, gradient, n + m + 1),
        GG_ARRAY(gg_bounder, direction, n + m + 1),
        GG_ARRAY(gg_bounder, scale, n + m + 1),
        GG_ARRAY(gg_bounder, local_s, n),
        GG_ARRAY(gg_bounder, charge, n),
        GG_ARRAY(gg_bounder, r, padded),
        GG_ARRAY(gg_bounder, enter, n * (m + 1)),
        GG_ARRAY(gg_bounder, leave, n * (m + 1)),
        GG_ARRAY(gg_bounder, values, N_ENDS * (n + 1)),
        GG_ARRAY(gg_bounder, thresholds, m * N_ENDS * (n + 1)),
        GG_ARRAY(gg_bounder, ranges, m * N_ENDS * (n + 1)),
        GG_ARRAY(gg_bounder, used, N_ENDS * (n + 1)),
        GG_ARRAY(gg_bounder, frequency, n * (m + 1)),
        GG_ARRAY(gg_bounder, paid_s, n * m),
    };
    gg_bounder *b = *out = GG_RECORD_NEW(gg_bounder, arrays);
    GG_NEED(b, err, "out of memory for the bound of %zu users", n);
    b->p = p;
    b->deadline_s = INFINITY;
    gg_bounder_set_price(b, p->row.price_s);
    b->kernels = gg_threshold_kernels_best();
    for (size_t j = 0; j < m; j++) {
        double *column = b->storage + j * COLUMNS * padded;
        b->parts[j] = (server_part){
            .user = b->users + j * n,
            .factor = {column, column + padded},
            .work = column + 2 * padded,
            .power = column + 3 * padded,
            .base = column + 4 * padded,
            .range = {b->ranges + 2 * j * (n + 1), b->ranges + (2 * j + 1) * (n + 1)},
            .threshold = {b->thresholds + 2 * j * (n + 1), b->thresholds + (2 * j + 1) * (n + 1)}};
    }
    return GG_OK;
}

gg_pace gg_bounder_pace(const gg_bounder *b) {
    return (gg_pace){.ambition_s = b->ambition_s};
}

void gg_bounder_set_pace(gg_bounder *b, gg_pace pace) {
    b->ambition_s = pace.ambition_s;
}

/* What one ascent leaves to the next beside that: votes, where each server was cheapest, thresholds
 * to start from. */
void gg_bounder_resume(gg_bounder *b, const gg_bounder *as) {
    size_t n = b->p->n, m = b->p->m;
    for (size_t j = 0; j < m; j++) {
        b->parts[j].load = as->parts[j].load;
        b->parts[j].end = as->parts[j].end;
    }
    memcpy(b->thresholds, as->thresholds, m * N_ENDS * (n + 1) * sizeof *b->thresholds);
    memcpy(b->frequency, as->frequency, n * (m + 1) * sizeof *b->frequency);
    memcpy(b->paid_s, as->paid_s, n * m * sizeof *b->paid_s);
    memcpy(b->price, as->price, sizeof b->price);
    b->expects_prices = as->expects_prices;
    b->vote = as->vote;
    b->target_s = as->target_s;
    gg_bounder_set_price(b, as->row_price_s);
}

static void load_server(gg_bounder *b, size_t j) {
    const gg_bound_problem *p = b->p;
    const gg_box *box = b->box;
    server_part *part = &b->parts[j];
    part->n_free = part->n_forced = 0;
    part->forced_factor[LOW] = part->forced_factor[HIGH] = part->forced_work = 0.0;
    part->interference[LOW] = box->interference_low[j];
    part->interference[HIGH] = box->interference_high[j];
    for (size_t i = 0; i < p->n; i++) {
        if ((box->servers[i] >> j & 1) == 0)
            continue;
        double low = gg_cost_factor(p, i, j, part->interference[LOW]);
        double high = gg_cost_factor(p, i, j, part->interference[HIGH]);
        if (gg__is_forced(box, i)) {
            part->n_forced++;
            part->forced_factor[LOW] += low;
            part->forced_factor[HIGH] += high;
            part->forced_work += gg_work(p, i, j);
            continue;
        }
        uint32_t k = part->n_free++;
        part->user[k] = (uint32_t)i;
        part->factor[LOW][k] = low;
        part->factor[HIGH][k] = high;
        part->work[k] = gg_work(p, i, j);
        part->power[k] = p->power[j * p->n + i];
    }
    part->padded = gg_padded(part->n_free);
    for (size_t k = part->n_free; k < part->padded; k++) {
        part->factor[LOW][k] = part->factor[HIGH][k] = part->work[k] = part->power[k] = 0.0;
        part->base[k] = INFINITY;
    }
    gg__set_ranges(b, j);
    if (part->load < box->load_low[j] || part->load > box->load_high[j])
        part->load = (box->load_low[j] + box->load_high[j]) / 2;
}

void gg_bounder_load(gg_bounder *b, const gg_box *box) {
    b->box = box;
    for (size_t j = 0; j < b->p->m; j++)
        load_server(b, j);
}

/* What the present multipliers charge, the users' own deducted. */
static void set_charges(gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    const double *lambda = b->multipliers + p->n;
    for (size_t i = 0; i < p->n; i++)
        b->charge[i] = -b->multipliers[i];
    for (size_t j = 0; j < p->m; j++)
        for (size_t i = 0; lambda[j] != 0.0 && i < p->n; i++)
            b->charge[i] += lambda[j] * p->power[j * p->n + i];
    for (size_t j = 0; j < p->m; j++) {
        server_part *part = &b->parts[j];
        const double *fixed = p->fixed != NULL ? p->fixed + j * p->n : NULL, price = lambda[j];
        for (uint32_t k = 0; k < part->n_free; k++)
            part->base[k] = b->charge[part->user[k]] - price * part->power[k];
        for (uint32_t k = 0; fixed != NULL && k < part->n_free; k++)
            part->base[k] += fixed[part->user[k]];
        part->forced_base = 0.0;
    }
    for (size_t i = 0; i < p->n; i++)
        if (gg__is_forced(b->box, i) && b->box->servers[i] != 0) {
            size_t j = (size_t)__builtin_ctzll(b->box->servers[i]);
            b->parts[j].forced_base +=
                b->charge[i] - lambda[j] * p->power[j * p->n + i] + gg_fixed(p, i, j);
        }
}

static double users_value(const gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    double sum = 0.0;
    for (size_t i = 0; i < p->n; i++)
        sum += gg__stays_local(b, i) ? b->local_s[i] : b->multipliers[i];
    return sum;
}

double gg__evaluate(gg_bounder *b, bool all_loads, int passes) {
    set_charges(b);
    double total = b->offset_s + users_value(b);
    for (size_t j = 0; j < b->p->m; j++) {
        gg__minimise_server(b, j, all_loads, passes);
        total += b->parts[j].value;
    }
    return total;
}

/* The share of a bound that whoever claims it takes off, for a checker that rounds outward. */
static const double CLAIMED_OFF = 1e-11;
static const double OUTWARD = 16.0;

double gg__claimed_rounding_s(const gg_bounder *b, double size_s) {
    double lost_s = (double)(b->p->n + b->p->m + 8) * 0x1p-53 * (size_s + b->row_size_s);
    return fmax(lost_s, OUTWARD * lost_s - CLAIMED_OFF * fabs(b->target_s));
}

/* What the sums behind the bound may have lost to rounding; with multipliers far above the target,
 * where digits cancel, what a checker loses with them that rounds each operation outward. */
static double rounding_s(const gg_bounder *b) {
    const gg_bound_problem *p = b->p;
    double size_s = 0.0;
    for (size_t i = 0; i < p->n; i++)
        size_s += fabs(b->multipliers[i]) + fabs(b->charge[i]);
    for (size_t j = 0; j < p->m; j++)
        size_s += fabs(b->parts[j].value) +
                  fabs(b->multipliers[p->n + j]) * b->parts[j].interference[HIGH];
    return gg__claimed_rounding_s(b, size_s);
}

double gg_bound_s(gg_bounder *b) {
    double bound_s = gg__evaluate(b, true, GG__TIGHT);
    return isfinite(bound_s) ? bound_s - rounding_s(b) : bound_s;
}
