/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLPK as the second opinion: recorded optima, brute force, agreement with exact, and a child
 * process whose failure is an error message.
 */
#include "tests/support/support.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/base/timer.h"
#include "models/draw/scenario.h"
#include "solvers/program/level_choice.h"
#include "solvers/program/milp_glpk.h"
#include "solvers/solver.h"
#include "tests/support/instances/golden_file.h"
#include "tests/support/instances/random_instance.h"

static void solve(const char *solver, const gg_instance *in, gg_objective objective,
                  double time_limit_s, gg_result *result) {
    gg_solve_options options = gg_solve_options_init();
    gg_error err = {0};
    options.objective = objective;
    options.time_limit_s = time_limit_s;
    assert_success(gg_solve(gg_solver_find(solver, &err), in, &options, result, &err), &err);
}

static void check_recorded(const char *path, const json_t *file, gg_instance *in) {
    const json_t *optimum = json_object_get(json_object_get(file, "expected"), "optimum");
    for (int objective = GG_WEIGHTED; optimum != NULL && objective <= GG_UNIFORM; objective++) {
        const json_t *known = json_object_get(optimum, gg_objective_name(objective));
        double value = json_number_value(json_object_get(known, "value"));
        gg_result result = {0};
        solve("glpk", in, objective, 60.0, &result);
        if (result.status != GG_OPTIMAL)
            fail_msg("%s: %s is not proven", path, gg_objective_name(objective));
        assert_true(result.metrics.objective_s >= value * (1.0 - 1e-9));
        assert_true(result.metrics.objective_s <= value * (1.0 + 1e-4));
        assert_true(result.lower_bound_s <= value * (1.0 + 1e-12));
        gg_result_clear(&result);
    }
}

static void recorded_optima_are_proven(void **state) {
    (void)state;
    for_each_golden(TEST_PATH("golden"), 19, check_recorded);
}

static gg_instance *draw(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 5, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, 6),
                          .n_servers = 1 + gg_rng_next_below(&rng, 3),
                          .tau = -1.0,
                          .payload_factor = pow(10.0, 2.0 * gg_rng_next_uniform(&rng) - 1.0),
                          .capacity_spread = 3.0,
                          .power_spread = 2.0};
    return random_instance(shape, seed);
}

static void brute_force_and_exact_agree(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(25, 300); seed++) {
        gg_instance *in = draw(seed);
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        double optimum = brute_force(in, objective, NULL);
        gg_result glpk = {0}, exact = {0};
        solve("glpk", in, objective, 30.0, &glpk);
        solve("exact", in, objective, INFINITY, &exact);
        assert_true(glpk.lower_bound_s <= optimum * (1.0 + 1e-12));
        assert_true(glpk.metrics.objective_s >= optimum * (1.0 - 1e-12));
        if (glpk.status == GG_OPTIMAL) {
            assert_close(glpk.metrics.objective_s, optimum, 1.1e-4, 1e-12);
            assert_close(glpk.metrics.objective_s, exact.metrics.objective_s, 2e-4, 1e-12);
        }
        gg_result_clear(&glpk);
        gg_result_clear(&exact);
        gg_instance_free(in);
    }
}

/* Networks of a preset: whoever finishes, neither's bound exceeds the other's decision, and where
 * both do, they find the same. */
static void exact_and_glpk_never_contradict_each_other(void **state) {
    (void)state;
    static const char *const presets[] = {"paper", "paper-bits", "urban-micro"};
    size_t count = test_count(42, 300), both = 0;
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_preset *preset;
        gg_instance *in;
        gg_error err = {0};
        gg_result glpk = {0}, exact = {0};
        const gg_draw draw = {.n_users = 6 + seed * 7 % 17,
                              .n_servers = 1 + seed % 4,
                              .tau = 0.6 + 0.1 * (double)(seed % 5),
                              .seed = seed};
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        assert_success(gg_preset_read(presets[seed % 3], &preset, &err), &err);
        assert_success(gg_scenario_draw(preset, &draw, &in, &err), &err);
        solve("exact", in, objective, INFINITY, &exact);
        solve("glpk", in, objective, count > 42 ? 10.0 : 0.3, &glpk);
        assert_int_equal(exact.status, GG_OPTIMAL);
        assert_true(exact.lower_bound_s <= glpk.metrics.objective_s);
        assert_true(glpk.lower_bound_s <= exact.metrics.objective_s * (1.0 + 1e-12));
        if (glpk.status == GG_OPTIMAL) {
            both++;
            assert_close(glpk.metrics.objective_s, exact.metrics.objective_s, 1.1e-4, 1e-12);
        }
        gg_result_clear(&glpk);
        gg_result_clear(&exact);
        gg_instance_free(in);
        gg_preset_free(preset);
    }
    print_message("both finished %zu of %zu\n", both, count);
}

/* Two users, one server, one level: small enough to know by heart. */
static gg_mip_domain *tiny_domain(gg_mip_domain *d) {
    static uint32_t load_low[1] = {0}, load_high[1] = {2};
    static size_t n_levels[1] = {1};
    static double level[2] = {0.0, 1e-6}, *levels[1] = {level};
    static uint64_t servers[2] = {1, 1};
    static uint8_t local[2] = {1, 1};
    *d = (gg_mip_domain){load_low, load_high, n_levels, levels, servers, local};
    return d;
}

static void program_and_point_agree_with_the_judge(void **state) {
    (void)state;
    random_shape shape = {2, 1, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 3);
    gg_mip_domain domain;
    gg_mip mip;
    gg_error err = {0};
    assert_success(gg_mip_build(in, GG_UNIFORM, tiny_domain(&domain), &mip, &err), &err);
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    const int32_t both[2] = {0, 0};
    assert_true(gg_mip_point(&mip, in, &domain, both, values, &err));
    double cost_s = 0.0;
    for (size_t c = 0; c < mip.n_columns; c++)
        cost_s += values[c] * mip.columns[c].cost_s;
    gg_metrics metrics;
    assert_success(gg_evaluate(in, GG_UNIFORM, both, &metrics, &err), &err);
    assert_close(cost_s, metrics.objective_s, 1e-12, 0.0);
    double *activity = gg_alloc(mip.n_rows, sizeof *activity);
    for (size_t c = 0; c < mip.n_columns; c++)
        for (size_t e = mip.start[c]; e < mip.start[c + 1]; e++)
            activity[mip.row[e]] += values[c] * mip.value[e];
    for (size_t r = 0; r < mip.n_rows; r++) {
        assert_true(activity[r] >= mip.rows[r].low - 1e-12);
        assert_true(activity[r] <= mip.rows[r].high + 1e-12);
    }
    int32_t back[2];
    gg_mip_assignment(&mip, in, values, back);
    assert_memory_equal(back, both, sizeof both);
    gg_milp_run run = {.mip = &mip, .gap = 0.0, .deadline_s = gg_now_s() + 10.0, .values = values};
    assert_success(gg_glpk_run(&run, &err), &err);
    assert_true(run.finished && run.has_values);
    assert_close(run.bound_s, brute_force(in, GG_UNIFORM, NULL), 1e-6, 0.0);
    gg_free(values);
    gg_free(activity);
    gg_mip_clear(&mip);
    gg_instance_free(in);
}

static void an_abort_in_glpk_is_an_error_message(void **state) {
    (void)state;
    random_shape shape = {2, 1, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 4);
    gg_mip_domain domain;
    gg_mip mip;
    gg_error err = {0};
    assert_success(gg_mip_build(in, GG_UNIFORM, tiny_domain(&domain), &mip, &err), &err);
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    mip.row[0] = 1000000; /* a row that does not exist: GLPK aborts the process */
    gg_milp_run run = {.mip = &mip, .deadline_s = gg_now_s() + 10.0, .values = values};
    assert_int_equal(gg_glpk_run(&run, &err), GG_E_SOLVER);
    assert_non_null(strstr(err.message, "GLPK"));
    gg_free(values);
    gg_mip_clear(&mip);
    gg_instance_free(in);
}

/* Whether a process has a child yet; after some patience, taken for granted. */
static void wait_for_child_of(pid_t pid) {
    char path[64], text[32];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    for (int tries = 0; tries < 200; tries++) {
        FILE *children = fopen(path, "r");
        bool found = children != NULL && fgets(text, sizeof text, children) != NULL;
        if (children != NULL)
            fclose(children);
        if (found)
            return;
        usleep(10000);
    }
}

/* Whoever lives holds the pipe open: it ends only when GLPK's process is gone too. */
static void a_killed_parent_leaves_no_process(void **state) {
    (void)state;
    random_shape shape = {30, 3, 1.0, 100.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 5);
    const gg_mip_request request = {.objective = GG_UNIFORM, .levels = 8};
    gg_level_choice *choice;
    gg_mip mip;
    gg_error err = {0};
    assert_success(gg_mip_choose(in, &request, &choice, &err), &err);
    assert_success(gg_level_choice_build(choice, &mip, &err), &err);
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        gg_milp_run run = {.mip = &mip, .deadline_s = gg_now_s() + 60.0, .values = values};
        gg_glpk_run(&run, NULL);
        _exit(0);
    }
    assert_true(pid > 0);
    close(ends[1]);
    wait_for_child_of(pid);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    struct pollfd waiting = {.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&waiting, 1, 5000), 1);
    assert_true(waiting.revents & POLLHUP);
    close(ends[0]);
    gg_free(values);
    gg_mip_clear(&mip);
    gg_level_choice_free(choice);
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_optima_are_proven),
        cmocka_unit_test(brute_force_and_exact_agree),
        cmocka_unit_test(exact_and_glpk_never_contradict_each_other),
        cmocka_unit_test(program_and_point_agree_with_the_judge),
        cmocka_unit_test(an_abort_in_glpk_is_an_error_message),
        cmocka_unit_test(a_killed_parent_leaves_no_process),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
