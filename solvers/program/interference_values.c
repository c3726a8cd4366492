/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/level_domain.h"

#include <stdlib.h>

#include "models/base/alloc.h"

/* Up to so many users that may disturb or not, all their sums are listed. */
enum { OPTIONAL_MAX = 12, GRID = 512 };

typedef struct value {
    double power;
    uint32_t optional;
} value;

static int by_power(const void *a, const void *b) {
    const value *x = a, *y = b;
    if (x->power != y->power)
        return x->power < y->power ? -1 : 1;
    return (x->optional > y->optional) - (x->optional < y->optional);
}

/* Gives the optional disturbers their bits; how many there are, and the power of the certain ones.
 */
static size_t name_disturbers(gg_interference_values *v, const gg_bound_problem *p,
                              const gg_box *box, size_t j, double *certain) {
    uint64_t here = UINT64_C(1) << j;
    size_t count = 0;
    *certain = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if ((box->servers[i] & ~here) == 0 || p->power[j * p->n + i] == 0.0)
            continue;
        if (!box->local[i] && (box->servers[i] & here) == 0) {
            *certain += p->power[j * p->n + i];
        } else {
            if (count < OPTIONAL_MAX)
                v->bit[i] = UINT32_C(1) << count;
            count++;
        }
    }
    return count;
}

static void keep(gg_interference_values *v, double power, uint32_t optional) {
    v->power[v->count] = power;
    v->optional[v->count++] = optional;
}

static gg_status list_sums(gg_interference_values *v, const gg_bound_problem *p, const gg_box *box,
                           size_t j, size_t n_optional, double certain, gg_error *err) {
    double share[OPTIONAL_MAX] = {0};
    size_t n_sums = (size_t)1 << n_optional;
    value *sums = gg_alloc(n_sums, sizeof *sums);
    GG_NEED(sums, err, "out of memory for %zu levels", n_sums);
    for (size_t i = 0; i < p->n; i++)
        if (v->bit[i] != 0)
            share[__builtin_ctz(v->bit[i])] = p->power[j * p->n + i];
    for (uint32_t s = 0; s < n_sums; s++) {
        sums[s] = (value){certain, s};
        for (size_t k = 0; k < n_optional; k++)
            sums[s].power += (s >> k & 1) != 0 ? share[k] : 0.0;
    }
    qsort(sums, n_sums, sizeof *sums, by_power);
    for (size_t s = 0; s < n_sums; s++)
        if (sums[s].power >= box->interference_low[j] && sums[s].power <= box->interference_high[j])
            keep(v, sums[s].power, sums[s].optional);
    gg_free(sums);
    return GG_OK;
}

/* Geometric above the noise: that is what costs follow. */
static void lay_grid(gg_interference_values *v, const gg_bound_problem *p, const gg_box *box,
                     size_t j) {
    double low = box->interference_low[j], high = box->interference_high[j];
    double ratio = (high + p->noise[j]) / (low + p->noise[j]);
    for (size_t k = 0; k < GRID; k++) {
        double at = (low + p->noise[j]) * pow(ratio, (double)k / (GRID - 1)) - p->noise[j];
        keep(v, k == 0 ? low : fmin(at, high), 0);
    }
}

gg_status gg_interference_values_init(gg_interference_values *v, const gg_bound_problem *p,
                                      const gg_box *box, size_t j, gg_error *err) {
    *v = (gg_interference_values){.bit = gg_alloc(p->n, sizeof *v->bit)};
    GG_NEED(v->bit, err, "out of memory for %zu users", p->n);
    double certain;
    size_t n_optional = name_disturbers(v, p, box, j, &certain);
    v->complete = n_optional <= OPTIONAL_MAX;
    size_t room = v->complete ? (size_t)1 << n_optional : GRID;
    v->power = gg_alloc(room, sizeof *v->power);
    v->optional = gg_alloc(room, sizeof *v->optional);
    if (v->power == NULL || v->optional == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu levels", room);
    if (v->complete) {
        gg_status status = list_sums(v, p, box, j, n_optional, certain, err);
        if (status != GG_OK || v->count > 0)
            return status;
        /* Rounding at the range's ends: whatever it is, it is the range. */
        keep(v, box->interference_low[j], 0);
    } else {
        lay_grid(v, p, box, j);
    }
    return GG_OK;
}

void gg_interference_values_clear(gg_interference_values *v) {
    gg_free(v->power);
    gg_free(v->optional);
    gg_free(v->bit);
    *v = (gg_interference_values){0};
}

double gg_interference_met(const gg_interference_values *v, size_t first, size_t last, size_t i) {
    if (!v->complete)
        return v->power[last + 1 < v->count ? last + 1 : last];
    for (size_t k = last + 1; k-- > first;)
        if ((v->optional[k] & v->bit[i]) == 0)
            return v->power[k];
    return -1.0;
}
