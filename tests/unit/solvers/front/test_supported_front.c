/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The supported points of the front of expected accuracy: at any price of accuracy no decision is
 * better than the best of them.
 */
#include <math.h>

#include "models/base/rng.h"
#include "models/evaluate.h"
#include "solvers/front/tradeoff.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"

enum { USERS = 6, PRICES = 12 };

static gg_instance *draw(uint64_t seed) {
    gg_rng rng = gg_rng_start(seed, 34, GG_STREAM_TEST);
    uint32_t users = 2 + gg_rng_next_below(&rng, USERS - 1),
             servers = 1 + gg_rng_next_below(&rng, 3);
    gg_instance *in = random_instance(any_shape(&rng, seed, users, servers), seed);
    give_probabilities(in, seed);
    return in;
}

/* least_s[k]: of all decisions, the least objective less price k times the expected answers. */
static void enumerate(const gg_instance *in, const double *price_s, double *least_s) {
    int32_t decision[USERS];
    for (size_t i = 0; i < in->n_users; i++)
        decision[i] = GG_LOCAL;
    for (size_t k = 0; k < PRICES; k++)
        least_s[k] = INFINITY;
    for (;;) {
        gg_metrics m;
        gg_error err = {0};
        assert_success(gg_evaluate(in, GG_UNIFORM, decision, &m, &err), &err);
        for (size_t k = 0; k < PRICES; k++)
            least_s[k] = fmin(least_s[k], m.objective_s - price_s[k] * m.expected_accuracy);
        size_t digit = 0;
        while (digit < in->n_users && ++decision[digit] == (int32_t)in->n_servers)
            decision[digit++] = GG_LOCAL;
        if (digit == in->n_users)
            return;
    }
}

static void nothing_is_better_at_any_price(void **state) {
    (void)state;
    size_t more = 0, count = test_count(60, 600);
    for (uint64_t seed = 1; seed <= count; seed++) {
        gg_instance *in = draw(seed);
        gg_tradeoff_options options = gg_tradeoff_options_init();
        gg_tradeoff front;
        gg_error err = {0};
        double price_s[PRICES], least_s[PRICES];
        options.gap = 1e-9;
        options.p_slm = in->slm_p_correct;
        options.p_llm = in->llm_p_correct;
        options.supported_only = true;
        assert_success(gg_tradeoff_compute(in, &options, &front, &err), &err);
        more += front.count > 2;
        double scale_s = front.points[0].objective_s;
        for (size_t k = 0; k < PRICES; k++)
            price_s[k] = k == 0 ? 0.0 : scale_s * pow(10.0, 0.5 * (double)k - 3.0);
        enumerate(in, price_s, least_s);
        for (size_t k = 0; k < PRICES; k++) {
            double best_s = INFINITY;
            for (size_t q = 0; q < front.count; q++)
                best_s = fmin(best_s,
                              front.points[q].objective_s - price_s[k] * front.points[q].accuracy);
            if (fabs(best_s - least_s[k]) > 1e-7 * (fabs(least_s[k]) + price_s[k] + scale_s))
                fail_msg("seed %d, price %g: %.12g where enumeration has %.12g", (int)seed,
                         price_s[k], best_s, least_s[k]);
        }
        assert_false(front.complete);
        gg_tradeoff_clear(&front);
        gg_instance_free(in);
    }
    assert_true(more > count / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_better_at_any_price)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
