/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Misestimated inputs: errors of the size asked for, a function of their address alone, and the
 * degradation that follows.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "experiments/studies/solving/perturbation.h"
#include "models/base/alloc.h"
#include "tests/support/instances/random_instance.h"

static gg_instance *draw(uint64_t seed, size_t users, size_t servers) {
    return random_instance((random_shape){.n_users = users,
                                          .n_servers = servers,
                                          .tau = 0.7,
                                          .payload_factor = 10.0,
                                          .capacity_spread = 3.0,
                                          .power_spread = 2.0},
                           seed);
}

static void options_are_read(void **state) {
    (void)state;
    gg_perturbation by;
    gg_error err = {0};
    assert_success(gg_perturbation_parse("gain=3dB,alpha=0.05,delay=10%", &by, &err), &err);
    assert_close(by.gain_db, 3.0, 0.0, 0.0);
    assert_close(by.alpha, 0.05, 0.0, 0.0);
    assert_close(by.delay, 0.1, 1e-15, 0.0);
    assert_success(gg_perturbation_parse("delay=0.5%", &by, &err), &err);
    assert_close(by.gain_db, 0.0, 0.0, 0.0);
    static const char *const bad[] = {"",           "gain",      "gain=",      "gain=dB",
                                      "gain=3",     "gain=-1dB", "gain=101dB", "alpha=2",
                                      "delay=0.1",  "speed=3",   "alpha=0.1,", "alpha=.1,alpha=.1",
                                      "gain=nandB", "alpha=0.1%"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        err = (gg_error){0};
        assert_int_equal(gg_perturbation_parse(bad[k], &by, &err), GG_E_USAGE);
        assert_says(&err, "perturb: ");
    }
}

static void no_errors_change_nothing(void **state) {
    (void)state;
    gg_instance *in = draw(1, 9, 3);
    gg_instance *seen = NULL;
    gg_error err = {0};
    assert_success(gg_perturb(in, &(gg_perturbation){0}, 1, 0, &seen, &err), &err);
    assert_memory_equal(seen->alpha, in->alpha, 9 * sizeof(double));
    assert_memory_equal(seen->gain, in->gain, 27 * sizeof(double));
    assert_memory_equal(seen->local_delay_s, in->local_delay_s, 9 * sizeof(double));
    gg_instance_free(seen);
    gg_instance_free(in);
}

static void errors_have_the_size_asked_for(void **state) {
    (void)state;
    enum { N = 4000 };
    gg_instance *in = draw(2, N, 2);
    for (size_t i = 0; i < N; i++)
        in->alpha[i] = 0.5;
    const gg_perturbation by = {.gain_db = 3.0, .alpha = 0.05, .delay = 0.1};
    gg_instance *seen = NULL, *again = NULL, *other = NULL;
    gg_error err = {0};
    assert_success(gg_perturb(in, &by, 5, 7, &seen, &err), &err);
    assert_success(gg_perturb(in, &by, 5, 7, &again, &err), &err);
    assert_success(gg_perturb(in, &by, 5, 8, &other, &err), &err);
    assert_memory_equal(seen->gain, again->gain, 2 * N * sizeof(double));
    assert_memory_not_equal(seen->gain, other->gain, 2 * N * sizeof(double));
    double sum[3] = {0}, squares[3] = {0}, together = 0.0;
    for (size_t i = 0; i < N; i++) {
        double e[3] = {10.0 * log10(seen->gain[2 * i] / in->gain[2 * i]) / 3.0,
                       (seen->alpha[i] - 0.5) / 0.05,
                       log(seen->local_delay_s[i] / in->local_delay_s[i]) / 0.1};
        for (size_t k = 0; k < 3; k++) {
            sum[k] += e[k];
            squares[k] += e[k] * e[k];
        }
        together += e[0] * 10.0 * log10(seen->gain[2 * i + 1] / in->gain[2 * i + 1]) / 3.0;
    }
    for (size_t k = 0; k < 3; k++) {
        assert_close(sum[k] / N, 0.0, 0.0, 0.08);
        assert_close(squares[k] / N, 1.0, 0.12, 0.0);
    }
    assert_close(together / N, 0.0, 0.0, 0.08);
    gg_instance_free(seen);
    gg_instance_free(again);
    gg_instance_free(other);
    in->alpha[0] = 0.0;
    in->alpha[1] = 1.0;
    const gg_perturbation wild = {.alpha = 1.0};
    assert_success(gg_perturb(in, &wild, 5, 7, &seen, &err), &err);
    for (size_t i = 0; i < N; i++)
        assert_true(seen->alpha[i] >= 0.0 && seen->alpha[i] <= 1.0);
    assert_success(gg_instance_validate(seen, &err), &err);
    gg_instance_free(seen);
    gg_instance_free(in);
}

/* The optimum of the truth cannot be beaten by a decision that keeps the true tau. */
static void degradation_is_scored_on_the_truth(void **state) {
    (void)state;
    gg_instance *in = draw(3, 10, 3);
    gg_error err = {0};
    const gg_solver *const solvers[] = {gg_solver_find("goa", &err), gg_solver_find("exact", &err)};
    gg_solve_options options = gg_solve_options_init();
    gg_perturbation_study study;
    const gg_perturbation gains = {.gain_db = 6.0, .delay = 0.3};
    options.gap = 1e-9;
    assert_success(gg_perturbation_compute(in, &gains, 15, solvers, 2, &options, &study, &err),
                   &err);
    assert_int_equal(study.n_trials, 15);
    const gg_robustness *exact = &study.solvers[1];
    double sum = 0.0, worst = -INFINITY;
    for (size_t t = 0; t < 15; t++) {
        assert_true(exact->degradation[t] >= -2e-9);
        sum += exact->degradation[t];
        worst = fmax(worst, exact->degradation[t]);
    }
    assert_true(worst > 0.0);
    assert_close(exact->mean, sum / 15.0, 1e-12, 0.0);
    assert_close(exact->worst, worst, 0.0, 0.0);
    assert_true(exact->median <= exact->worst && exact->median >= -2e-9);
    /* alpha was known exactly, so tau was kept. */
    assert_close(exact->mean_violations, 0.0, 0.0, 0.0);
    gg_perturbation_clear(&study);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    gg_instance *in = draw(4, 5, 2);
    gg_error err = {0};
    const gg_solver *const solvers[] = {gg_solver_find("goa", &err)};
    gg_solve_options options = gg_solve_options_init();
    const gg_perturbation by = {.gain_db = 1.0};
    for (long allowed = 0;; allowed++) {
        gg_perturbation_study study;
        err = (gg_error){0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_perturbation_compute(in, &by, 2, solvers, 1, &options, &study, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            assert_true(allowed > 5);
            gg_perturbation_clear(&study);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_read),
        cmocka_unit_test(no_errors_change_nothing),
        cmocka_unit_test(errors_have_the_size_asked_for),
        cmocka_unit_test(degradation_is_scored_on_the_truth),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
