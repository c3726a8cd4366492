/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queries of a dataset in a drawn network, and gains and positions from files.
 *
 * Covers workload_model.
 */
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/draw/scenario.h"
#include "models/draw/scenario_layout.h"
#include "tests/support/support.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/models/draw/scenario_common.h"

/* Standard error times five: a sound draw fails less than once in a million. */
static double five_sigma(double share, size_t n) {
    return 5.0 * sqrt(share * (1.0 - share) / (double)n);
}

static void queries_are_drawn_without_replacement(void **state) {
    (void)state;
    dataset d;
    make_dataset(&d);
    gg_preset *preset = preset_named("paper-bits");
    gg_draw draw = {.n_users = QUERIES, .n_servers = 4, .seed = 5, .workload = &d.workload};
    gg_instance *all = drawn(preset, draw);
    bool seen[QUERIES] = {false};
    size_t moved = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        size_t k = (size_t)lround(all->alpha[i] * QUERIES);
        assert_false(seen[k]);
        seen[k] = true;
        moved += k != i;
        double speed = all->local_capacity_flops[i] / 91.06e12;
        assert_true(all->payload_bits[i] == 8.0 * d.bytes[k]);
        assert_close(all->local_delay_s[i], d.slm_s[k] / speed, 1e-15, 0.0);
        assert_true(all->edge_delay_ref_s[i] == d.llm_s[k]);
        assert_int_equal(all->slm_correct[i], d.slm_right[k]);
        assert_int_equal(all->llm_correct[i], d.llm_right[k]);
        assert_true(all->slm_p_correct[i] == d.slm_p[k] && all->llm_p_correct[i] == d.llm_p[k]);
    }
    assert_true(moved > QUERIES / 2);

    draw.n_users = 11;
    gg_instance *few = drawn(preset, draw);
    assert_same_users(few, all, 11, 4);
    draw.run = 1;
    gg_instance *other = drawn(preset, draw);
    assert_memory_not_equal(other->alpha, few->alpha, 11 * sizeof(double));
    gg_instance_free(all);
    gg_instance_free(few);
    gg_instance_free(other);
    gg_preset_free(preset);
}

/* How often each query is somebody's: the shuffle favours none. */
static void every_query_is_as_likely(void **state) {
    (void)state;
    dataset d;
    make_dataset(&d);
    size_t runs = test_count(2000, 40000), count[QUERIES] = {0};
    gg_preset *preset = preset_named("paper");
    for (size_t r = 0; r < runs; r++) {
        gg_instance *in =
            drawn(preset,
                  (gg_draw){.n_users = 10, .seed = 1, .run = (uint32_t)r, .workload = &d.workload});
        for (size_t i = 0; i < 10; i++)
            count[lround(in->alpha[i] * QUERIES)]++;
        gg_instance_free(in);
    }
    for (size_t k = 0; k < QUERIES; k++)
        assert_close((double)count[k] / (double)runs, 0.25, 0.0, five_sigma(0.25, runs));
    gg_preset_free(preset);
}

static void latencies_scale_to_the_device(void **state) {
    (void)state;
    dataset d;
    make_dataset(&d);
    gg_preset *preset = preset_named("paper");
    gg_draw draw = {.n_users = 8, .n_servers = 1, .seed = 5, .workload = &d.workload};
    gg_instance *plain = drawn(preset, draw);
    draw.latency_scale = 3.0;
    d.workload.slm_device_flops = 2.0 * 91.06e12;
    d.workload.llm_device_flops = 0.5 * 91.06e12;
    gg_instance *scaled = drawn(preset, draw);
    for (size_t i = 0; i < 8; i++) {
        assert_close(scaled->local_delay_s[i], 6.0 * plain->local_delay_s[i], 1e-14, 0.0);
        assert_close(scaled->edge_delay_ref_s[i], 1.5 * plain->edge_delay_ref_s[i], 1e-14, 0.0);
    }
    gg_instance_free(plain);
    gg_instance_free(scaled);
    gg_preset_free(preset);
}

static void unknown_columns_stay_unknown(void **state) {
    (void)state;
    dataset d;
    make_dataset(&d);
    d.workload.llm_latency_s = NULL;
    d.workload.llm_correct = NULL;
    d.workload.llm_p_correct = NULL;
    gg_preset *preset = preset_named("paper");
    gg_instance *in =
        drawn(preset, (gg_draw){.n_users = 8, .n_servers = 1, .seed = 5, .workload = &d.workload});
    assert_null(in->edge_delay_ref_s);
    assert_null(in->llm_correct);
    assert_null(in->llm_p_correct);
    assert_non_null(in->slm_p_correct);
    assert_non_null(in->slm_correct);
    gg_instance_free(in);
    gg_preset_free(preset);
}

/* --- CSV instead of drawing --- */

static void gains_replace_the_drawing(void **state) {
    (void)state;
    const char *text = "1e-9,2e-9,0\n3e-9,4e-9,5e-9\n";
    temporary_file file = temporary_file_of(text, strlen(text));
    gg_preset *preset = preset_named("paper");
    gg_draw draw = {.n_users = 2, .default_servers = true, .seed = 1, .gains_csv = file.path};
    gg_instance *in = drawn(preset, draw);
    const double expected[] = {1e-9, 2e-9, 0.0, 3e-9, 4e-9, 5e-9};
    assert_int_equal(in->n_servers, 3);
    assert_memory_equal(in->gain, expected, sizeof expected);
    gg_instance *drawn_in = drawn(preset, (gg_draw){.n_users = 2, .n_servers = 3, .seed = 1});
    assert_same_users(in, drawn_in, 2, 0);
    gg_instance_free(in);
    gg_instance_free(drawn_in);
    gg_preset_free(preset);
    temporary_file_remove(&file);
}

static void positions_replace_the_drawing(void **state) {
    (void)state;
    const char *text = "kind,x_m,y_m\nuser,0,0\nserver,100,0\nuser,0,200\n";
    temporary_file file = temporary_file_of(text, strlen(text));
    gg_preset *preset = preset_named("paper");
    preset->fading = GG_FADING_NONE;
    gg_draw draw = {.n_users = 2, .n_servers = 1, .seed = 1, .positions_csv = file.path};
    gg_instance *in = drawn(preset, draw);
    double at_100m = 4.652503330515511e-09;
    assert_close(gg_gain(in, 0, 0), at_100m, 1e-12, 0.0);
    assert_close(gg_gain(in, 1, 0), at_100m / 5.0, 1e-12, 0.0);
    gg_instance_free(in);
    gg_preset_free(preset);
    temporary_file_remove(&file);
}

static void bad_csv_is_refused(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *said;
        bool gains;
    } cases[] = {
        {"", "has no header line", false},
        {"kind,x_m\n", ":1: the header has no y_m", false},
        {"kind,x,y\nuser,1,2\n", ":1: the header has no x_m", false},
        {"kind,x_m,y_m\n", ": has no rows", false},
        {"kind,x_m,y_m\nuser,1\n", ":2: has 2 fields, the header has 3", false},
        {"kind,x_m,y_m\nuser,1,2\nuser,1,far\n", ":3: y_m: \"far\" is not", false},
        {"kind,x_m,y_m\nbase,1,2\n", ":2: kind \"base\" is neither user nor server", false},
        {"kind,x_m,y_m\nuser,1,2\n", ": has 1 users, the instance 2", false},
        {"kind,x_m,y_m\nserver,1,2\n", ": has 1 servers, the instance 3", false},
        {"kind,x_m,y_m\nuser,1,2\nuser,5,6\nserver,5,6\nserver,1,1\nserver,2,2\n",
         "user 1 stands on server 0, and preset \"paper\" has no minimum distance", false},
        {"1,2,3\n", ": has 1 rows (users), the instance 2", true},
        {"1,2\n3,4\n", ": has 2 columns (servers), the instance 3", true},
        {"1,2,3\n4,-5e-9,6\n", ": user 1, server 1: the gain -5e-09 is < 0", true},
        {"1,2,3\n4,5\n", ":2: has 2 fields", true},
        {"a,b,c\n1,2,3\n", ": has 1 rows (users), the instance 2", true},
    };
    gg_preset *preset = preset_named("paper");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        temporary_file file = temporary_file_of(cases[c].text, strlen(cases[c].text));
        gg_draw draw = {.n_users = 2, .n_servers = 3, .seed = 1};
        *(cases[c].gains ? &draw.gains_csv : &draw.positions_csv) = file.path;
        assert_refused(preset, draw, GG_E_INPUT, cases[c].said);
        temporary_file_remove(&file);
    }
    gg_preset_free(preset);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_drawn_without_replacement),
        cmocka_unit_test(every_query_is_as_likely),
        cmocka_unit_test(latencies_scale_to_the_device),
        cmocka_unit_test(unknown_columns_stay_unknown),
        cmocka_unit_test(gains_replace_the_drawing),
        cmocka_unit_test(positions_replace_the_drawing),
        cmocka_unit_test(bad_csv_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
