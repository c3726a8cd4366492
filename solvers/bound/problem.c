/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/problem.h"

#include <float.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/delay.h"
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

/* A server whose processor is shared: the last load at which every user has Cmax. */
static uint32_t share_kink(const gg_bound_problem *p, size_t j) {
    const gg_instance *in = p->instance;
    double kink = in->server_capacity_flops[j] / in->max_user_capacity_flops;
    return kink < (double)p->n ? (uint32_t)kink : (uint32_t)p->n;
}

uint32_t gg_straight_to(const gg_bound_problem *p, size_t j, uint32_t load) {
    const gg_instance *in = p->instance;
    uint32_t end = (uint32_t)p->n, kink = share_kink(p, j);
    if (load == 0 && p->slow != NULL)
        return 0;
    if (gg_serves_tokens(in, j))
        kink = gg_curve_straight_to(&in->server_model[j], load);
    if (load <= kink && kink < end)
        end = kink;
    if (in->air_model != NULL) {
        uint32_t air_end = gg_curve_straight_to(&in->air_model[j], load);
        end = air_end < end ? air_end : end;
    }
    return end;
}

static double between(const double *values, size_t n, double load) {
    load = fmin(load, (double)n);
    double below = floor(load), share = load - below;
    size_t k = (size_t)below;
    return share > 0.0 ? (1.0 - share) * values[k] + share * values[k + 1] : values[k];
}

double gg_air_between(const gg_bound_problem *p, size_t j, double load) {
    return p->air == NULL ? load : between(p->air + j * (p->n + 1), p->n, load);
}

double gg_seconds_between(const gg_bound_problem *p, size_t j, double load) {
    const gg_instance *in = p->instance;
    return p->slow == NULL
               ? fmax(1.0 / in->max_user_capacity_flops, load / in->server_capacity_flops[j])
               : between(p->slow + j * (p->n + 1), p->n, load);
}

double gg_least_seconds(const gg_bound_problem *p, size_t j) {
    double least = INFINITY;
    for (uint32_t n = 1; n <= p->n; n++)
        least = fmin(least, gg_seconds_per_work(p, j, n) / n);
    return least;
}

/* Curves by load; nobody on a server is as one is. */
static void fill_curves(gg_bound_problem *p) {
    const gg_instance *in = p->instance;
    double alone = 1.0 / in->max_user_capacity_flops;
    for (size_t j = 0; p->slow != NULL && j < p->m; j++)
        for (uint32_t n = 0; n <= p->n; n++) {
            size_t at = j * (p->n + 1) + n;
            p->air[at] = gg_air(in, j, n > 0 ? n : 1);
            p->slow[at] = gg_serves_tokens(in, j)
                              ? gg_curve_token_s(&in->server_model[j], n > 0 ? n : 1)
                              : fmax(alone, (double)n / in->server_capacity_flops[j]);
        }
}

/* What does not depend on the radio. */
static void fill_user(gg_bound_problem *p, size_t i, double w, double joule) {
    const gg_instance *in = p->instance;
    double work = gg_weighted_edge_work(in, w, i);
    p->local_s[i] = gg_home_price(in, w, joule, i) * in->local_delay_s[i];
    if (p->slow == NULL)
        p->work[i] = work;
    for (size_t j = 0; p->slow != NULL && j < p->m; j++)
        p->work[j * p->n + i] = gg_serves_tokens(in, j) ? w * in->output_tokens[i] : work;
    for (size_t j = 0; p->fixed != NULL && j < p->m; j++)
        p->fixed[j * p->n + i] = gg_fixed_cost(in, w, joule, i, j);
}

static void fill(gg_bound_problem *p, ranked *scratch) {
    const gg_instance *in = p->instance;
    const double joule = gg_objective_joule(p->objective);
    double total_w = 0.0;
    fill_curves(p);
    for (size_t i = 0; i < p->n; i++) {
        double w = gg_weight(in, p->objective, i);
        double sending = gg_price_of_second(w, joule, in->tx_power_w[i]);
        fill_user(p, i, w, joule);
        for (size_t j = 0; j < p->m; j++) {
            double power_w = in->tx_power_w[i] * gg_gain(in, i, j);
            p->signal[j * p->n + i] = power_w;
            p->bits_s[j * p->n + i] = sending * in->payload_bits[i] / in->bandwidth_hz[j];
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
    bool curves = in->server_model != NULL || in->air_model != NULL;
    bool fixed = in->gate_delay_s != NULL || in->prefill_s != NULL;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_bound_problem, noise, m),
        GG_ARRAY(gg_bound_problem, signal, n * m),
        GG_ARRAY(gg_bound_problem, power, n * m),
        GG_ARRAY(gg_bound_problem, bits_s, n * m),
        GG_ARRAY(gg_bound_problem, work, curves ? n * m : n),
        GG_ARRAY(gg_bound_problem, local_s, n),
        GG_ARRAY(gg_bound_problem, air, curves ? m * (n + 1) : 0),
        GG_ARRAY(gg_bound_problem, slow, curves ? m * (n + 1) : 0),
        GG_ARRAY(gg_bound_problem, fixed, fixed ? n * m : 0),
        GG_ARRAY(gg_bound_problem, by_power, n * m),
    };
    *out = NULL;
    GG_TRY(gg_instance_check_objective(in, objective, err));
    if (m > GG_BOUND_SERVERS_MAX)
        return gg_fail(err, GG_E_INPUT, "%zu servers; the bound handles at most %d", m,
                       GG_BOUND_SERVERS_MAX);
    ranked *scratch = gg_alloc(n, sizeof *scratch);
    gg_bound_problem *p = scratch != NULL ? GG_RECORD_NEW(gg_bound_problem, arrays) : NULL;
    if (p == NULL) {
        gg_free(scratch);
        return gg_fail(err, GG_E_NOMEM, "out of memory for the bound of %zu users", n);
    }
    if (!curves)
        p->air = p->slow = NULL;
    if (!fixed)
        p->fixed = NULL;
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
