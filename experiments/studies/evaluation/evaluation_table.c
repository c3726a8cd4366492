/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/evaluation/evaluation.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "experiments/output/text_table.h"
#include "models/base/shown.h"

/* A formatted number by value, so that several fit in one call of printf. */
typedef struct cell_text {
    char text[GG_TABLE_CELL];
} cell_text;

static cell_text formatted(const char *format, double value) {
    cell_text t;
    if (isnan(value))
        snprintf(t.text, sizeof t.text, "–");
    else if (isinf(value))
        snprintf(t.text, sizeof t.text, "%s", value > 0.0 ? "∞" : "−∞");
    else
        snprintf(t.text, sizeof t.text, format, value);
    if (t.text[0] == '-' && strspn(t.text, "-0.") == strlen(t.text))
        memmove(t.text, t.text + 1, strlen(t.text)); /* what rounds to 0 has no sign */
    return t;
}

static cell_text ratio(double value) {
    return formatted("%.3f", value);
}

static cell_text percent(double share) {
    return formatted("%.1f", 100.0 * share);
}

static cell_text plain(double value) {
    return formatted("%.4g", value);
}

/* "[0.651, 0.759]"; empty without an interval. */
static cell_text interval(const gg_estimate *e, double scale, const char *format) {
    cell_text t = {""};
    if (isnan(e->low))
        return t;
    cell_text low = formatted(format, scale * e->low), high = formatted(format, scale * e->high);
    snprintf(t.text, sizeof t.text, "[%.13s, %.13s]", low.text, high.text);
    return t;
}

static cell_text ratio_interval(const gg_estimate *e) {
    return interval(e, 1.0, "%.3f");
}

static cell_text percent_interval(const gg_estimate *e) {
    return interval(e, 100.0, "%.1f");
}

/* Without the side, which the heading names, where nothing is stored under the name. */
static const char *short_name(const gg_evaluation *e, const gg_evaluated *item) {
    const char *side = gg_side_name(e->options->side);
    size_t length = strlen(side);
    bool cut = !item->stored && strncmp(item->name, side, length) == 0 && item->name[length] == '_';
    return item->name + (cut ? length + 1 : 0);
}

static gg_status print_comparison(const gg_evaluation *e, FILE *stream, gg_error *err) {
    static const gg_table_column columns[] = {{"uncertainty", "", true}, {"AUROC", "", false},
                                              {"95 %", "", true},        {"AUPRC", "", false},
                                              {"AURC", "", false},       {"PRR", "", false}};
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, 6, e->n_items, err));
    for (size_t k = 0; k < e->n_items; k++) {
        const gg_estimate *m = e->items[k].metrics;
        gg_table_set(&table, k, 0, "%s", short_name(e, &e->items[k]));
        gg_table_set(&table, k, 1, "%s", ratio(m[GG_METRIC_AUROC].value).text);
        gg_table_set(&table, k, 2, "%s", ratio_interval(&m[GG_METRIC_AUROC]).text);
        gg_table_set(&table, k, 3, "%s", ratio(m[GG_METRIC_AUPRC].value).text);
        gg_table_set(&table, k, 4, "%s", ratio(m[GG_METRIC_AURC].value).text);
        gg_table_set(&table, k, 5, "%s", ratio(m[GG_METRIC_PRR].value).text);
    }
    gg_table_print(&table, stream);
    return GG_OK;
}

/* What a measure's value is to be held against. */
static void explain(const gg_evaluation *e, gg_metric metric, gg_table *table, size_t row) {
    double wrong = 1.0 - e->accuracy;
    switch (metric) {
    case GG_METRIC_AUROC:
        gg_table_set(table, row, 3, "chance 0.5, perfect 1");
        break;
    case GG_METRIC_AUPRC:
        gg_table_set(table, row, 3, "chance %s, perfect 1", ratio(wrong).text);
        break;
    case GG_METRIC_AURC:
        gg_table_set(table, row, 3, "chance %s, less is better", ratio(wrong).text);
        break;
    case GG_METRIC_E_AURC:
        gg_table_set(table, row, 3, "perfect 0");
        break;
    case GG_METRIC_PRR:
    case GG_METRIC_PRR_50:
    case GG_METRIC_SPEARMAN:
    case GG_METRIC_KENDALL:
        gg_table_set(table, row, 3, "chance 0%s", metric <= GG_METRIC_PRR_50 ? ", perfect 1" : "");
        break;
    default:
        break;
    }
}

static gg_status print_order(const gg_evaluation *e, const gg_evaluated *item, FILE *stream,
                             gg_error *err) {
    static const gg_table_column columns[] = {
        {"measure", "", true}, {"value", "", false}, {"95 %", "", true}, {"", "", true}};
    static const char *const labels[] = {"AUROC", "AUPRC",     "AURC",         "E-AURC",
                                         "PRR",   "PRR @ 0.5", "Spearman rho", "Kendall tau-b"};
    enum { N_ROWS = sizeof labels / sizeof *labels };
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, 4, N_ROWS, err));
    for (size_t m = 0; m < N_ROWS; m++) {
        gg_table_set(&table, m, 0, "%s", labels[m]);
        gg_table_set(&table, m, 1, "%s", ratio(item->metrics[m].value).text);
        gg_table_set(&table, m, 2, "%s", ratio_interval(&item->metrics[m]).text);
        explain(e, (gg_metric)m, &table, m);
    }
    gg_table_print(&table, stream);
    return GG_OK;
}

/* Deciles beside what offloading the most uncertain queries does. */
static gg_status print_shares(const gg_evaluation *e, const gg_evaluated *item, FILE *stream,
                              gg_error *err) {
    static const gg_table_column columns[] = {{"tenth", "", false},     {"alpha", "from", false},
                                              {"", "to", false},        {"right", "%", false},
                                              {"95 %", "", true},       {"offloaded", "%", false},
                                              {"accuracy", "%", false}, {"95 %", "", true}};
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, 8, GG_N_DECILES, err));
    for (size_t d = 0; d < GG_N_DECILES; d++) {
        const gg_estimate *right = &item->metrics[GG_METRIC_DECILE + d];
        gg_table_set(&table, d, 0, "%zu", d + 1);
        gg_table_set(&table, d, 1, "%s", plain(item->decile_low[d]).text);
        gg_table_set(&table, d, 2, "%s", plain(item->decile_high[d]).text);
        gg_table_set(&table, d, 3, "%s", percent(right->value).text);
        gg_table_set(&table, d, 4, "%s", percent_interval(right).text);
        if (e->llm_correct == NULL)
            continue;
        gg_table_set(&table, d, 5, "%zu", 10 * (d + 1));
        if (d < GG_N_OFFLOAD_RATES) {
            const gg_estimate *accuracy = &item->metrics[GG_METRIC_OFFLOAD + d];
            gg_table_set(&table, d, 6, "%s", percent(accuracy->value).text);
            gg_table_set(&table, d, 7, "%s", percent_interval(accuracy).text);
        } else {
            gg_table_set(&table, d, 6, "%s", percent(e->llm_accuracy).text);
        }
    }
    gg_table_print(&table, stream);
    if (isnan(item->metrics[GG_METRIC_APGR].value))
        return GG_OK;
    fprintf(stream,
            "Gap between the models closed on average (APGR): %s %s.\n"
            "To close 20, 50, 80 %% of it (CPT) offload %s, %s, %s %% of the queries.\n",
            ratio(item->metrics[GG_METRIC_APGR].value).text,
            ratio_interval(&item->metrics[GG_METRIC_APGR]).text,
            percent(item->metrics[GG_METRIC_CPT_20].value).text,
            percent(item->metrics[GG_METRIC_CPT_50].value).text,
            percent(item->metrics[GG_METRIC_CPT_80].value).text);
    return GG_OK;
}

static gg_status print_calibration(const gg_evaluation *e, const gg_evaluated *item, FILE *stream,
                                   gg_error *err) {
    const char *method = gg_calibration_name(e->options->calibration);
    const gg_table_column columns[] = {{"measure", "", true},
                                       {"alpha", "", false},
                                       {"95 %", "", true},
                                       {method, "", false},
                                       {"95 %", "", true}};
    static const char *const labels[] = {"ECE, equal width", "ECE, equal mass", "Brier score",
                                         "log loss (NLL)"};
    bool twice = e->options->calibration != GG_IDENTITY;
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, 5, 4, err));
    for (size_t m = 0; m < 4; m++) {
        const gg_estimate *raw = &item->raw_test[GG_METRIC_ECE_WIDTH + m];
        const gg_estimate *better = &item->calibrated_test[GG_METRIC_ECE_WIDTH + m];
        gg_table_set(&table, m, 0, "%s", labels[m]);
        gg_table_set(&table, m, 1, "%s", ratio(raw->value).text);
        gg_table_set(&table, m, 2, "%s", ratio_interval(raw).text);
        gg_table_set(&table, m, 3, "%s", twice ? ratio(better->value).text : "");
        gg_table_set(&table, m, 4, "%s", twice ? ratio_interval(better).text : "");
    }
    gg_table_print(&table, stream);
    return GG_OK;
}

static gg_status print_reliability(const gg_evaluation *e, const gg_evaluated *item, FILE *stream,
                                   gg_error *err) {
    static const gg_table_column columns[] = {{"forecast", "from", false}, {"", "to", false},
                                              {"queries", "", false},      {"forecast", "%", false},
                                              {"observed", "%", false},    {"95 %", "", true}};
    size_t row = 0;
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, 6, e->options->n_bins, err));
    for (size_t b = 0; b < e->options->n_bins; b++) {
        const gg_reliability_bin *bin = &item->calibrated_bins[b];
        if (bin->count == 0.0)
            continue;
        gg_table_set(&table, row, 0, "%s", plain(bin->low).text);
        gg_table_set(&table, row, 1, "%s", plain(bin->high).text);
        gg_table_set(&table, row, 2, "%.0f", bin->count);
        gg_table_set(&table, row, 3, "%s", percent(bin->forecast).text);
        gg_table_set(&table, row, 4, "%s", percent(bin->observed).text);
        gg_estimate observed = {.value = bin->observed};
        gg_share_interval(bin->count * bin->observed, bin->count, &observed.low, &observed.high);
        gg_table_set(&table, row, 5, "%s", percent_interval(&observed).text);
        row++;
    }
    table.n_rows = row;
    gg_table_print(&table, stream);
    return GG_OK;
}

static const char *threshold_label(const gg_threshold *t) {
    static const char *const labels[GG_N_THRESHOLD_KINDS] = {[GG_TARGET_ACCURACY] = "accuracy",
                                                             [GG_OFFLOAD_RATE] = "offload",
                                                             [GG_CONFORMAL] = "conformal"};
    return labels[t->kind];
}

/* The intervals of what a threshold does on queries not seen. */
static void print_use(const gg_threshold *t, FILE *stream) {
    if (isnan(t->test_offloaded.low))
        return;
    fprintf(stream, "%s %.12g on test, 95 %%: offloaded %s", threshold_label(t), t->asked,
            percent_interval(&t->test_offloaded).text);
    if (!isnan(t->test_accuracy.low))
        fprintf(stream, ", right %s", percent_interval(&t->test_accuracy).text);
    fputs(" %\n", stream);
}

static gg_status print_thresholds(const gg_evaluated *item, FILE *stream, gg_error *err) {
    static const gg_table_column columns[] = {
        {"asked for", "", true},      {"offload", "alpha >", false}, {"if", "p >", false},
        {"chosen on", "", true},      {"there", "off. %", false},    {"", "right %", false},
        {"on test", "off. %", false}, {"", "right %", false}};
    gg_table table;
    GG_TRY(gg_table_init(&table, columns, 8, item->n_thresholds, err));
    for (size_t k = 0; k < item->n_thresholds; k++) {
        const gg_threshold *t = &item->thresholds[k];
        const gg_offloading *there = &t->parts[t->chosen_on], *test = &t->parts[GG_TEST_PART];
        gg_table_set(&table, k, 0, "%s %.12g", threshold_label(t), t->asked);
        if (!t->found)
            continue;
        gg_table_set(&table, k, 1, "%s", plain(t->tau).text);
        gg_table_set(&table, k, 2, "%s", plain(t->theta).text);
        gg_table_set(&table, k, 3, "%s", gg_part_name(t->chosen_on));
        gg_table_set(&table, k, 4, "%s", percent(there->offloaded).text);
        gg_table_set(&table, k, 5, "%s", percent(there->accuracy).text);
        gg_table_set(&table, k, 6, "%s", percent(test->offloaded).text);
        gg_table_set(&table, k, 7, "%s", percent(test->accuracy).text);
    }
    gg_table_print(&table, stream);
    for (size_t k = 0; k < item->n_thresholds; k++) {
        const gg_threshold *t = &item->thresholds[k];
        if (!t->found) {
            fprintf(stream, "No threshold reaches an accuracy of %.12g: the best is %s.\n",
                    t->asked, ratio(t->best).text);
            continue;
        }
        if (t->kind == GG_CONFORMAL)
            fprintf(stream, "conformal: a right answer is kept with probability %.12g or more.\n",
                    1.0 - t->asked);
        print_use(t, stream);
    }
    return GG_OK;
}

static void print_router(const gg_evaluation *e, const gg_evaluated *item, FILE *stream) {
    const gg_router *r = e->options->router;
    const gg_estimate *m = item->router_metrics;
    fprintf(stream,
            "\nThe router offloads %s %% of all queries (p > %.12g): accuracy %s %%, cost %s.\n"
            "Its forecasts: ECE %s %s, Brier score %s, log loss %s.\n",
            percent(item->router_use.offloaded).text, r->theta,
            percent(item->router_use.accuracy).text,
            plain(gg_router_cost(r, item->router_use.offloaded)).text,
            ratio(m[GG_METRIC_ECE_WIDTH].value).text, ratio_interval(&m[GG_METRIC_ECE_WIDTH]).text,
            ratio(m[GG_METRIC_BRIER].value).text, ratio(m[GG_METRIC_NLL].value).text);
}

static void print_heading(const gg_evaluation *e, FILE *stream) {
    const char *side = gg_side_name(e->options->side);
    gg_put_shown(stream, e->path);
    fprintf(stream, ": %zu queries, the %s is right on %s %%", e->n, side,
            percent(e->accuracy).text);
    if (e->llm_correct != NULL)
        fprintf(stream, ", the llm on %s %%", percent(e->llm_accuracy).text);
    fprintf(stream, ".\nHow well do uncertainties foretell the errors of the %s?\n", side);
    if (e->options->resamples > 0)
        fprintf(stream,
                "Intervals are 95 %% percentiles of %" PRIu32 " resamples, seed %" PRIu64 ".\n",
                e->options->resamples, e->options->seed);
    fputc('\n', stream);
}

static gg_status print_held_out(const gg_evaluation *e, const gg_evaluated *item, FILE *stream,
                                gg_error *err) {
    fprintf(stream,
            "\nProbability of an error: %s, fitted to %zu queries, judged on %zu others.\n\n",
            gg_calibration_name(e->options->calibration), e->part_size[GG_CALIBRATION_PART],
            e->part_size[GG_TEST_PART]);
    GG_TRY(print_calibration(e, item, stream, err));
    if (item->outside > 0)
        fprintf(
            stream,
            "\n%zu of %zu values lie outside 0..1: as probabilities they count as the nearer end,\n"
            "and the column alpha says nothing of them.\n",
            item->outside, e->n);
    fputc('\n', stream);
    GG_TRY(print_reliability(e, item, stream, err));
    if (item->n_thresholds == 0)
        return GG_OK;
    fputs("\nThresholds, and what they do where they were chosen and on queries not seen.\n\n",
          stream);
    return print_thresholds(item, stream, err);
}

/* Which measure ranks errors best; all of them where they are more than the items. */
static gg_status print_best(const gg_evaluation *e, FILE *stream, gg_error *err) {
    static const gg_table_column columns[] = {{"ranks errors", "", true},
                                              {"AUROC", "", false},
                                              {"95 %", "", true},
                                              {"behind", "", false},
                                              {"95 %", "", true}};
    gg_sentence best = {0};
    gg_table table;
    gg_evaluation_tell_best(e, &best);
    if (best.used == 0)
        return GG_OK;
    if (e->n_ranked > e->n_items) {
        GG_TRY(gg_table_init(&table, columns, 5, e->n_ranked, err));
        for (size_t k = 0; k < e->n_ranked; k++) {
            const gg_ranked_measure *of = &e->ranked[k];
            gg_table_set(&table, k, 0, "%s", of->name);
            gg_table_set(&table, k, 1, "%s", ratio(of->auroc.value).text);
            gg_table_set(&table, k, 2, "%s", ratio_interval(&of->auroc).text);
            gg_table_set(&table, k, 3, "%s", ratio(of->behind.value).text);
            gg_table_set(&table, k, 4, "%s", k > 0 ? ratio_interval(&of->behind).text : "");
        }
        gg_table_print(&table, stream);
    }
    gg_put_wrapped(best.text, stream);
    fputc('\n', stream);
    return GG_OK;
}

gg_status gg_evaluation_print_table(const gg_evaluation *e, FILE *stream, gg_error *err) {
    const gg_evaluated *item = &e->items[0];
    print_heading(e, stream);
    if (e->n_items > 1) {
        GG_TRY(print_comparison(e, stream, err));
        if (e->n_skipped > 0)
            fprintf(stream, "(%zu combinations do not fit this dataset)\n", e->n_skipped);
        fputc('\n', stream);
    }
    GG_TRY(print_best(e, stream, err));
    gg_put_shown(stream, item->name);
    fputs("\n\n", stream);
    GG_TRY(print_order(e, item, stream, err));
    fputs(e->llm_correct != NULL
              ? "\nBy tenths of ascending alpha; and when the most uncertain are offloaded.\n\n"
              : "\nBy tenths of ascending alpha.\n\n",
          stream);
    GG_TRY(print_shares(e, item, stream, err));
    if (e->split)
        GG_TRY(print_held_out(e, item, stream, err));
    else
        fprintf(stream, "\n%zu queries are too few to calibrate on some and judge on others.\n",
                e->n);
    if (e->options->router != NULL)
        print_router(e, item, stream);
    if (e->n_items > 1)
        fputs("\nThe first uncertainty is shown in full; --format json has all.\n", stream);
    return GG_OK;
}
