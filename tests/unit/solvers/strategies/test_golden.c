/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decisions of the paper's own implementation: ours must be the same, user by user.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"
#include "solvers/solver.h"
#include "tests/support/instances/golden_file.h"

static double number(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void same_decision(const char *path, const json_t *recorded, const gg_instance *in,
                          const gg_result *result) {
    const json_t *assignment = json_object_get(recorded, "assignment");
    assert_int_equal(json_array_size(assignment), in->n_users);
    for (size_t i = 0; i < in->n_users; i++) {
        json_int_t expected = json_integer_value(json_array_get(assignment, i));
        if (expected != result->assignment[i])
            fail_msg("%s: %s: user %zu is at %d, recorded at %d", path, result->solver, i,
                     (int)result->assignment[i], (int)expected);
    }
    const gg_metrics *m = &result->metrics;
    const struct {
        const char *key;
        double ours;
    } values[] = {{"decision_delay_total_s", m->total_delay_s},
                  {"weighted_decision_delay_s", m->objective_s},
                  {"total_delay_s", m->measured_total_delay_s},
                  {"local_delay_s", m->local_delay_s},
                  {"comm_delay_s", m->comm_delay_s},
                  {"comp_delay_s", m->measured_comp_delay_s},
                  {"accuracy_pct", 100.0 * m->accuracy},
                  {"n_offloaded", (double)m->n_offloaded}};
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        assert_close(values[k].ours, number(recorded, values[k].key), 1e-9, 1e-15);
}

static void solve_as(const char *path, const json_t *expected, const char *key, const char *solver,
                     const gg_instance *in, gg_solve_options options) {
    const json_t *recorded = json_object_get(expected, key);
    const json_t *chosen = json_object_get(recorded, "chosen");
    uint32_t users[256];
    for (size_t k = 0; k < json_array_size(chosen); k++)
        users[k] = (uint32_t)json_integer_value(json_array_get(chosen, k));
    if (chosen != NULL) {
        options.random_users = users;
        options.n_random_users = json_array_size(chosen);
    }
    gg_error err = {0};
    gg_result result = {0};
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, &result, &err), &err);
    same_decision(path, recorded, in, &result);
    gg_result_clear(&result);
}

static void check_file(const char *path, const json_t *file, gg_instance *in) {
    const json_t *expected = json_object_get(file, "expected");
    const gg_solve_options options = gg_solve_options_init();
    solve_as(path, expected, "all_local", "local", in, options);
    solve_as(path, expected, "all_edge", "edge", in, options);
    solve_as(path, expected, "goa", "goa", in, options);
    solve_as(path, expected, "dmin", "dmin", in, options);
    solve_as(path, expected, "random", "random", in, options);
}

static void decisions_match_the_published_implementation(void **state) {
    (void)state;
    for_each_golden(TEST_PATH("golden"), 19, check_file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_match_the_published_implementation),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
