/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/load_bound_internal.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"

enum {
    COLUMNS = 5,
    PASSES = 40,
    LOOK_PASSES = 12,
    QUICK_PASSES = 5,
    STRIDE_MAX_SHARE = 16,
    DEPTH_MAX = 40,
    LOOKS_MAX = 30
};

/* Least and greatest interference at every load, a little wider than computed: sums of many terms
 * are rounded. */
static void set_ranges(gg_load_bound *b, size_t j) {
    const gg_bound_problem *p = b->p;
    gg__load_server *s = &b->servers[j];
    const uint32_t *rising = p->by_power + j * p->n;
    double mandatory = 0.0, all = 0.0, slack = 1e-15 * (double)(p->n + 10);
    for (size_t k = 0; k < p->n; k++) {
        double power = p->power[j * p->n + rising[k]];
        all += power;
        mandatory += b->mandatory[rising[k]] ? power : 0.0;
    }
    s->range[GG__LOWEST][0] = fmax(0.0, mandatory - slack * all);
    s->range[GG__HIGHEST][0] = all + slack * all;
    uint32_t at = 0;
    double taken = 0.0;
    for (size_t k = 0; k < p->n && at < s->n; k++) {
        if (!gg_bound_usable(p, rising[k], j))
            continue;
        taken += p->power[j * p->n + rising[k]];
        s->range[GG__HIGHEST][++at] = all - taken + slack * all;
    }
    at = 0;
    taken = 0.0;
    for (size_t k = p->n; k-- > 0;) {
        if (!b->mandatory[rising[k]] || !gg_bound_usable(p, rising[k], j))
            continue;
        taken += p->power[j * p->n + rising[k]];
        s->range[GG__LOWEST][++at] = fmax(0.0, mandatory - taken - slack * all);
    }
    for (; at < s->n; at++)
        s->range[GG__LOWEST][at + 1] = s->range[GG__LOWEST][at];
}

static void set_server(gg_load_bound *b, size_t j) {
    const gg_bound_problem *p = b->p;
    gg__load_server *s = &b->servers[j];
    for (size_t i = 0; i < p->n; i++) {
        if (!gg_bound_usable(p, i, j))
            continue;
        uint32_t k = s->n++;
        s->user[k] = (uint32_t)i;
        s->signal[k] = p->signal[j * p->n + i];
        s->power[k] = p->power[j * p->n + i];
        s->bits[k] = p->bits_s[j * p->n + i];
        s->work[k] = gg_work(p, i, j);
    }
    s->padded = gg_padded(s->n);
    for (size_t k = s->n; k < s->padded; k++) {
        s->signal[k] = s->power[k] = s->bits[k] = s->work[k] = 0.0;
        s->base[k] = INFINITY;
    }
    s->stride = 1 + s->n / STRIDE_MAX_SHARE;
    set_ranges(b, j);
}

gg_status gg_load_bound_new(const gg_bound_problem *p, gg_load_bound **out, gg_error *err) {
    size_t n = p->n, m = p->m, padded = gg_padded(n), n_costs;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_load_bound, servers, m),
        GG_ARRAY(gg_load_bound, columns, m * COLUMNS * padded),
        GG_ARRAY(gg_load_bound, ranges, m * GG__RANGE_ENDS * (n + 1)),
        GG_ARRAY(gg_load_bound, users, m * n),
        GG_ARRAY(gg_load_bound, mandatory, n),
        GG_ARRAY(gg_load_bound, multipliers, n + m),
        GG_ARRAY(gg_load_bound, best, n + m),
        GG_ARRAY(gg_load_bound, gradient, n + m),
        GG_ARRAY(gg_load_bound, direction, n + m),
        GG_ARRAY(gg_load_bound, scale, n + m),
        GG_ARRAY(gg_load_bound, charge, n),
        GG_ARRAY(gg_load_bound, r, padded),
    };
    gg_load_bound *b = *out = GG_RECORD_NEW(gg_load_bound, arrays);
    GG_NEED(b, err, "out of memory for the bound of %zu users", n);
    b->p = p;
    b->kernels = gg_threshold_kernels_best();
    const gg_load_costs_fn *costs = gg_load_costs_all(&n_costs);
    b->costs = costs[n_costs - 1];
    for (size_t i = 0; i < n; i++)
        b->mandatory[i] = gg_is_mandatory(p->instance, i) ? 1 : 0;
    for (size_t j = 0; j < m; j++) {
        double *column = b->columns + j * COLUMNS * padded;
        double *range = b->ranges + j * 2 * (n + 1);
        b->servers[j] = (gg__load_server){.user = b->users + j * n,
                                          .power = column,
                                          .bits = column + padded,
                                          .work = column + 2 * padded,
                                          .base = column + 3 * padded,
                                          .signal = column + 4 * padded,
                                          .range = {range, range + n + 1}};
        set_server(b, j);
    }
    return GG_OK;
}

void gg__load_set_charges(gg_load_bound *b) {
    const gg_bound_problem *p = b->p;
    const double *lambda = b->multipliers + p->n;
    memset(b->charge, 0, p->n * sizeof *b->charge);
    for (size_t j = 0; j < p->m; j++)
        for (size_t i = 0; lambda[j] != 0.0 && i < p->n; i++)
            b->charge[i] += lambda[j] * p->power[j * p->n + i];
    for (size_t j = 0; j < p->m; j++) {
        gg__load_server *s = &b->servers[j];
        for (uint32_t k = 0; k < s->n; k++)
            s->base[k] = b->charge[s->user[k]] - lambda[j] * s->power[k] -
                         b->multipliers[s->user[k]] + gg_fixed(p, s->user[k], j);
    }
}

double gg__load_users_value(const gg_load_bound *b) {
    double sum = 0.0;
    for (size_t i = 0; i < b->p->n; i++) {
        double u = b->multipliers[i];
        sum += b->mandatory[i] ? u : fmin(u, b->p->local_s[i]);
    }
    return sum;
}

static double lambda_of(const gg_load_bound *b, size_t j) {
    return b->multipliers[b->p->n + j];
}

static void price(gg_load_bound *b, size_t j, uint32_t load, double interference) {
    const gg__load_server *s = &b->servers[j];
    const gg_load_columns columns = {s->signal, s->bits, s->work, s->base};
    b->costs(b->r, &columns, gg_air_share(b->p, j, load), 1.0 / (interference + b->p->noise[j]),
             gg_seconds_per_work(b->p, j, load), s->padded);
}

static double value_at(gg_load_bound *b, size_t j, gg__place at, int passes, double *t) {
    gg__load_server *s = &b->servers[j];
    double interference = s->range[at.end][at.load];
    double value = -lambda_of(b, j) * interference;
    if (at.load == 0)
        return value;
    price(b, j, at.load, interference);
    if (at.load < s->n)
        return value +
               gg_sum_of_smallest(b->kernels, b->r, s->padded, at.load, passes, INFINITY, t);
    for (uint32_t k = 0; k < s->n; k++)
        value += b->r[k];
    *t = INFINITY;
    return value;
}

double gg__load_value(gg_load_bound *b, size_t j, gg__place at, double *t) {
    return value_at(b, j, at, PASSES, t);
}

/* Tries both ends at a load; whether one is the best so far. */
static bool consider(gg_load_bound *b, size_t j, uint32_t load, int passes) {
    gg__load_server *s = &b->servers[j];
    bool better = false;
    for (int end = 0; end < GG__RANGE_ENDS; end++) {
        const gg__place at = {load, end};
        double t = s->at[end];
        double value = value_at(b, j, at, passes, &t);
        if (isfinite(t))
            s->at[end] = t;
        if (value < s->value) {
            s->value = value;
            s->best = at;
            better = true;
        }
    }
    return better;
}

void gg__load_look_near(gg_load_bound *b, size_t j) {
    gg__load_server *s = &b->servers[j];
    uint32_t centre = s->best.load;
    s->value = INFINITY;
    consider(b, j, centre, LOOK_PASSES);
    bool better = centre + s->stride <= s->n && consider(b, j, centre + s->stride, LOOK_PASSES);
    better = (centre >= s->stride && consider(b, j, centre - s->stride, LOOK_PASSES)) || better;
    if (!better && s->stride > 1)
        s->stride /= 2;
    else if (better && s->stride < s->n / STRIDE_MAX_SHARE)
        s->stride *= 2;
}

/* A convex or concave sequence leaves its chord by no more than a quarter of what its slope changes
 * over it: the lowest interference is a convex one, the highest a concave one. */
static double beyond_chord(const double *sequence, uint32_t first, uint32_t last) {
    return 0.25 * (double)(last - first) *
           ((sequence[last] - sequence[last - 1]) - (sequence[first + 1] - sequence[first]));
}

/* Loads first..last together: for each end the lesser of the two corners of a line beyond all
 * interference there, at one threshold. */
static double interval_value(gg_load_bound *b, size_t j, uint32_t first, uint32_t last) {
    gg__load_server *s = &b->servers[j];
    double least = INFINITY;
    for (int end = 0; end < GG__RANGE_ENDS; end++) {
        const gg__place middle = {first + (last - first) / 2, end};
        double t = s->at[end];
        value_at(b, j, middle, QUICK_PASSES, &t);
        s->at[end] = t;
        double room = -fabs(beyond_chord(s->range[end], first, last));
        room = end == GG__LOWEST ? room : -room;
        double line[2] = {s->range[end][first] + room, s->range[end][last] + room};
        /* Cut off at zero it would be no line; zero is below all interference too. */
        if (line[0] < 0.0 || line[1] < 0.0)
            line[0] = line[1] = 0.0;
        for (int corner = 0; corner < 2; corner++) {
            uint32_t load = corner == 0 ? first : last;
            double interference = line[corner], sum, count;
            price(b, j, load, interference);
            b->kernels->below(b->r, t, s->padded, &sum, &count);
            double value = sum + ((double)load - count) * t;
            least = fmin(least, value - lambda_of(b, j) * interference);
        }
    }
    return least;
}

/* V_j over loads first..last, from below: halves what lies below s->value by more than the
 * tolerance, down to single loads. */
static double cover(gg_load_bound *b, size_t j, uint32_t first, uint32_t last, double tolerance_s,
                    double deadline_s) {
    gg__load_server *s = &b->servers[j];
    uint32_t waiting[2 * DEPTH_MAX];
    double least = INFINITY;
    size_t depth = 0;
    waiting[depth++] = first;
    waiting[depth++] = last;
    while (depth > 0) {
        last = waiting[--depth];
        first = waiting[--depth];
        if (first > last)
            continue;
        if (gg_time_is_up(deadline_s))
            return -INFINITY;
        if (first == last) {
            consider(b, j, first, PASSES);
            continue;
        }
        double value = interval_value(b, j, first, last);
        if (value >= s->value - tolerance_s) {
            least = fmin(least, value);
            continue;
        }
        uint32_t middle = first + (last - first) / 2;
        waiting[depth++] = first;
        waiting[depth++] = middle;
        waiting[depth++] = middle + 1;
        waiting[depth++] = last;
    }
    return fmin(least, s->value);
}

static double server_bound(gg_load_bound *b, size_t j, double tolerance_s, double deadline_s) {
    gg__load_server *s = &b->servers[j];
    for (int look = 0; look < LOOKS_MAX; look++) {
        uint32_t before = s->best.load;
        if (gg_time_is_up(deadline_s))
            return -INFINITY;
        gg__load_look_near(b, j);
        if (s->best.load == before && s->stride == 1)
            break;
    }
    consider(b, j, 0, PASSES);
    tolerance_s = fmax(tolerance_s, b->looseness * fabs(s->value));
    double least = s->value;
    for (uint32_t first = 1, last; first <= s->n; first = last + 1) {
        last = gg_straight_to(b->p, j, first);
        last = last < s->n ? last : s->n;
        least = fmin(least, cover(b, j, first, last, tolerance_s, deadline_s));
    }
    return least;
}

double gg_load_bound_s(gg_load_bound *b, double tolerance_s, double deadline_s) {
    const gg_bound_problem *p = b->p;
    gg__load_set_charges(b);
    double total = gg__load_users_value(b), magnitude = 0.0;
    for (size_t i = 0; i < p->n; i++)
        magnitude += fabs(b->multipliers[i]);
    for (size_t j = 0; j < p->m; j++) {
        double bound_s = server_bound(b, j, tolerance_s / (double)p->m, deadline_s);
        if (bound_s == -INFINITY)
            return bound_s;
        total += bound_s;
        magnitude += fabs(bound_s) + fabs(lambda_of(b, j)) * b->servers[j].range[GG__HIGHEST][0];
    }
    /* Sums of n terms, and what the judge itself rounds. */
    return total - magnitude * (2e-11 + 4.0 * (double)p->n * 0x1p-53);
}
