/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Solves in several threads at once do not disturb each other: each decides as it does alone, and
 * the one that is stopped is stopped alone. `make check-threads` runs it under ThreadSanitizer.
 *
 * Covers registry and timer.
 */
#include "tests/support/support.h"

#include <pthread.h>
#include <string.h>

#include "models/base/timer.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

enum { THREADS = 4, USERS = 14, MOST_SOLVERS = 32 };

typedef struct job {
    bool is_stopped; /* by its follower, as soon as that is asked */
    gg_instance *instance;
    int32_t decisions[MOST_SOLVERS][USERS];
    gg_stop_reason reasons[MOST_SOLVERS];
    gg_status status;
} job;

static gg_verdict verdict(void *context, const gg_progress *progress) {
    (void)progress;
    return ((const job *)context)->is_stopped ? GG_STOP : GG_CONTINUE;
}

/* cmocka's assertions are for the main thread. */
static void *solve_by_all(void *context) {
    job *j = context;
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    gg_solve_options options = gg_solve_options_init();
    options.node_limit = 30;
    options.progress = verdict;
    options.progress_context = j;
    for (size_t s = 0; j->status == GG_OK && s < count; s++) {
        gg_result result = {0};
        j->status = gg_solve(solvers[s], j->instance, &options, &result, NULL);
        j->reasons[s] = result.stop_reason;
        if (j->status == GG_OK)
            memcpy(j->decisions[s], result.assignment, sizeof j->decisions[s]);
        gg_result_clear(&result);
    }
    return NULL;
}

static void prepare(job *j, uint64_t seed, bool is_stopped) {
    *j = (job){.is_stopped = is_stopped};
    j->instance = random_instance((random_shape){USERS, 3, 0.8, 10.0, 3.0, 2.0, false}, seed);
}

static void four_at_once(void **state) {
    (void)state;
    static job alone[THREADS], together[THREADS];
    pthread_t threads[THREADS];
    size_t count;
    gg_solvers(&count);
    assert_true(count <= MOST_SOLVERS);
    for (size_t k = 0; k < THREADS; k++) {
        prepare(&alone[k], k + 1, k == 2);
        prepare(&together[k], k + 1, k == 2);
        solve_by_all(&alone[k]);
    }
    for (size_t k = 0; k < THREADS; k++)
        assert_int_equal(pthread_create(&threads[k], NULL, solve_by_all, &together[k]), 0);
    for (size_t k = 0; k < THREADS; k++)
        assert_int_equal(pthread_join(threads[k], NULL), 0);
    bool any_stopped = false;
    for (size_t k = 0; k < THREADS; k++) {
        assert_int_equal(alone[k].status, GG_OK);
        assert_int_equal(together[k].status, GG_OK);
        assert_memory_equal(together[k].decisions, alone[k].decisions, sizeof alone[k].decisions);
        assert_memory_equal(together[k].reasons, alone[k].reasons, sizeof alone[k].reasons);
        for (size_t s = 0; s < count; s++) {
            any_stopped = any_stopped || together[k].reasons[s] == GG_STOP_SIGNAL;
            assert_true(k == 2 || together[k].reasons[s] != GG_STOP_SIGNAL);
        }
        gg_instance_free(alone[k].instance);
        gg_instance_free(together[k].instance);
    }
    assert_true(any_stopped);
    assert_false(gg_stop_requested());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
