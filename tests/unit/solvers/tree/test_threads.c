/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number of threads changes nothing but the time: value, bound, decision, nodes and proof of a
 * search with a node limit are the same, bit for bit. `make check-threads` runs it under
 * ThreadSanitizer.
 * Covers crew.c, attempt.c, lane.c, root_bound.c, balance_hands.c, team.c
 * and together.c.
 */
#include "tests/support/support.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/threads/team.h"
#include "models/threads/together.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

static const size_t SHAPES[][2] = {{30, 6}, {12, 3}, {24, 5}, {16, 2}, {8, 7}, {40, 4}};

static gg_instance *draw(uint64_t seed) {
    const size_t *shape = SHAPES[seed % 6];
    gg_rng rng = gg_rng_start(seed, 77, GG_STREAM_TEST);
    random_shape how = {.n_users = shape[0],
                        .n_servers = shape[1],
                        .tau = seed % 3 == 0 ? -1.0 : 1.0,
                        .payload_factor = 5.0 + 40.0 * gg_rng_next_uniform(&rng),
                        .capacity_spread = 2.0,
                        .power_spread = 2.0,
                        .with_ties = seed % 5 == 0};
    gg_instance *in = random_instance(how, seed);
    unfix_interference(in);
    return in;
}

static gg_solve_options options_of(uint64_t seed, size_t threads) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
    options.gap = 1e-9;
    options.node_limit = seed % 4 == 0 ? 31 : 50;
    options.certify = true;
    options.threads = threads;
    return options;
}

static void same_bytes(const void *a, const void *b, size_t count, size_t size) {
    if (count > 0)
        assert_memory_equal(a, b, count * size);
}

static void same_proof(const gg_certificate *a, const gg_certificate *b) {
    assert_int_equal(a == NULL, b == NULL);
    if (a == NULL)
        return;
    assert_int_equal(a->n_nodes, b->n_nodes);
    assert_int_equal(a->n_rounds, b->n_rounds);
    assert_int_equal(a->n_priced, b->n_priced);
    assert_int_equal(a->n_cuts, b->n_cuts);
    assert_int_equal(a->n_states, b->n_states);
    same_bytes(&a->bound_s, &b->bound_s, 1, sizeof a->bound_s);
    same_bytes(a->nodes, b->nodes, a->n_nodes, sizeof *a->nodes);
    same_bytes(a->multipliers, b->multipliers, a->n_rounds * (a->n_users + a->n_servers),
               sizeof *a->multipliers);
    same_bytes(a->priced_user, b->priced_user, a->n_priced, sizeof *a->priced_user);
    same_bytes(a->prices, b->prices, a->n_priced * a->n_servers, sizeof *a->prices);
    same_bytes(a->cuts, b->cuts, a->n_cuts, sizeof *a->cuts);
    same_bytes(a->states, b->states, a->n_states, sizeof *a->states);
}

static void assert_same(const gg_result *a, const gg_result *b, size_t n_users) {
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->stop_reason, b->stop_reason);
    assert_int_equal(a->nodes, b->nodes);
    same_bytes(&a->lower_bound_s, &b->lower_bound_s, 1, sizeof a->lower_bound_s);
    same_bytes(&a->metrics.objective_s, &b->metrics.objective_s, 1, sizeof(double));
    assert_int_equal(a->assignment == NULL, b->assignment == NULL);
    if (a->assignment != NULL)
        same_bytes(a->assignment, b->assignment, n_users, sizeof *a->assignment);
    same_proof(a->certificate, b->certificate);
}

/* By one to four threads, and the proof is one; *found is what one found. */
static void solve_by_several(const char *solver, const gg_instance *in, gg_solve_options options,
                             gg_result *found) {
    gg_error err = {0};
    options.threads = 1;
    assert_success(gg_solve(gg_solver_find(solver, NULL), in, &options, found, &err), &err);
    for (options.threads = 2; options.threads <= 4; options.threads++) {
        gg_result together = {0};
        assert_success(gg_solve(gg_solver_find(solver, NULL), in, &options, &together, &err), &err);
        assert_same(&together, found, in->n_users);
        gg_result_clear(&together);
    }
    if (found->certificate != NULL)
        assert_success(gg_certificate_check(in, options.objective, found->certificate, &err), &err);
}

static void results_do_not_depend_on_threads(void **state) {
    (void)state;
    size_t checked = 0, grown = 0, priced = 0, rounds = test_rounds(36, 1000);
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        gg_instance *in = draw(seed);
        gg_result found = {0};
        solve_by_several("exact", in, options_of(seed, 1), &found);
        checked += found.certificate != NULL;
        grown += found.nodes > 20;
        priced += found.certificate != NULL && found.certificate->n_priced > 0;
        gg_result_clear(&found);
        gg_instance_free(in);
    }
    print_message("grown: %zu, with prices: %zu of %zu\n", grown, priced, rounds);
    assert_true(checked >= rounds / 2 && grown >= rounds / 10 && priced > 0);
}

/* The root alone, whose servers are shared out; of many users, too, for full counts. */
static void roots_do_not_depend_on_threads(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_rounds(6, 60); seed++) {
        size_t users = test_count(1, 0) == 0 && seed == 1 ? 2100 : 14;
        gg_instance *in =
            random_instance((random_shape){users, 3 + seed % 4, 0.8, 10.0, 3.0, 2.0, false}, seed);
        gg_solve_options options = options_of(seed, 1);
        options.node_limit = 2;
        gg_result found = {0};
        unfix_interference(in);
        solve_by_several("lagrangian", in, options, &found);
        gg_result_clear(&found);
        gg_instance_free(in);
    }
}

/* Asked in the thread of the solve alone. */
static gg_verdict stop_at_fifth(void *context, const gg_progress *progress) {
    (void)progress;
    return ++*(int *)context >= 5 ? GG_STOP : GG_CONTINUE;
}

static void one_thread_is_asked_and_all_stop(void **state) {
    (void)state;
    gg_instance *in = draw(11);
    int asked = 0;
    gg_solve_options options = options_of(11, 3);
    options.node_limit = INT64_MAX;
    options.gap = 0.0;
    options.progress = stop_at_fifth;
    options.progress_context = &asked;
    gg_result result = {0};
    gg_error err = {0};
    assert_success(gg_solve(gg_solver_find("exact", NULL), in, &options, &result, &err), &err);
    assert_true(result.status == GG_OPTIMAL || result.stop_reason == GG_STOP_SIGNAL);
    assert_success(gg_certificate_check(in, options.objective, result.certificate, &err), &err);
    gg_result_clear(&result);
    gg_instance_free(in);
}

/* Whatever fails, nothing is left behind; and what memory is short for ahead of its turn is done in
 * its turn. */
static void allocation_failures_are_survived(void **state) {
    (void)state;
    gg_instance *in = draw(7);
    gg_solve_options options = options_of(7, 3);
    options.node_limit = 12;
    bool is_short = true;
    for (long allowed = 0; is_short; allowed += allowed < 60 ? 1 : 7) {
        gg_result result = {0};
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_solve(gg_solver_find("exact", NULL), in, &options, &result, &err);
        gg_alloc_fail_after(-1);
        is_short = status != GG_OK || result.certificate == NULL;
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_result_clear(&result);
        assert_true(allowed < 100000);
    }
    gg_instance_free(in);
}

static void note(void *context, size_t k) {
    atomic_uint *seen = context;
    atomic_fetch_add(&seen[k], 1);
}

static void everybody_works_once(void **state) {
    (void)state;
    static atomic_uint seen[GG_THREADS_MAX + 1];
    assert_true(gg_usable_cores() >= 1);
    for (size_t n = 1; n <= 5; n++) {
        memset(seen, 0, sizeof seen);
        gg_work_together(n, note, seen);
        for (size_t k = 0; k <= GG_THREADS_MAX; k++)
            assert_int_equal(atomic_load(&seen[k]), k < n);
    }
}

enum { THREADS_SEEN = 5 };

static void note_cores(void *context, size_t k) {
    cpu_set_t *of = context;
    sched_getaffinity(0, sizeof *of, &of[k]);
}

/* On whichever core they begin: under a narrowed choice, too. */
static void threads_go_where_their_maker_may(void **state) {
    (void)state;
    cpu_set_t all, one, of[THREADS_SEEN];
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    for (int narrow = 0; narrow < 2; narrow++) {
        const cpu_set_t *may = narrow ? &one : &all;
        assert_int_equal(sched_setaffinity(0, sizeof *may, may), 0);
        gg_work_together(THREADS_SEEN, note_cores, of);
        for (size_t k = 0; k < THREADS_SEEN; k++)
            assert_true(CPU_EQUAL(&of[k], may));
    }
    assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
}

enum { PARTS_MOST = 64 };

typedef struct counts {
    atomic_uint done[PARTS_MOST], by_others;
} counts;

static void count_part(void *of, size_t k, size_t who) {
    counts *c = of;
    atomic_fetch_add(&c->done[k], 1);
    atomic_fetch_add(&c->by_others, who > 0 ? 1 : 0);
    sched_yield();
}

/* Rounds go on until others have helped: they are there, and sooner or later free. */
enum { ROUNDS = 300, ROUNDS_MOST = 1000000 };

static unsigned share_parts(gg_team *team) {
    const gg_hands hands = gg_team_hands(team, 0);
    unsigned by_others = 0;
    for (size_t round = 0; round < ROUNDS || (by_others == 0 && round < ROUNDS_MOST); round++) {
        counts c = {0};
        size_t n = round % (PARTS_MOST + 1);
        hands.each(hands.context, n, count_part, &c);
        for (size_t k = 0; k < PARTS_MOST; k++)
            assert_int_equal(atomic_load(&c.done[k]), k < n);
        by_others += atomic_load(&c.by_others);
    }
    return by_others;
}

typedef struct club {
    gg_team *team;
    bool is_over;
    unsigned by_others;
} club;

static void meet(void *context, size_t who) {
    club *c = context;
    if (who == 0)
        c->by_others = share_parts(c->team);
    gg_team_lock(c->team);
    while (who > 0 && !c->is_over)
        gg_team_help(c->team, who);
    c->is_over = true;
    gg_team_tell(c->team);
    gg_team_unlock(c->team);
}

static void parts_are_done_once(void **state) {
    (void)state;
    gg_error err = {0};
    for (size_t threads = 2; threads <= 5; threads++) {
        club c = {0};
        assert_success(gg_team_new(threads, NULL, NULL, &c.team, &err), &err);
        gg_work_together(threads, meet, &c);
        assert_true(c.by_others > 0);
        gg_team_free(c.team);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_do_not_depend_on_threads),
        cmocka_unit_test(roots_do_not_depend_on_threads),
        cmocka_unit_test(one_thread_is_asked_and_all_stop),
        cmocka_unit_test(allocation_failures_are_survived),
        cmocka_unit_test(everybody_works_once),
        cmocka_unit_test(threads_go_where_their_maker_may),
        cmocka_unit_test(parts_are_done_once),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
