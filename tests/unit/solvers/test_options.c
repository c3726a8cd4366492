/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a strategy may not be asked is refused by the option's name, by every strategy.
 */
#include "tests/support/support.h"

#include <math.h>

#include "solvers/solver.h"
#include "tests/support/instances/random_instance.h"

enum { USERS = 5, SERVERS = 2 };

static void refused(const gg_instance *in, const gg_solve_options *options, const char *field) {
    size_t count;
    const gg_solver *const *solvers = gg_solvers(&count);
    for (size_t s = 0; s < count; s++) {
        gg_result result = {0};
        gg_error err = {0};
        assert_int_equal(gg_solve(solvers[s], in, options, &result, &err), GG_E_USAGE);
        assert_says(&err, field);
        assert_null(result.assignment);
    }
}

/* One option of the defaults set to a bad value. */
#define REFUSED(name, ...)                                                                         \
    do {                                                                                           \
        gg_solve_options bad = gg_solve_options_init();                                            \
        bad.name = __VA_ARGS__;                                                                    \
        refused(in, &bad, #name);                                                                  \
    } while (0)

static void test_bad_options_are_refused_by_name(void **state) {
    (void)state;
    gg_instance *in =
        random_instance((random_shape){USERS, SERVERS, 0.5, 10.0, 3.0, 2.0, false}, 3);
    REFUSED(objective, (gg_objective)7);
    REFUSED(goa_weights, (gg_objective)-1);
    REFUSED(gap, NAN);
    REFUSED(gap, -1e-9);
    REFUSED(gap, INFINITY);
    REFUSED(time_limit_s, NAN);
    REFUSED(time_limit_s, -1.0);
    REFUSED(node_limit, -1);
    REFUSED(threads, 257);
    REFUSED(threads, SIZE_MAX);
    REFUSED(known, (const int32_t[USERS]){0, 1, SERVERS, -1, 0});
    REFUSED(known, (const int32_t[USERS]){0, 1, -2, -1, 0});
    REFUSED(known_multipliers, (const double[USERS + SERVERS]){0.0, NAN});
    REFUSED(known_multipliers, (const double[USERS + SERVERS]){[USERS + 1] = INFINITY});
    gg_solve_options options = gg_solve_options_init();
    options.random_users = (const uint32_t[]){1, 3, 1};
    options.n_random_users = 3;
    refused(in, &options, "random_users: user 1 is listed twice");
    options.random_users = (const uint32_t[]){1, USERS};
    options.n_random_users = 2;
    refused(in, &options, "random_users: user 5 is not below 5");
    gg_instance_free(in);
}

static const gg_solver *named(const char *name) {
    return gg_solver_find(name, NULL);
}

static void test_parameters_of_a_strategy(void **state) {
    (void)state;
    gg_instance *in =
        random_instance((random_shape){USERS, SERVERS, 0.5, 10.0, 3.0, 2.0, false}, 3);
    gg_solve_options options = gg_solve_options_init();
    const gg_parameter_list *ga = &named("ga")->parameters;
    gg_error err = {0};
    static const struct {
        const char *text, *says;
    } bad[] = {{"populace=3", "no parameter \"populace\"; there are: population, elite"},
               {"population", "population: \"population\" is not NAME=NUMBER"},
               {"population=x", "population: \"population=x\" is not NAME=NUMBER"},
               {"population=2.5", "population: 2.5 is no whole number from 2 to 1000000"},
               {"population=1", "population: 1 is no whole number"},
               {"mutations=-1", "mutations: -1 is no number from 0"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        err = (gg_error){0};
        assert_int_equal(gg_setting_parse(ga, bad[k].text, &options.settings, &err), GG_E_USAGE);
        assert_says(&err, bad[k].says);
    }
    err = (gg_error){0};
    assert_int_equal(gg_setting_parse(&named("goa")->parameters, "x=1", &options.settings, &err),
                     GG_E_USAGE);
    assert_says(&err, "there are: none");
    assert_int_equal(gg_setting_parse(ga, "generations=3", &options.settings, NULL), GG_OK);
    err = (gg_error){0};
    assert_int_equal(gg_setting_parse(ga, "generations=4", &options.settings, &err), GG_E_USAGE);
    assert_says(&err, "generations: is set twice");
    gg_result result = {0};
    assert_int_equal(gg_solve(named("ga"), in, &options, &result, &err), GG_OK);
    assert_int_equal(result.nodes, 3);
    gg_result_clear(&result);
    assert_int_equal(gg_setting_parse(ga, "population=4", &options.settings, NULL), GG_OK);
    err = (gg_error){0};
    assert_int_equal(gg_solve(named("ga"), in, &options, &result, &err), GG_E_USAGE);
    assert_says(&err, "elite: 6 is more than the population of 4");
    options.settings.items[1].value = NAN;
    refused(in, &options, "population: nan is no whole number");
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_options_are_refused_by_name),
        cmocka_unit_test(test_parameters_of_a_strategy),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
