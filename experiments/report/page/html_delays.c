/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sections on delay, accuracy and time to decide.
 */
#include <math.h>
#include <string.h>

#include "experiments/report/page/html_sections.h"

static void put_row(const gg_page *page, const gg_curve *curve, bool forecasts, bool energies) {
    const gg_delay_stats *d = &curve->delays;
    gg_html_open_strategy_row(page, curve->strategy, curve->gaps.breaks_tau > 0);
    const gg_shown_accuracy shown = gg_accuracy_of(d, !forecasts);
    gg_html_number_cell(page, gg_percent(shown.mean));
    fputs("<td class=\"left\">", page->stream);
    if (!isnan(shown.low)) {
        fputs("<small>[", page->stream);
        gg_html_put(page, gg_percent(shown.low).text);
        fputs(", ", page->stream);
        gg_html_put(page, gg_percent(shown.high).text);
        fputs("]</small>", page->stream);
    }
    fputs("</td>", page->stream);
    if (forecasts)
        gg_html_number_cell(page, gg_percent(d->accuracy_mean));
    gg_html_share_cell(page, d->offloaded_share_mean);
    const double delays_s[] = {gg_delay_mean_s(d), d->local_mean_s,      d->comm_mean_s,
                               d->comp_mean_s,     d->delay_median_s,    d->comm_median_s,
                               d->comp_median_s,   gg_measured_mean_s(d)};
    for (size_t k = 0; k < sizeof delays_s / sizeof *delays_s; k++)
        gg_html_number_cell(page, gg_milliseconds(delays_s[k]));
    if (energies)
        gg_html_number_cell(page, gg_millijoules(d->energy_mean_j));
    gg_html_number_cell(page, gg_milliseconds(d->runtime_median_s));
    fputs("</tr>\n", page->stream);
}

/* Whether expected accuracies are known. */
static bool has_forecasts(const gg_panel *panel) {
    for (size_t c = 0; c < panel->n_curves; c++)
        if (!isnan(panel->curves[c].delays.expected_accuracy_mean))
            return true;
    return false;
}

/* Whether the devices' energy is. */
static bool has_energies(const gg_panel *panel) {
    for (size_t c = 0; c < panel->n_curves; c++)
        if (!isnan(panel->curves[c].delays.energy_mean_j))
            return true;
    return false;
}

static void put_table(const gg_page *page, const gg_panel *panel) {
    bool forecasts = has_forecasts(panel), energies = has_energies(panel);
    gg_html_open_table(
        page, panel, "Over all cells, in ms per query; accuracy is a mean with its 95 % interval.");
    fprintf(
        page->stream,
        "<thead><tr><th></th><th colspan=\"%d\" scope=\"colgroup\" class=\"left\">%s"
        "</th><th></th><th colspan=\"4\" scope=\"colgroup\" class=\"group\">as decided, mean</th>"
        "<th colspan=\"3\" scope=\"colgroup\" class=\"group\">median</th>"
        "<th scope=\"colgroup\" class=\"group\">measured</th>%s<th></th></tr>\n"
        "<tr><th scope=\"col\">strategy</th><th scope=\"col\">%%</th><th scope=\"col\" "
        "class=\"left\">interval</th>%s"
        "<th scope=\"col\">offloaded,<br>%%</th><th scope=\"col\">delay</th>"
        "<th scope=\"col\">on the<br>device</th><th scope=\"col\">trans-<br>mission</th>"
        "<th scope=\"col\">edge<br>computing</th><th scope=\"col\">delay</th>"
        "<th scope=\"col\">trans-<br>mission</th><th scope=\"col\">edge<br>computing</th>"
        "<th scope=\"col\">delay,<br>mean</th>%s<th scope=\"col\">time to<br>decide, ms</th></tr>"
        "</thead>\n<tbody>\n",
        forecasts ? 3 : 2, forecasts ? "right answers" : "right in hindsight",
        energies ? "<th scope=\"colgroup\" class=\"group\">device</th>" : "",
        forecasts ? "<th scope=\"col\">in<br>hindsight</th>" : "",
        energies ? "<th scope=\"col\">energy,<br>mJ</th>" : "");
    for (size_t c = 0; c < panel->n_curves; c++)
        put_row(page, &panel->curves[c], forecasts, energies);
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

void gg_html_plane_section(const gg_page *page) {
    static const gg_figure *const kinds[] = {&gg_figure_plane, NULL};
    bool any = false;
    for (size_t p = 0; p < page->study->summary->n_panels; p++)
        any = any || gg_figure_shown(&gg_figure_plane, page->study, p);
    if (!any)
        return;
    gg_html_open_section(page, "plane", "What does accuracy cost?");
    fputs("<p>Up and to the left is better; a line joins a strategy's values of τ. Delays and "
          "accuracies are means, those of a front too: with what is known when deciding, no "
          "decisions expect as many right answers in less time on average. A hindsight bound is "
          "called so: it knows which answers are right, as nobody does.",
          page->stream);
    if (page->study->front.count == 0)
        fputs(" The exact front is not known here: <code>goagap pareto PLAN.yaml -o "
              "RESULTS/front.csv</code> computes it, and the next report draws it.",
              page->stream);
    fputs("</p>\n", page->stream);
    gg_html_figures(page, kinds);
    gg_html_close_section(page);
}

void gg_html_delay_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    static const gg_figure *const kinds[] = {&gg_figure_delays, NULL};
    gg_html_open_section(page, "delay", "Accuracy, and where the time goes");
    fputs("<p>Delays as strategies decide with them. Upper bars: means; lower, lighter bars: "
          "medians of each part. Transmission has heavy tails, as fading may leave a user almost "
          "no channel: means count those few users, medians do not see them. Measured: with the "
          "large model's own latency in place of the estimate.</p>\n",
          page->stream);
    gg_html_figures(page, kinds);
    for (size_t p = 0; p < summary->n_panels; p++)
        put_table(page, &summary->panels[p]);
    fputs("<p class=\"note\">Single cells are in the tables.", page->stream);
    gg_html_table_link(page, "delays.csv");
    fputs("</p>\n", page->stream);
    gg_html_close_section(page);
}

/* Whose time holds more than deciding. */
static void tell_external(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    const char *settings = gg_manifest_get(&summary->results->manifest, "plan_settings");
    size_t n = 0;
    for (size_t s = 0; settings != NULL && s < summary->n_strategies; s++) {
        char line[GG_ROW_NAME + 24];
        snprintf(line, sizeof line, "\nstrategy %s: external ", summary->strategies[s].name);
        if (strstr(settings, line) == NULL)
            continue;
        fputs(n++ == 0 ? "<p class=\"note\">Programs of others, whose time includes the start of "
                         "the process and the instance as JSON: "
                       : ", ",
              page->stream);
        gg_html_put(page, summary->strategies[s].name);
    }
    if (n > 0)
        fputs(".</p>\n", page->stream);
}

void gg_html_runtime_section(const gg_page *page) {
    static const gg_figure *const kinds[] = {&gg_figure_runtime, &gg_figure_profile,
                                             &gg_figure_course, NULL};
    gg_html_open_section(page, "runtime", "How long it takes to decide");
    fputs("<p>On the machine named below. By number of users: medians with quartiles. Profile: the "
          "share of instances for which a strategy finds a decision within 1 % of the best known "
          "one, in at most so many times the time of the fastest strategy that finds one: further "
          "up is more reliable, further left is faster.</p>\n",
          page->stream);
    gg_html_figures(page, kinds);
    tell_external(page);
    gg_html_close_section(page);
}
