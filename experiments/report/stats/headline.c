/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/headline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/output/format.h"
#include "experiments/statistics/signed_rank.h"
#include "models/base/shown.h"

enum { LONGEST_NAME = 40 };

const char *gg_strategy_title(const gg_strategy *strategy) {
    return strcmp(strategy->name, "goa") == 0 ? "GOA" : strategy->name;
}

const gg_fair *gg_headline_fair(const gg_summary *summary) {
    for (size_t k = 0; k < summary->fair.count; k++) {
        const gg_fair *fair = &summary->fair.items[k];
        if (fair->reference == gg_summary_subject_index(summary) && fair->all.compared > 0)
            return fair;
    }
    return NULL;
}

/* What the gaps are of. */
static const char *cost_name(const gg_summary *summary) {
    const char *first = summary->panels[0].key->objective;
    bool all_delays = true, all_same = true;
    for (size_t p = 0; p < summary->n_panels; p++) {
        const char *objective = summary->panels[p].key->objective;
        all_same = all_same && strcmp(objective, first) == 0;
        all_delays =
            all_delays && (strcmp(objective, "weighted") == 0 || strcmp(objective, "uniform") == 0);
    }
    if (!all_delays)
        return all_same && strcmp(first, "energy") == 0 ? "energy" : "objective";
    return !all_same ? "delay" : strcmp(first, "uniform") == 0 ? "total delay" : "weighted delay";
}

enum { PRESETS_COMPARED = 4 };

bool gg_headline_compares(const gg_summary *summary) {
    const gg_fair *fair = gg_headline_fair(summary);
    if (fair == NULL || summary->n_panels < 2 || summary->n_panels > PRESETS_COMPARED)
        return false;
    for (size_t p = 0; p < summary->n_panels; p++)
        if (fair->panels[p].compared == 0 ||
            strcmp(summary->panels[p].key->objective, summary->panels[0].key->objective) != 0)
            return false;
    return true;
}

/* "22.5 % [20.7, 24.3] (paper), 27.2 % [23.4, 31.2] (paper-batch)": at the same accuracy, or
 * whatever it is. */
static void put_presets(const gg_summary *summary, bool at_par, gg_sentence *text) {
    const gg_fair *fair = gg_headline_fair(summary);
    char preset[LONGEST_NAME + 1];
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_gap_span *gap = at_par ? &fair->panels[p].at_par : &fair->panels[p].gap;
        gg_sentence_add(text, "%s%s %% [%s, %s] (%s)", p == 0 ? "" : ", ", gg_span_text(gap).text,
                        gg_percent(gap->least.low).text, gg_percent(gap->most.high).text,
                        gg_shown_cut(summary->panels[p].key->preset, preset, sizeof preset));
    }
}

static void compared_headline(const gg_summary *summary, char text[GG_HEADLINE_SIZE]) {
    char name[LONGEST_NAME + 1];
    gg_sentence said = {0};
    put_presets(summary, true, &said);
    snprintf(text, GG_HEADLINE_SIZE, "%s's %s is above the optimum at its own accuracy by %.800s.",
             gg_shown_cut(gg_strategy_title(gg_summary_subject(summary)), name, sizeof name),
             cost_name(summary), said.text);
}

static void fair_headline(const gg_summary *summary, const gg_fair *fair,
                          char text[GG_HEADLINE_SIZE]) {
    const gg_fair_stats *of = &fair->all;
    const gg_mean_interval *d = of->delay_s;
    char name[LONGEST_NAME + 1];
    gg_shown_cut(gg_strategy_title(gg_summary_subject(summary)), name, sizeof name);
    snprintf(
        text, GG_HEADLINE_SIZE,
        "%s's %s is %s %% [%s, %s] above the optimum, %s %% [%s, %s] above the optimum at %s's own "
        "accuracy; in ms per query: %s [%s, %s] against %s and %s.",
        name, cost_name(summary), gg_span_text(&of->gap).text, gg_percent(of->gap.least.low).text,
        gg_percent(of->gap.most.high).text, gg_span_text(&of->at_par).text,
        gg_percent(of->at_par.least.low).text, gg_percent(of->at_par.most.high).text, name,
        gg_milliseconds(d[GG_FAIR_REFERENCE].mean).text,
        gg_milliseconds(d[GG_FAIR_REFERENCE].low).text,
        gg_milliseconds(d[GG_FAIR_REFERENCE].high).text,
        gg_milliseconds(d[GG_FAIR_OPTIMUM].mean).text, gg_milliseconds(d[GG_FAIR_HELD].mean).text);
}

bool gg_headline_has_bounds(const gg_summary *summary) {
    for (size_t s = 0; s < summary->n_strategies; s++)
        if (summary->strategies[s].proves)
            return true;
    return gg_summary_subject(summary)->delays.decisions == 0;
}

/* Where no bound is known: what the subject reaches beside the others. */
static void baseline_headline(const gg_summary *summary, char text[GG_HEADLINE_SIZE]) {
    enum { MOST = 5 };
    const size_t subject = gg_summary_subject_index(summary);
    char name[LONGEST_NAME + 1];
    gg_sentence said = {0};
    for (size_t k = 0, shown = 0; k <= summary->n_strategies && shown < MOST; k++) {
        const size_t s = k == 0 ? subject : k - 1;
        if (k > 0 && s == subject)
            continue;
        const gg_delay_stats *d = &summary->strategies[s].delays;
        const gg_shown_accuracy at = gg_accuracy_of(d, isnan(d->expected_accuracy_mean));
        gg_shown_cut(gg_strategy_title(&summary->strategies[s]), name, sizeof name);
        gg_sentence_add(&said, "%s%s %s",
                        shown == 0   ? ""
                        : shown == 1 ? " ("
                                     : ", ",
                        name, gg_milliseconds(gg_delay_mean_s(d)).text);
        if (k == 0 && !isnan(d->delay_mean_low_s))
            gg_sentence_add(&said, " [%s, %s]", gg_milliseconds(d->delay_mean_low_s).text,
                            gg_milliseconds(d->delay_mean_high_s).text);
        gg_sentence_add(&said, " ms");
        if (!isnan(at.mean))
            gg_sentence_add(&said, " and %s %%", gg_percent(at.mean).text);
        shown++;
    }
    snprintf(text, GG_HEADLINE_SIZE,
             "No optimum is known. Mean delay per query and right answers: %.700s%s.", said.text,
             summary->n_strategies > 1 ? ")" : "");
}

void gg_headline(const gg_summary *summary, char text[GG_HEADLINE_SIZE]) {
    const gg_fair *fair = gg_headline_fair(summary);
    if (fair != NULL && gg_headline_compares(summary)) {
        compared_headline(summary, text);
        return;
    }
    if (fair != NULL) {
        fair_headline(summary, fair, text);
        return;
    }
    if (!gg_headline_has_bounds(summary)) {
        baseline_headline(summary, text);
        return;
    }
    const gg_strategy *subject = gg_summary_subject(summary);
    const gg_gap_stats *gaps = &subject->gaps;
    const char *name = gg_strategy_title(subject);
    if (gaps->proven > 0)
        snprintf(text, GG_HEADLINE_SIZE,
                 "%s is %s %% above the proven optimum in the median and %s %% at worst.", name,
                 gg_percent(gaps->median).text, gg_percent(gaps->max).text);
    else if (gaps->unproven > 0 && isinf(gaps->unproven_median_high))
        snprintf(text, GG_HEADLINE_SIZE,
                 "No optimum is proven: in the median %s is at least %s %% above it.", name,
                 gg_percent(gaps->unproven_median_low).text);
    else if (gaps->unproven > 0)
        snprintf(text, GG_HEADLINE_SIZE,
                 "No optimum is proven: in the median %s is between %s %% and %s %% above it.",
                 name, gg_percent(gaps->unproven_median_low).text,
                 gg_percent(gaps->unproven_median_high).text);
    else
        snprintf(text, GG_HEADLINE_SIZE, "%s has no decision that could be compared.", name);
}

/* What the headline's means are of, and what is open. */
static int put_fair(const gg_summary *summary, char *text, size_t size) {
    const gg_fair *fair = gg_headline_fair(summary);
    if (fair == NULL)
        return 0;
    const gg_fair_stats *of = &fair->all;
    int used = 0;
    if (gg_headline_compares(summary)) {
        gg_sentence plain = {0};
        put_presets(summary, false, &plain);
        used = snprintf(text, size, " Whatever its accuracy, it is above the optimum by %.500s.",
                        plain.text);
    }
    used += snprintf(
        text + used, size - (size_t)used, " Means with 95 %% intervals over %s%s instances.",
        of->compared == of->fair.instances ? "all " : "the bounded ", gg_count(of->compared).text);
    if (of->fair.unproven > 0)
        used += snprintf(text + used, size - (size_t)used,
                         " At equal accuracy %s of %s optima are proven; where not, the gap is "
                         "counted from its least to its most by the proven bounds.",
                         gg_count(of->fair.proven).text, gg_count(of->fair.instances).text);
    return used;
}

void gg_headline_more(const gg_summary *summary, char text[GG_HEADLINE_SIZE]) {
    const gg_gap_counts *counts = &summary->counts;
    const gg_strategy *best = gg_summary_best_heuristic(summary);
    size_t failed = 0;
    for (size_t s = 0; s < summary->n_strategies; s++)
        failed += summary->strategies[s].gaps.failed;
    int used =
        !gg_headline_has_bounds(summary)
            ? snprintf(text, GG_HEADLINE_SIZE,
                       "Bounds come from exact, glpk or lagrangian among the plan's solvers.")
            : snprintf(text, GG_HEADLINE_SIZE, "%s of %s optima proven.",
                       gg_count(counts->proven).text, gg_count(counts->units).text);
    used += put_fair(summary, text + used, GG_HEADLINE_SIZE - (size_t)used);
    const gg_gap_stats *gaps = &gg_summary_subject(summary)->gaps;
    char name[LONGEST_NAME + 1];
    if (gaps->proven > 0 && gaps->unproven > 0 && isfinite(gaps->unproven_median_high))
        used += snprintf(
            text + used, GG_HEADLINE_SIZE - (size_t)used,
            " Where it is open, %s is between %s %% and %s %% above it (medians of "
            "the bounds).",
            gg_shown_cut(gg_strategy_title(gg_summary_subject(summary)), name, sizeof name),
            gg_percent(gaps->unproven_median_low).text,
            gg_percent(gaps->unproven_median_high).text);
    if (best != NULL)
        used += snprintf(text + used, GG_HEADLINE_SIZE - (size_t)used,
                         " The nearest heuristic, %s, is %s %% above in the mean and %s %% at "
                         "worst.",
                         gg_shown_cut(best->name, name, sizeof name),
                         gg_percent(best->gaps.mean).text, gg_percent(best->gaps.max).text);
    if (failed > 0)
        used += snprintf(text + used, GG_HEADLINE_SIZE - (size_t)used, " %s solves failed.",
                         gg_count(failed).text);
    if (counts->conflicts > 0)
        snprintf(text + used, GG_HEADLINE_SIZE - (size_t)used,
                 " Something is wrong: in %s instances a decision lies below a proven bound.",
                 gg_count(counts->conflicts).text);
}

void gg_cell_title(const gg_row *key, const char *tau, char *text, size_t size) {
    snprintf(text, size, "%s, %s objective, N = %u, M = %u, %s = %.12g", key->preset,
             key->objective, key->n_users, key->n_servers, tau, key->tau);
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

void gg_draws_tell(const gg_summary *summary, gg_sentence *text) {
    const gg_gap_counts *counts = &summary->counts;
    gg_sentence_add(text, "%s instance%s of %s network%s from %s draw%s",
                    gg_count(counts->units).text, plural(counts->units),
                    gg_count(counts->networks).text, plural(counts->networks),
                    gg_count(counts->draws).text, plural(counts->draws));
    if (counts->draws == 1)
        gg_sentence_add(text, ": too few for any interval.");
    else if (counts->draws < GG_FEWEST_DRAWS)
        gg_sentence_add(text, ": only draws are independent, too few for a test.");
    else
        gg_sentence_add(text, ": only draws are independent, and intervals and tests count them.");
}
