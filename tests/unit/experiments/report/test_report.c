/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports: the gap of every row by the rules, statistics of the groups, and what the text, the
 * tables and the page may and may not contain.
 *
 * Covers bars, chart_steps, converter, figure_delays, figure_ecdf, figure_files,
 * figure_mistakes, figure_plane, figure_runtime, figure_slices, html_about, html_cases, html_cells,
 * html_compare, html_delays, html_figures, html_gaps, html_page, html_pieces, group_stats,
 * headline, report_csv, report_json, report_latex and report_text.
 */
#include "tests/support/support.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/output/format.h"
#include "experiments/output/html.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/report.h"
#include "experiments/report/stats/gaps.h"
#include "models/base/alloc.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/experiments/report/report_common.h"

/* ---- summary ---- */

enum { RUNS = 20, SOLVERS = 3, CELLS = 2, N_ROWS = RUNS * SOLVERS * CELLS };

/* goa: gap (run % 4) %; glpk: the optimum, left open in the last run; local breaks tau. */
static gg_results make_results(gg_row *rows) {
    size_t n = 0;
    for (uint32_t cell = 0; cell < CELLS; cell++)
        for (uint32_t run = 0; run < RUNS; run++) {
            bool open = run == RUNS - 1;
            double best = 1.0 + 0.1 * run;
            gg_row unit[SOLVERS] = {
                make_row("local", "feasible", 0.5, NAN),
                make_row("goa", "feasible", best * (1.0 + 0.01 * (run % 4)), NAN),
                make_row("glpk", open ? "bounded" : "optimal", best, open ? 0.5 * best : best)};
            unit[0].tau_violations = 1;
            for (size_t s = 0; s < SOLVERS; s++) {
                unit[s].run = run;
                unit[s].n_users = 10 + 10 * cell;
                rows[n++] = unit[s];
            }
        }
    return (gg_results){.count = n, .rows = rows};
}

static void test_groups_are_counted_and_measured(void **state) {
    (void)state;
    gg_row rows[N_ROWS];
    gg_results results = make_results(rows);
    gg_summary *summary;
    gg_error err = {0};
    assert_success(gg_summary_compute(&results, &summary, &err), &err);
    assert_int_equal(summary->counts.units, RUNS * CELLS);
    assert_int_equal(summary->counts.proven, (RUNS - 1) * CELLS);
    assert_int_equal(summary->n_strategies, SOLVERS);
    assert_int_equal(summary->n_groups, SOLVERS * CELLS);
    assert_int_equal(summary->n_panels, 1);
    const gg_group *goa = &summary->groups[1];
    assert_string_equal(goa->key->solver, "goa");
    assert_int_equal(goa->key->n_users, 10);
    assert_int_equal(goa->gaps.instances, RUNS);
    assert_int_equal(goa->gaps.proven, RUNS - 1);
    assert_int_equal(goa->gaps.unproven, 1);
    /* Runs 0 .. 18: five times 0, 1 and 2 %, four times 3 %. */
    assert_close(goa->gaps.mean, 0.27 / 19, 1e-12, 0);
    assert_close(goa->gaps.median, 0.01, 1e-12, 0);
    assert_close(goa->gaps.max, 0.03, 1e-12, 0);
    assert_close(goa->gaps.share_optimal, 5.0 / 19, 1e-15, 0);
    assert_close(goa->gaps.share_within_5pct, 1.0, 1e-15, 0);
    assert_close(goa->gaps.unproven_median_low, 0.03, 1e-12, 0);
    assert_close(goa->gaps.unproven_median_high, 1.06, 1e-12, 0);
    assert_true(goa->gaps.mean_low < goa->gaps.mean && goa->gaps.mean < goa->gaps.mean_high);
    assert_close(goa->delays.accuracy_mean, 0.5, 1e-15, 0);
    assert_close(goa->delays.offloaded_share_mean, 0.5, 1e-15, 0);
    const gg_group *local = &summary->groups[0];
    assert_int_equal(local->gaps.breaks_tau, RUNS);
    assert_true(local->gaps.share_within_5pct == 0.0 && local->gaps.max < 0.0);
    assert_string_equal(gg_summary_subject(summary)->name, "goa");
    assert_null(gg_summary_best_heuristic(summary));
    gg_summary_free(summary);
}

static void test_the_order_of_rows_does_not_matter(void **state) {
    (void)state;
    gg_row rows[N_ROWS], shuffled[N_ROWS];
    gg_results results = make_results(rows);
    gg_results other = {.count = N_ROWS, .rows = shuffled};
    /* The first unit stays first: it decides the order in which names appear. */
    for (size_t k = 0; k < N_ROWS; k++)
        shuffled[k] = k < SOLVERS ? rows[k] : rows[SOLVERS + (k * 7) % (N_ROWS - SOLVERS)];
    gg_summary *a, *b;
    gg_error err = {0};
    assert_success(gg_summary_compute(&results, &a, &err), &err);
    assert_success(gg_summary_compute(&other, &b, &err), &err);
    assert_int_equal(a->n_groups, b->n_groups);
    for (size_t g = 0; g < a->n_groups; g++) {
        assert_string_equal(a->groups[g].key->solver, b->groups[g].key->solver);
        assert_int_equal(a->groups[g].gaps.proven, b->groups[g].gaps.proven);
        assert_true(a->groups[g].gaps.median == b->groups[g].gaps.median ||
                    isnan(a->groups[g].gaps.median));
    }
    gg_summary_free(a);
    gg_summary_free(b);
}

static void test_results_without_rows_are_refused(void **state) {
    (void)state;
    gg_results empty = {0};
    gg_summary *summary;
    gg_error err = {0};
    assert_int_equal(gg_summary_compute(&empty, &summary, &err), GG_E_INPUT);
    assert_null(summary);
}

/* ---- forms ---- */

static void test_numbers_have_the_digits_they_deserve(void **state) {
    (void)state;
    assert_string_equal(gg_percent(0.0).text, "0");
    assert_string_equal(gg_percent(1e-6).text, "< 0.01");
    assert_string_equal(gg_percent(0.01234).text, "1.23");
    assert_string_equal(gg_percent(0.09999).text, "10.0");
    assert_string_equal(gg_percent(0.4567).text, "45.7");
    assert_string_equal(gg_percent(12.345).text, "1234");
    assert_string_equal(gg_percent(NAN).text, "–");
    assert_string_equal(gg_percent(INFINITY).text, "∞");
    assert_string_equal(gg_share(1.0).text, "100");
    assert_string_equal(gg_share(0.9999).text, "> 99");
    assert_string_equal(gg_share(0.0001).text, "< 1");
    assert_string_equal(gg_count(1234567).text, "1,234,567");
    assert_string_equal(gg_count(12).text, "12");
    assert_string_equal(gg_milliseconds(0.0123456).text, "12.3");
    assert_string_equal(gg_milliseconds(0.0).text, "0");
    assert_string_equal(gg_milliseconds(1.7e-6).text, "0.0017");
}

static void test_html_text_stays_text(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    gg_html_text(stream, "<a b=\"c\" d='e'>&\x01\xFF\xC0\xAFé\xED\xA0\x80\xF0\x9F\x98\x80");
    fclose(stream);
    assert_string_equal(text, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;"
                              "\\x01\\xff\\xc0\\xafé\\xed\\xa0\\x80\U0001F600");
    free(text);
}

/* A study whose every user-made text tries to break out of the page. */
static gg_study *hostile_study(gg_results *results, gg_row *rows) {
    static const char attack[] = "<script src=//x>alert('\"1&\")</script>";
    *results = make_results(rows);
    for (size_t k = 0; k < results->count; k++)
        rows[k].preset = attack;
    rows[4].status = "failed";
    rows[4].failure = attack;
    rows[4].objective_s = NAN;
    const char *const keys[] = {"plan", "workload", "command", "host", "plan_settings"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        char value[128];
        snprintf(value, sizeof value, "%s: %s\n%s", attack, attack, attack);
        assert_int_equal(gg_manifest_add(&results->manifest, keys[k], value, NULL), GG_OK);
    }
    gg_study *study;
    gg_error err = {0};
    assert_success(gg_study_compute(results, &(gg_study_sources){0}, &study, &err), &err);
    return study;
}

static void test_the_page_is_self_contained_and_safe(void **state) {
    gg_row rows[N_ROWS];
    gg_results results;
    gg_error err = {0};
    gg_study *study = hostile_study(&results, rows);
    const gg_report_links links = {"tables", "figures", "summary.json", true};
    const char *path = folder_file(state, "report.html"), *again = folder_file(state, "again.html");
    assert_success(gg_report_html(study, path, &links, &err), &err);
    assert_success(gg_report_html(study, again, &links, &err), &err);
    assert_true(same_files(path, again));
    size_t size;
    char *page = read_whole(path, &size);
    static const char *const forbidden[] = {"<script src", "http:",   "https:", "@import",
                                            "url(",        " onload", "nan",    "-inf"};
    for (size_t k = 0; k < sizeof forbidden / sizeof *forbidden; k++) {
        if (strstr(page, forbidden[k]) != NULL)
            print_error("the page has \"%s\"\n", forbidden[k]);
        assert_null(strstr(page, forbidden[k]));
    }
    static const char *const wanted[] = {"<!DOCTYPE html>", "above the proven optimum",
                                         "<caption>",       "<title>",
                                         "<desc",           "prefers-color-scheme",
                                         "@media print",    "tables/gaps.csv",
                                         "open,<br>",       "&lt;script src=//x&gt;",
                                         "figures/ecdf-1",  "hold no decisions",
                                         "1 solve failed",  "summary.json"};
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++) {
        if (strstr(page, wanted[k]) == NULL)
            print_error("the page lacks \"%s\"\n", wanted[k]);
        assert_non_null(strstr(page, wanted[k]));
    }
    free(page);
    gg_study_free(study);
    gg_manifest_clear(&results.manifest);
}

/* A page for a stream links nothing: there is nothing beside it. */
static void test_a_page_alone_has_no_links(void **state) {
    gg_row rows[N_ROWS];
    gg_results results;
    gg_error err = {0};
    gg_study *study = hostile_study(&results, rows);
    const char *path = folder_file(state, "alone.html");
    assert_success(gg_report_html(study, path, &(gg_report_links){0}, &err), &err);
    size_t size;
    char *page = read_whole(path, &size);
    assert_null(strstr(page, "tables/"));
    assert_null(strstr(page, "figures/"));
    assert_null(strstr(page, ".csv\""));
    free(page);
    gg_study_free(study);
    gg_manifest_clear(&results.manifest);
}

static void test_figures_and_summary_are_sound_files(void **state) {
    gg_row rows[N_ROWS];
    gg_results results;
    gg_error err = {0};
    bool converted;
    gg_study *study = hostile_study(&results, rows);
    assert_success(gg_figure_files(study, ((temporary_folder *)*state)->path, &converted, &err),
                   &err);
    size_t size;
    char *figure = read_whole(folder_file(state, "ecdf-1.svg"), &size);
    assert_true(strncmp(figure, "<svg xmlns=", 11) == 0);
    assert_non_null(strstr(figure, "&lt;script"));
    assert_null(strstr(figure, "<script"));
    free(figure);
    const char *path = folder_file(state, "summary.json");
    assert_success(gg_report_json(study, path, &err), &err);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "format")), "goagap-summary");
    assert_int_equal(json_integer_value(json_object_get(root, "version")), GG_SUMMARY_VERSION);
    assert_int_equal(json_array_size(json_object_get(root, "cells")), SOLVERS * CELLS);
    json_decref(root);
    gg_study_free(study);
    gg_manifest_clear(&results.manifest);
}

/* Seeds are unsigned; a JSON integer is not. */
static void test_large_seeds_survive(void **state) {
    gg_row rows[N_ROWS];
    gg_results results = make_results(rows);
    gg_study *study;
    gg_error err = {0};
    for (size_t k = 0; k < results.count; k++)
        rows[k].seed = UINT64_MAX - 1;
    assert_success(gg_study_compute(&results, &(gg_study_sources){0}, &study, &err), &err);
    const char *path = folder_file(state, "summary.json");
    assert_success(gg_report_json(study, path, &err), &err);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    json_t *worst = json_array_get(json_object_get(root, "worst"), 0);
    assert_string_equal(json_string_value(json_object_get(worst, "seed")), "18446744073709551614");
    json_decref(root);
    gg_study_free(study);
}

static void test_text_fits_a_terminal(void **state) {
    (void)state;
    gg_row rows[N_ROWS];
    gg_results results = make_results(rows);
    gg_summary *summary;
    gg_error err = {0};
    char *text = NULL;
    size_t size = 0;
    assert_success(gg_summary_compute(&results, &summary, &err), &err);
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_success(gg_report_text(summary, stream, &err), &err);
    fflush(stream);
    size_t lines = 0;
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    assert_true(lines <= 24);
    assert_success(gg_report_text_cells(summary, stream, &err), &err);
    fclose(stream);
    size_t column = 0;
    for (const char *at = text; *at != '\0'; at++) {
        column = *at == '\n' ? 0 : column + (((unsigned char)*at & 0xC0) != 0x80);
        assert_true(column <= 80);
    }
    assert_non_null(strstr(text, "GOA is 1.00 % above the proven optimum in the median"));
    assert_non_null(strstr(text, "38 of 40 optima proven"));
    assert_non_null(strstr(text, "goa: open in 1 of 20 instances, gap there in 3.00..106 %"));
    free(text);
    gg_summary_free(summary);
}

/* The field number `wanted` (from 0) of a CSV line without quotes. */
static double field(const char *line, size_t wanted) {
    for (; wanted > 0; wanted--)
        line = strchr(line, ',') + 1;
    return strtod(line, NULL);
}

static void test_tables_hold_the_numbers_exactly(void **state) {
    gg_row rows[N_ROWS];
    gg_results results = make_results(rows);
    gg_study *study;
    gg_error err = {0};
    assert_success(gg_study_compute(&results, &(gg_study_sources){0}, &study, &err), &err);
    assert_success(gg_report_tables(study, ((temporary_folder *)*state)->path, &err), &err);
    size_t size;
    char *table = read_whole(folder_file(state, "gaps.csv"), &size);
    const char *line = strchr(table, '\n') + 1;
    line = strchr(line, '\n') + 1;
    assert_true(strncmp(line, "paper,weighted,10,2,", 20) == 0);
    assert_true(field(line, 8) == RUNS - 1);
    assert_true(field(line, 14) == study->summary->groups[1].gaps.mean);
    assert_true(field(line, 17) == study->summary->groups[1].gaps.median);
    assert_true(field(line, 26) == study->summary->groups[1].gaps.unproven_max_high);
    free(table);
    table = read_whole(folder_file(state, "ecdf.csv"), &size);
    assert_non_null(strstr(table, "paper,weighted,goa,0,"));
    free(table);
    table = read_whole(folder_file(state, "panels.tex"), &size);
    assert_non_null(strstr(table, "\\toprule"));
    free(table);
    assert_int_equal(folder_count(state), 17);
    gg_study_free(study);
}

static void test_short_memory_is_an_error_everywhere(void **state) {
    (void)state;
    gg_row rows[N_ROWS];
    gg_results results = make_results(rows);
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_study *study;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_study_compute(&results, &(gg_study_sources){0}, &study, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        gg_study_free(study);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_are_counted_and_measured),
        cmocka_unit_test(test_the_order_of_rows_does_not_matter),
        cmocka_unit_test(test_results_without_rows_are_refused),
        cmocka_unit_test(test_numbers_have_the_digits_they_deserve),
        cmocka_unit_test(test_html_text_stays_text),
        IN_FOLDER(test_the_page_is_self_contained_and_safe),
        IN_FOLDER(test_a_page_alone_has_no_links),
        IN_FOLDER(test_figures_and_summary_are_sound_files),
        IN_FOLDER(test_large_seeds_survive),
        cmocka_unit_test(test_text_fits_a_terminal),
        IN_FOLDER(test_tables_hold_the_numbers_exactly),
        cmocka_unit_test(test_short_memory_is_an_error_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
