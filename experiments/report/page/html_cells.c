/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gap in every cell of the grid. A paper's grid has thousands of rows: a row is its numbers and
 * the tags that HTML cannot do without; the style sheet knows the columns.
 */
#include <math.h>

#include "experiments/report/page/html_sections.h"

/* Columns that only appear where something is to be said. */
typedef struct extras {
    bool open;       /* optima not proven */
    bool breaks_tau; /* decisions below what tau demands */
} extras;

static extras extras_of(const gg_panel *panel) {
    extras shown = {false, false};
    for (size_t c = 0; c < panel->n_curves; c++) {
        shown.open = shown.open || panel->curves[c].gaps.unproven > 0;
        shown.breaks_tau = shown.breaks_tau || panel->curves[c].gaps.breaks_tau > 0;
    }
    return shown;
}

static void put_heads(const gg_page *page, extras shown) {
    fputs("<thead><tr><th>strategy</th><th>proven<br>inst.</th><th>mean</th><th>95 % interval</th>"
          "<th>median</th><th>P90</th><th>max</th><th>optimal,<br>% of inst.</th>"
          "<th>≤ 1 %,<br>% of inst.</th><th>≤ 5 %,<br>% of inst.</th><th>open,<br>% of inst.</th>",
          page->stream);
    if (shown.open)
        fputs("<th>gap there<br>lies in</th>", page->stream);
    if (shown.breaks_tau)
        fputs("<th>τ broken,<br>inst.</th>", page->stream);
    fputs("</tr></thead>\n", page->stream);
}

static void put_number(const gg_page *page, gg_number number) {
    fputs("<td>", page->stream);
    gg_html_put(page, number.text);
}

static void put_interval(const gg_page *page, bool known, double low, double high) {
    fputs("<td>", page->stream);
    if (!known)
        return;
    fputs("[", page->stream);
    gg_html_put(page, gg_percent(low).text);
    fputs(", ", page->stream);
    gg_html_put(page, gg_percent(high).text);
    fputs("]", page->stream);
}

static void put_row(const gg_page *page, size_t strategy, const gg_gap_stats *g, extras shown) {
    const gg_summary *summary = page->study->summary;
    bool subject = strategy == gg_summary_subject_index(summary);
    fputs(subject ? "<tr class=\"subject\"><th>" : "<tr><th>", page->stream);
    gg_html_put(page, summary->strategies[strategy].name);
    fputs(g->breaks_tau > 0 ? " †" : "", page->stream);
    put_number(page, gg_count(g->proven));
    if (g->proven < g->instances)
        fprintf(page->stream, "/%s", gg_count(g->instances).text);
    put_number(page, gg_percent(g->mean));
    put_interval(page, !isnan(g->mean_low), g->mean_low, g->mean_high);
    put_number(page, gg_percent(g->median));
    put_number(page, gg_percent(g->p90));
    put_number(page, gg_percent(g->max));
    put_number(page, gg_share(g->share_optimal));
    put_number(page, gg_share(g->share_within_1pct));
    put_number(page, gg_share(g->share_within_5pct));
    put_number(page, gg_share(g->share_unproven));
    if (shown.open)
        put_interval(page, g->unproven > 0, g->unproven_median_low, g->unproven_median_high);
    if (shown.breaks_tau)
        put_number(page, gg_count(g->breaks_tau));
    fputc('\n', page->stream);
}

static void put_cell_name(const gg_page *page, const gg_row *key, extras shown) {
    fprintf(page->stream,
            "<tbody><tr class=\"cell\"><th colspan=\"%d\">N = %u users, M = %u servers, τ = %s\n",
            11 + shown.open + shown.breaks_tau, key->n_users, key->n_servers,
            gg_plain(key->tau).text);
}

static size_t count_cells(const gg_summary *summary, const gg_panel *panel) {
    size_t n = 0;
    for (size_t g = panel->first_group; g < panel->first_group + panel->n_groups; g++)
        n += g == panel->first_group || !gg_same_cell(&summary->groups[g - 1], &summary->groups[g]);
    return n;
}

static void put_cells(const gg_page *page, const gg_panel *panel) {
    const gg_summary *summary = page->study->summary;
    extras shown = extras_of(panel);
    gg_html_open_table(page, panel, "Gap to the proven optimum, in percent.");
    put_heads(page, shown);
    for (size_t g = panel->first_group; g < panel->first_group + panel->n_groups; g++) {
        const gg_group *group = &summary->groups[g];
        if (g == panel->first_group || !gg_same_cell(group - 1, group))
            put_cell_name(page, group->key, shown);
        put_row(page, group->strategy, &group->gaps, shown);
    }
    gg_html_close_table(page);
}

/* More rows than this are folded away. */
enum { MOST_OPEN_ROWS = 100 };

void gg_html_cells_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    size_t n_cells = 0;
    for (size_t p = 0; p < summary->n_panels; p++)
        n_cells += count_cells(summary, &summary->panels[p]);
    if (n_cells == summary->n_panels)
        return;
    bool folded = summary->n_groups > MOST_OPEN_ROWS;
    gg_html_open_section(page, "cells", "The gap, cell by cell");
    fputs("<p>The strategies of a cell have seen the same networks and queries.", page->stream);
    gg_html_table_link(page, "gaps.csv");
    fputs("</p>\n", page->stream);
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        fputs("<div class=\"cells\">\n", page->stream);
        if (folded) {
            fputs("<details>\n<summary>", page->stream);
            gg_html_put_panel(page, panel);
            fprintf(page->stream, ": %zu cells</summary>\n", count_cells(summary, panel));
        }
        put_cells(page, panel);
        fputs(folded ? "</details>\n</div>\n" : "</div>\n", page->stream);
    }
    gg_html_close_section(page);
}
