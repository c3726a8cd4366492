/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gap at equal accuracy: to whom it is measured, what is open, and that a row held to an
 * accuracy proves nothing about other decisions.
 *
 * Covers html_fair and report_fair.
 */
#include "experiments/report/stats/headline.h"
#include "experiments/report/tables/report_tables.h"
#include "tests/unit/experiments/report/report_common.h"

enum { INSTANCES = 4, EACH = 4, N_ROWS = INSTANCES * EACH };

typedef struct rows {
    gg_row row[N_ROWS];
    gg_results results;
} rows;

static void put(rows *r, size_t k, const char *solver, const char *status, double f, double lb,
                double accuracy) {
    r->row[k] = make_row(solver, status, f, lb);
    r->row[k].run = (uint32_t)(k / EACH);
    r->row[k].expected_accuracy = accuracy;
    r->row[k].fair_accuracy = NAN;
    r->row[k].n_users = 10;
}

static void hold(rows *r, size_t k, const char *reference, double accuracy) {
    r->row[k].fair_reference = reference;
    r->row[k].fair_accuracy = accuracy;
}

/* In the first two all is proven; a heuristic is below the held row of the second. In the third the
 * held row is open, in the last only the held row is optimal. */
static void make(rows *r) {
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < INSTANCES; i++) {
        size_t k = i * EACH;
        put(r, k, "goa", "feasible", 2.0 + (double)i, NAN, 0.6);
        put(r, k + 1, "mine", "feasible", i == 1 ? 1.9 : 2.5, NAN, i == 1 ? 0.6 : 0.5);
        put(r, k + 2, "exact", i == 3 ? "bounded" : "optimal", 1.0, i == 3 ? 0.5 : 1.0, 0.4);
        put(r, k + 3, "exact-fair", i == 2 ? "bounded" : "optimal", i == 1 ? 1.95 : 1.6, 1.5, 0.6);
        hold(r, k + 3, "goa", 0.6);
    }
    r->results.count = N_ROWS;
    r->results.rows = r->row;
}

static gg_summary *summarise(const rows *r) {
    gg_summary *summary;
    gg_error err = {0};
    assert_success(gg_summary_compute(&r->results, &summary, &err), &err);
    return summary;
}

static void held_rows_prove_nothing_of_others(void **state) {
    (void)state;
    rows r;
    make(&r);
    gg_summary *summary = summarise(&r);
    assert_int_equal(summary->counts.units, 4);
    assert_int_equal(summary->counts.proven, 3);
    assert_int_equal(summary->counts.conflicts, 0);
    assert_int_equal(summary->gaps[3 * EACH].kind, GG_GAP_INTERVAL);
    assert_close(summary->gaps[3 * EACH].high, 5.0 / 0.5 - 1.0, 1e-15, 0.0);
    gg_summary_free(summary);
}

static void the_reference_is_measured_on_the_same_instances(void **state) {
    (void)state;
    rows r;
    make(&r);
    gg_summary *summary = summarise(&r);
    assert_int_equal(summary->fair.count, 1);
    const gg_fair *fair = &summary->fair.items[0];
    const gg_fair_stats *all = &fair->all;
    assert_string_equal(summary->strategies[fair->reference].name, "goa");
    assert_string_equal(summary->strategies[fair->held].name, "exact-fair");
    assert_int_equal(all->fair.instances, 4);
    assert_int_equal(all->fair.proven, 3);
    assert_int_equal(all->fair.unproven, 1);
    assert_close(all->fair.unproven_median_low, 4.0 / 1.6 - 1.0, 1e-15, 0.0);
    assert_close(all->fair.unproven_median_high, 4.0 / 1.5 - 1.0, 1e-15, 0.0);
    /* Where an optimum is open, the gap is known from its least to its most. */
    assert_int_equal(all->compared, 4);
    assert_close(all->gap.least.mean, (2.0 + 3.0 + 4.0 + 5.0) / 4.0 - 1.0, 1e-15, 0.0);
    assert_close(all->gap.most.mean, (2.0 + 3.0 + 4.0 + 5.0 / 0.5) / 4.0 - 1.0, 1e-15, 0.0);
    assert_close(all->at_par.least.mean, ((2.0 + 4.0 + 5.0) / 1.6 + 3.0 / 1.9) / 4.0 - 1.0, 1e-15,
                 0.0);
    assert_close(all->at_par.most.mean, ((2.0 + 5.0) / 1.6 + 4.0 / 1.5 + 3.0 / 1.9) / 4.0 - 1.0,
                 1e-15, 0.0);
    assert_true(all->at_par.least.low <= all->at_par.least.mean &&
                all->at_par.least.mean <= all->at_par.least.high);
    assert_close(all->delay_s[GG_FAIR_REFERENCE].mean, 0.35, 1e-15, 0.0);
    assert_close(all->delay_s[GG_FAIR_OPTIMUM].mean, 0.1, 1e-15, 0.0);
    assert_close(all->delay_s[GG_FAIR_HELD].mean, (3.0 * 0.16 + 0.19) / 4.0, 1e-15, 0.0);
    assert_close(all->accuracy[GG_FAIR_OPTIMUM].mean, 0.4, 1e-15, 0.0);
    assert_close(fair->panels[0].at_par.most.mean, all->at_par.most.mean, 0.0, 0.0);
    gg_summary_free(summary);
}

static void the_headline_has_both_gaps(void **state) {
    (void)state;
    rows r;
    char text[GG_HEADLINE_SIZE];
    make(&r);
    gg_summary *summary = summarise(&r);
    gg_headline(summary, text);
    assert_non_null(strstr(text, "GOA's weighted delay is 250–375 % ["));
    assert_non_null(
        strstr(text, "above the optimum at GOA's own accuracy; in ms per query: 350 ["));
    gg_headline_more(summary, text);
    assert_non_null(strstr(text, "over all 4 instances"));
    assert_non_null(strstr(text, "At equal accuracy 3 of 4 optima are proven"));
    gg_summary_free(summary);
}

static void the_headline_names_what_the_gaps_are_of(void **state) {
    (void)state;
    static const char *const names[][2] = {
        {"uniform", "GOA's total delay is "},
        {"energy", "GOA's energy is "},
        {"delay+energy:0.5", "GOA's objective is "},
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        rows r;
        char text[GG_HEADLINE_SIZE];
        make(&r);
        for (size_t i = 0; i < N_ROWS; i++)
            r.row[i].objective = names[k][0];
        gg_summary *summary = summarise(&r);
        gg_headline(summary, text);
        assert_true(strncmp(text, names[k][1], strlen(names[k][1])) == 0);
        gg_summary_free(summary);
    }
}

/* The first two instances on one network, the others on another: a mean of both would be of nothing.
 */
static void presets_of_one_objective_are_compared(void **state) {
    (void)state;
    rows r;
    char text[GG_HEADLINE_SIZE];
    make(&r);
    for (size_t k = N_ROWS / 2; k < N_ROWS; k++)
        r.row[k].preset = "urban";
    gg_summary *summary = summarise(&r);
    assert_true(gg_headline_compares(summary));
    gg_headline(summary, text);
    assert_non_null(strstr(text, "is above the optimum at its own accuracy by 41"));
    assert_non_null(strstr(text, "] (urban)."));
    gg_headline_more(summary, text);
    assert_non_null(strstr(text, "Whatever its accuracy, it is above the optimum by 150 % ["));
    gg_summary_free(summary);
    for (size_t k = N_ROWS / 2; k < N_ROWS; k++)
        r.row[k].objective = "uniform";
    summary = summarise(&r);
    assert_false(gg_headline_compares(summary));
    gg_summary_free(summary);
}

/* Results from before expected accuracies, and references that are not there. */
static void nothing_is_said_without_held_rows(void **state) {
    (void)state;
    rows r;
    char text[GG_HEADLINE_SIZE];
    make(&r);
    for (size_t k = 0; k < N_ROWS; k++)
        if (gg_row_is_held(&r.row[k]))
            r.row[k].fair_reference = "nobody";
    gg_summary *summary = summarise(&r);
    assert_int_equal(summary->fair.count, 0);
    gg_headline(summary, text);
    assert_null(strstr(text, "own accuracy"));
    gg_summary_free(summary);
}

static char *written(void (*write)(const gg_study *, FILE *), gg_summary *summary) {
    char *text = NULL;
    size_t size = 0;
    const gg_study study = {.summary = summary};
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    write(&study, stream);
    fclose(stream);
    return text;
}

/* Of the line that begins there. */
static size_t commas(const char *line) {
    size_t n = 0;
    for (; *line != '\n' && *line != '\0'; line++)
        n += *line == ',';
    return n;
}

static void tables_have_a_line_a_panel(void **state) {
    (void)state;
    rows r;
    make(&r);
    gg_summary *summary = summarise(&r);
    char *csv = written(gg_csv_fair, summary), *tex = written(gg_latex_fair, summary);
    assert_non_null(strstr(csv, "\npaper,weighted,goa,exact-fair,4,3,1,1.5,"));
    assert_non_null(strstr(tex, "GOA, $n=4$ & mean"));
    assert_int_equal(commas(csv), commas(csv + strcspn(csv, "\n") + 1));
    free(csv);
    free(tex);
    gg_summary_free(summary);
}

static void short_memory_is_an_error(void **state) {
    (void)state;
    rows r;
    make(&r);
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_summary *summary;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = gg_summary_compute(&r.results, &summary, &err);
        gg_alloc_fail_after(-1);
        assert_true(status == GG_OK || status == GG_E_NOMEM);
        if (status == GG_OK)
            gg_summary_free(summary);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_rows_prove_nothing_of_others),
        cmocka_unit_test(the_reference_is_measured_on_the_same_instances),
        cmocka_unit_test(the_headline_has_both_gaps),
        cmocka_unit_test(the_headline_names_what_the_gaps_are_of),
        cmocka_unit_test(presets_of_one_objective_are_compared),
        cmocka_unit_test(nothing_is_said_without_held_rows),
        cmocka_unit_test(tables_have_a_line_a_panel),
        cmocka_unit_test(short_memory_is_an_error)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
