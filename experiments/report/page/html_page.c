/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "experiments/output/html.h"
#include "experiments/report/page/html_sections.h"
#include "experiments/report/stats/headline.h"
#include "models/base/outfile.h"

static const char style_sheet[] =
#include "experiments/report/page/report_css.inc"
    ;

static const char sorting[] =
#include "experiments/report/page/sort_js.inc"
    ;

static void write_head(FILE *stream, const char *headline) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"generator\" content=\"goagap\">\n<title>",
          stream);
    gg_html_text(stream, headline);
    fputs("</title>\n<style>\n", stream);
    fputs(style_sheet, stream);
    fputs("</style>\n</head>\n<body>\n", stream);
}

static void tile(FILE *stream, const char *value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tile(FILE *stream, const char *value, const char *format, ...) {
    char label[160];
    va_list args;
    va_start(args, format);
    vsnprintf(label, sizeof label, format, args);
    va_end(args);
    fputs("<li><b>", stream);
    gg_html_prose(stream, value);
    fputs("</b> ", stream);
    gg_html_prose(stream, label);
    fputs("</li>\n", stream);
}

static void percent_tile(FILE *stream, double ratio, const char *who, const char *what) {
    char value[40];
    snprintf(value, sizeof value, "%s %%", gg_percent(ratio).text);
    tile(stream, value, "%s: %s", who, what);
}

static void span_tile(FILE *stream, const gg_gap_span *span, const char *who, const char *what) {
    char value[80];
    snprintf(value, sizeof value, "%s %%", gg_span_text(span).text);
    tile(stream, value, "%s: %s", who, what);
}

/* The gap at equal accuracy, and what both come to. */
static void fair_tiles(FILE *stream, const gg_summary *summary) {
    const gg_fair *fair = gg_headline_fair(summary);
    char value[120];
    if (fair == NULL)
        return;
    const char *name = gg_strategy_title(&summary->strategies[fair->reference]);
    if (gg_headline_compares(summary)) {
        for (size_t p = 0; p < summary->n_panels; p++) {
            snprintf(value, sizeof value, "%s / %s %%", gg_span_text(&fair->panels[p].gap).text,
                     gg_span_text(&fair->panels[p].at_par).text);
            tile(stream, value, "%s on %s: mean gap, and at its own accuracy", name,
                 summary->panels[p].key->preset);
        }
        return;
    }
    span_tile(stream, &fair->all.gap, name, "mean gap");
    span_tile(stream, &fair->all.at_par, name, "mean gap at its own accuracy");
    snprintf(value, sizeof value, "%s / %s / %s ms",
             gg_milliseconds(fair->all.delay_s[GG_FAIR_REFERENCE].mean).text,
             gg_milliseconds(fair->all.delay_s[GG_FAIR_OPTIMUM].mean).text,
             gg_milliseconds(fair->all.delay_s[GG_FAIR_HELD].mean).text);
    tile(stream, value, "a query: %s, optimum, optimum at its accuracy", name);
}

/* Without any bound: each strategy's delay and accuracy. */
static void baseline_tiles(FILE *stream, const gg_summary *summary) {
    for (size_t s = 0; s < summary->n_strategies; s++) {
        const gg_delay_stats *d = &summary->strategies[s].delays;
        char value[80];
        snprintf(value, sizeof value, "%s ms / %s %%", gg_milliseconds(gg_delay_mean_s(d)).text,
                 gg_percent(gg_accuracy_of(d, isnan(d->expected_accuracy_mean)).mean).text);
        tile(stream, value, "%s: mean delay, right answers",
             gg_strategy_title(&summary->strategies[s]));
    }
}

static void write_tiles(FILE *stream, const gg_summary *summary) {
    const gg_strategy *subject = gg_summary_subject(summary);
    const gg_strategy *best = gg_summary_best_heuristic(summary);
    const char *name = gg_strategy_title(subject);
    char value[80];
    fputs("<ul class=\"tiles\">\n", stream);
    if (!gg_headline_has_bounds(summary)) {
        baseline_tiles(stream, summary);
        fputs("</ul>\n", stream);
        return;
    }
    fair_tiles(stream, summary);
    percent_tile(stream, subject->gaps.median, name, "median gap");
    percent_tile(stream, subject->gaps.max, name, "largest gap");
    snprintf(value, sizeof value, "%s %%", gg_share(subject->gaps.share_within_5pct).text);
    tile(stream, value, "%s: instances within 5 %%", name);
    if (best != NULL)
        percent_tile(stream, best->gaps.max, best->name, "largest gap");
    snprintf(value, sizeof value, "%s / %s", gg_count(summary->counts.proven).text,
             gg_count(summary->counts.units).text);
    tile(stream, value, "optima proven");
    fputs("</ul>\n", stream);
}

/* The sections, as links; only those that are always there. */
static void write_contents(FILE *stream) {
    static const char *const entries[][2] = {{"gap", "Gap"},
                                             {"delay", "Where the time goes"},
                                             {"runtime", "Time to decide"},
                                             {"decisions", "Decisions"},
                                             {"experiment", "What was run"},
                                             {"definitions", "Definitions"}};
    fputs("<nav aria-label=\"Contents\">", stream);
    for (size_t k = 0; k < sizeof entries / sizeof *entries; k++)
        fprintf(stream, "<a href=\"#%s\">%s</a>\n", entries[k][0], entries[k][1]);
    fputs("</nav>\n", stream);
}

static void write_first_screen(const gg_page *page, const char *headline) {
    const gg_summary *summary = page->study->summary;
    const gg_manifest *manifest = &summary->results->manifest;
    const char *plan = gg_manifest_get(manifest, "plan");
    char more[GG_HEADLINE_SIZE];
    gg_sentence workload = {0}, draws = {0};
    gg_draws_tell(summary, &draws);
    gg_headline_more(summary, more);
    gg_without_folders(gg_manifest_get(manifest, "workload"), &workload);
    fputs("<header>\n<p class=\"kicker\">Gap report", page->stream);
    if (plan != NULL) {
        fputs(" · ", page->stream);
        gg_html_put(page, plan);
    }
    fputs("</p>\n<h1>", page->stream);
    gg_html_prose(page->stream, headline);
    fputs("</h1>\n<p class=\"lead\">", page->stream);
    gg_html_prose(page->stream, more);
    fputs("</p>\n<p class=\"lead\">", page->stream);
    gg_html_prose(page->stream, draws.text);
    fputs("</p>\n<p class=\"quiet\">", page->stream);
    gg_html_put(page, workload.text);
    fputs("</p>\n<p class=\"quiet\">Made by goagap. GOA is the published greedy offloading "
          "algorithm: "
          "it decides by token-level uncertainty whose query goes to which server. The same report "
          "of your own data: goagap import, batch, report; its README shows how.</p>\n",
          page->stream);
    write_tiles(page->stream, summary);
    write_contents(page->stream);
    fputs("</header>\n", page->stream);
}

static void write_footer(const gg_page *page) {
    const char *program = gg_manifest_get(&page->study->summary->results->manifest, "created_by");
    fputs("<footer class=\"quiet\"><p>", page->stream);
    if (page->links->summary != NULL) {
        fputs("Every number of this page: <a href=\"", page->stream);
        gg_html_put(page, page->links->summary);
        fputs("\">", page->stream);
        gg_html_put(page, page->links->summary);
        fputs("</a>. ", page->stream);
    }
    if (page->links->figures != NULL && !page->links->converted)
        fputs("Figures are there as SVG only: rsvg-convert (Debian: librsvg2-bin) makes PDF and "
              "PNG. ",
              page->stream);
    if (program != NULL) {
        fputs("Results by ", page->stream);
        gg_html_put(page, program);
        fputs(".", page->stream);
    }
    fputs("</p></footer>\n", page->stream);
}

gg_status gg_report_html(const gg_study *study, const char *path, const gg_report_links *links,
                         gg_error *err) {
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    char headline[GG_HEADLINE_SIZE];
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    gg_page page = {.stream = stream, .study = study, .links = links};
    gg_headline(study->summary, headline);
    write_head(stream, headline);
    write_first_screen(&page, headline);
    fputs("<main>\n", stream);
    gg_html_changes_section(&page);
    gg_html_plane_section(&page);
    gg_html_distance_section(&page);
    gg_html_fair_section(&page);
    gg_html_growth_section(&page);
    gg_html_cells_section(&page);
    gg_html_delay_section(&page);
    gg_html_runtime_section(&page);
    gg_html_mistakes_section(&page);
    gg_html_worst_section(&page);
    gg_html_pairs_section(&page);
    gg_html_uncertainty_section(&page);
    gg_html_published_section(&page);
    gg_html_failure_section(&page);
    gg_html_experiment_section(&page);
    gg_html_definition_section(&page);
    fputs("</main>\n", stream);
    write_footer(&page);
    fputs("<script>\n", stream);
    fputs(sorting, stream);
    fputs("</script>\n", stream);
    fputs("</body>\n</html>\n", stream);
    return gg_outfile_commit(out, err);
}
