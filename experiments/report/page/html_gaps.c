/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sections on the gap over all cells: distribution and table, growth along the axes.
 */
#include <math.h>

#include "experiments/report/page/html_sections.h"
#include "experiments/report/stats/headline.h"

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

static void put_interval(const gg_page *page, double low, double high) {
    fputs(" <small>[", page->stream);
    gg_html_put(page, gg_percent(low).text);
    fputs(", ", page->stream);
    gg_html_put(page, gg_percent(high).text);
    fputs("]</small>", page->stream);
}

static void put_row(const gg_page *page, size_t strategy, const gg_gap_stats *g, extras shown) {
    gg_html_open_strategy_row(page, strategy, g->breaks_tau > 0);
    gg_html_number_cell(page, gg_count(g->proven));
    fputs("<td>", page->stream);
    gg_html_put(page, gg_percent(g->mean).text);
    fputs("</td><td class=\"left\">", page->stream);
    if (!isnan(g->mean_low))
        put_interval(page, g->mean_low, g->mean_high);
    fputs("</td>", page->stream);
    gg_html_number_cell(page, gg_percent(g->median));
    gg_html_number_cell(page, gg_percent(g->p90));
    gg_html_number_cell(page, gg_percent(g->max));
    gg_html_share_cell(page, g->share_optimal);
    gg_html_share_cell(page, g->share_within_1pct);
    gg_html_share_cell(page, g->share_within_5pct);
    if (shown.open) {
        gg_html_share_cell(page, g->share_unproven);
        fputs("<td class=\"left\">", page->stream);
        if (g->unproven > 0)
            put_interval(page, g->unproven_median_low, g->unproven_median_high);
        fputs("</td>", page->stream);
    }
    if (shown.breaks_tau)
        gg_html_number_cell(page, gg_count(g->breaks_tau));
    fputs("</tr>\n", page->stream);
}

static void put_heads(const gg_page *page, extras shown) {
    fputs("<thead><tr><th scope=\"col\">strategy</th><th scope=\"col\">proven<br>inst.</th>"
          "<th scope=\"col\">mean</th><th scope=\"col\" class=\"left\">95 % interval</th>"
          "<th scope=\"col\">median</th><th scope=\"col\">P90</th><th scope=\"col\">max</th>"
          "<th scope=\"col\">optimal,<br>% of inst.</th>"
          "<th scope=\"col\">≤ 1 %,<br>% of inst.</th>"
          "<th scope=\"col\">≤ 5 %,<br>% of inst.</th>",
          page->stream);
    if (shown.open)
        fputs("<th scope=\"col\">open,<br>% of inst.</th><th scope=\"col\" class=\"left\">gap "
              "there<br>lies in</th>",
              page->stream);
    if (shown.breaks_tau)
        fputs("<th scope=\"col\">τ broken,<br>inst.</th>", page->stream);
    fputs("</tr></thead>\n", page->stream);
}

static void put_rules(const gg_page *page, extras shown) {
    if (shown.open)
        fputs(" Where an optimum is open there is no gap, only the interval it lies in: such "
              "instances "
              "are counted apart, with the medians of the interval's two ends, and enter no other "
              "column.",
              page->stream);
    if (shown.breaks_tau)
        fputs(" † answers queries on the device although τ forbids it, and may undercut the "
              "optimum; such instances never count as optimal or within a gap.",
              page->stream);
}

void gg_html_distance_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    static const gg_figure *const kinds[] = {&gg_figure_ecdf, NULL};
    extras shown = extras_of(summary);
    gg_html_open_section(page, "gap", "How far from the optimum?");
    fputs("<p>For each gap on the horizontal axis, the share of instances that a strategy decides "
          "within it: the further up and to the left, the better, and where a curve begins on the "
          "left is how often the strategy is optimal. The axis is logarithmic above 0.1 %.</p>\n",
          page->stream);
    gg_html_figures(page, kinds);
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        gg_html_open_table(page, panel, "Gap to the proven optimum over all cells, in percent.");
        put_heads(page, shown);
        fputs("<tbody>\n", page->stream);
        for (size_t c = 0; c < panel->n_curves; c++)
            put_row(page, panel->curves[c].strategy, &panel->curves[c].gaps, shown);
        fputs("</tbody>\n", page->stream);
        gg_html_close_table(page);
    }
    fputs("<p class=\"note\">", page->stream);
    put_rules(page, shown);
    gg_html_table_link(page, "panels.csv");
    fputs("</p>\n", page->stream);
    gg_html_close_section(page);
}

static void put_cause(const gg_page *page, gg_cause cause) {
    const gg_growth_list *growth = &page->study->growth;
    fputs("<tr><th scope=\"row\">", page->stream);
    gg_html_put(page, gg_cause_title(cause));
    fputs("</th>", page->stream);
    for (size_t p = 0; p < growth->count; p++) {
        const gg_mean_interval *of = &growth->panels[p][cause].correlation;
        fputs("<td class=\"left\">", page->stream);
        if (growth->panels[p][cause].draws > 0) {
            gg_html_put(page, gg_ratio(of->mean).text);
            fputs(" <small>[", page->stream);
            gg_html_put(page, gg_ratio(of->low).text);
            fputs(", ", page->stream);
            gg_html_put(page, gg_ratio(of->high).text);
            fputs("]</small>", page->stream);
        }
        fputs("</td>", page->stream);
    }
    fputs("</tr>\n", page->stream);
}

static bool any_growth(const gg_growth_list *growth, gg_cause cause) {
    for (size_t p = 0; p < growth->count; p++)
        if (growth->panels[p][cause].draws > 0)
            return true;
    return false;
}

static void put_causes(const gg_page *page) {
    const gg_growth_list *growth = &page->study->growth;
    bool any = false;
    for (gg_cause c = 0; c < GG_N_CAUSES; c++)
        any = any || any_growth(growth, c);
    if (!any)
        return;
    gg_html_open_table(page, NULL,
                       "Rank correlation (Spearman) of the gap with what differs between the "
                       "instances of a draw: mean over draws with its 95 % interval.");
    fputs("<thead><tr><th scope=\"col\">", page->stream);
    gg_html_put(page, gg_strategy_title(gg_summary_subject(page->study->summary)));
    fputs("'s gap with</th>", page->stream);
    for (size_t p = 0; p < growth->count; p++) {
        fputs("<th scope=\"col\" class=\"left\">", page->stream);
        gg_html_put_panel(page, &page->study->summary->panels[p]);
        fputs("</th>", page->stream);
    }
    fputs("</tr></thead>\n<tbody>\n", page->stream);
    for (gg_cause c = 0; c < GG_N_CAUSES; c++)
        if (any_growth(growth, c))
            put_cause(page, c);
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
    fputs("<p class=\"note\">", page->stream);
    gg_html_table_link(page, "growth.csv");
    fputs("</p>\n", page->stream);
}

void gg_html_growth_section(const gg_page *page) {
    static const gg_figure *const kinds[] = {&gg_figure_by_users, &gg_figure_by_tau,
                                             &gg_figure_by_servers, NULL};
    bool any = false;
    for (size_t k = 0; kinds[k] != NULL; k++)
        for (size_t p = 0; p < page->study->summary->n_panels; p++)
            any = any || gg_figure_shown(kinds[k], page->study, p);
    if (!any)
        return;
    gg_html_open_section(page, "growth", "What makes the gap grow?");
    fputs("<p>Mean gap over everything else in the grid, with its 95 % bootstrap interval. Points "
          "of one strategy see the same draws and are not independent: intervals resample whole "
          "draws.</p>\n",
          page->stream);
    gg_html_figures(page, kinds);
    put_causes(page);
    gg_html_close_section(page);
}
