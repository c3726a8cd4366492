/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random numbers: pinned draws, because published results hang on them, and sane distributions.
 */
#include "tests/support/support.h"

#include <Random123/philox.h>
#include <math.h>

#include "models/base/rng.h"

/* Philox4x32-10 itself, from the known-answer vectors that Random123 ships. */
static void the_generator_is_philox(void **state) {
    (void)state;
    philox4x32_ctr_t counter = {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
    philox4x32_key_t key = {{0xa4093822, 0x299f31d0}};
    philox4x32_ctr_t out = philox4x32(counter, key);
    static const uint32_t expected[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    assert_memory_equal(out.v, expected, sizeof expected);
}

/* Ours in the same numbers: key = seed, counter = (run, stream, entity, draw); 53 bits centred. */
static void a_draw_is_a_function_of_its_address(void **state) {
    (void)state;
    gg_rng_address at = {.seed = UINT64_C(0x299f31d0a4093822),
                         .run = 0x243f6a88,
                         .stream = (gg_stream)0x85a308d3,
                         .entity = 0x13198a2e,
                         .draw = 0x03707344};
    uint64_t bits = (UINT64_C(0xd16cfe09) << 32 | 0x94fdcceb) >> 11;
    assert_true(gg_rng_uniform(at) == ((double)bits + 0.5) * 0x1p-53);
}

static void draws_never_change(void **state) {
    (void)state;
    static const struct {
        gg_rng_address at;
        double uniform, normal[2];
    } pinned[] = {
        {{UINT64_C(0x1), 0, GG_STREAM_POSITION, 0, 0u},
         0.51269488691683507,
         {0.75135515416306509, 0.87841572077724384}},
        {{UINT64_C(0x1), 0, GG_STREAM_POSITION, 0, 1u},
         0.79207371468111121,
         {0.44022424261537119, 0.52192360650460146}},
        {{UINT64_C(0x1), 0, GG_STREAM_FADING, 7, 3u},
         0.62619108303322313,
         {-0.51436685428754647, 0.81952801001893805}},
        {{UINT64_C(0x1), 29, GG_STREAM_SERVER, 2, 0u},
         0.95631899188077085,
         {-0.057576198509797567, -0.29327883917695913}},
        {{UINT64_C(0x123456789abcdef0), 499, GG_STREAM_WORKLOAD, 119, 1u},
         0.79184229517054261,
         {-0.5428608466155046, 0.41483509943240116}},
        {{UINT64_C(0x0), 0, GG_STREAM_SOLVER_GA, 0, 4000000000u},
         0.058299392202495859,
         {-0.046251182518294465, 2.3837340560897262}},
    };
    for (size_t k = 0; k < sizeof pinned / sizeof *pinned; k++) {
        double normal[2];
        gg_rng_normal2(pinned[k].at, normal);
        assert_true(gg_rng_uniform(pinned[k].at) == pinned[k].uniform);
        /* The C library's log and cos may differ in the last bit. */
        assert_close(normal[0], pinned[k].normal[0], 1e-14, 1e-15);
        assert_close(normal[1], pinned[k].normal[1], 1e-14, 1e-15);
    }
}

/* The numbers of the streams are part of every published result. */
static void streams_keep_their_numbers(void **state) {
    (void)state;
    static const int numbers[] = {
        GG_STREAM_POSITION,  GG_STREAM_FADING,        GG_STREAM_SHADOWING, GG_STREAM_SERVER,
        GG_STREAM_DEVICE,    GG_STREAM_WORKLOAD,      GG_STREAM_CORRECT,   GG_STREAM_QUERY,
        GG_STREAM_LOS,       GG_STREAM_SOLVER_RANDOM, GG_STREAM_SOLVER_GA, GG_STREAM_SOLVER_ILS,
        GG_STREAM_BOOTSTRAP, GG_STREAM_TEST};
    static const int expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 30, 40};
    assert_memory_equal(numbers, expected, sizeof expected);
}

static void uniforms_fill_the_open_interval_evenly(void **state) {
    (void)state;
    enum { BINS = 64, DRAWS = 64000 };
    int count[BINS] = {0};
    double sum = 0.0, product = 0.0, last = 0.5;
    gg_rng rng = gg_rng_start(3, 1, GG_STREAM_TEST);
    for (int k = 0; k < DRAWS; k++) {
        double u = gg_rng_next_uniform(&rng);
        assert_true(u > 0.0 && u < 1.0);
        count[(int)(u * BINS)]++;
        sum += u;
        product += (u - 0.5) * (last - 0.5);
        last = u;
    }
    double chi2 = 0.0;
    for (int b = 0; b < BINS; b++)
        chi2 += pow(count[b] - DRAWS / BINS, 2.0) / (DRAWS / BINS);
    /* 63 degrees of freedom: mean 63, deviation 11.2; the draws are fixed, so this is no gamble. */
    assert_true(chi2 > 30.0 && chi2 < 110.0);
    assert_close(sum / DRAWS, 0.5, 0.0, 4.0 * sqrt(1.0 / 12.0 / DRAWS));
    assert_close(product / DRAWS, 0.0, 0.0, 4.0 / 12.0 / sqrt(DRAWS));
}

/* Neighbouring addresses in every coordinate: no correlation. */
static void neighbouring_addresses_are_independent(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    const gg_rng_address step[] = {{.seed = 1},   {.seed = UINT64_C(1) << 32},
                                   {.run = 1},    {.stream = (gg_stream)1},
                                   {.entity = 1}, {.draw = 1}};
    for (size_t s = 0; s < sizeof step / sizeof *step; s++) {
        double product = 0.0;
        for (uint32_t k = 0; k < DRAWS; k++) {
            gg_rng_address a = {.seed = 5, .run = 2, .stream = GG_STREAM_TEST, .entity = 3 * k};
            gg_rng_address b = {.seed = a.seed + step[s].seed,
                                .run = a.run + step[s].run,
                                .stream =
                                    (gg_stream)((uint32_t)a.stream + (uint32_t)step[s].stream),
                                .entity = a.entity + step[s].entity,
                                .draw = a.draw + step[s].draw};
            assert_true(gg_rng_uniform(a) != gg_rng_uniform(b));
            product += (gg_rng_uniform(a) - 0.5) * (gg_rng_uniform(b) - 0.5);
        }
        assert_close(product / DRAWS, 0.0, 0.0, 4.0 / 12.0 / sqrt(DRAWS));
    }
}

static void normals_have_their_moments(void **state) {
    (void)state;
    enum { DRAWS = 50000 };
    double moment[5] = {0.0}, product = 0.0;
    for (uint32_t k = 0; k < DRAWS; k++) {
        double z[2];
        gg_rng_normal2((gg_rng_address){.seed = 9, .stream = GG_STREAM_TEST, .entity = k}, z);
        product += z[0] * z[1];
        for (int q = 1; q <= 4; q++)
            moment[q] += (pow(z[0], q) + pow(z[1], q)) / (2.0 * DRAWS);
    }
    assert_close(moment[1], 0.0, 0.0, 0.013);
    assert_close(moment[2], 1.0, 0.0, 0.018);
    assert_close(moment[3], 0.0, 0.0, 0.05);
    assert_close(moment[4], 3.0, 0.0, 0.13);
    assert_close(product / DRAWS, 0.0, 0.0, 0.018);
}

/* What is drawn for one user does not depend on how much is drawn for others. */
static void draws_do_not_depend_on_each_other(void **state) {
    (void)state;
    gg_rng_address one = {.seed = 4, .run = 1, .stream = GG_STREAM_FADING, .entity = 17, .draw = 2};
    double alone = gg_rng_uniform(one);
    gg_rng rng = gg_rng_start(4, 1, GG_STREAM_FADING);
    for (int k = 0; k < 1000; k++)
        gg_rng_next_uniform(&rng);
    assert_true(gg_rng_uniform(one) == alone);
    gg_rng first = gg_rng_start(8, 0, GG_STREAM_TEST), second = gg_rng_start(8, 0, GG_STREAM_TEST);
    for (int k = 0; k < 10; k++)
        assert_true(gg_rng_next_uniform(&first) == gg_rng_next_uniform(&second));
    gg_rng other = gg_rng_start(8, 1, GG_STREAM_TEST);
    assert_true(gg_rng_next_uniform(&other) != gg_rng_next_uniform(&first));
}

static void a_sequence_goes_on_after_four_billion_draws(void **state) {
    (void)state;
    gg_rng rng = gg_rng_start(8, 0, GG_STREAM_TEST);
    double first = gg_rng_next_uniform(&rng);
    rng.at.draw = UINT32_MAX;
    gg_rng_next_uniform(&rng);
    assert_int_equal(rng.at.entity, 1);
    assert_true(gg_rng_next_uniform(&rng) != first);
}

static void bounded_draws_stay_below_and_reach_all(void **state) {
    (void)state;
    gg_rng rng = gg_rng_start(2, 0, GG_STREAM_TEST);
    int seen[7] = {0};
    for (int k = 0; k < 7000; k++) {
        uint32_t value = gg_rng_next_below(&rng, 7);
        assert_true(value < 7);
        seen[value]++;
    }
    for (int v = 0; v < 7; v++)
        assert_true(seen[v] > 850 && seen[v] < 1150);
    for (int k = 0; k < 100; k++)
        assert_int_equal(gg_rng_next_below(&rng, 1), 0);
    assert_true(gg_rng_next_below(&rng, UINT32_MAX) < UINT32_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_is_philox),
        cmocka_unit_test(a_draw_is_a_function_of_its_address),
        cmocka_unit_test(draws_never_change),
        cmocka_unit_test(streams_keep_their_numbers),
        cmocka_unit_test(uniforms_fill_the_open_interval_evenly),
        cmocka_unit_test(neighbouring_addresses_are_independent),
        cmocka_unit_test(normals_have_their_moments),
        cmocka_unit_test(draws_do_not_depend_on_each_other),
        cmocka_unit_test(a_sequence_goes_on_after_four_billion_draws),
        cmocka_unit_test(bounded_draws_stay_below_and_reach_all),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
