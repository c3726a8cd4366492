/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program for other solvers, against all decisions of small instances: its optimum is never
 * above the true one, nor further below than it says, and neither what is left out nor the cap on
 * costs changes it.
 *
 * Covers interference_values, level_fit and level_split.
 */
#include "tests/support/support.h"

#include <math.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/program/level_choice.h"
#include "tests/support/instances/random_instance.h"

/* The least cost of a decision in the program: by levels that a decision may lie on the edge of,
 * its point is the cheapest one up to the margin that levels keep. */
static double program_optimum(const gg_instance *in, const gg_mip *mip, const gg_mip_domain *domain,
                              double *values) {
    int32_t x[8];
    double best_s = INFINITY;
    size_t count = 1;
    for (size_t i = 0; i < in->n_users; i++)
        count *= in->n_servers + 1;
    for (size_t number = 0; number < count; number++) {
        size_t rest = number;
        for (size_t i = 0; i < in->n_users; i++, rest /= in->n_servers + 1)
            x[i] = (int32_t)(rest % (in->n_servers + 1)) - 1;
        gg_error err = {0};
        if (!gg_mip_point(mip, in, domain, x, values, &err))
            continue;
        double cost_s = 0.0;
        for (size_t c = 0; c < mip->n_columns; c++)
            cost_s += values[c] * mip->columns[c].cost_s;
        best_s = fmin(best_s, cost_s);
    }
    return best_s;
}

static double optimum_of(const gg_instance *in, const gg_level_choice *choice,
                         gg_objective objective, bool capped) {
    gg_mip mip;
    gg_error err = {0};
    gg_status status =
        capped ? gg_level_choice_build(choice, &mip, &err)
               : gg_mip_build(in, objective, gg_level_choice_domain(choice), &mip, &err);
    assert_success(status, &err);
    for (size_t c = 0; capped && c < mip.n_columns; c++)
        assert_true(mip.columns[c].cost_s <= gg_level_choice_cap_s(choice));
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    double best_s = program_optimum(in, &mip, gg_level_choice_domain(choice), values);
    gg_free(values);
    gg_mip_clear(&mip);
    return best_s;
}

static void optima_lie_where_they_are_said_to(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(40, 600); seed++) {
        gg_rng rng = gg_rng_start(seed, 43, GG_STREAM_TEST);
        random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, 5),
                              .n_servers = 1 + gg_rng_next_below(&rng, 3),
                              .tau = -1.0,
                              .payload_factor = pow(10.0, 4.0 * gg_rng_next_uniform(&rng) - 1.0),
                              .capacity_spread = 10.0,
                              .power_spread = 5.0,
                              .with_ties = seed % 7 == 0};
        gg_instance *in = random_instance(shape, seed);
        gg_mip_request request = {.objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM,
                                  .levels = gg_rng_next_below(&rng, 4),
                                  .fixed_by_bound = gg_rng_next_below(&rng, 2) == 1};
        double optimum_s = brute_force(in, request.objective, NULL);
        gg_level_choice *choice;
        gg_error err = {0};
        assert_success(gg_mip_choose(in, &request, &choice, &err), &err);
        double program_s = optimum_of(in, choice, request.objective, true);
        assert_close(optimum_of(in, choice, request.objective, false), program_s, 1e-12, 0.0);
        assert_true(program_s <= optimum_s * (1.0 + 1e-12));
        assert_true(program_s >= optimum_s * (1.0 - gg_level_choice_error(choice)) * (1.0 - 1e-9));
        if (request.levels == 0)
            assert_true(gg_level_choice_error(choice) <= 0.01);
        assert_true(gg_level_choice_incumbent_s(choice) >= optimum_s * (1.0 - 1e-12));
        gg_level_choice_free(choice);
        gg_instance_free(in);
    }
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    random_shape shape = {2, 0, 0.0, 1.0, 1.0, 1.0, false};
    gg_instance *nowhere = random_instance(shape, 1);
    shape = (random_shape){4000, 3, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *large = random_instance(shape, 1);
    gg_level_choice *choice;
    gg_error err = {0};
    const gg_mip_request request = {.objective = GG_UNIFORM};
    assert_int_equal(gg_mip_choose(nowhere, &request, &choice, &err), GG_E_INFEASIBLE);
    assert_null(choice);
    err = (gg_error){0};
    assert_int_equal(gg_mip_choose(large, &request, &choice, &err), GG_E_INPUT);
    assert_says(&err, "entries");
    gg_instance_free(nowhere);
    gg_instance_free(large);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    random_shape shape = {4, 2, 0.5, 10.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 6);
    size_t live = gg_alloc_live();
    for (int fixed = 0; fixed <= 1; fixed++)
        for (long allowed = 0;; allowed++) {
            const gg_mip_request request = {.objective = GG_UNIFORM, .fixed_by_bound = fixed == 1};
            gg_level_choice *choice;
            gg_error err = {0};
            gg_alloc_fail_after(allowed);
            gg_status status = gg_mip_choose(in, &request, &choice, &err);
            gg_alloc_fail_after(-1);
            if (status == GG_OK) {
                gg_level_choice_free(choice);
                assert_true(allowed > 5);
                break;
            }
            assert_int_equal(status, GG_E_NOMEM);
            assert_int_equal(gg_alloc_live(), live);
        }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(optima_lie_where_they_are_said_to),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
