/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plans: what they expand to, in which order, and how bad ones are refused.
 *
 * Covers plan_read, plan_source, plan_strategies and plan_yaml.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/planning/plan.h"
#include "experiments/planning/plan_source.h"
#include "models/base/alloc.h"
#include "tests/unit/experiments/planning/plan_memory.h"

static const char whole[] = "name: all keys\n"
                            "preset: [paper, urban-micro]\n"
                            "objective: [uniform, weighted]\n"
                            "users: [50:120:10, 7]\n"
                            "servers: [1:2, 4]\n"
                            "tau: [0.6:1.0:0.1]\n"
                            "runs: 3\n"
                            "seed: 12\n"
                            "payload: [bits, bytes-as-bits]\n"
                            "solvers: [goa, local]\n"
                            "strategies:\n"
                            "  - {name: goa-objective, solver: goa, weights: objective, nodes: 7, "
                            "gap: 0.5}\n"
                            "  - name: mine\n"
                            "    external: python3 mine.py\n"
                            "    time_s: 5\n"
                            "dataset: queries.h5\n"
                            "uncertainty: slm_margin_first\n"
                            "rank_alpha: yes\n"
                            "slm_median_latency_s: 0.033\n"
                            "limits: {time_s: 1.5, nodes: 100, gap: 1e-6, memory_mb: 300}\n"
                            "outputs: {assignments: yes, units_per_part: 7}\n";

static const char smallest[] = "preset: [paper]\nusers: [5]\ntau: [0.5]\nruns: 2\nsolvers: [goa]\n";

static gg_status parse(const char *text, gg_plan **plan, gg_error *err) {
    return gg_plan_parse(text, strlen(text), "folder/plan.yaml", NULL, plan, err);
}

static void test_every_key_arrives(void **state) {
    (void)state;
    gg_plan *plan;
    gg_error err = {0};
    assert_success(parse(whole, &plan, &err), &err);
    assert_string_equal(plan->name, "all keys");
    assert_int_equal(plan->n_presets, 2);
    assert_string_equal(plan->presets[1], "urban-micro");
    assert_int_equal(plan->objectives[0], GG_UNIFORM);
    assert_int_equal(plan->n_users, 9);
    assert_int_equal(plan->users[7], 120);
    assert_int_equal(plan->users[8], 7);
    assert_int_equal(plan->n_servers, 3);
    assert_int_equal(plan->servers[1], 2);
    const double taus[] = {0.6, 0.7, 0.8, 0.9, 1.0};
    assert_int_equal(plan->n_taus, 5);
    for (size_t k = 0; k < 5; k++)
        assert_true(plan->taus[k] == taus[k]);
    assert_int_equal(plan->runs, 3);
    assert_int_equal(plan->seed, 12);
    assert_string_equal(plan->strategies[0].name, "goa");
    assert_string_equal(plan->dataset, "queries.h5");
    assert_string_equal(plan->uncertainty, "slm_margin_first");
    assert_true(plan->rank_alpha && plan->assignments);
    assert_true(plan->slm_median_latency_s == 0.033);
    assert_true(plan->limits.time_s == 1.5 && plan->limits.gap == 1e-6);
    assert_int_equal(plan->limits.nodes, 100);
    assert_int_equal(plan->units_per_part, 7);
    assert_int_equal(plan->memory_mb, 300);
    assert_int_equal(plan->payloads[0], GG_PAYLOAD_BITS);
    assert_int_equal(gg_plan_units(plan), 2 * 2 * 9 * 3 * 3);
    assert_int_equal(gg_plan_rows_per_unit(plan), 2 * 5 * 4);
    const gg_plan_strategy *mine = &plan->strategies[3], *variant = &plan->strategies[2];
    assert_int_equal(plan->n_strategies, 4);
    assert_string_equal(variant->name, "goa-objective");
    assert_string_equal(variant->solver->name, "goa");
    assert_true(variant->weights_of_objective && !plan->strategies[0].weights_of_objective);
    assert_true(variant->limits.time_s == 1.5 && variant->limits.nodes == 7);
    assert_true(variant->limits.gap == 0.5);
    assert_null(mine->solver);
    assert_string_equal(mine->command, "python3 mine.py");
    assert_true(mine->limits.time_s == 5.0);
    gg_plan_free(plan);
}

static void test_parameters_of_a_strategy_tell_plans_apart(void **state) {
    (void)state;
    gg_plan *plan;
    gg_error err = {0};
    char text[256], *grid = NULL;
    size_t size;
    snprintf(text, sizeof text, "%sstrategies:\n  - {name: few, solver: ga, set: '%s'}\n", smallest,
             "population=20, elite=2");
    assert_success(parse(text, &plan, &err), &err);
    FILE *stream = open_memstream(&grid, &size);
    gg_plan_print_grid(plan, stream);
    fclose(stream);
    assert_non_null(strstr(grid, "strategy few: ga, population 20, elite 2, gap"));
    free(grid);
    gg_plan_free(plan);
    snprintf(text, sizeof text, "%sstrategies:\n  - {solver: ga, set: elite=two}\n", smallest);
    assert_int_equal(parse(text, &plan, &err), GG_E_INPUT);
    assert_says(&err, "folder/plan.yaml:7: set: elite: \"elite=two\" is not NAME=NUMBER");
    err = (gg_error){0};
    snprintf(text, sizeof text, "%sstrategies:\n  - {name: x, external: y, set: a=1}\n", smallest);
    assert_int_equal(parse(text, &plan, &err), GG_E_INPUT);
    assert_says(&err, "set: an external command has no parameters");
}

static void test_absent_keys_have_defaults(void **state) {
    (void)state;
    gg_plan *plan;
    gg_error err = {0};
    assert_success(parse(smallest, &plan, &err), &err);
    assert_string_equal(plan->name, "plan");
    assert_int_equal(plan->n_objectives, 1);
    assert_int_equal(plan->objectives[0], GG_WEIGHTED);
    assert_int_equal(plan->n_servers, 1);
    assert_true(plan->servers[0] == GG_PLAN_PRESET_SERVERS);
    assert_int_equal(plan->seed, 1);
    assert_null(plan->dataset);
    assert_true(isinf(plan->limits.time_s) && plan->limits.nodes == INT64_MAX);
    assert_false(plan->assignments);
    gg_plan_free(plan);
}

static void test_units_run_through_the_grid_in_order(void **state) {
    (void)state;
    gg_plan *plan;
    gg_error err = {0};
    assert_success(parse(whole, &plan, &err), &err);
    size_t index = 0;
    for (size_t p = 0; p < plan->n_presets * plan->n_payloads; p++)
        for (size_t u = 0; u < plan->n_users; u++)
            for (size_t m = 0; m < plan->n_servers; m++)
                for (uint32_t r = 0; r < plan->runs; r++) {
                    gg_unit unit = gg_plan_unit(plan, index++);
                    assert_int_equal(unit.preset, p);
                    assert_int_equal(unit.n_users, plan->users[u]);
                    assert_int_equal(unit.n_servers, plan->servers[m]);
                    assert_int_equal(unit.run, r);
                }
    assert_int_equal(index, gg_plan_units(plan));
    index = 0;
    for (size_t o = 0; o < plan->n_objectives; o++)
        for (size_t t = 0; t < plan->n_taus; t++)
            for (size_t s = 0; s < plan->n_strategies; s++) {
                gg_case row = gg_plan_case(plan, index++);
                assert_int_equal(row.objective, plan->objectives[o]);
                assert_true(row.tau == plan->taus[t]);
                assert_int_equal(row.strategy, s);
            }
    assert_int_equal(index, gg_plan_rows_per_unit(plan));
    gg_plan_free(plan);
}

static void test_a_dataset_has_a_usual_uncertainty(void **state) {
    (void)state;
    char text[256];
    gg_plan *plan;
    gg_error err = {0};
    snprintf(text, sizeof text, "%sdataset: queries.h5\n", smallest);
    assert_success(parse(text, &plan, &err), &err);
    assert_string_equal(plan->uncertainty, "slm_margin_first");
    gg_plan_free(plan);
    assert_success(parse(smallest, &plan, &err), &err);
    assert_null(plan->uncertainty);
    gg_plan_free(plan);
}

static void test_a_given_dataset_replaces_the_plans(void **state) {
    (void)state;
    gg_plan *plan;
    gg_error err = {0};
    assert_success(gg_plan_parse(whole, strlen(whole), "plan.yaml", "/else/where.h5", &plan, &err),
                   &err);
    assert_string_equal(plan->dataset, "/else/where.h5");
    gg_plan_free(plan);
}

/* The smallest plan with one line replaced by another, or with one more. */
static void refused(const char *old, const char *new, const char *expected) {
    char text[1024] = "";
    gg_plan *plan;
    gg_error err = {0};
    const char *at = old != NULL ? strstr(smallest, old) : smallest + strlen(smallest);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - smallest), smallest, new,
             at + (old != NULL ? strlen(old) : 0));
    gg_status status = parse(text, &plan, &err);
    if (status != GG_E_INPUT || strstr(err.message, expected) == NULL)
        print_error("%s-> %s, not \"%s\"\n", text, err.message, expected);
    assert_int_equal(status, GG_E_INPUT);
    assert_null(plan);
    assert_non_null(strstr(err.message, expected));
    assert_non_null(strstr(err.message, "folder/plan.yaml"));
}

static void test_bad_plans_are_refused_with_place_and_reason(void **state) {
    (void)state;
    refused(NULL, "solver: [goa]\n", ":6: unknown key \"solver\"; did you mean \"solvers\"?");
    refused(NULL, "limits: {tims_s: 3}\n", ":6: unknown key \"tims_s\"; did you mean \"time_s\"?");
    refused(NULL, "seed: x\n", ":6: seed: not a whole number");
    refused(NULL, "seed: -1\n", ":6: seed: not a whole number");
    refused(NULL, "limits: {time_s: -3}\n", ":6: time_s: must not be negative");
    refused(NULL, "limits: {time_s: nan}\n", ":6: time_s: not a number");
    refused(NULL, "limits: {nodes: 1.5}\n", ":6: nodes: not a whole number");
    refused(NULL, "outputs: {assignments: maybe}\n", ":6: assignments: neither yes nor no");
    refused(NULL, "outputs: {units_per_part: 0}\n", ":6: units_per_part: not a whole number");
    refused(NULL, "objective: [best]\n", ":6: objective: ");
    refused(NULL, "objective: [uniform, uniform]\n", ":6: objective: \"uniform\" stands twice");
    refused(NULL, "uncertainty: u\n", ":6: uncertainty: has no meaning without a dataset");
    refused(NULL, "rank_alpha: yes\n", ":6: rank_alpha: has no meaning without a dataset");
    refused(NULL, "latency_scale: 0\n", ":6: latency_scale: must be positive");
    refused(NULL, "dataset: d.h5\nuncertainty: u\nlatency_scale: 2\nslm_median_latency_s: 1\n",
            ":9: slm_median_latency_s: cannot stand beside latency_scale");
    refused("runs: 2\n", "", "runs: missing");
    refused("runs: 2\n", "runs: 0\n", ":4: runs: not a whole number in [1, ");
    refused("runs: 2\n", "runs: 2x\n", ":4: runs: not a whole number");
    refused("preset: [paper]\n", "", "preset: missing");
    refused("preset: [paper]\n", "preset: paper\n", ":1: preset: must be a list: write [paper]");
    refused("users: [5]\n", "users: 20\n", ":2: users: must be a list: write [20]");
    refused("tau: [0.5]\n", "tau: 0.6:1.0:0.2\n", ":3: tau: must be a list: write [0.6:1.0:0.2]");
    refused("users: [5]\n", "", "users: missing");
    refused("users: [5]\n", "users: [0]\n", ":2: users: \"0\" is outside [1, ");
    refused("users: [5]\n", "users: [5, five]\n", ":2: users: \"five\" is neither a number");
    refused("users: [5]\n", "users: [5.5]\n", ":2: users: \"5.5\" is not a whole number");
    refused("users: [5]\n", "users: [5, 3:7:2]\n", ":2: users: 5 stands twice");
    refused("users: [5]\n", "users: [5:1:1]\n", ":2: users: \"5:1:1\": a range runs upwards");
    refused("users: [5]\n", "users: [1:2:0]\n", ":2: users: \"1:2:0\": a range runs upwards");
    refused("users: [5]\n", "users: [1:9999999]\n", ":2: users: \"1:9999999\" has more than");
    refused("users: [5]\n", "users: [1:2:3:4]\n", ":2: users: \"1:2:3:4\" is neither a number");
    refused("tau: [0.5]\n", "tau: [1.5]\n", ":3: tau: \"1.5\" is outside [0, 1]");
    refused("tau: [0.5]\n", "tau: [nan]\n", ":3: tau: \"nan\" is neither a number");
    refused("solvers: [goa]\n", "solvers: [gao]\n", ":5: solvers: unknown solver \"gao\"");
    refused("solvers: [goa]\n", "solvers: [goa, goa]\n", ":5: solvers: \"goa\" stands twice");
    refused("solvers: [goa]\n", "solvers: []\n", "solvers");
    refused("solvers: [goa]\n", "solvers: [goa\n", "folder/plan.yaml");
    refused(NULL, "payload: [bytes]\n", ":6: payload: \"bytes\" is none of bits, bytes-as-bits");
    refused(NULL, "payload: [bits, bits]\n", ":6: payload: \"bits\" stands twice");
    refused(NULL, "limits: {memory_mb: 0}\n", ":6: memory_mb: not a whole number");
    refused(NULL, "strategy: []\n", ":6: unknown key \"strategy\"; did you mean \"strategies\"?");
}

/* Complaints about an item of `strategies` name its line, whatever stands above it. */
static void test_bad_strategies_are_refused_with_place_and_reason(void **state) {
    (void)state;
#define LIST "strategies:\n  - {solver: local, time_s: 3}\n"
    refused(NULL, LIST "  - {solver: gao}\n", ":8: solver: unknown solver \"gao\"");
    refused(NULL, LIST "  - {name: x}\n", ":8: strategies: a strategy is either a solver or");
    refused(NULL, LIST "  - {solver: ga, external: x}\n", ":8: external: a strategy is either");
    refused(NULL, LIST "  - external: x\n", ":8: external: an external command needs a name");
    refused(NULL, LIST "  - name: x\n    external: x\n    nodes: 3\n", ":10: nodes: an external");
    refused(NULL, LIST "  - {name: x, external: x, weights: alpha}\n", ":8: weights: an external");
    refused(NULL, LIST "  - {solver: ga, time_s: soon}\n", ":8: time_s: not a number");
    refused(NULL, LIST "  - {solver: ga, weights: 1}\n",
            ":8: weights: \"1\" is none of alpha, objective");
    refused(NULL, LIST "  - {solver: ga, wieghts: 1}\n",
            ":8: unknown key \"wieghts\"; did you mean");
    refused(NULL, LIST "  - {solver: goa}\n", ":8: strategies: \"goa\" stands twice");
    refused(NULL, LIST "  - {solver: ga, name: goa}\n", ":8: strategies: \"goa\" stands twice");
    refused(NULL, LIST "  - {solver: ga, name: ''}\n", ":8: name: a strategy's name has 1 to 63");
    refused("solvers: [goa]\n", "", "solvers: missing: a plan needs this list");
}

static void test_a_grid_too_large_to_number_is_refused(void **state) {
    (void)state;
    static const char text[] = "preset: [paper]\nusers: [1:60000]\ntau: [0:1:0.0001]\n"
                               "runs: 1000000\nsolvers: [goa]\n";
    gg_plan *plan;
    gg_error err = {0};
    assert_int_equal(parse(text, &plan, &err), GG_E_INPUT);
    assert_non_null(strstr(err.message, "more than 2^32 instances"));
}

static void test_a_missing_file_is_named(void **state) {
    (void)state;
    gg_plan *plan;
    gg_error err = {0};
    assert_int_equal(gg_plan_read("no/such/plan.yaml", NULL, &plan, &err), GG_E_IO);
    assert_non_null(strstr(err.message, "no/such/plan.yaml"));
}

static void test_shipped_plans_are_sound(void **state) {
    (void)state;
    static const char *const paths[] = {
        "experiments/plans/demo.yaml",      "experiments/plans/smoke.yaml",
        "experiments/plans/paper.yaml",     "experiments/plans/paper-ga.yaml",
        "experiments/plans/paper-gap.yaml", "experiments/plans/scale.yaml",
        "experiments/plans/batching.yaml"};
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++) {
        gg_plan *plan;
        gg_error err = {0};
        assert_success(gg_plan_read(paths[k], NULL, &plan, &err), &err);
        assert_true(gg_plan_units(plan) > 0);
        gg_plan_free(plan);
    }
}

static gg_status read_whole_plan(gg_plan **plan, gg_error *err) {
    return parse(whole, plan, err);
}

static void test_short_memory_is_an_error_everywhere(void **state) {
    (void)state;
    survive_short_memory(read_whole_plan);
}

/* A file alone or files in brackets; where keys stand does not matter. */
static void test_measured_files_are_networks(void **state) {
    (void)state;
    static const char *const plans[] = {
        "preset: [paper]\ngains: a.csv\ntau: [0.8]\nsolvers: [goa]\n",
        "gains : [a.csv]\npreset: [paper]\ntau: [0.8]\nsolvers: [goa]\n",
        "solvers: [goa]\ntau: [0.8]\npreset: [paper]\npositions:\n  - a.csv\n  - b.csv\nruns: 3",
        "solvers: [goa]\ntau: [0.8]\npreset: [paper]\npositions: \"a.csv\" # one\nruns: 3\n",
    };
    static const size_t units[] = {1, 1, 6, 3};
    for (size_t k = 0; k < sizeof plans / sizeof *plans; k++) {
        gg_plan *plan = NULL;
        gg_error err = {0};
        assert_success(gg_plan_parse(plans[k], strlen(plans[k]), "x", NULL, &plan, &err), &err);
        assert_int_equal(gg_plan_units(plan), units[k]);
        assert_string_equal(plan->sites[0].path, "a.csv");
        assert_int_equal(plan->site_kind, k < 2 ? GG_SITE_GAINS : GG_SITE_POSITIONS);
        gg_unit last = gg_plan_unit(plan, units[k] - 1);
        assert_int_equal(last.run, units[k] - 1);
        assert_int_equal(last.site, plan->n_sites - 1);
        gg_plan_free(plan);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_arrives),
        cmocka_unit_test(test_parameters_of_a_strategy_tell_plans_apart),
        cmocka_unit_test(test_absent_keys_have_defaults),
        cmocka_unit_test(test_units_run_through_the_grid_in_order),
        cmocka_unit_test(test_a_dataset_has_a_usual_uncertainty),
        cmocka_unit_test(test_a_given_dataset_replaces_the_plans),
        cmocka_unit_test(test_bad_plans_are_refused_with_place_and_reason),
        cmocka_unit_test(test_bad_strategies_are_refused_with_place_and_reason),
        cmocka_unit_test(test_a_grid_too_large_to_number_is_refused),
        cmocka_unit_test(test_a_missing_file_is_named),
        cmocka_unit_test(test_shipped_plans_are_sound),
        cmocka_unit_test(test_short_memory_is_an_error_everywhere),
        cmocka_unit_test(test_measured_files_are_networks),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
