/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a report compares on the same instances: pairs, profiles, worst cases, decisions and their
 * costs; what the gap grows with (growth); and how strategies look in figures.
 *
 * Covers series_style and row_set.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/charts/chart.h"
#include "experiments/report/compared/study.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/tables/report_tables.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/draw/scenario.h"
#include "models/evaluate.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/experiments/report/study_common.h"

/* ---- signed ranks ---- */

/* p by all 2^n signs, from the definition. */
static double enumerate(const double *sizes, size_t n, double smaller) {
    size_t extreme = 0, all = (size_t)1 << n;
    double ranks[16];
    for (size_t i = 0; i < n; i++) {
        double below = 0, equal = 0;
        for (size_t j = 0; j < n; j++) {
            below += sizes[j] < sizes[i];
            equal += sizes[j] == sizes[i];
        }
        ranks[i] = below + 0.5 * (equal + 1.0);
    }
    for (size_t signs = 0; signs < all; signs++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += (signs >> i & 1) != 0 ? ranks[i] : 0.0;
        extreme += sum <= smaller;
    }
    return fmin(1.0, 2.0 * (double)extreme / (double)all);
}

static void test_small_samples_are_exact(void **state) {
    (void)state;
    gg_rng rng = gg_rng_start(7, 0, GG_STREAM_TEST);
    for (size_t round = 0; round < test_count(40, 400); round++) {
        double d[12], sizes[12];
        size_t n = 1 + gg_rng_next_below(&rng, 12), kept = 0;
        for (size_t k = 0; k < n; k++) {
            d[k] = (double)gg_rng_next_below(&rng, 9) - 4.0;
            if (d[k] != 0.0)
                sizes[kept++] = fabs(d[k]);
        }
        gg_signed_rank test;
        assert_int_equal(gg_signed_rank_test(d, n, &test, NULL), GG_OK);
        assert_int_equal(test.n, kept);
        if (kept == 0) {
            assert_true(isnan(test.p));
            continue;
        }
        assert_close(test.positive + test.negative, 0.5 * (double)(kept * (kept + 1)), 1e-15, 0);
        assert_close(test.p, enumerate(sizes, kept, fmin(test.positive, test.negative)), 1e-12, 0);
    }
}

static void test_large_samples_are_normal(void **state) {
    (void)state;
    double d[60];
    gg_signed_rank test;
    for (size_t k = 0; k < 60; k++)
        d[k] = (double)(k + 1) * (k % 3 == 0 ? -1.0 : 1.0);
    assert_int_equal(gg_signed_rank_test(d, 60, &test, NULL), GG_OK);
    /* Ranks 1, 4, ..., 58 are negative. */
    assert_true(test.negative == 590.0 && test.positive == 1240.0);
    double z = (590.0 - 915.0) / sqrt(60.0 * 61.0 * 121.0 / 24.0);
    assert_close(test.p, erfc(-z / sqrt(2.0)), 1e-12, 0);
}

static void test_clusters_are_resampled_whole(void **state) {
    (void)state;
    gg_bootstrap bootstrap = {0};
    double low, high, whole_low, whole_high;
    const double values[] = {1.0, 2.0, 4.0, 8.0};
    assert_int_equal(gg_bootstrap_mean(&bootstrap, values, 4, &low, &high, NULL), GG_OK);
    assert_int_equal(gg_bootstrap_begin(&bootstrap, 12, NULL), GG_OK);
    for (size_t k = 0; k < 12; k++)
        gg_bootstrap_add(&bootstrap, k % 3 != 0, values[k / 3]);
    assert_int_equal(gg_bootstrap_end(&bootstrap, &whole_low, &whole_high, NULL), GG_OK);
    /* Three equal values a cluster say no more than one. */
    assert_close(whole_low, low, 1e-15, 0);
    assert_close(whole_high, high, 1e-15, 0);
    gg_bootstrap_clear(&bootstrap);
}

/* ---- a study of a small experiment ---- */

static void test_pairs_are_counted(void **state) {
    (void)state;
    experiment e;
    gg_study *study = study_of(&e);
    assert_int_equal(study->pairs.count, 3);
    const gg_pair *same = &study->pairs.items[2];
    assert_true(same->a == 1 && same->b == 2);
    assert_int_equal(same->ties, same->compared);
    assert_true(same->median_ratio == 1.0 && same->test.n == 0);
    const gg_pair *goa = &study->pairs.items[1];
    assert_int_equal(goa->wins + goa->ties + goa->losses, goa->compared);
    /* Both taus of a draw have the same decisions: one value each, and two that differ are too few
     * for a p-value. */
    assert_int_equal(goa->draws, RUNS);
    assert_int_equal(2 * goa->test.n, goa->wins + goa->losses);
    assert_true(goa->test.n < GG_FEWEST_DRAWS && isnan(goa->test.p));
    release(&e, study);
}

static void test_profiles_begin_with_the_fastest(void **state) {
    (void)state;
    experiment e;
    gg_study *study = study_of(&e);
    assert_int_equal(study->profiles.count, SOLVERS);
    const gg_profile *mine = &study->profiles.items[1], *exact = &study->profiles.items[2];
    /* Twice and three times the time of `goa`, where that is good enough, else 1 and 1.5 times. */
    assert_int_equal(mine->instances, 2 * RUNS);
    assert_true(gg_ecdf_at(&mine->ecdf, 1.99) < 0.5 && gg_ecdf_at(&mine->ecdf, 2.01) > 0.5);
    assert_true(gg_ecdf_at(&exact->ecdf, 1.0) == 0.0);
    release(&e, study);
}

static void test_the_worst_come_first_and_once(void **state) {
    (void)state;
    experiment e;
    gg_study *study = study_of(&e);
    const gg_worst *worst = &study->worst[0];
    assert_true(worst->count > 0);
    for (size_t k = 0; k < worst->count; k++) {
        assert_true(k == 0 || study->summary->gaps[worst->rows[k - 1]].value >=
                                  study->summary->gaps[worst->rows[k]].value);
        for (size_t j = 0; j < k; j++)
            assert_true(e.rows[worst->rows[j]].run != e.rows[worst->rows[k]].run);
    }
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    gg_row odd = e.rows[0];
    odd.preset = "my preset's.yaml";
    odd.tau = 0.1 + 0.2;
    gg_redraw_command(study->redraw, &odd, stream);
    fclose(stream);
    assert_string_equal(text,
                        "goagap instance --preset 'my preset'\\''s.yaml' --users 4 --servers 2 "
                        "--tau 0.30000000000000004 --seed 5 --run 0 -o worst.json && goagap "
                        "solve worst.json --objective weighted --solver goa,exact");
    free(text);
    release(&e, study);
}

static void test_slices_pool_the_rest(void **state) {
    (void)state;
    experiment e;
    gg_study *study = study_of(&e);
    const gg_slices *slices = &study->summary->panels[0].slices;
    assert_int_equal(slices->n_places[GG_BY_USERS], 1);
    assert_int_equal(slices->n_places[GG_BY_TAU], 2);
    assert_int_equal(slices->count, SOLVERS * (1 + 1 + 2));
    assert_int_equal(slices->items[0].gaps.instances, 2 * RUNS);
    assert_int_equal(slices->items[slices->count - 1].gaps.instances, RUNS);
    assert_true(slices->items[slices->count - 1].at == 1.0);
    release(&e, study);
}

static void test_rows_that_repeat_are_seen(void **state) {
    (void)state;
    experiment e;
    gg_study *study;
    gg_error err = {0};
    make_experiment(&e);
    e.rows[3] = e.rows[0];
    assert_success(gg_study_compute(&e.results, &(gg_study_sources){0}, &study, &err), &err);
    assert_int_equal(study->lineup.n_duplicates, 1);
    release(&e, study);
}

static void test_short_memory_is_an_error_everywhere(void **state) {
    (void)state;
    experiment e;
    make_experiment(&e);
    size_t live = gg_alloc_live();
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_study *study;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_study_compute(&e.results, &(gg_study_sources){0}, &study, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_study_free(study);
        assert_int_equal(gg_alloc_live(), live);
    }
    gg_manifest_clear(&e.results.manifest);
}

/* ---- the front ---- */

static gg_status read_front(void **state, const char *text, gg_front *front, gg_error *err) {
    const char *path = folder_file(state, "front.csv");
    write_whole(path, text, strlen(text));
    return gg_front_read(path, front, err);
}

static void test_a_front_is_read_in_order(void **state) {
    gg_front front;
    gg_error err = {0};
    assert_success(gg_front_read(folder_file(state, "none.csv"), &front, &err), &err);
    assert_int_equal(front.count, 0);
    assert_success(
        read_front(state, "accuracy,x,delay_per_query_s\n0.7,a,0.2\n0.6,b,0.1\n", &front, &err),
        &err);
    assert_int_equal(front.count, 2);
    assert_true(front.points[0].delay_s == 0.1 && front.points[1].accuracy == 0.7);
    gg_front_clear(&front);
}

static void test_bad_fronts_are_refused(void **state) {
    static const char *const bad[][2] = {
        {"accuracy\n0.5\n", "lacks"},
        {"delay_per_query_s,accuracy\n0.1,1.5\n", ":2: "},
        {"delay_per_query_s,accuracy\n0.1,0.5\n0.2\n", ":3: "},
        {"delay_per_query_s,accuracy\nx,0.5\n", ":2: "},
        {"", "has no header line"},
        {"delay_per_query_s,accuracy,kind\n0.1,0.5,guessed\n", ":2: "},
        {"delay_per_query_s,accuracy,delay_low_s,delay_high_s\n0.1,0.5,0.3,0.2\n", ":2: "},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        gg_front front;
        gg_error err = {0};
        assert_int_equal(read_front(state, bad[k][0], &front, &err), GG_E_INPUT);
        assert_says(&err, bad[k][1]);
        assert_int_equal(front.count, 0);
    }
}

/* ---- looks ---- */

static bool same_look(gg_series_style a, gg_series_style b) {
    return strcmp(a.colour, b.colour) == 0 && strcmp(a.dash, b.dash) == 0 && a.marker == b.marker;
}

static void test_twenty_four_looks_differ(void **state) {
    (void)state;
    for (size_t a = 0; a < 24; a++)
        for (size_t b = 0; b < a; b++)
            assert_false(same_look(gg_series_slot(a), gg_series_slot(b)));
}

/* Markers alone tell the strategies of goagap apart, or their dashes do. */
static void test_looks_differ_without_colour(void **state) {
    (void)state;
    for (size_t a = 0; a < 12; a++)
        for (size_t b = 0; b < a; b++) {
            gg_series_style x = gg_series_slot(a), y = gg_series_slot(b);
            assert_true(x.marker != y.marker || strcmp(x.dash, y.dash) != 0);
        }
}

static void test_a_strategy_looks_the_same_in_every_report(void **state) {
    (void)state;
    gg_strategy first[] = {{.name = "mine"}, {.name = "goa"}, {.name = "yours"}};
    gg_strategy second[] = {{.name = "exact"}, {.name = "goa"}};
    gg_summary a = {.n_strategies = 3, .strategies = first};
    gg_summary b = {.n_strategies = 2, .strategies = second};
    assert_true(same_look(gg_series_look(&a, 1), gg_series_look(&b, 1)));
    assert_false(same_look(gg_series_look(&a, 0), gg_series_look(&a, 2)));
}

static void test_paths_lose_their_folders(void **state) {
    (void)state;
    gg_sentence sentence = {0};
    gg_without_folders("of /a/b c/data.h5; 5 ms/query / x/", &sentence);
    assert_string_equal(sentence.text, "of b data.h5; 5 query / x/");
    gg_sentence_add(&sentence, "%2000s", "");
    gg_sentence_add(&sentence, "more");
    assert_int_equal(strlen(sentence.text), sizeof sentence.text - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_samples_are_exact),
        cmocka_unit_test(test_large_samples_are_normal),
        cmocka_unit_test(test_clusters_are_resampled_whole),
        cmocka_unit_test(test_pairs_are_counted),
        cmocka_unit_test(test_profiles_begin_with_the_fastest),
        cmocka_unit_test(test_the_worst_come_first_and_once),
        cmocka_unit_test(test_slices_pool_the_rest),
        cmocka_unit_test(test_rows_that_repeat_are_seen),
        cmocka_unit_test(test_short_memory_is_an_error_everywhere),
        IN_FOLDER(test_a_front_is_read_in_order),
        IN_FOLDER(test_bad_fronts_are_refused),
        cmocka_unit_test(test_twenty_four_looks_differ),
        cmocka_unit_test(test_looks_differ_without_colour),
        cmocka_unit_test(test_a_strategy_looks_the_same_in_every_report),
        cmocka_unit_test(test_paths_lose_their_folders),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
