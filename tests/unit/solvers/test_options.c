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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_options_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
