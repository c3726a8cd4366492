/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every strategy says what stopped it, under every limit; who follows a solve can stop it, and it
 * alone.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/timer.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

/* What decides in one go, and is done whatever the limits are. */
static bool decides_in_one_go(const gg_solver *solver) {
    static const char *const names[] = {"local", "edge", "dmin", "random", "goa"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(solver->name, names[k]) == 0)
            return true;
    return false;
}

static bool has_nodes(const gg_solver *solver) {
    return !decides_in_one_go(solver) && strncmp(solver->name, "goa", 3) != 0;
}

/* Nothing is proven at the root of it. */
static gg_instance *hard_instance(void) {
    return random_instance((random_shape){40, 4, 0.8, 10.0, 3.0, 2.0, false}, 13);
}

/* Solves by every strategy; `reason` is to be what stopped those that `unconcerned` does not name. */
static void stopped_by(const gg_solve_options *options, gg_stop_reason reason,
                       bool (*unconcerned)(const gg_solver *)) {
    gg_instance *in = hard_instance();
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (size_t s = 0; s < count; s++) {
        gg_result result = {0};
        gg_error err = {0};
        assert_success(gg_solve(solvers[s], in, options, &result, &err), &err);
        gg_stop_reason expected = unconcerned(solvers[s]) ? GG_STOP_DONE : reason;
        if (result.stop_reason != expected)
            fail_msg("%s: stopped by \"%s\", not \"%s\"", solvers[s]->name,
                     gg_stop_reason_name(result.stop_reason), gg_stop_reason_name(expected));
        if (solvers[s]->proves)
            assert_int_equal(result.status, GG_BOUNDED);
        assert_non_null(result.assignment);
        if (!solvers[s]->may_violate_tau)
            assert_int_equal(result.metrics.tau_violations, 0);
        gg_result_clear(&result);
    }
    gg_instance_free(in);
}

static gg_solve_options unprovable(void) {
    gg_solve_options options = gg_solve_options_init();
    options.gap = 0.0;
    return options;
}

static void no_time(void **state) {
    (void)state;
    gg_solve_options options = unprovable();
    options.time_limit_s = 0.0;
    stopped_by(&options, GG_STOP_TIME, decides_in_one_go);
}

static bool has_no_nodes(const gg_solver *solver) {
    return !has_nodes(solver);
}

static void few_nodes(void **state) {
    (void)state;
    for (int64_t limit = 0; limit <= 1; limit++) {
        gg_solve_options options = unprovable();
        options.node_limit = limit;
        stopped_by(&options, GG_STOP_NODES, has_no_nodes);
    }
}

static void a_request_of_the_process(void **state) {
    (void)state;
    gg_solve_options options = unprovable();
    gg_stop_request(true);
    stopped_by(&options, GG_STOP_SIGNAL, decides_in_one_go);
    gg_stop_request(false);
}

typedef struct follower {
    int calls, patience;
    gg_progress last;
} follower;

static gg_verdict follow(void *context, const gg_progress *progress) {
    follower *f = context;
    assert_true(progress->elapsed_s >= f->last.elapsed_s);
    assert_true(progress->incumbent_s >= progress->lower_bound_s);
    f->last = *progress;
    return ++f->calls > f->patience ? GG_STOP : GG_CONTINUE;
}

static void a_verdict(void **state) {
    (void)state;
    gg_instance *in = hard_instance();
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (int patience = 0; patience <= 2; patience++)
        for (size_t s = 0; s < count; s++) {
            follower f = {.patience = patience};
            gg_solve_options options = unprovable();
            gg_result result = {0};
            gg_error err = {0};
            options.time_limit_s = 20.0;
            options.progress = follow;
            options.progress_context = &f;
            assert_success(gg_solve(solvers[s], in, &options, &result, &err), &err);
            assert_true(result.runtime_s < 10.0);
            assert_int_equal(result.stop_reason,
                             f.calls > patience ? GG_STOP_SIGNAL : GG_STOP_DONE);
            /* The quick ones are done before they are asked again. */
            if (patience == 0 || has_nodes(solvers[s]))
                assert_int_equal(f.calls > patience, !decides_in_one_go(solvers[s]));
            assert_true(f.calls <= patience + 1);
            assert_false(gg_stop_requested());
            gg_result_clear(&result);
        }
    gg_instance_free(in);
}

/* Stops what it is asked about, after a solve of its own that nobody stops. */
static gg_verdict solve_within(void *context, const gg_progress *progress) {
    (void)progress;
    gg_instance *in = hard_instance();
    gg_result result = {0};
    gg_error err = {0};
    gg_solve_options options = unprovable();
    assert_success(gg_solve(gg_solver_find("goa-ls", &err), in, &options, &result, &err), &err);
    assert_int_equal(result.stop_reason, GG_STOP_DONE);
    gg_result_clear(&result);
    gg_instance_free(in);
    ++*(int *)context;
    return GG_STOP;
}

static void who_is_asked_may_solve(void **state) {
    (void)state;
    int asked = 0;
    gg_instance *in = hard_instance();
    gg_result result = {0};
    gg_error err = {0};
    gg_solve_options options = unprovable();
    options.progress = solve_within;
    options.progress_context = &asked;
    assert_success(gg_solve(gg_solver_find("exact", &err), in, &options, &result, &err), &err);
    assert_int_equal(result.stop_reason, GG_STOP_SIGNAL);
    assert_int_equal(asked, 1);
    gg_result_clear(&result);
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_time),
        cmocka_unit_test(few_nodes),
        cmocka_unit_test(a_request_of_the_process),
        cmocka_unit_test(a_verdict),
        cmocka_unit_test(who_is_asked_may_solve),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
