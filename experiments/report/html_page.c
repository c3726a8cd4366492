/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "experiments/report/figure_ecdf.h"
#include "experiments/report/format.h"
#include "experiments/report/headline.h"
#include "experiments/report/html.h"
#include "experiments/report/html_sections.h"
#include "experiments/report/report.h"
#include "models/base/outfile.h"

static const char style_sheet[] =
#include "experiments/report/report_css.inc"
    ;

void gg_html_table_link(FILE *stream, const char *tables, const char *name) {
    if (tables == NULL)
        return;
    fputs(" Data: <a href=\"", stream);
    gg_html_text(stream, tables);
    fprintf(stream, "/%s\">%s</a>.", name, name);
}

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
    gg_html_text(stream, value);
    fputs("</b> ", stream);
    gg_html_text(stream, label);
    fputs("</li>\n", stream);
}

static void percent_tile(FILE *stream, double ratio, const char *who, const char *what) {
    char value[40];
    snprintf(value, sizeof value, "%s %%", gg_percent(ratio).text);
    tile(stream, value, "%.60s: %s", who, what);
}

static void write_tiles(FILE *stream, const gg_summary *summary) {
    const gg_strategy *subject = gg_summary_subject(summary);
    const gg_strategy *best = gg_summary_best_heuristic(summary);
    const char *name = gg_strategy_title(subject);
    char value[80];
    fputs("<ul class=\"tiles\">\n", stream);
    percent_tile(stream, subject->gaps.median, name, "median gap");
    percent_tile(stream, subject->gaps.max, name, "largest gap");
    snprintf(value, sizeof value, "%s %%", gg_share(subject->gaps.share_within_5pct).text);
    tile(stream, value, "%.60s: runs within 5 %%", name);
    if (best != NULL)
        percent_tile(stream, best->gaps.max, best->name, "largest gap");
    snprintf(value, sizeof value, "%s / %s", gg_count(summary->counts.proven).text,
             gg_count(summary->counts.units).text);
    tile(stream, value, "optima proven");
    fputs("</ul>\n", stream);
}

static void write_first_screen(FILE *stream, const gg_summary *summary, const char *headline) {
    const gg_manifest *manifest = &summary->results->manifest;
    const char *plan = gg_manifest_get(manifest, "plan");
    const char *workload = gg_manifest_get(manifest, "workload");
    char more[GG_HEADLINE_SIZE];
    gg_headline_more(summary, more);
    fputs("<header>\n<p class=\"kicker\">Gap report", stream);
    if (plan != NULL) {
        fputs(" · ", stream);
        gg_html_text(stream, plan);
    }
    fputs("</p>\n<h1>", stream);
    gg_html_text(stream, headline);
    fputs("</h1>\n<p class=\"lead\">", stream);
    gg_html_text(stream, more);
    fputs("</p>\n", stream);
    if (workload != NULL) {
        fputs("<p class=\"quiet\">", stream);
        gg_html_text(stream, workload);
        fputs("</p>\n", stream);
    }
    write_tiles(stream, summary);
    fputs("</header>\n", stream);
}

/* "N = 12, 20" for a panel: the distinct values of one number over its groups. */
static void write_values(FILE *stream, const gg_summary *summary, const gg_panel *panel,
                         const char *name, double (*pick)(const gg_row *)) {
    double seen[64];
    size_t count = 0;
    for (size_t g = panel->first_group; g < panel->first_group + panel->n_groups; g++) {
        double value = pick(summary->groups[g].key);
        size_t k = 0;
        while (k < count && seen[k] != value)
            k++;
        if (k < count || count == sizeof seen / sizeof *seen)
            continue;
        seen[count++] = value;
        fprintf(stream, "%s%s", count == 1 ? name : ", ", count == 1 ? " = " : "");
        fputs(gg_plain(value).text, stream);
    }
}

static double users_of(const gg_row *row) {
    return row->n_users;
}
static double servers_of(const gg_row *row) {
    return row->n_servers;
}
static double tau_of(const gg_row *row) {
    return row->tau;
}

static void write_panel(FILE *stream, const gg_summary *summary, size_t p) {
    const gg_panel *panel = &summary->panels[p];
    fputs("<div>\n<h3>", stream);
    gg_html_text(stream, panel->key->preset);
    fputs(", ", stream);
    gg_html_text(stream, panel->key->objective);
    fputs(" objective</h3>\n<p class=\"quiet\">", stream);
    write_values(stream, summary, panel, "N", users_of);
    write_values(stream, summary, panel, "; M", servers_of);
    write_values(stream, summary, panel, "; τ", tau_of);
    if (panel->n_curves > 0 && panel->curves[0].proven < panel->curves[0].runs)
        fprintf(stream, "; %s of %s optima proven", gg_count(panel->curves[0].proven).text,
                gg_count(panel->curves[0].runs).text);
    fputs("</p>\n", stream);
    gg_figure_ecdf(stream, summary, panel, p + 1);
    fputs("</div>\n", stream);
}

void gg_html_ecdf_section(FILE *stream, const gg_summary *summary, const char *tables) {
    bool breaks_tau = false;
    fputs("<section>\n<h2>How far from the optimum?</h2>\n<figure>\n<div class=\"panels\">\n",
          stream);
    for (size_t p = 0; p < summary->n_panels; p++)
        write_panel(stream, summary, p);
    for (size_t s = 0; s < summary->n_strategies; s++)
        breaks_tau = breaks_tau || summary->strategies[s].gaps.breaks_tau > 0;
    fputs("</div>\n<figcaption>For each gap on the horizontal axis, the share of runs that a "
          "strategy decides within it: the further up and to the left, the better, and where a "
          "curve begins on the left is how often the strategy is optimal. The axis is logarithmic "
          "above 0.1 %. Only runs whose optimum is proven are drawn.",
          stream);
    if (breaks_tau)
        fputs(" † answers some queries on the device although τ forbids it; such runs count as "
              "outside every gap.",
              stream);
    gg_html_table_link(stream, tables, "ecdf.csv");
    fputs("</figcaption>\n</figure>\n</section>\n", stream);
}

gg_status gg_report_html(const gg_summary *summary, const char *path, const char *tables,
                         gg_error *err) {
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    char headline[GG_HEADLINE_SIZE];
    gg_status status = gg_outfile_open(path, &out, &stream, err);
    if (status != GG_OK)
        return status;
    gg_headline(summary, headline);
    write_head(stream, headline);
    write_first_screen(stream, summary, headline);
    fputs("<main>\n", stream);
    gg_html_ecdf_section(stream, summary, tables);
    gg_html_gap_section(stream, summary, tables);
    gg_html_delay_section(stream, summary, tables);
    gg_html_failure_section(stream, summary);
    gg_html_experiment_section(stream, summary);
    gg_html_definition_section(stream, summary);
    fputs("</main>\n</body>\n</html>\n", stream);
    return gg_outfile_commit(out, err);
}
