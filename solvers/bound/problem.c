/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/problem.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
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
    if (assignment == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", p->n);
    gg_status status = gg_find_finite(p->instance, GG_FINITE_STEPS, assignment, &answer, err);
    p->no_finite = answer == GG_NONE_FINITE;
    gg_free(assignment);
    return status;
}

gg_status gg_bound_problem_new(const gg_instance *in, gg_objective objective,
                               gg_bound_problem **out, gg_error *err) {
    *out = NULL;
    if (in->n_servers > GG_BOUND_SERVERS_MAX)
        return gg_fail(err, GG_E_INPUT, "%zu servers; the bound handles at most %d", in->n_servers,
                       GG_BOUND_SERVERS_MAX);
    gg_bound_problem *p = gg_alloc(1, sizeof *p);
    ranked *scratch = gg_alloc(in->n_users, sizeof *scratch);
    if (p == NULL || scratch == NULL)
        goto no_memory;
    p->instance = in;
    p->objective = objective;
    p->n = in->n_users;
    p->m = in->n_servers;
    p->noise = gg_alloc(p->m, sizeof(double));
    p->signal = gg_alloc(p->n * p->m, sizeof(double));
    p->power = gg_alloc(p->n * p->m, sizeof(double));
    p->bits_s = gg_alloc(p->n * p->m, sizeof(double));
    p->work = gg_alloc(p->n, sizeof(double));
    p->local_s = gg_alloc(p->n, sizeof(double));
    p->by_power = gg_alloc(p->n * p->m, sizeof *p->by_power);
    if (p->noise == NULL || p->signal == NULL || p->power == NULL || p->bits_s == NULL ||
        p->work == NULL || p->local_s == NULL || p->by_power == NULL)
        goto no_memory;
    fill(p, scratch);
    gg_free(scratch);
    gg_status status = find_finite(p, err);
    if (status == GG_OK)
        *out = p;
    else
        gg_bound_problem_free(p);
    return status;

no_memory:
    gg_free(scratch);
    gg_bound_problem_free(p);
    return gg_fail(err, GG_E_NOMEM, "out of memory for the bound of %zu users", in->n_users);
}

void gg_bound_problem_free(gg_bound_problem *p) {
    if (p == NULL)
        return;
    gg_free(p->noise);
    gg_free(p->signal);
    gg_free(p->power);
    gg_free(p->bits_s);
    gg_free(p->work);
    gg_free(p->local_s);
    gg_free(p->by_power);
    gg_free(p);
}

size_t gg_box_bytes(const gg_bound_problem *p) {
    size_t per_server = 2 * sizeof(double) + 2 * sizeof(uint32_t);
    size_t per_user = sizeof(uint64_t) + sizeof(uint8_t);
    return (p->m * per_server + p->n * per_user + 7) / 8 * 8;
}

void gg_box_place(gg_box *box, const gg_bound_problem *p, void *memory) {
    box->servers = memory;
    box->interference_low = (double *)(box->servers + p->n);
    box->interference_high = box->interference_low + p->m;
    box->load_low = (uint32_t *)(box->interference_high + p->m);
    box->load_high = box->load_low + p->m;
    box->local = (uint8_t *)(box->load_high + p->m);
}

void gg_box_copy(gg_box *to, const gg_box *from, const gg_bound_problem *p) {
    memcpy(to->servers, from->servers, gg_box_bytes(p));
}

/* Interference ranges are kept this much wider than they were derived. */
static const double WIDEN = 1e-9;

void gg_box_root(gg_box *box, const gg_bound_problem *p) {
    for (size_t i = 0; i < p->n; i++) {
        box->servers[i] = 0;
        for (size_t j = 0; j < p->m; j++)
            if (gg_bound_usable(p, i, j))
                box->servers[i] |= UINT64_C(1) << j;
        box->local[i] = !gg_is_mandatory(p->instance, i);
    }
    for (size_t j = 0; j < p->m; j++) {
        box->load_low[j] = 0;
        box->load_high[j] = (uint32_t)p->n;
        box->interference_low[j] = 0.0;
        double sum = 0.0;
        for (size_t i = 0; i < p->n; i++)
            sum += p->power[j * p->n + i];
        box->interference_high[j] = sum * (1.0 + WIDEN);
    }
}

bool gg_box_contains(const gg_box *box, const gg_bound_problem *p, const int32_t *assignment) {
    uint32_t load[GG_BOUND_SERVERS_MAX] = {0};
    double interference[GG_BOUND_SERVERS_MAX] = {0};
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] == GG_LOCAL) {
            if (!box->local[i])
                return false;
            continue;
        }
        size_t at = (size_t)assignment[i];
        if ((box->servers[i] >> at & 1) == 0)
            return false;
        load[at]++;
        for (size_t j = 0; j < p->m; j++)
            if (j != at)
                interference[j] += p->power[j * p->n + i];
    }
    for (size_t j = 0; j < p->m; j++) {
        if (load[j] < box->load_low[j] || load[j] > box->load_high[j])
            return false;
        if (interference[j] < box->interference_low[j] ||
            interference[j] > box->interference_high[j])
            return false;
    }
    return true;
}

bool gg_box_is_point(const gg_box *box, const gg_bound_problem *p, int32_t *assignment) {
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        if (box->local[i] ? servers != 0 : (servers & (servers - 1)) != 0)
            return false;
        assignment[i] = box->local[i] ? GG_LOCAL : __builtin_ctzll(servers);
    }
    return true;
}
