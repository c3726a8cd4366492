/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of the command line that stand alone: thresholds, near names, decisions and solutions
 * as files.
 *
 * Covers json_file, solution_json and solution_read.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "experiments/output/json_layout.h"
#include "experiments/solution/solution.h"
#include "experiments/studies/solving/solve_runs.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "tests/support/temporary_folder.h"

static void thresholds(void **state) {
    (void)state;
    const struct {
        const char *text;
        size_t count;
        double first;
        double last;
        bool is_list;
    } cases[] = {{"0.7", 1, 0.7, 0.7, false},         {"0.6,0.7", 2, 0.6, 0.7, true},
                 {"0.6:1.0:0.1", 5, 0.6, 1.0, true},  {"0.6:1:0.05", 9, 0.6, 1.0, true},
                 {"0.5:0.75:0.2", 2, 0.5, 0.7, true}, {"0:0:0.1", 1, 0.0, 0.0, true},
                 {"1", 1, 1.0, 1.0, false},           {"0:1:0.0001", 10001, 0.0, 1.0, true}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        gg_tau_list list;
        gg_error err = {0};
        assert_success(gg_tau_list_parse(cases[c].text, &list, &err), &err);
        assert_int_equal(list.count, cases[c].count);
        assert_true(list.values[0] == cases[c].first);
        assert_true(list.values[list.count - 1] == cases[c].last);
        assert_int_equal(list.is_list, cases[c].is_list);
        gg_tau_list_clear(&list);
    }
}

static void refused_thresholds(void **state) {
    (void)state;
    const char *const texts[] = {"",          "x",        "nan",   "1.1",    "-0.1",
                                 "0.5,",      "0.5:0.6",  "0:1:0", "0:1:-1", "1:0:0.1",
                                 ":::",       "0:1:1e-9", "0,5 ",  "0x1p-1", "0:1:0.1:2",
                                 "0.5,1e999", "inf:1:1"};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        gg_tau_list list;
        gg_error err = {0};
        assert_int_equal(gg_tau_list_parse(texts[t], &list, &err), GG_E_USAGE);
        assert_int_equal(strncmp(err.message, "tau: ", 5), 0);
        assert_null(list.values);
    }
}

static void distances(void **state) {
    (void)state;
    assert_int_equal(gg_edit_distance("solve", "solve"), 0);
    assert_int_equal(gg_edit_distance("slove", "solve"), 1);
    assert_int_equal(gg_edit_distance("solv", "solve"), 1);
    assert_int_equal(gg_edit_distance("solvee", "solve"), 1);
    assert_int_equal(gg_edit_distance("", "solve"), 5);
    assert_int_equal(gg_edit_distance("kitten", "sitting"), 3);
    char longer[200];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(gg_edit_distance(longer, "a"), 62);
    assert_true(gg_names_are_near("slove", "solve"));
    assert_true(gg_names_are_near("kitten", "sitting"));
    assert_false(gg_names_are_near("nonsense", "instance"));
    assert_false(gg_names_are_near("", "solve"));
}

/* A solution with everything that JSON has to say in a way of its own. */
static void make_list(gg_solution_list *list) {
    gg_error err = {0};
    gg_instance *instance = NULL;
    assert_success(gg_instance_new("pair \"x\"", 2, 1, 0, &instance, &err), &err);
    instance->tau = 0.7;
    *list =
        (gg_solution_list){.runs = gg_alloc(2, sizeof *list->runs), .count = 2, .is_list = true};
    assert_non_null(list->runs);
    for (size_t r = 0; r < 2; r++) {
        gg_solution *solution = &list->runs[r];
        assert_success(gg_solution_init(solution, instance, GG_UNIFORM, 2, &err), &err);
        solution->gap_tolerance = 0.1 / 7.0;
        gg_result found = {.solver = "first",
                           .status = GG_BOUNDED,
                           .assignment = gg_alloc(2, sizeof *found.assignment),
                           .has_lower_bound = true,
                           .lower_bound_s = 0.1 / 3.0,
                           .nodes = 12345678901,
                           .runtime_s = 1e-9};
        assert_non_null(found.assignment);
        found.assignment[1] = GG_LOCAL;
        size_t index;
        const float multipliers[] = {1.0f, -2.5f, 0.1f};
        assert_success(gg_certificate_new(2, 1, 1e-9, &found.certificate, &err), &err);
        assert_success(gg_certificate_add_node(found.certificate, &index, &err), &err);
        assert_success(gg_certificate_add_round(found.certificate, multipliers, &err), &err);
        found.metrics = (gg_metrics){.objective_s = INFINITY,
                                     .total_delay_s = 0.1,
                                     .measured_total_delay_s = NAN,
                                     .measured_comp_delay_s = NAN,
                                     .accuracy = 2.0 / 3.0,
                                     .n_offloaded = 1,
                                     .tau_violations = 1};
        assert_success(gg_solution_take(&solution->entries[0], 2, &found, &err), &err);
        gg_result none = {.solver = "second", .status = GG_INFEASIBLE};
        assert_success(gg_solution_take(&solution->entries[1], 2, &none, &err), &err);
    }
    gg_instance_free(instance);
}

static void write_list(const gg_solution_list *list, const char *path) {
    gg_error err = {0};
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    json_t *json = gg_solution_list_json(list);
    assert_non_null(json);
    assert_success(gg_json_write(json, stream, &err), &err);
    json_decref(json);
    assert_int_equal(fclose(stream), 0);
}

static void assert_same_number(double a, double b) {
    assert_true((isnan(a) && isnan(b)) || a == b);
}

static void assert_same_entry(const gg_solution_entry *a, const gg_solution_entry *b) {
    assert_string_equal(a->solver, b->solver);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->n_assigned, b->n_assigned);
    assert_int_equal(a->assignment == NULL, b->assignment == NULL);
    for (size_t i = 0; i < a->n_assigned; i++)
        assert_int_equal(a->assignment[i], b->assignment[i]);
    assert_same_number(a->metrics.objective_s, b->metrics.objective_s);
    assert_same_number(a->metrics.total_delay_s, b->metrics.total_delay_s);
    assert_same_number(a->metrics.measured_total_delay_s, b->metrics.measured_total_delay_s);
    assert_same_number(a->metrics.accuracy, b->metrics.accuracy);
    assert_int_equal(a->metrics.n_offloaded, b->metrics.n_offloaded);
    assert_int_equal(a->metrics.tau_violations, b->metrics.tau_violations);
    assert_same_number(a->lower_bound_s, b->lower_bound_s);
    assert_same_number(a->gap, b->gap);
    assert_true(a->nodes == b->nodes);
    assert_same_number(a->runtime_s, b->runtime_s);
    assert_int_equal(a->certificate == NULL, b->certificate == NULL);
    if (a->certificate != NULL)
        assert_memory_equal(a->certificate->multipliers, b->certificate->multipliers,
                            3 * sizeof(float));
}

static void solutions_read_back(void **state) {
    const char *path = folder_file(state, "solution.json");
    gg_solution_list written, read;
    gg_error err = {0};
    make_list(&written);
    write_list(&written, path);
    assert_success(gg_solution_list_read(path, &read, &err), &err);
    assert_true(read.is_list);
    assert_int_equal(read.count, 2);
    for (size_t r = 0; r < 2; r++) {
        assert_string_equal(read.runs[r].instance, "pair \"x\"");
        assert_true(read.runs[r].tau == 0.7);
        assert_true(read.runs[r].gap_tolerance == 0.1 / 7.0);
        assert_int_equal(read.runs[r].objective, GG_UNIFORM);
        assert_int_equal(read.runs[r].n_entries, 2);
        for (size_t e = 0; e < 2; e++)
            assert_same_entry(&read.runs[r].entries[e], &written.runs[r].entries[e]);
    }
    gg_solution_list_clear(&read);
    /* Without certificates there are none in the file. */
    gg_solution_list_drop_certificates(&written);
    write_list(&written, path);
    assert_success(gg_solution_list_read(path, &read, &err), &err);
    assert_null(read.runs[1].entries[0].certificate);
    gg_solution_list_clear(&read);
    gg_solution_list_clear(&written);
}

/* Every allocation of the readers fails once; nothing leaks and the message says so. */
static void readers_survive_short_memory(void **state) {
    const char *path = folder_file(state, "solution.json");
    gg_solution_list written;
    make_list(&written);
    write_list(&written, path);
    gg_solution_list_clear(&written);
    gg_status status = GG_E_NOMEM;
    size_t live = gg_alloc_live();
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_solution_list read;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_solution_list_read(path, &read, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK)
            gg_solution_list_clear(&read);
        else
            assert_int_equal(status, GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), live);
    }
}

static void thresholds_survive_short_memory(void **state) {
    (void)state;
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_tau_list list;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_tau_list_parse("0:1:0.25", &list, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_tau_list_clear(&list);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds),
        cmocka_unit_test(refused_thresholds),
        cmocka_unit_test(distances),
        cmocka_unit_test_setup_teardown(solutions_read_back, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(readers_survive_short_memory, folder_setup,
                                        folder_teardown),
        cmocka_unit_test(thresholds_survive_short_memory),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
