/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/proof_problem.h"

#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "solvers/checker/outward.h"

typedef struct ranked {
    double power_w;
    uint32_t user;
} ranked;

static int rising(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return (x->power_w > y->power_w) - (x->power_w < y->power_w);
}

static void rank_users(gg__proof_problem *p, size_t j, ranked *scratch) {
    for (size_t i = 0; i < p->n; i++)
        scratch[i] = (ranked){p->power_w[j * p->n + i], (uint32_t)i};
    qsort(scratch, p->n, sizeof *scratch, rising);
    for (size_t i = 0; i < p->n; i++)
        p->by_power[j * p->n + i] = scratch[i].user;
}

static double at_least_zero(double x) {
    return x > 0.0 ? x : 0.0;
}

static double fixed_w(const gg__proof_problem *p, size_t j) {
    const double *fixed = p->instance->fixed_interference_w;
    return fixed != NULL ? fixed[j] : 0.0;
}

/* The judge's SINR falls, rounded, as users' interference rises: without any it is largest. */
static double largest_sinr(const gg__proof_problem *p, size_t i, size_t j) {
    return p->signal_w[j * p->n + i] / (fixed_w(p, j) + p->instance->noise_w);
}

/* In every decision the judge's SINR and rate are finite, and a rate that is not zero, which takes
 * a logarithm of at least 2^-52, has all its digits. */
static bool rate_is_sound(const gg__proof_problem *p, size_t i, size_t j) {
    double band_hz = p->instance->bandwidth_hz[j];
    double fastest = gg__mul_above(band_hz, gg__log2_1p_above(largest_sinr(p, i, j)));
    return isfinite(fastest) && band_hz / (double)p->n * 0x1p-52 >= DBL_MIN;
}

static void fill(gg__proof_problem *p, gg_objective objective, ranked *scratch) {
    const gg_instance *in = p->instance;
    for (size_t i = 0; i < p->n; i++) {
        double w = gg_weight(in, objective, i);
        double local_s = at_least_zero(gg__mul_below(w, in->local_delay_s[i]));
        double ratio = at_least_zero(gg__mul_below(local_s, in->edge_work_ratio));
        p->local_s[i] = local_s;
        p->work[i] = at_least_zero(gg__mul_below(ratio, in->local_capacity_flops[i]));
        double bits = at_least_zero(gg__mul_below(w, in->payload_bits[i]));
        for (size_t j = 0; j < p->m; j++) {
            p->signal_w[j * p->n + i] = in->tx_power_w[i] * gg_gain(in, i, j);
            p->power_w[j * p->n + i] = gg_disturbing_w(in, i, j);
            if (rate_is_sound(p, i, j))
                p->bits_s[j * p->n + i] = at_least_zero(gg__div_below(bits, in->bandwidth_hz[j]));
        }
    }
    for (size_t j = 0; j < p->m; j++)
        rank_users(p, j, scratch);
}

gg_status gg__proof_problem_new(const gg_instance *in, gg_objective objective,
                                gg__proof_problem **out, gg_error *err) {
    size_t n = in->n_users, m = in->n_servers;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg__proof_problem, signal_w, n * m), GG_ARRAY(gg__proof_problem, power_w, n * m),
        GG_ARRAY(gg__proof_problem, by_power, n * m), GG_ARRAY(gg__proof_problem, bits_s, n * m),
        GG_ARRAY(gg__proof_problem, work, n),         GG_ARRAY(gg__proof_problem, local_s, n),
    };
    ranked *scratch = gg_alloc(n, sizeof *scratch);
    gg__proof_problem *p = *out = scratch != NULL ? GG_RECORD_NEW(gg__proof_problem, arrays) : NULL;
    if (p != NULL) {
        p->instance = in;
        p->n = n;
        p->m = m;
        fill(p, objective, scratch);
    }
    gg_free(scratch);
    return p != NULL ? GG_OK
                     : gg_fail(err, GG_E_NOMEM, "out of memory for the proof of %zu users", n);
}

bool gg__proof_usable(const gg__proof_problem *p, size_t i, size_t j) {
    return 1.0 + largest_sinr(p, i, j) > 1.0;
}

double gg__proof_seconds_per_work(const gg__proof_problem *p, size_t j, size_t load) {
    double alone = gg__div_below(1.0, p->instance->max_user_capacity_flops);
    double shared = gg__div_below((double)load, p->instance->server_capacity_flops[j]);
    return at_least_zero(alone > shared ? alone : shared);
}

double gg__proof_cost_factor(const gg__proof_problem *p, size_t i, size_t j,
                             double interference_w) {
    double disturbance_w = gg__add_below(interference_w, p->instance->noise_w);
    if (p->instance->fixed_interference_w != NULL)
        disturbance_w = gg__add_below(disturbance_w, fixed_w(p, j));
    if (!(disturbance_w > 0.0))
        return 0.0;
    double sinr = gg__div_above(p->signal_w[j * p->n + i], disturbance_w);
    double efficiency = gg__add_above(gg__log2_1p_above(sinr), 0x1p-51);
    return at_least_zero(gg__div_below(p->bits_s[j * p->n + i], efficiency));
}
