/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Drawn networks: reproducible and prefix-stable to the bit; a dataset's queries, positions and
 * gains instead of drawn ones; what is refused.
 */
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/draw/scenario.h"
#include "models/draw/scenario_layout.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/models/draw/scenario_common.h"

static void the_same_address_gives_the_same_bits(void **state) {
    (void)state;
    for (size_t k = 0; gg_preset_shipped_name(k) != NULL; k++) {
        gg_preset *preset = preset_named(gg_preset_shipped_name(k));
        gg_draw draw = {
            .n_users = 40, .default_servers = true, .default_tau = true, .seed = 7, .run = 3};
        gg_instance *a = drawn(preset, draw), *b = drawn(preset, draw);
        assert_int_equal(a->n_servers, preset->servers);
        assert_true(a->tau == preset->tau);
        assert_same_users(a, b, 40, a->n_servers);
        assert_memory_equal(a->server_capacity_flops, b->server_capacity_flops,
                            a->n_servers * sizeof(double));
        assert_string_equal(a->name, b->name);
        gg_instance_free(a);
        gg_instance_free(b);
        gg_preset_free(preset);
    }
}

static void fewer_users_are_the_first_of_more(void **state) {
    (void)state;
    for (size_t k = 0; gg_preset_shipped_name(k) != NULL; k++) {
        gg_preset *preset = preset_named(gg_preset_shipped_name(k));
        gg_draw many = {.n_users = 300, .n_servers = 9, .tau = 0.5, .seed = 1};
        gg_draw few = many;
        few.n_users = 17;
        gg_instance *a = drawn(preset, few), *b = drawn(preset, many);
        assert_same_users(a, b, 17, 9);
        gg_instance_free(a);
        gg_instance_free(b);
        gg_preset_free(preset);
    }
}

static void servers_do_not_change_users(void **state) {
    (void)state;
    gg_preset *preset = preset_named("urban-micro");
    gg_draw draw = {.n_users = 30, .n_servers = 3, .tau = 0.5, .seed = 11, .run = 2};
    gg_instance *few = drawn(preset, draw);
    draw.n_servers = 8;
    gg_instance *many = drawn(preset, draw);
    draw.n_servers = 0;
    gg_instance *none = drawn(preset, draw);
    assert_same_users(few, many, 30, 0);
    assert_same_users(none, many, 30, 0);
    assert_memory_equal(few->server_capacity_flops, many->server_capacity_flops,
                        3 * sizeof(double));
    for (size_t j = 0; j < 8; j++)
        assert_true(many->bandwidth_hz[j] == preset->bandwidth_hz[j % 4]);
    assert_true(few->noise_w == many->noise_w);
    gg_instance_free(few);
    gg_instance_free(many);
    gg_instance_free(none);
    gg_preset_free(preset);
}

/* Servers at the same places: the channel of a pair does not depend on how many others there are.
 */
static void a_pair_keeps_its_channel(void **state) {
    (void)state;
    const char *two = "kind,x_m,y_m\nserver,10,20\nserver,300,40\n";
    const char *three = "kind,x_m,y_m\nserver,10,20\nserver,300,40\nserver,99,99\n";
    temporary_file file2 = temporary_file_of(two, strlen(two));
    temporary_file file3 = temporary_file_of(three, strlen(three));
    gg_preset *preset = preset_named("urban-micro");
    gg_draw draw = {.n_users = 50, .default_servers = true, .seed = 3, .positions_csv = file2.path};
    gg_instance *a = drawn(preset, draw);
    draw.positions_csv = file3.path;
    gg_instance *b = drawn(preset, draw);
    assert_int_equal(a->n_servers, 2);
    assert_int_equal(b->n_servers, 3);
    assert_same_users(a, b, 50, 2);
    gg_instance_free(a);
    gg_instance_free(b);
    gg_preset_free(preset);
    temporary_file_remove(&file2);
    temporary_file_remove(&file3);
}

static void seeds_and_runs_differ(void **state) {
    (void)state;
    gg_preset *preset = preset_named("paper");
    gg_draw draw = {.n_users = 20, .n_servers = 4, .seed = 1};
    gg_instance *base = drawn(preset, draw);
    draw.run = 1;
    gg_instance *run = drawn(preset, draw);
    draw.run = 0;
    draw.seed = 1ull << 40 | 1;
    gg_instance *seed = drawn(preset, draw);
    for (size_t i = 0; i < 20; i++) {
        assert_true(base->alpha[i] != run->alpha[i] && base->alpha[i] != seed->alpha[i]);
        assert_true(gg_gain(base, i, 0) != gg_gain(run, i, 0));
        assert_true(base->local_capacity_flops[i] != seed->local_capacity_flops[i]);
    }
    assert_true(base->server_capacity_flops[0] != run->server_capacity_flops[0]);
    gg_instance_free(base);
    gg_instance_free(run);
    gg_instance_free(seed);
    gg_preset_free(preset);
}

static void payload_is_the_only_difference_of_bits(void **state) {
    (void)state;
    gg_preset *paper = preset_named("paper"), *bits = preset_named("paper-bits");
    gg_draw draw = {.n_users = 25, .n_servers = 4, .seed = 9};
    gg_instance *a = drawn(paper, draw), *b = drawn(bits, draw);
    for (size_t i = 0; i < 25; i++) {
        assert_true(b->payload_bits[i] == 8.0 * a->payload_bits[i]);
        assert_true(a->payload_bits[i] == round(a->payload_bits[i]));
        a->payload_bits[i] = b->payload_bits[i];
    }
    assert_same_users(a, b, 25, 4);
    gg_instance_free(a);
    gg_instance_free(b);
    gg_preset_free(paper);
    gg_preset_free(bits);
}

static void servers_stand_on_a_regular_grid(void **state) {
    (void)state;
    gg_preset *preset = preset_named("paper");
    const gg_point quarters[] = {{125, 125}, {375, 125}, {125, 375}, {375, 375}};
    for (size_t j = 0; j < 4; j++) {
        gg_point at = gg_layout_server(preset, 4, j);
        assert_true(at.x_m == quarters[j].x_m && at.y_m == quarters[j].y_m);
    }
    for (size_t m = 1; m <= 64; m++) {
        double x = 0.0, y = 0.0;
        for (size_t j = 0; j < m; j++) {
            gg_point at = gg_layout_server(preset, m, j);
            assert_true(at.x_m > 0.0 && at.x_m < 500.0 && at.y_m > 0.0 && at.y_m < 500.0);
            x += at.x_m;
            y += at.y_m;
            for (size_t k = 0; k < j; k++) {
                gg_point other = gg_layout_server(preset, m, k);
                double apart = hypot(at.x_m - other.x_m, at.y_m - other.y_m);
                assert_true(apart > 0.5 * 500.0 / sqrt((double)m));
            }
        }
        assert_close(x / (double)m, 250.0, 1e-12, 0.0);
        assert_close(y / (double)m, 250.0, 0.2, 0.0); /* last rows may hold fewer */
    }
    preset->area_m[0] = 4000.0;
    assert_true(gg_layout_server(preset, 4, 3).y_m == 250.0); /* a corridor: one row */
    gg_preset_free(preset);
}

static void nearer_than_the_minimum_counts_as_the_minimum(void **state) {
    (void)state;
    gg_preset *preset = preset_named("urban-micro");
    gg_point server = {50.0, 50.0}, on_top = server, beside = {60.0, 50.0};
    assert_true(gg_layout_gain(preset, 1, 0, 5, 2, on_top, server) ==
                gg_layout_gain(preset, 1, 0, 5, 2, beside, server));
    gg_preset_free(preset);
}

/* --- queries of a dataset --- */

static void a_bad_draw_is_refused(void **state) {
    (void)state;
    gg_preset *preset = preset_named("paper");
    dataset d;
    make_dataset(&d);
    const gg_draw good = {.n_users = 5, .n_servers = 2, .seed = 1};
    gg_draw draw = good;
    draw.n_users = 0;
    assert_refused(preset, draw, GG_E_USAGE, "users: 0 is outside 1..10000000");
    draw.n_users = 1000000000;
    assert_refused(preset, draw, GG_E_USAGE, "users: 1000000000 is outside");
    draw = good;
    draw.n_servers = 40000;
    assert_refused(preset, draw, GG_E_INPUT, "n_servers: 40000 is above 32767");
    draw = good;
    draw.tau = NAN;
    assert_refused(preset, draw, GG_E_USAGE, "tau: nan is not in [0, 1]");
    draw = good;
    draw.latency_scale = -1.0;
    assert_refused(preset, draw, GG_E_USAGE, "latency scale: -1");
    draw = good;
    draw.positions_csv = draw.gains_csv = "x.csv";
    assert_refused(preset, draw, GG_E_USAGE, "positions and gains both given");
    draw = good;
    draw.gains_csv = "tests/no-such.csv";
    assert_refused(preset, draw, GG_E_IO, "tests/no-such.csv: cannot be read");
    draw = good;
    draw.workload = &d.workload;
    draw.n_users = QUERIES + 1;
    assert_refused(preset, draw, GG_E_INPUT, "the dataset has 40 queries, fewer than 41 users");
    draw.n_users = QUERIES;
    d.alpha[7] = 1.5;
    assert_refused(preset, draw, GG_E_INPUT, "query 7: alpha: 1.5 is outside its domain");
    d.alpha[7] = 0.5;
    d.slm_s[9] = 0.0;
    assert_refused(preset, draw, GG_E_INPUT, "query 9: slm latency_s: 0 is outside its domain");
    d.slm_s[9] = 1.0;
    d.llm_s[3] = INFINITY;
    assert_refused(preset, draw, GG_E_INPUT, "query 3: llm latency_s: inf is outside its domain");
    d.workload.slm_latency_s = NULL;
    assert_refused(preset, draw, GG_E_INPUT, "no latencies of the small model");
    gg_preset_free(preset);
}

static void survives_failing_allocations(void **state) {
    (void)state;
    const char *positions = "kind,x_m,y_m\nserver,1,2\nserver,5,6\n", *gains = "1,2\n3,4\n5,6\n";
    temporary_file files[] = {temporary_file_of(positions, strlen(positions)),
                              temporary_file_of(gains, strlen(gains))};
    dataset d;
    make_dataset(&d);
    const gg_draw draws[] = {
        {.n_users = 3, .n_servers = 2, .workload = &d.workload, .positions_csv = files[0].path},
        {.n_users = 3, .n_servers = 2, .gains_csv = files[1].path},
    };
    gg_preset *preset = preset_named("urban-micro");
    size_t before = gg_alloc_live();
    for (size_t c = 0; c < sizeof draws / sizeof *draws; c++) {
        gg_status status = GG_E_NOMEM;
        for (long allowed = 0; status != GG_OK; allowed++) {
            gg_error err = {0};
            gg_instance *instance;
            gg_alloc_fail_after(allowed);
            status = gg_scenario_draw(preset, &draws[c], &instance, &err);
            gg_alloc_fail_after(-1);
            if (status != GG_OK && status != GG_E_NOMEM)
                fail_msg("after %ld allocations: %s", allowed, err.message);
            gg_instance_free(instance);
            assert_int_equal(gg_alloc_live(), before);
            assert_true(allowed < 1000);
        }
    }
    gg_preset_free(preset);
    temporary_file_remove(&files[0]);
    temporary_file_remove(&files[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_address_gives_the_same_bits),
        cmocka_unit_test(fewer_users_are_the_first_of_more),
        cmocka_unit_test(servers_do_not_change_users),
        cmocka_unit_test(a_pair_keeps_its_channel),
        cmocka_unit_test(seeds_and_runs_differ),
        cmocka_unit_test(payload_is_the_only_difference_of_bits),
        cmocka_unit_test(servers_stand_on_a_regular_grid),
        cmocka_unit_test(nearer_than_the_minimum_counts_as_the_minimum),
        cmocka_unit_test(a_bad_draw_is_refused),
        cmocka_unit_test(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
