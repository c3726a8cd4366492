/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which measure ranks errors best, on the shipped queries; and under short memory.
 *
 * Covers evaluation_rank, evaluation, evaluation_collect and evaluation_judge.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "experiments/studies/evaluation/evaluation.h"
#include "models/base/alloc.h"

static const char sample[] = "data/samples/babi.h5";

static gg_evaluation_options few_resamples(void) {
    gg_evaluation_options options = gg_evaluation_options_init();
    options.resamples = 20;
    options.rank_first_tokens = true;
    return options;
}

static void test_the_published_margin_is_the_last_of_six(void **state) {
    (void)state;
    const gg_evaluation_options options = few_resamples();
    gg_evaluation e;
    gg_error err = {0};
    gg_sentence best = {0};
    assert_success(gg_evaluation_run(sample, &options, &e, &err), &err);
    assert_int_equal(e.n_items, 1);
    assert_int_equal(e.n_ranked, GG_N_MEASURES);
    assert_string_equal(e.ranked[0].name, "slm_gini_first");
    assert_string_equal(e.ranked[GG_N_MEASURES - 1].name, "slm_margin_first");
    assert_close(e.ranked[0].auroc.value, 0.75503875968992251, 1e-12, 0);
    assert_close(e.ranked[GG_N_MEASURES - 1].behind.value,
                 e.ranked[0].auroc.value - e.items[0].metrics[GG_METRIC_AUROC].value, 1e-12, 0);
    gg_evaluation_tell_best(&e, &best);
    assert_non_null(strstr(best.text, "slm_gini_first ranks errors best: AUROC 0.755"));
    assert_non_null(strstr(best.text, "slm_margin_first has 0.707"));
    gg_evaluation_clear(&e);
}

static void test_short_memory_is_an_error(void **state) {
    (void)state;
    const gg_evaluation_options options = few_resamples();
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed += 1 + allowed / 8) {
        gg_evaluation e;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_evaluation_run(sample, &options, &e, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        if (status == GG_OK)
            gg_evaluation_clear(&e);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_margin_is_the_last_of_six),
        cmocka_unit_test(test_short_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
