/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/instances/cost_forms.h"

#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/support.h"

static double between(gg_rng *rng, double low, double high) {
    return low * pow(high / low, gg_rng_next_uniform(rng));
}

static gg_load_curve any_table(gg_rng *rng) {
    gg_load_curve curve = {.kind = GG_CURVE_TABLE, .n_points = 1 + gg_rng_next_below(rng, 5)};
    double load = 1.0, seconds = between(rng, 0.003, 0.03);
    for (uint32_t k = 0; k < curve.n_points; k++) {
        curve.load[k] = load;
        curve.seconds[k] = seconds;
        load += 1.0 + gg_rng_next_below(rng, 4);
        seconds *= gg_rng_next_below(rng, 3) == 0 ? 1.0 : between(rng, 1.0, 3.0);
    }
    return curve;
}

static gg_load_curve any_server(gg_rng *rng) {
    switch (gg_rng_next_below(rng, 4)) {
    case 0:
        return (gg_load_curve){.kind = GG_CURVE_SHARE};
    case 1:
        return any_table(rng);
    case 2: /* all of it fixed, or none */
        return gg_rng_next_below(rng, 2) == 0
                   ? (gg_load_curve){.kind = GG_CURVE_BATCH, .base_s = 0.02}
                   : (gg_load_curve){.kind = GG_CURVE_BATCH, .per_query_s = 0.01};
    default:
        return (gg_load_curve){.kind = GG_CURVE_BATCH,
                               .base_s = between(rng, 0.003, 0.03),
                               .per_query_s = between(rng, 0.0001, 0.01)};
    }
}

static gg_load_curve any_air(gg_rng *rng) {
    return gg_rng_next_below(rng, 3) == 0
               ? (gg_load_curve){.kind = GG_CURVE_SHARES}
               : (gg_load_curve){.kind = GG_CURVE_BLOCKS, .blocks = 1 + gg_rng_next_below(rng, 12)};
}

/* Log-uniform numbers, now and then 0. */
static double *any_numbers(gg_rng *rng, size_t n, double low, double high) {
    double *numbers = gg_alloc(n, sizeof *numbers);
    assert_non_null(numbers);
    for (size_t k = 0; k < n; k++)
        numbers[k] = gg_rng_next_below(rng, 12) == 0 ? 0.0 : between(rng, low, high);
    return numbers;
}

static gg_load_curve *any_curves(gg_rng *rng, size_t n, gg_load_curve (*any)(gg_rng *rng)) {
    gg_load_curve *curves = gg_alloc(n, sizeof *curves);
    assert_non_null(curves);
    for (size_t k = 0; k < n; k++)
        curves[k] = any(rng);
    return curves;
}

void give_forms(gg_instance *in, uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 41, GG_STREAM_TEST);
    gg_error err = {0};
    bool tokens = gg_rng_next_below(&rng, 4) > 0;
    if (tokens) {
        in->output_tokens = any_numbers(&rng, in->n_users, 1.0, 60.0);
        in->server_model = any_curves(&rng, in->n_servers, any_server);
    }
    if (gg_rng_next_below(&rng, 2) == 0)
        in->air_model = any_curves(&rng, in->n_servers, any_air);
    if (tokens && gg_rng_next_below(&rng, 2) == 0)
        in->prefill_s = any_numbers(&rng, in->n_users, 0.001, 0.1);
    if (gg_rng_next_below(&rng, 2) == 0)
        in->gate_delay_s = any_numbers(&rng, in->n_users, 0.001, 0.03);
    in->device_power_w = any_numbers(&rng, in->n_users, 0.1, 10.0);
    assert_success(gg_instance_validate(in, &err), &err);
}

gg_objective any_objective(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 42, GG_STREAM_TEST);
    gg_objective kind = gg_rng_next_below(&rng, GG_OBJECTIVE_KINDS);
    return kind == GG_DELAY_ENERGY ? gg_objective_delay_energy(between(&rng, 0.01, 10.0)) : kind;
}
