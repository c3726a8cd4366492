/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "experiments/report/format.h"
#include "experiments/report/headline.h"
#include "experiments/report/html.h"
#include "experiments/report/html_sections.h"

/* Columns that only appear where something is to be said. */
typedef struct extras {
    bool open;       /* optima not proven */
    bool breaks_tau; /* decisions below what tau demands */
} extras;

static extras extras_of(const gg_summary *summary) {
    extras shown = {false, false};
    for (size_t s = 0; s < summary->n_strategies; s++) {
        shown.open = shown.open || summary->strategies[s].gaps.unproven > 0;
        shown.breaks_tau = shown.breaks_tau || summary->strategies[s].gaps.breaks_tau > 0;
    }
    return shown;
}

static void number_cell(FILE *stream, gg_number number) {
    fputs("<td>", stream);
    gg_html_text(stream, number.text);
    fputs("</td>", stream);
}

static void share_cell(FILE *stream, double share) {
    if (isnan(share))
        fputs("<td>–</td>", stream);
    else
        fprintf(stream, "<td class=\"share\" style=\"--v:%.1f%%\">", 100.0 * share);
    if (!isnan(share)) {
        gg_html_text(stream, gg_share(share).text);
        fputs("</td>", stream);
    }
}

/* "<tr><th>" with the strategy's name; the row of the report's subject stands out. */
static void open_row(FILE *stream, const gg_summary *summary, const gg_group *group) {
    const gg_strategy *strategy = &summary->strategies[group->strategy];
    fprintf(stream, "<tr%s><th scope=\"row\">",
            strategy == gg_summary_subject(summary) ? " class=\"subject\"" : "");
    gg_html_text(stream, strategy->name);
    fputs("</th>", stream);
}

/* The row that names the cell of the grid, in a table that is about one preset and objective. */
static void cell_row(FILE *stream, const gg_row *key, size_t n_columns) {
    fprintf(stream,
            "<tr class=\"cell\"><th scope=\"rowgroup\" colspan=\"%zu\">N = %u users, M = %u "
            "servers, τ = %s</th></tr>\n",
            n_columns, key->n_users, key->n_servers, gg_plain(key->tau).text);
}

static void panel_caption(FILE *stream, const gg_panel *panel, const char *text) {
    fputs("<caption><b>", stream);
    gg_html_text(stream, panel->key->preset);
    fputs(", ", stream);
    gg_html_text(stream, panel->key->objective);
    fprintf(stream, " objective.</b> %s</caption>\n", text);
}

/* Calls `write_row` for the groups of a panel, with a <tbody> for each cell of the grid. */
static void write_bodies(FILE *stream, const gg_summary *summary, const gg_panel *panel,
                         size_t n_columns, const void *context,
                         void (*write_row)(FILE *, const gg_summary *, const gg_group *,
                                           const void *)) {
    for (size_t g = panel->first_group; g < panel->first_group + panel->n_groups; g++) {
        const gg_group *group = &summary->groups[g];
        bool first = g == panel->first_group;
        if (first || !gg_same_cell(group - 1, group)) {
            fputs(first ? "<tbody>\n" : "</tbody>\n<tbody>\n", stream);
            cell_row(stream, group->key, n_columns);
        }
        write_row(stream, summary, group, context);
    }
    fputs("</tbody>\n", stream);
}

/* ---- gaps ---- */

static void open_cell(FILE *stream, const gg_gap_stats *g) {
    if (g->unproven == 0) {
        fputs("<td>0</td>", stream);
        return;
    }
    fprintf(stream, "<td>%s <small>gap in [", gg_count(g->unproven).text);
    gg_html_text(stream, gg_percent(g->interval_low).text);
    fputs(", ", stream);
    gg_html_text(stream, gg_percent(g->interval_high).text);
    fputs("]</small></td>", stream);
}

static void gap_row(FILE *stream, const gg_summary *summary, const gg_group *group,
                    const void *context) {
    const gg_gap_stats *g = &group->gaps;
    const extras *shown = context;
    open_row(stream, summary, group);
    fprintf(stream, "<td>%s</td><td>", gg_count(g->proven).text);
    gg_html_text(stream, gg_percent(g->mean).text);
    if (g->proven > 1) {
        fputs(" <small>[", stream);
        gg_html_text(stream, gg_percent(g->mean_low).text);
        fputs(", ", stream);
        gg_html_text(stream, gg_percent(g->mean_high).text);
        fputs("]</small>", stream);
    }
    fputs("</td>", stream);
    number_cell(stream, gg_percent(g->median));
    number_cell(stream, gg_percent(g->p90));
    number_cell(stream, gg_percent(g->max));
    share_cell(stream, g->share_optimal);
    share_cell(stream, g->share_within_1pct);
    share_cell(stream, g->share_within_5pct);
    if (shown->open)
        open_cell(stream, g);
    if (shown->breaks_tau)
        number_cell(stream, gg_count(g->breaks_tau));
    fputs("</tr>\n", stream);
}

static void gap_table(FILE *stream, const gg_summary *summary, const gg_panel *panel) {
    extras shown = extras_of(summary);
    size_t n_columns = 9 + (size_t)shown.open + (size_t)shown.breaks_tau;
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"gap table\">\n"
          "<table>\n",
          stream);
    panel_caption(stream, panel, "Gap to the proven optimum, in percent.");
    fputs(
        "<thead><tr><th scope=\"col\">strategy</th><th scope=\"col\">proven<br>runs</th>"
        "<th scope=\"col\">mean [95 % interval]</th><th scope=\"col\">median</th>"
        "<th scope=\"col\">P90</th><th scope=\"col\">max</th>"
        "<th scope=\"col\">% of runs<br>optimal</th><th scope=\"col\">% of runs<br>within 1 %</th>"
        "<th scope=\"col\">% of runs<br>within 5 %</th>",
        stream);
    if (shown.open)
        fputs("<th scope=\"col\">optimum open,<br>runs</th>", stream);
    if (shown.breaks_tau)
        fputs("<th scope=\"col\">τ broken,<br>runs</th>", stream);
    fputs("</tr></thead>\n", stream);
    write_bodies(stream, summary, panel, n_columns, &shown, gap_row);
    fputs("</table>\n</div>\n", stream);
}

void gg_html_gap_section(FILE *stream, const gg_summary *summary, const char *tables) {
    extras shown = extras_of(summary);
    fputs("<section>\n<h2>The gap, cell by cell</h2>\n<p>", stream);
    fputs("Every strategy of a row group has seen the same networks and queries.", stream);
    if (shown.open)
        fputs(" Where an optimum is not proven there is no gap, only the interval it lies in: such "
              "runs are counted under “optimum open”, with the medians of the interval's two ends, "
              "and enter no other column.",
              stream);
    if (shown.breaks_tau)
        fputs(" A strategy that breaks τ may undercut the optimum; those runs never count as "
              "optimal or within a gap.",
              stream);
    gg_html_table_link(stream, tables, "gaps.csv");
    fputs("</p>\n", stream);
    for (size_t p = 0; p < summary->n_panels; p++)
        gap_table(stream, summary, &summary->panels[p]);
    fputs("</section>\n", stream);
}

/* ---- delays ---- */

static double split_total(const gg_delay_stats *d) {
    return d->mean_local_s + d->mean_comm_s + d->mean_comp_s;
}

/* The three parts of the mean delay as one bar; the longest of the cell fills the column. */
static void split_cell(FILE *stream, const gg_delay_stats *d, double longest) {
    static const char *const names[] = {"local", "comm", "comp"};
    const double parts[] = {d->mean_local_s, d->mean_comm_s, d->mean_comp_s};
    double at = 0.0;
    fputs("<td class=\"split\">", stream);
    if (isfinite(split_total(d)) && longest > 0.0) {
        fputs("<svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
              stream);
        for (size_t k = 0; k < 3; k++) {
            double width = 100.0 * parts[k] / longest;
            fprintf(stream, "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"8\"/>", names[k],
                    at, width);
            at += width;
        }
        fputs("</svg>", stream);
    }
    fputs("</td>", stream);
}

/* The longest finite mean delay among the strategies of the group's cell. */
static double longest_of_cell(const gg_summary *summary, const gg_group *group) {
    double longest = 0.0;
    const gg_group *end = summary->groups + summary->n_groups, *first = group;
    while (first > summary->groups && gg_same_cell(first - 1, group))
        first--;
    for (; first < end && gg_same_cell(first, group); first++) {
        double total = split_total(&first->delays);
        if (isfinite(total) && total > longest)
            longest = total;
    }
    return longest;
}

static void delay_row(FILE *stream, const gg_summary *summary, const gg_group *group,
                      const void *context) {
    const gg_delay_stats *d = &group->delays;
    (void)context;
    open_row(stream, summary, group);
    gg_number accuracy = gg_percent(d->accuracy);
    number_cell(stream, accuracy);
    share_cell(stream, d->offloaded);
    number_cell(stream, gg_milliseconds(d->median_total_s));
    split_cell(stream, d, longest_of_cell(summary, group));
    number_cell(stream, gg_milliseconds(d->mean_local_s));
    number_cell(stream, gg_milliseconds(d->mean_comm_s));
    number_cell(stream, gg_milliseconds(d->mean_comp_s));
    number_cell(stream, gg_milliseconds(d->median_measured_total_s));
    number_cell(stream, gg_milliseconds(d->median_runtime_s));
    fputs("</tr>\n", stream);
}

static void delay_table(FILE *stream, const gg_summary *summary, const gg_panel *panel) {
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"delay table\">\n"
          "<table>\n",
          stream);
    panel_caption(
        stream, panel,
        "Delays in ms per query. Mean split: <svg class=\"key\" viewBox=\"0 0 8 8\" "
        "aria-hidden=\"true\"><rect class=\"local\" width=\"8\" height=\"8\"/></svg>local, "
        "<svg class=\"key\" viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"comm\" "
        "width=\"8\" height=\"8\"/></svg>transmission, "
        "<svg class=\"key\" viewBox=\"0 0 8 8\" aria-hidden=\"true\"><rect class=\"comp\" "
        "width=\"8\" height=\"8\"/></svg>computing at the edge.");
    fputs("<thead><tr><th scope=\"col\">strategy</th><th scope=\"col\">correct<br>answers, %</th>"
          "<th scope=\"col\">offloaded<br>queries, %</th><th scope=\"col\">delay,<br>median</th>"
          "<th scope=\"col\" class=\"split\">mean split</th><th scope=\"col\">local</th>"
          "<th scope=\"col\">trans-<br>mission</th><th scope=\"col\">edge<br>computing</th>"
          "<th scope=\"col\">measured<br>delay, median</th>"
          "<th scope=\"col\">time to decide,<br>median, ms</th></tr></thead>\n",
          stream);
    write_bodies(stream, summary, panel, 10, NULL, delay_row);
    fputs("</table>\n</div>\n", stream);
}

void gg_html_delay_section(FILE *stream, const gg_summary *summary, const char *tables) {
    fputs("<section>\n<h2>Accuracy, and where the time goes</h2>\n"
          "<p>Delays are those the strategies decide with; “measured” puts the large model's "
          "measured latency in place of the decision-time estimate. Transmission has heavy tails "
          "(fading may leave a user almost no channel): compare medians before means.",
          stream);
    gg_html_table_link(stream, tables, "delays.csv");
    fputs("</p>\n", stream);
    for (size_t p = 0; p < summary->n_panels; p++)
        delay_table(stream, summary, &summary->panels[p]);
    fputs("</section>\n", stream);
}
