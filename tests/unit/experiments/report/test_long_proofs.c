/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The figure and the table of how long proofs came about.
 *
 * Covers figure_course and worst.
 */
#include "tests/support/support.h"

#include "tests/unit/experiments/report/report_common.h"

/* One a draw, the longest first; the figure is not there without any. */
static void test_long_proofs_are_drawn(void **state) {
    enum { RUNS = 6, N_ROWS = 2 * RUNS };
    gg_row rows[N_ROWS];
    for (uint32_t k = 0; k < N_ROWS; k++) {
        rows[k] = make_row("exact", "optimal", 1.0, 1.0);
        rows[k].run = k / 2;
        rows[k].n_users = 10 + 10 * (k % 2);
    }
    gg_results results = {.count = N_ROWS, .rows = rows};
    gg_study *study;
    gg_error err = {0};
    size_t size;
    assert_success(gg_study_compute(&results, &(gg_study_sources){0}, &study, &err), &err);
    assert_false(gg_figure_shown(&gg_figure_course, study, 0));
    gg_study_free(study);
    for (size_t k = 0; k < N_ROWS; k++) {
        rows[k].course = "0.01 0.5 2, 1.5 1 1";
        rows[k].runtime_s = 2.0 + 0.125 * rows[k].run + (rows[k].n_users > 10);
    }
    assert_success(gg_study_compute(&results, &(gg_study_sources){0}, &study, &err), &err);
    gg_sentence caption = {0};
    gg_figure_caption(&gg_figure_course, study, 0, &caption);
    const char *at = caption.text;
    static const char *const order[] = {"N = 20, M = 2, τ = 0.8, run 5", "run 4", "run 3", "run 2"};
    for (size_t k = 0; k < 4; k++) {
        assert_non_null(strstr(at, order[k]));
        at = strstr(at, order[k]) + 1;
    }
    assert_null(strstr(caption.text, "run 1"));
    assert_null(strstr(caption.text, "N = 10"));
    assert_success(gg_report_tables(study, ((temporary_folder *)*state)->path, &err), &err);
    char *table = read_whole(folder_file(state, "course.csv"), &size);
    assert_non_null(strstr(table, "paper,weighted,20,2,0.80000000000000004,1,5,exact,1.5,1,1\n"));
    free(table);
    gg_study_free(study);
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(test_long_proofs_are_drawn)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
