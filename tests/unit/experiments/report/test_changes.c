/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What changed since earlier results: instances are matched by what they are, not by their place.
 *
 * Covers html_changes and report_changes.
 */
#include "experiments/report/compared/changes.h"
#include "experiments/report/report.h"
#include "tests/unit/experiments/report/report_common.h"

enum { DRAWS = 4, EACH = 2, N_ROWS = DRAWS * EACH };

typedef struct rows {
    gg_row row[N_ROWS];
    gg_results results;
} rows;

/* goa of a draw and the optimum, 1. */
static void make(rows *r, const double goa[DRAWS], size_t first) {
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < DRAWS; i++) {
        r->row[EACH * i] = make_row("goa", "feasible", goa[i], NAN);
        r->row[EACH * i + 1] = make_row("exact", "optimal", 1.0, 1.0);
        for (size_t k = 0; k < EACH; k++)
            r->row[EACH * i + k].run = (uint32_t)(first + i);
    }
    r->results.count = N_ROWS;
    r->results.rows = r->row;
}

static gg_status compare(const rows *now, const rows *was, gg_summary **summary,
                         gg_changes *changes, gg_error *err) {
    GG_TRY(gg_summary_compute(&now->results, summary, err));
    return gg_changes_compute(*summary, &was->results, changes, err);
}

/* Draws 1 to 4 against 0 to 3: three are in both; of these one is better, one equal, one worse. */
static void instances_of_both_are_compared(void **state) {
    (void)state;
    rows was, now;
    gg_summary *summary = NULL;
    gg_changes changes;
    gg_error err = {0};
    make(&was, (const double[]){9.0, 2.0, 3.0, 4.0}, 0);
    make(&now, (const double[]){1.5, 3.0, 5.0, 9.0}, 1);
    assert_success(compare(&now, &was, &summary, &changes, &err), &err);
    assert_int_equal(changes.count, 2);
    const gg_change *goa = &changes.items[0], *exact = &changes.items[1];
    assert_string_equal(summary->strategies[goa->now->strategy].name, "goa");
    assert_int_equal(goa->better, 1);
    assert_int_equal(goa->equal, 1);
    assert_int_equal(goa->worse, 1);
    assert_int_equal(exact->equal, 3);
    assert_close(goa->was->gaps.mean, (8.0 + 1.0 + 2.0 + 3.0) / 4.0, 1e-15, 0.0);
    assert_close(goa->now->gaps.mean, (0.5 + 2.0 + 4.0 + 8.0) / 4.0, 1e-15, 0.0);
    assert_int_equal(changes.only_now, 2);
    assert_int_equal(changes.only_then, 2);
    char *text = NULL;
    size_t size = 0;
    const gg_study study = {.summary = summary, .changes = changes};
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_success(gg_report_text_changes(&study, stream, &err), &err);
    fclose(stream);
    assert_non_null(strstr(text, "350      362       1      1      1"));
    assert_non_null(strstr(text, "2 rows are new, 2 are not there any more"));
    free(text);
    gg_changes_clear(&changes);
    gg_summary_free(summary);
}

static void short_memory_is_an_error(void **state) {
    (void)state;
    rows was, now;
    make(&was, (const double[]){9.0, 2.0, 3.0, 4.0}, 0);
    make(&now, (const double[]){1.5, 3.0, 5.0, 9.0}, 1);
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_summary *summary = NULL;
        gg_changes changes = {0};
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = compare(&now, &was, &summary, &changes, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_changes_clear(&changes);
        gg_summary_free(summary);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(instances_of_both_are_compared),
                                       cmocka_unit_test(short_memory_is_an_error)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
