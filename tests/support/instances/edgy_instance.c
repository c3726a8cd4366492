/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/instances/edgy_instance.h"

#include <float.h>
#include <math.h>

#include "tests/support/instances/all_decisions.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"

static gg_instance *small(uint64_t seed, gg_rng *rng) {
    random_shape shape = {.n_users = 1 + gg_rng_next_below(rng, 4),
                          .n_servers = 1 + gg_rng_next_below(rng, 3),
                          .tau = gg_rng_next_below(rng, 2) ? 1.0 : -1.0,
                          .payload_factor = power_of_ten(rng, -1.0, 3.0),
                          .capacity_spread = power_of_ten(rng, 0.0, 1.0),
                          .power_spread = power_of_ten(rng, 0.0, 1.0),
                          .with_ties = gg_rng_next_below(rng, 4) == 0};
    return random_instance(shape, seed);
}

static gg_instance *valid(gg_instance *in) {
    gg_error err = {0};
    assert_success(gg_instance_validate(in, &err), &err);
    return in;
}

gg_instance *edgy_instance(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 30, GG_STREAM_TEST);
    gg_instance *in = small(seed, &rng);
    double gains = gg_rng_next_below(&rng, 2) ? 11.0 : 0.0;
    double powers = gg_rng_next_below(&rng, 3) ? 0.0 : 11.0;
    bool narrow = gg_rng_next_below(&rng, 4) == 0;
    for (size_t k = 0; k < in->n_users * in->n_servers; k++)
        in->gain[k] *= power_of_ten(&rng, -gains, gains);
    for (size_t i = 0; i < in->n_users; i++) {
        in->tx_power_w[i] *= power_of_ten(&rng, -powers, powers);
        if (gg_rng_next_below(&rng, 5) == 0)
            in->payload_bits[i] = 0.0;
        if (gg_rng_next_below(&rng, 5) == 0)
            in->alpha[i] = in->tau;
    }
    for (size_t j = 0; narrow && j < in->n_servers; j++)
        in->bandwidth_hz[j] *= power_of_ten(&rng, -8.0, -4.0);
    return valid(in);
}

/* Signals so far above the noise that their ratio overflows, until somebody interferes; some
 * overflow themselves. */
static void overflow_sinrs(gg_instance *in, gg_rng *rng) {
    in->noise_w = power_of_ten(rng, -302.0, -290.0);
    for (size_t i = 0; i < in->n_users; i++) {
        in->tx_power_w[i] = gg_rng_next_below(rng, 5) == 0 ? 1e9 : 1.0;
        in->payload_bits[i] = in->bandwidth_hz[0] * power_of_ten(rng, 1.0, 4.0);
        in->local_delay_s[i] = power_of_ten(rng, -2.0, 1.0);
        in->local_capacity_flops[i] *= 1e-4;
        for (size_t j = 0; j < in->n_servers; j++) {
            uint32_t kind = gg_rng_next_below(rng, 4);
            in->gain[i * in->n_servers + j] = kind == 0   ? 0.0
                                              : kind == 1 ? power_of_ten(rng, 296.0, 300.5)
                                                          : power_of_ten(rng, -10.0, -7.0);
        }
    }
    for (size_t j = 0; in->fixed_interference_w != NULL && j < in->n_servers; j++)
        in->fixed_interference_w[j] = power_of_ten(rng, -12.0, -5.0);
}

/* A number of few digits: subnormal, so that its halves and thirds are rounded by much. */
static double few_digits(gg_rng *rng) {
    return (double)(1 + gg_rng_next_below(rng, 30)) * 0x1p-1074;
}

/* Bands whose rate overflows, or is too small for all its digits. */
static void stretch_bands(gg_instance *in, gg_rng *rng) {
    bool wide = gg_rng_next_below(rng, 2);
    double delay_s = wide ? 1.0 : 1e17; /* longer than it takes payloads of normal numbers */
    for (size_t j = 0; j < in->n_servers; j++)
        in->bandwidth_hz[j] = wide ? power_of_ten(rng, 305.0, 308.2) : few_digits(rng);
    for (size_t i = 0; i < in->n_users; i++) {
        double bits = in->bandwidth_hz[0] * delay_s * power_of_ten(rng, -1.0, 1.0);
        in->payload_bits[i] = fmin(DBL_MAX, bits);
        in->local_delay_s[i] = delay_s * power_of_ten(rng, -2.0, 1.0);
        in->local_capacity_flops[i] *= 1e-4;
    }
}

/* Servers so slow that a user's share loses digits. */
static void starve_servers(gg_instance *in, gg_rng *rng) {
    in->edge_work_ratio = power_of_ten(rng, -2.0, 1.0);
    if (gg_rng_next_below(rng, 4) == 0)
        in->max_user_capacity_flops = few_digits(rng);
    for (size_t j = 0; j < in->n_servers; j++)
        in->server_capacity_flops[j] = few_digits(rng);
    for (size_t i = 0; i < in->n_users; i++) {
        in->local_delay_s[i] = power_of_ten(rng, 16.0, 20.0);
        in->local_capacity_flops[i] = few_digits(rng);
    }
}

/* Delays below which there is next to nothing. */
static void shrink_delays(gg_instance *in, gg_rng *rng) {
    double scale = power_of_ten(rng, -321.0, -290.0);
    for (size_t i = 0; i < in->n_users; i++) {
        in->local_delay_s[i] = fmax(0x1p-1074, in->local_delay_s[i] * scale);
        in->payload_bits[i] *= scale;
    }
}

gg_instance *extreme_instance(uint64_t seed) {
    static void (*const kinds[])(gg_instance *, gg_rng *) = {overflow_sinrs, stretch_bands,
                                                             starve_servers, shrink_delays};
    gg_rng rng = gg_rng_start(seed, 31, GG_STREAM_TEST);
    gg_instance *in = small(seed, &rng);
    kinds[gg_rng_next_below(&rng, 4)](in, &rng);
    return in;
}
