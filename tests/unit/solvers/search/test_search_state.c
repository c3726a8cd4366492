/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The search state's bookkeeping: swaps as the judge sees them, members, forbidden options.
 * Covers search_factors.c, search_predict.c, search_swaps.c and gg_kick as well.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "solvers/search/local_search.h"
#include "solvers/search/search_state_internal.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/random_instance.h"

enum { USERS = 18, SERVERS = 4 };

/* Instances with other forms of costs are taken for delay and energy. */
static gg_objective objective_of(const gg_instance *in) {
    return in->device_power_w != NULL ? gg_objective_delay_energy(0.5) : GG_UNIFORM;
}

static double judged(const gg_instance *in, const int32_t *assignment) {
    gg_metrics metrics;
    gg_error err = {0};
    assert_success(gg_evaluate(in, objective_of(in), assignment, &metrics, &err), &err);
    return metrics.objective_s;
}

static gg_search *start(const gg_instance *in) {
    gg_search *search = NULL;
    gg_error err = {0};
    assert_success(gg_search_new(in, objective_of(in), &search, &err), &err);
    return search;
}

static gg_instance *draw(uint64_t seed) {
    random_shape shape = {USERS, SERVERS, 0.7, seed % 2 ? 10.0 : 1000.0, 3.0, 2.0, false};
    gg_instance *in = random_instance(shape, seed);
    if (seed % 3 == 0)
        give_forms(in, seed);
    return in;
}

static void load_some(gg_search *search, const gg_instance *in, gg_rng *rng) {
    int32_t assignment[USERS];
    for (size_t i = 0; i < USERS; i++) {
        assignment[i] = (int32_t)gg_rng_next_below(rng, SERVERS + 1) - 1;
        if (assignment[i] == GG_LOCAL && gg_is_mandatory(in, i))
            assignment[i] = 0;
    }
    gg_search_load(search, assignment);
}

static void swaps_are_predicted(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(60, 1000); seed++) {
        gg_instance *in = draw(seed);
        gg_search *search = start(in);
        gg_rng rng = gg_rng_start(seed, 44, GG_STREAM_TEST);
        load_some(search, in, &rng);
        int32_t swapped[USERS];
        double before_s = judged(in, gg_search_assignment(search));
        for (size_t a = 0; a < USERS; a++) {
            size_t b = gg_rng_next_below(&rng, USERS);
            memcpy(swapped, gg_search_assignment(search), sizeof swapped);
            int32_t at_a = swapped[a], at_b = swapped[b];
            swapped[a] = at_b;
            swapped[b] = at_a;
            double change_s = gg_search_try_swap(search, a, b);
            if (at_a == at_b) {
                assert_close(change_s, 0.0, 0.0, 0.0);
                continue;
            }
            if (!gg_search_allows(search, a, at_b) || !gg_search_allows(search, b, at_a)) {
                assert_close(change_s, INFINITY, 0.0, 0.0);
                continue;
            }
            /* Others' costs are expanded to second order. */
            assert_close(change_s, judged(in, swapped) - before_s, 0.02, 1e-3 * before_s);
            gg_search_move(search, a, at_b);
            gg_search_move(search, b, at_a);
            /* The judge rounds 1 + SINR. */
            assert_close(gg_search_objective_s(search), judged(in, swapped), 1e-7, 0.0);
            before_s = judged(in, swapped);
        }
        gg_free(search);
        gg_instance_free(in);
    }
}

static void no_swap_that_pays_is_passed_over(void **state) {
    (void)state;
    size_t passed = 0, all = 0;
    for (uint64_t seed = 1; seed <= test_count(60, 1000); seed++) {
        gg_instance *in = draw(seed);
        gg_search *search = start(in);
        gg_rng rng = gg_rng_start(seed, 47, GG_STREAM_TEST);
        load_some(search, in, &rng);
        /* Nothing is passed over before so many swaps in vain. */
        assert_int_equal(gg_search_next_swap(search, 1, 0), 0);
        for (size_t k = 0; k < USERS; k++)
            gg_search_next_swap(search, 1, 0);
        for (size_t a = 0; a < USERS; a++)
            for (size_t b = 0; b < a; b++, all++) {
                if (gg_search_next_swap(search, a, b) == b)
                    continue;
                passed++;
                /* Others' costs are expanded to second order. */
                assert_true(gg_search_try_swap(search, a, b) >=
                            -1e-3 * gg_search_measure_s(search));
            }
        gg_free(search);
        gg_instance_free(in);
    }
    assert_true(passed > all / 2);
}

static void members_are_those_assigned(void **state) {
    (void)state;
    gg_instance *in = draw(1);
    gg_search *search = start(in);
    gg_rng rng = gg_rng_start(1, 45, GG_STREAM_TEST);
    load_some(search, in, &rng);
    for (int step = 0; step < 500; step++) {
        size_t total = 0;
        gg_search_move(search, gg_rng_next_below(&rng, USERS),
                       (int32_t)gg_rng_next_below(&rng, SERVERS + 1) - 1);
        const int32_t *assignment = gg_search_assignment(search);
        for (size_t j = 0; j < SERVERS; j++) {
            size_t count = search->sums[j].load;
            const uint32_t *members = search->members + j * USERS;
            for (size_t k = 0; k < count; k++)
                assert_int_equal(assignment[members[k]], j);
            total += count;
        }
        for (size_t i = 0; i < USERS; i++)
            total += assignment[i] == GG_LOCAL;
        assert_int_equal(total, USERS);
    }
    gg_free(search);
    gg_instance_free(in);
}

static void forbidden_options_cost_infinity(void **state) {
    (void)state;
    gg_instance *in = draw(2);
    in->alpha[0] = 1.0; /* must offload */
    in->gain[0] = 0.0;  /* and cannot reach server 0 */
    gg_search *search = start(in);
    double change_s[SERVERS + 1];
    assert_false(gg_search_allows(search, 0, GG_LOCAL));
    assert_false(gg_search_allows(search, 0, 0));
    assert_true(gg_search_allows(search, 0, 1));
    gg_search_move(search, 0, 1);
    gg_search_try_moves(search, 0, change_s);
    assert_close(change_s[0], INFINITY, 0.0, 0.0);
    assert_close(change_s[1], INFINITY, 0.0, 0.0);
    assert_close(change_s[2], 0.0, 0.0, 0.0);
    assert_true(isfinite(change_s[3]));
    /* An assignment that uses the channel all the same is infinite. */
    int32_t assignment[USERS];
    memcpy(assignment, gg_search_assignment(search), sizeof assignment);
    assignment[0] = 0;
    gg_search_load(search, assignment);
    assert_close(gg_search_objective_s(search), INFINITY, 0.0, 0.0);
    gg_free(search);
    gg_instance_free(in);
}

static void the_descent_only_descends(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(40, 400); seed++) {
        gg_instance *in = draw(seed);
        gg_search *search = start(in);
        gg_rng rng = gg_rng_start(seed, 46, GG_STREAM_TEST);
        double scratch[SERVERS + 1];
        load_some(search, in, &rng);
        double before_s = judged(in, gg_search_assignment(search));
        gg_descend(search, in, NULL, INFINITY, scratch);
        double after_s = judged(in, gg_search_assignment(search));
        assert_true(after_s <= before_s * (1.0 + 1e-12));
        for (size_t i = 0; i < USERS; i++)
            if (gg_is_mandatory(in, i))
                assert_int_not_equal(gg_search_assignment(search)[i], GG_LOCAL);
        /* A local optimum stays where it is. */
        int32_t found[USERS];
        memcpy(found, gg_search_assignment(search), sizeof found);
        gg_search_load(search, found);
        gg_descend(search, in, NULL, INFINITY, scratch);
        assert_true(judged(in, gg_search_assignment(search)) >= after_s * (1.0 - 1e-9));
        gg_free(search);
        gg_instance_free(in);
    }
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(2);
    size_t live = gg_alloc_live();
    for (long allowed = 0;; allowed++) {
        gg_search *search = NULL;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_search_new(in, GG_UNIFORM, &search, &err);
        gg_alloc_fail_after(-1);
        gg_free(search);
        assert_int_equal(gg_alloc_live(), live);
        if (status == GG_OK) {
            assert_true(allowed == 1);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(swaps_are_predicted),
        cmocka_unit_test(no_swap_that_pays_is_passed_over),
        cmocka_unit_test(members_are_those_assigned),
        cmocka_unit_test(forbidden_options_cost_infinity),
        cmocka_unit_test(the_descent_only_descends),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
