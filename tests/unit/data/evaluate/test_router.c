/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Router files: what is written reads back bit for bit, what others write is read, what is wrong is
 * refused with its place.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/evaluate/router_json.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/temporary_folder.h"

static const char SOUND[] =
    "{\n  \"format\": \"ucci-router\",\n  \"version\": 1,\n"
    "  \"calibrator\": {\"x\": [0.0037342420520759534, 0.25, 1], \"y\": [0, 0.2, 1.0]},\n"
    "  \"theta\": 0.23,\n  \"c_small\": 1,\n  \"c_large\": 3.02,\n"
    "  \"cost_model\": \"routing\",\n  \"tau\": 0.9,\n  \"grid_step\": 0.005,\n"
    "  \"created_by\": \"somebody else\",\n  \"what_we_do_not_know\": [{}]\n}\n";

static gg_status parse(const char *text, gg_router *router, gg_error *err) {
    return gg_router_parse(text, strlen(text), "r.json", router, err);
}

static void test_a_router_of_others(void **state) {
    (void)state;
    gg_router r;
    gg_error err = {0};
    assert_success(parse(SOUND, &r, &err), &err);
    assert_int_equal(r.calibrator.n_knots, 3);
    assert_true(r.calibrator.x[0] == 0.0037342420520759534 && r.calibrator.y[1] == 0.2);
    assert_true(r.theta == 0.23 && r.tau == 0.9 && r.grid_step == 0.005 && !r.sequential);
    assert_close(gg_router_cost(&r, 0.5), 2.01, 1e-15, 0);
    r.sequential = true;
    assert_close(gg_router_cost(&r, 0.5), 2.51, 1e-15, 0);
    gg_router_clear(&r);
    assert_success(parse("{\"format\":\"ucci-router\",\"version\":1,\"calibrator\":{\"x\":[2],"
                         "\"y\":[0.5]},\"theta\":-1e3,\"c_small\":1,\"c_large\":1,\"tau\":null,"
                         "\"cost_model\":\"sequential\"}",
                         &r, &err),
                   &err);
    assert_true(isnan(r.tau) && isnan(r.grid_step) && r.sequential);
    assert_true(gg_isotonic_at(&r.calibrator, 9.0) == 0.5);
    gg_router_clear(&r);
}

static void test_round_trip(void **state) {
    for (uint32_t run = 0; run < test_count(50, 1000); run++) {
        enum { KNOTS = 9 };
        double x[KNOTS], y[KNOTS], at = -3.0, level = 0.0;
        gg_rng rng = gg_rng_start(6, run, GG_STREAM_TEST);
        gg_error err = {0};
        for (size_t k = 0; k < KNOTS; k++) {
            x[k] = at += gg_rng_next_uniform(&rng) * (run % 2 == 0 ? 1.0 : 1e-12) + 1e-15;
            y[k] = level += (1.0 - level) * gg_rng_next_uniform(&rng) * 0.5;
        }
        gg_router r = {.calibrator = {.n_knots = 1 + run % KNOTS, .x = x, .y = y},
                       .theta = (double)(run % 201) / 200.0,
                       .c_small = 1.0,
                       .c_large = 1.0 + 1e20 * gg_rng_next_uniform(&rng),
                       .sequential = run % 3 == 0,
                       .tau = run % 5 == 0 ? NAN : gg_rng_next_uniform(&rng),
                       .grid_step = run % 7 == 0 ? NAN : 0.005};
        gg_router again;
        const char *path = folder_file(state, "router.json");
        assert_success(gg_router_write(&r, path, &err), &err);
        assert_success(gg_router_read(path, &again, &err), &err);
        assert_int_equal(again.calibrator.n_knots, r.calibrator.n_knots);
        assert_memory_equal(again.calibrator.x, x, r.calibrator.n_knots * sizeof *x);
        assert_memory_equal(again.calibrator.y, y, r.calibrator.n_knots * sizeof *y);
        assert_true(again.theta == r.theta && again.c_large == r.c_large);
        assert_true(again.tau == r.tau || (isnan(again.tau) && isnan(r.tau)));
        assert_int_equal(isnan(again.grid_step), isnan(r.grid_step));
        assert_int_equal(again.sequential, r.sequential);
        gg_router_clear(&again);
    }
    assert_int_equal(folder_count(state), 1);
}

static void test_numbers_are_short(void **state) {
    gg_router r;
    gg_error err = {0};
    size_t size;
    assert_success(parse(SOUND, &r, &err), &err);
    const char *path = folder_file(state, "short.json");
    assert_success(gg_router_write(&r, path, &err), &err);
    char *text = read_whole(path, &size);
    assert_non_null(strstr(text, "\"x\": [0.0037342420520759534, 0.25, 1.0]"));
    assert_non_null(strstr(text, "\"grid_step\": 0.005,"));
    assert_non_null(strstr(text, "\"c_small\": 1.0,"));
    free(text);
    assert_int_equal(gg_router_write(&r, folder_file(state, "no/such/file.json"), &err), GG_E_IO);
    assert_says(&err, "no/such/file.json");
    gg_router_clear(&r);
}

/* SOUND with `from` replaced by `to`. */
static gg_status parse_changed(const char *from, const char *to, gg_error *err) {
    char text[2 * sizeof SOUND];
    const char *at = strstr(SOUND, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - SOUND), SOUND, to, at + strlen(from));
    gg_router r;
    gg_status status = parse(text, &r, err);
    assert_null(r.calibrator.x);
    return status;
}

static void test_bad_routers_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *from, *to, *message;
    } cases[] = {
        {"ucci-router", "ucci", "r.json: format: is not \"ucci-router\""},
        {"\"version\": 1", "\"version\": 2", "version: is not 1"},
        {"\"version\": 1", "\"version\": 1.0", "version: is not 1"},
        {"\"version\": 1", "\"version\": true", "version: is not 1"},
        {"{\"x\"", "{\"z\"", "calibrator.x: is not a list of numbers"},
        {"0.25, 1]", "0.25]", "2 values of x, 3 of y"},
        {"0.25, 1]", "1, 1]", "calibrator.x[2]: is not above the one before"},
        {"[0, 0.2, 1.0]", "[0, 0.2, 1.1]", "calibrator.y[2]: is not in [0, 1]"},
        {"[0, 0.2, 1.0]", "[-0.1, 0.2, 1]", "calibrator.y[0]: is not in [0, 1]"},
        {"[0, 0.2, 1.0]", "[0.3, 0.2, 1]", "calibrator.y[1]: is below the one before"},
        {"[0, 0.2, 1.0]", "[0, \"0.2\", 1]", "calibrator.y[1]: is not a number"},
        {"[0, 0.2, 1.0]", "{}", "calibrator.y: is not a list"},
        {"\"theta\": 0.23", "\"theta\": null", "theta: is missing"},
        {"\"theta\": 0.23", "\"theta\": \"0.23\"", "theta: is not a number"},
        {"\"theta\": 0.23", "\"theta\": NaN", "line 5"},
        {"\"theta\": 0.23", "\"theta\": 1e999", "line 5"},
        {"\"c_small\": 1", "\"c_small\": 0", "c_small: is not above 0"},
        {"3.02", "-3", "c_large: is not above 0"},
        {"\"routing\"", "\"free\"", "cost_model: is neither"},
        {"\"tau\": 0.9", "\"tau\": []", "tau: is not a number"},
        {"0.005", "0.3", "grid_step: does not divide 1"},
        {"0.005", "0", "grid_step: is not in (0, 1]"},
        {"\"tau\": 0.9", "\"theta\": 0.9", "duplicate"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        gg_error err = {0};
        assert_int_equal(parse_changed(cases[k].from, cases[k].to, &err), GG_E_INPUT);
        assert_says(&err, cases[k].message);
        assert_says(&err, "r.json: ");
    }
    gg_error err = {0};
    gg_router r;
    assert_int_equal(parse("[]", &r, &err), GG_E_INPUT);
    assert_says(&err, "is not a JSON object");
    err = (gg_error){0};
    assert_int_equal(parse("{\"format\":\"ucci-router\",\"version\":1,\"calibrator\":{\"x\":[],"
                           "\"y\":[]}}",
                           &r, &err),
                     GG_E_INPUT);
    assert_says(&err, "calibrator: has no knots");
    for (size_t size = 0; size + 2 < sizeof SOUND; size++)
        assert_int_equal(gg_router_parse(SOUND, size, "r.json", &r, NULL), GG_E_INPUT);
    err = (gg_error){0};
    assert_int_equal(gg_router_read("no/such/file", &r, &err), GG_E_IO);
    assert_says(&err, "no/such/file");
}

static void test_memory_may_run_out(void **state) {
    const char *path = folder_file(state, "memory.json");
    write_whole(path, SOUND, strlen(SOUND));
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_router r;
        gg_alloc_fail_after(allowed);
        status = gg_router_read(path, &r, NULL);
        if (status == GG_OK)
            status = gg_router_write(&r, path, NULL);
        gg_router_clear(&r);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_router_of_others),
        cmocka_unit_test_setup_teardown(test_round_trip, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(test_numbers_are_short, folder_setup, folder_teardown),
        cmocka_unit_test(test_bad_routers_are_refused),
        cmocka_unit_test_setup_teardown(test_memory_may_run_out, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
