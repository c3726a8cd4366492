/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/proof_bound.h"

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_select.h"

/* Numbers of a server's member. */
enum { COLUMNS = 4 };

gg_status gg__proof_bounder_new(const gg__proof_problem *p, gg__proof_bounder **out,
                                gg_error *err) {
    size_t n = p->n, m = p->m;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg__proof_bounder, parts, m),
        GG_ARRAY(gg__proof_bounder, members, m * n),
        GG_ARRAY(gg__proof_bounder, columns, COLUMNS * m * n),
        GG_ARRAY(gg__proof_bounder, ranges, m * N_ENDS * (n + 1)),
        GG_ARRAY(gg__proof_bounder, values, m * N_ENDS * (n + 1)),
        GG_ARRAY(gg__proof_bounder, user_price, n),
        GG_ARRAY(gg__proof_bounder, interference_price, m),
        GG_ARRAY(gg__proof_bounder, cost, n),
        GG_ARRAY(gg__proof_bounder, term, n),
        GG_ARRAY(gg__proof_bounder, enter, n * m),
        GG_ARRAY(gg__proof_bounder, leave, n * m),
        GG_ARRAY(gg__proof_bounder, dear, m + 1),
        GG_ARRAY(gg__proof_bounder, local_s, n),
    };
    gg__proof_bounder *b = *out = GG_RECORD_NEW(gg__proof_bounder, arrays);
    GG_NEED(b, err, "out of memory for the proof of %zu users", n);
    b->p = p;
    gg__proof_price_row(b, 0.0);
    for (size_t j = 0; j < m; j++) {
        double *columns = b->columns + COLUMNS * j * n;
        gg__proof_value *values = b->values + j * N_ENDS * (n + 1);
        double *ranges = b->ranges + j * N_ENDS * (n + 1);
        b->parts[j] = (gg__proof_part){.member = b->members + j * n,
                                       .factor = columns,
                                       .rise = columns + n,
                                       .work = columns + 2 * n,
                                       .base = columns + 3 * n,
                                       .range = {ranges, ranges + n + 1},
                                       .value = {values, values + n + 1}};
    }
    return GG_OK;
}

/* What user i pays for disturbing others, wherever it sits but on j; below. */
static double charge_of(const gg__proof_bounder *b, size_t i, size_t j) {
    const gg__proof_problem *p = b->p;
    double sum = 0.0;
    for (size_t k = 0; k < p->m; k++)
        if (k != j)
            sum = gg__add_below(sum,
                                gg__mul_below(b->interference_price[k], p->power_w[k * p->n + i]));
    return sum;
}

/* The members of server j: first the free ones, then those who are on it in every decision. */
static void gather(gg__proof_bounder *b, const gg__proof_box *box, size_t j) {
    const gg__proof_problem *p = b->p;
    gg__proof_part *part = &b->parts[j];
    part->n_members = part->n_free = 0;
    part->interference[LOW] = box->interference_low[j];
    part->interference[HIGH] = box->interference_high[j];
    gg__proof_ranges(box, p, j, part->range[LOW], part->range[HIGH]);
    for (int forced = 0; forced <= 1; forced++) {
        for (size_t i = 0; i < p->n; i++)
            if (gg__proof_allows(box, p, i, j) && gg__proof_is_forced(box, p, i, j) == forced)
                part->member[part->n_members++] = (uint32_t)i;
        if (!forced)
            part->n_free = part->n_members;
    }
    for (size_t k = 0; k < part->n_members; k++) {
        size_t i = part->member[k];
        part->factor[k] = gg__proof_cost_factor(p, i, j, part->interference[LOW]);
        part->rise[k] = gg__sub_below(gg__proof_cost_factor(p, i, j, part->interference[HIGH]),
                                      part->factor[k]);
        part->work[k] = gg__proof_work(p, i, j);
        part->base[k] = gg__sub_below(charge_of(b, i, j), b->user_price[i]);
        if (p->fixed_s != NULL)
            part->base[k] = gg__add_below(part->base[k], gg__proof_fixed(p, i, j));
    }
}

/* How far up the box's range a load's end lies, from 0 to 1: below and above. */
typedef struct share {
    double below, above;
} share;

static share share_of_range(const gg__proof_part *part, int end, size_t load) {
    double low = part->interference[LOW], high = part->interference[HIGH];
    double at = part->range[end][load], narrow = gg__sub_below(high, low);
    share s = {0.0, 1.0};
    if (narrow > 0.0) {
        s.below = gg__div_below(gg__sub_below(at, low), gg__sub_above(high, low));
        s.above = gg__div_above(gg__sub_above(at, low), narrow);
    }
    return (share){gg__greater(0.0, s.below), gg__lesser(1.0, s.above)};
}

/* Cost factors are concave in the interference: no less than on the chord between the box's ends.
 */
GG__WIDE void gg__proof_costs(gg__proof_bounder *b, size_t j, int end, size_t load) {
    const gg__proof_part *part = &b->parts[j];
    share s = share_of_range(part, end, load);
    double per_work = gg__proof_seconds_per_work(b->p, j, load), air = gg__proof_air(b->p, j, load);
    for (size_t k = 0; k < part->n_members; k++) {
        double low = part->factor[k], base = part->base[k];
        double more = (part->rise[k] > 0.0 ? s.below : s.above) * part->rise[k];
        double air_s = air * gg__below_few(low + more, fabs(low) + fabs(more));
        double work_s = part->work[k] * per_work;
        b->cost[k] = gg__below_few(air_s + work_s + base, fabs(air_s) + fabs(work_s) + fabs(base));
    }
}

/* A threshold of the last load, where that of the next is looked for. */
typedef struct guess {
    double threshold, spread;
} guess;

/* Below the sum of the `taken` cheapest of the free members, of whom *last is the dearest and *next
 * is the cheapest of the others. */
GG__WIDE static double sum_cheapest(gg__proof_bounder *b, size_t n_free, size_t taken, guess *at,
                                    gg__proof_value *value) {
    double next, t, *term = b->term;
    size_t fewer = 0;
    value->last = -INFINITY;
    value->next = INFINITY;
    if (n_free == 0)
        return 0.0;
    t = gg__select(b->cost, n_free, taken > 0 ? taken - 1 : 0, at->threshold, &at->spread, term,
                   &next);
    *at = isfinite(t) ? (guess){t, at->spread} : (guess){0.0, 0.0};
    value->next = taken > 0 ? next : t;
    if (taken == 0)
        return 0.0;
    value->last = t;
    for (size_t k = 0; k < n_free; k++) {
        term[fewer] = b->cost[k];
        fewer += b->cost[k] < t;
    }
    for (size_t k = fewer; k < taken; k++)
        term[k] = t;
    return gg__sum_below(term, taken);
}

/* The least any `load` members cost at one end of the load's interference range, forced ones
 * included: the forced, and the cheapest of the others. */
static gg__proof_value value_at(gg__proof_bounder *b, size_t j, int end, size_t load, guess *at) {
    const gg__proof_part *part = &b->parts[j];
    size_t n_forced = part->n_members - part->n_free;
    gg__proof_value value = {.cost_s = INFINITY};
    if (load < n_forced || load > part->n_members ||
        part->range[LOW][load] > part->range[HIGH][load])
        return value;
    gg__proof_costs(b, j, end, load);
    double sum = sum_cheapest(b, part->n_free, load - n_forced, at, &value);
    sum = gg__add_below(sum, gg__sum_below(b->cost + part->n_free, n_forced));
    value.cost_s =
        gg__sub_below(sum, gg__mul_above(b->interference_price[j], part->range[end][load]));
    return value;
}

double gg__proof_value_of_load(const gg__proof_part *part, size_t load) {
    return gg__lesser(part->value[LOW][load].cost_s, part->value[HIGH][load].cost_s);
}

/* V_j over its loads and both ends of their ranges: for fixed users and load the cost is concave in
 * the interference, so it is least at an end. */
static void scan(gg__proof_bounder *b, const gg__proof_box *box, size_t j) {
    gg__proof_part *part = &b->parts[j];
    gather(b, box, j);
    part->least_s = INFINITY;
    for (int end = LOW; end < N_ENDS; end++) {
        guess at = {0.0, 0.0};
        for (size_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
            part->value[end][load] = value_at(b, j, end, load, &at);
            part->least_s = gg__lesser(part->least_s, part->value[end][load].cost_s);
        }
    }
}

/* With f + price (required - gains) in place of f, which it never exceeds where the row holds. */
void gg__proof_price_row(gg__proof_bounder *b, double price_s) {
    const gg__proof_problem *p = b->p;
    double short_of = p->required;
    b->offset_s = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        b->local_s[i] = p->local_s[i];
        if (p->gain == NULL || price_s == 0.0)
            continue;
        b->local_s[i] = gg__add_below(p->local_s[i], gg__mul_below(price_s, p->gain[i]));
        short_of = gg__sub_below(short_of, p->gain[i]);
    }
    if (p->gain != NULL && price_s != 0.0)
        b->offset_s = gg__mul_below(price_s, short_of);
}

void gg__proof_take_users(gg__proof_bounder *b, const gg__proof_box *box,
                          const float *multipliers) {
    const gg__proof_problem *p = b->p;
    for (size_t i = 0; i < p->n; i++) {
        double u = b->user_price[i] = (double)multipliers[i], local = b->local_s[i];
        if (!gg__proof_allows_local(box, p, i))
            local = u;
        b->cost[i] = box->n_servers[i] == 0 ? local : gg__lesser(u, local);
    }
    b->users_s = gg__add_below(gg__sum_below(b->cost, p->n), b->offset_s);
}

double gg__proof_bound_without(const gg__proof_bounder *b, size_t j) {
    double sum = b->users_s;
    for (size_t k = 0; k < b->p->m; k++)
        if (k != j)
            sum = gg__add_below(sum, b->parts[k].least_s);
    return sum;
}

double gg__proof_bound(gg__proof_bounder *b, const gg__proof_box *box, const float *multipliers,
                       double power_unit_w) {
    const gg__proof_problem *p = b->p;
    gg__proof_take_users(b, box, multipliers);
    /* Which multipliers are used is free to choose, hence their rounding too; 0 is always one. */
    for (size_t j = 0; j < p->m; j++) {
        double price = (double)multipliers[p->n + j] / power_unit_w;
        b->interference_price[j] = isfinite(price) ? price : 0.0;
    }
    for (size_t j = 0; j < p->m; j++)
        scan(b, box, j);
    b->bound_s = gg__proof_bound_without(b, SIZE_MAX);
    return b->bound_s;
}
