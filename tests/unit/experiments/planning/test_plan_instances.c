/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plans whose networks are instances: lists are read as they stand, the axes choose, and what is no
 * list is refused with its place.
 *
 * Covers plan_instances and listed_digest.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/planning/plan.h"
#include "tests/unit/experiments/planning/plan_memory.h"

static const char head[] = "preset,users,servers,tau,seed,run,objective,value_s,bound_s,sha256\n";
static const char rows[] = "paper,12,4,0.7,1,0,weighted,0.25,0.25,\n"
                           "paper,12,4,0.7,1,0,uniform,0.5,0.4,\n"
                           "paper,12,4,0.7,2,0,weighted,0.26,0.2,\n"
                           "urban-micro,20,2,1,1,3,weighted,,,\n";

/* A list of these rows, beside a plan that has `keys` more; both are gone afterwards. */
static gg_status read_plan(const char *list, const char *keys, gg_plan **plan, gg_error *err) {
    char folder[] = "/tmp/goagap-instances-XXXXXX", path[64], csv[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/plan.yaml", folder);
    snprintf(csv, sizeof csv, "%s/list.csv", folder);
    FILE *stream = fopen(csv, "w");
    assert_non_null(stream);
    fputs(list, stream);
    fclose(stream);
    stream = fopen(path, "w");
    assert_non_null(stream);
    fprintf(stream, "instances: list.csv\nsolvers: [goa]\n%s", keys);
    fclose(stream);
    gg_status status = gg_plan_read(path, NULL, plan, err);
    unlink(path);
    unlink(csv);
    rmdir(folder);
    return status;
}

static void test_a_list_is_networks_and_what_is_known(void **state) {
    (void)state;
    char list[1024];
    gg_plan *plan;
    gg_error err = {0};
    snprintf(list, sizeof list, "%s%s", head, rows);
    assert_success(read_plan(list, "", &plan, &err), &err);
    assert_int_equal(gg_plan_units(plan), 3);
    assert_int_equal(plan->n_presets, 2);
    gg_unit unit = gg_plan_unit(plan, 1);
    assert_int_equal(unit.seed, 2);
    assert_true(unit.tau == 0.7);
    assert_int_equal(gg_plan_find_site(plan, "paper", &unit), 1);
    unit.run = 9;
    assert_int_equal(gg_plan_find_site(plan, "paper", &unit), 3);
    assert_string_equal(plan->strategies[1].name, "known");
    assert_true(plan->sites[0].known[GG_UNIFORM].bound_s == 0.4);
    assert_true(isnan(plan->sites[2].known[GG_WEIGHTED].value_s));
    gg_plan_free(plan);
}

static void test_axes_choose(void **state) {
    (void)state;
    static const struct {
        const char *keys;
        size_t units, strategies;
    } of[] = {{"users: [12]\n", 2, 2},
              {"objective: [weighted, uniform]\n", 1, 2},
              {"preset: [urban-micro]\n", 1, 1},
              {"tau: [0.5:1.0:0.1]\nservers: [2, 4]\n", 3, 2}};
    char list[1024];
    snprintf(list, sizeof list, "%s%s", head, rows);
    for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
        gg_plan *plan;
        gg_error err = {0};
        assert_success(read_plan(list, of[k].keys, &plan, &err), &err);
        assert_int_equal(gg_plan_units(plan), of[k].units);
        assert_int_equal(plan->n_strategies, of[k].strategies);
        gg_plan_free(plan);
    }
}

static void test_what_is_no_list_is_refused_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *row, *keys, *said;
    } bad[] = {
        {"", "", "none of them"},
        {"paper,12,4,0.7,1,0,weighted,1,1,\n", "users: [13]\n", "none of them"},
        {"paper,0,4,0.7,1,0,weighted,1,1,\n", "", "list.csv:2: users"},
        {"paper,12,4,1.5,1,0,weighted,1,1,\n", "", "tau: "},
        {"paper,12,4,0.7,1,0.5,weighted,1,1,\n", "", "run: "},
        {"paper,12,4,0.7,1,0,both,1,1,\n", "", "objective"},
        {"paper,12,4,0.7,1,0,weighted,1,1.1,\n", "", "above value_s"},
        {"paper,12,4,0.7,1,0,weighted,1,1,abc\n", "", "sha256"},
        {"paper,12,4,0.7,1,0,weighted,1,1,\npaper,12,4,0.7,1,0,weighted,1,1,\n", "",
         "list.csv:3: stands twice"},
        {"paper,12,4,0.7,1,0,weighted,1,1,\n", "runs: 2\n", "runs: has no meaning"},
        {"paper,12,4,0.7,1,0,weighted,1,1,\n", "dataset: x.h5\n", "dataset: has no meaning"},
        {"paper,12,4,0.7,1,0,weighted,1,1,\n", "gains: x.csv\n", "cannot stand beside gains"},
        {"paper,12,4,0.7,1,0,weighted,1,1,\n", "strategies:\n  - {name: known, solver: goa}\n",
         "\"known\" is what"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char list[1024];
        gg_plan *plan;
        gg_error err = {0};
        snprintf(list, sizeof list, "%s%s", head, bad[k].row);
        assert_int_equal(read_plan(list, bad[k].keys, &plan, &err), GG_E_INPUT);
        assert_says(&err, bad[k].said);
    }
    gg_plan *plan;
    gg_error err = {0};
    assert_int_equal(read_plan("preset,users\npaper,12\n", "", &plan, &err), GG_E_INPUT);
    assert_says(&err, "no column servers");
}

/* Curves, gates and powers are part of what an instance is, whatever its other numbers. */
static void test_another_curve_is_another_instance(void **state) {
    (void)state;
    static const char *const changes[] = {"", "batch base_s=0.01 per_query_s=0.001",
                                          "batch base_s=0.01 per_query_s=0.002"};
    char digest[3][GG_LISTED_DIGEST];
    for (int k = 0; k < 3; k++) {
        gg_instance *in;
        gg_error err = {0};
        assert_success(gg_instance_new("i", 2, 1, k == 0 ? 0 : GG_WITH_SERVER_MODEL, &in, &err),
                       &err);
        if (k > 0)
            assert_success(
                gg_curve_parse(changes[k], GG_CURVE_OF_SERVER, &in->server_model[0], &err), &err);
        gg_listed_digest(in, digest[k]);
        gg_instance_free(in);
        for (int other = 0; other < k; other++)
            assert_string_not_equal(digest[k], digest[other]);
    }
}

static gg_status read_rows(gg_plan **plan, gg_error *err) {
    char list[1024];
    snprintf(list, sizeof list, "%s%s", head, rows);
    return read_plan(list, "users: [12, 20]\n", plan, err);
}

static void test_short_memory_leaves_nothing(void **state) {
    (void)state;
    survive_short_memory(read_rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_is_networks_and_what_is_known),
        cmocka_unit_test(test_axes_choose),
        cmocka_unit_test(test_what_is_no_list_is_refused_with_its_place),
        cmocka_unit_test(test_another_curve_is_another_instance),
        cmocka_unit_test(test_short_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
