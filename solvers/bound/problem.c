/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/problem.h"

#include <float.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "solvers/search/finite_decision.h"

typedef struct ranked {
    double power;
    uint32_t user;
} ranked;

static int by_power(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->power != y->power)
        return x->power < y->power ? -1 : 1;
    return (x->user > y->user) - (x->user < y->user);
}

/* A power so far below the unit that it lost digits is taken for none: that only lowers costs. */
static double audible(double power) {
    return power < DBL_MIN ? 0.0 : power;
}

static void fill(gg_bound_problem *p, ranked *scratch) {
    const gg_instance *in = p->instance;
    double total_w = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        double w = gg_weight(in, p->objective, i);
        p->local_s[i] = w * in->local_delay_s[i];
        p->work[i] = w * in->edge_work_ratio * in->local_delay_s[i] * in->local_capacity_flops[i];
        for (size_t j = 0; j < p->m; j++) {
            double power_w = in->tx_power_w[i] * gg_gain(in, i, j);
            p->signal[j * p->n + i] = power_w;
            p->bits_s[j * p->n + i] = w * in->payload_bits[i] / in->bandwidth_hz[j];
            total_w += power_w;
        }
    }
    p->power_unit_w = total_w > 0.0 ? fmin(total_w, DBL_MAX) / (double)p->m : in->noise_w;
    for (size_t j = 0; j < p->m; j++) {
        p->noise[j] = audible(gg_floor_w(in, j) / p->power_unit_w);
        for (size_t i = 0; i < p->n; i++) {
            double *signal = &p->signal[j * p->n + i];
            if (*signal > 0.0)
                *signal = fmax(*signal / p->power_unit_w, DBL_MIN);
            p->power[j * p->n + i] = audible(gg_disturbing_w(in, i, j) / p->power_unit_w);
            scratch[i] = (ranked){p->power[j * p->n + i], (uint32_t)i};
        }
        qsort(scratch, p->n, sizeof *scratch, by_power);
        for (size_t i = 0; i < p->n; i++)
            p->by_power[j * p->n + i] = scratch[i].user;
    }
}

static gg_status find_finite(gg_bound_problem *p, gg_error *err) {
    gg_finiteness answer;
    int32_t *assignment = gg_alloc(p->n, sizeof *assignment);
    GG_NEED(assignment, err, "out of memory for %zu users", p->n);
    gg_status status = gg_find_finite(p->instance, GG_FINITE_STEPS, assignment, &answer, err);
    p->no_finite = answer == GG_NONE_FINITE;
    gg_free(assignment);
    return status;
}

gg_status gg_bound_problem_new(const gg_instance *in, gg_objective objective,
                               const gg_offload_row *row, const gg_bound_problem **out,
                               gg_error *err) {
    size_t n = in->n_users, m = in->n_servers;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_bound_problem, noise, m),        GG_ARRAY(gg_bound_problem, signal, n * m),
        GG_ARRAY(gg_bound_problem, power, n * m),    GG_ARRAY(gg_bound_problem, bits_s, n * m),
        GG_ARRAY(gg_bound_problem, work, n),         GG_ARRAY(gg_bound_problem, local_s, n),
        GG_ARRAY(gg_bound_problem, by_power, n * m),
    };
    *out = NULL;
    if (m > GG_BOUND_SERVERS_MAX)
        return gg_fail(err, GG_E_INPUT, "%zu servers; the bound handles at most %d", m,
                       GG_BOUND_SERVERS_MAX);
    ranked *scratch = gg_alloc(n, sizeof *scratch);
    gg_bound_problem *p = scratch != NULL ? GG_RECORD_NEW(gg_bound_problem, arrays) : NULL;
    if (p == NULL) {
        gg_free(scratch);
        return gg_fail(err, GG_E_NOMEM, "out of memory for the bound of %zu users", n);
    }
    p->instance = in;
    p->objective = objective;
    p->n = n;
    p->m = m;
    if (row != NULL)
        p->row = *row;
    fill(p, scratch);
    gg_free(scratch);
    gg_status status = find_finite(p, err);
    if (status == GG_OK)
        *out = p;
    else
        gg_free(p);
    return status;
}

void gg_bound_problem_free(const gg_bound_problem *p) {
    gg_free((void *)p);
}

gg_server_sums gg_server_sums_of(const gg_bound_problem *p, const int32_t *assignment) {
    gg_server_sums sums = {0};
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] == GG_LOCAL)
            continue;
        sums.load[assignment[i]]++;
        for (size_t j = 0; j < p->m; j++)
            if (j != (size_t)assignment[i])
                sums.interference[j] += p->power[j * p->n + i];
    }
    return sums;
}
