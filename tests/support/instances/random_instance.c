/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "tests/support/instances/random_instance.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"

static double log_uniform(gg_rng *rng, double spread) {
    return pow(spread, 2.0 * gg_rng_next_uniform(rng) - 1.0);
}

static double normal(gg_rng *rng) {
    double z[2];
    gg_rng_normal2(rng->at, z);
    rng->at.draw++;
    return z[0];
}

random_shape any_shape(gg_rng *rng, uint64_t seed, size_t n_users, size_t n_servers) {
    random_shape shape = {.n_users = n_users, .n_servers = n_servers, .tau = -1.0};
    shape.payload_factor = pow(10.0, 4.0 * gg_rng_next_uniform(rng) - 1.0);
    shape.capacity_spread = 1.0 + 4.0 * gg_rng_next_uniform(rng);
    shape.power_spread = 1.0 + 3.0 * gg_rng_next_uniform(rng);
    shape.with_ties = seed % 4 == 0;
    return shape;
}

gg_instance *random_instance(random_shape shape, uint64_t seed) {
    gg_instance *in = NULL;
    gg_error err = {0};
    assert_success(gg_instance_new("random", shape.n_users, shape.n_servers,
                                   GG_WITH_MEASURED | GG_WITH_FLAGS, &in, &err),
                   &err);
    gg_rng rng = gg_rng_start(seed, 0, GG_STREAM_TEST);
    in->max_user_capacity_flops = 1.513e15;
    in->noise_w = 4e-13;
    in->edge_work_ratio = 8.0;
    in->ref_capacity_flops = 91.06e12;
    in->tau = shape.tau >= 0.0 ? shape.tau : gg_rng_next_uniform(&rng);
    for (size_t j = 0; j < in->n_servers; j++) {
        in->bandwidth_hz[j] = 1e8 * log_uniform(&rng, sqrt(shape.capacity_spread));
        in->server_capacity_flops[j] = 1.513e16 * log_uniform(&rng, shape.capacity_spread);
    }
    for (size_t i = 0; i < in->n_users; i++) {
        in->payload_bits[i] = round(shape.payload_factor * (130.0 + exp(5.25 + normal(&rng))));
        in->tx_power_w[i] = 0.2 * log_uniform(&rng, shape.power_spread);
        in->local_capacity_flops[i] = 91.06e12 * (0.5 + gg_rng_next_uniform(&rng));
        in->local_delay_s[i] =
            0.033 * (0.5 + gg_rng_next_uniform(&rng)) * 91.06e12 / in->local_capacity_flops[i];
        in->edge_delay_ref_s[i] = 0.2 * (0.5 + gg_rng_next_uniform(&rng));
        in->alpha[i] = gg_rng_next_uniform(&rng);
        in->slm_correct[i] = gg_rng_next_uniform(&rng) < 0.5;
        in->llm_correct[i] = gg_rng_next_uniform(&rng) < 0.8;
        for (size_t j = 0; j < in->n_servers; j++)
            in->gain[i * in->n_servers + j] =
                1e-9 * exp(1.5 * normal(&rng)) * -log(gg_rng_next_uniform(&rng));
    }
    if (shape.with_ties) {
        for (size_t i = 1; i < in->n_users; i += 1 + gg_rng_next_below(&rng, 4)) {
            in->payload_bits[i] = in->payload_bits[i - 1];
            in->tx_power_w[i] = in->tx_power_w[i - 1];
            in->local_capacity_flops[i] = in->local_capacity_flops[i - 1];
            in->local_delay_s[i] = in->local_delay_s[i - 1];
            in->alpha[i] = in->alpha[i - 1];
            memcpy(in->gain + i * in->n_servers, in->gain + (i - 1) * in->n_servers,
                   in->n_servers * sizeof *in->gain);
        }
        if (in->n_servers > 1) {
            in->bandwidth_hz[1] = in->bandwidth_hz[0];
            in->server_capacity_flops[1] = in->server_capacity_flops[0];
            for (size_t i = 0; i < in->n_users; i += 2)
                in->gain[i * in->n_servers + 1] = in->gain[i * in->n_servers];
        }
    }
    if (gg_rng_next_below(&rng, 3) == 0) {
        assert_success(gg_instance_fix_interference(in, &err), &err);
        for (size_t j = 0; j < in->n_servers; j++)
            in->fixed_interference_w[j] =
                gg_rng_next_below(&rng, 4) == 0 ? 0.0 : 1e-10 * log_uniform(&rng, 1e3);
    }
    assert_success(gg_instance_validate(in, &err), &err);
    return in;
}

void unfix_interference(gg_instance *in) {
    gg_free(in->fixed_interference_w);
    in->fixed_interference_w = NULL;
}

double brute_force(const gg_instance *in, gg_objective objective, int32_t *best) {
    int32_t assignment[16];
    assert_true(in->n_users <= 16);
    double optimum = INFINITY;
    for (size_t i = 0; i < in->n_users; i++)
        assignment[i] = GG_LOCAL;
    for (;;) {
        gg_metrics metrics;
        gg_error err = {0};
        assert_success(gg_evaluate(in, objective, assignment, &metrics, &err), &err);
        if (metrics.tau_violations == 0 && metrics.objective_s < optimum) {
            optimum = metrics.objective_s;
            if (best != NULL)
                memcpy(best, assignment, in->n_users * sizeof *best);
        }
        size_t digit = 0;
        while (digit < in->n_users && ++assignment[digit] == (int32_t)in->n_servers)
            assignment[digit++] = GG_LOCAL;
        if (digit == in->n_users)
            return optimum;
    }
}

void give_probabilities(gg_instance *in, uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 31, GG_STREAM_TEST);
    const double grain = gg_rng_next_below(&rng, 3) == 0 ? 4.0 : 1e9;
    in->slm_p_correct = gg_alloc(in->n_users, sizeof(double));
    in->llm_p_correct = gg_alloc(in->n_users, sizeof(double));
    assert_true(in->slm_p_correct != NULL && in->llm_p_correct != NULL);
    for (size_t i = 0; i < in->n_users; i++) {
        in->slm_p_correct[i] = round(grain * gg_rng_next_uniform(&rng)) / grain;
        in->llm_p_correct[i] = round(grain * sqrt(gg_rng_next_uniform(&rng))) / grain;
    }
}
