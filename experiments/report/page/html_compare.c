/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section that compares strategies in pairs.
 */
#include <math.h>

#include "experiments/report/page/html_sections.h"
#include "experiments/report/stats/headline.h"

/* Better, equal and worse as one bar. */
static void put_bar(const gg_page *page, size_t wins, size_t ties, size_t losses) {
    double all = (double)(wins + ties + losses);
    fprintf(page->stream,
            "<td class=\"bar\"><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
            "aria-hidden=\"true\"><rect class=\"win\" width=\"%.1f\" height=\"8\"/><rect "
            "class=\"loss\" x=\"%.1f\" width=\"%.1f\" height=\"8\"/></svg></td>",
            100.0 * (double)wins / all, 100.0 * (double)(wins + ties) / all,
            100.0 * (double)losses / all);
}

static void put_pair(const gg_page *page, const gg_pair *pair, size_t subject) {
    bool first = pair->a == subject;
    size_t wins = first ? pair->wins : pair->losses, losses = first ? pair->losses : pair->wins;
    fputs("<tr><th scope=\"row\">", page->stream);
    gg_html_put(page, page->study->summary->strategies[first ? pair->b : pair->a].name);
    fputs("</th>", page->stream);
    gg_html_number_cell(page, gg_count(pair->compared));
    gg_html_number_cell(page, gg_count(wins));
    gg_html_number_cell(page, gg_count(pair->ties));
    gg_html_number_cell(page, gg_count(losses));
    put_bar(page, wins, pair->ties, losses);
    gg_html_number_cell(page, gg_ratio(first ? pair->median_ratio : 1.0 / pair->median_ratio));
    gg_html_number_cell(page, gg_count(pair->draws));
    gg_html_number_cell(page, gg_plain(first ? pair->test.positive : pair->test.negative));
    gg_html_number_cell(page, gg_plain(first ? pair->test.negative : pair->test.positive));
    gg_html_number_cell(page, gg_probability(pair->test.p));
    fputs("</tr>\n", page->stream);
}

static void put_table(const gg_page *page, size_t panel, size_t subject) {
    const gg_pairs *pairs = &page->study->pairs;
    gg_html_open_table(page, &page->study->summary->panels[panel], "");
    fputs("<thead><tr><th scope=\"col\">against</th><th scope=\"col\">instances</th>"
          "<th scope=\"col\">better</th><th scope=\"col\">equal</th><th scope=\"col\">worse</th>"
          "<th scope=\"col\" class=\"left\">better | worse</th><th scope=\"col\">median<br>ratio"
          "</th><th scope=\"col\">draws</th><th scope=\"col\">W<sub>+</sub></th><th "
          "scope=\"col\">W<sub>−</sub></th>"
          "<th scope=\"col\">p</th></tr></thead>\n<tbody>\n",
          page->stream);
    for (size_t k = 0; k < pairs->count; k++) {
        const gg_pair *pair = &pairs->items[k];
        if (pair->panel == panel && pair->compared > 0 &&
            (pair->a == subject || pair->b == subject))
            put_pair(page, pair, subject);
    }
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

void gg_html_pairs_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    size_t subject = gg_summary_subject_index(summary);
    if (summary->n_strategies < 2)
        return;
    gg_html_open_section(page, "pairs", "Strategy against strategy");
    fputs("<p>", page->stream);
    gg_html_put(page, gg_strategy_title(&summary->strategies[subject]));
    fputs(" on the instances that both decide without breaking τ. A ratio above 1 says its "
          "objective is the larger one; p is that of a two-sided Wilcoxon signed-rank test of "
          "(f<sub>a</sub> − f<sub>b</sub>) / (f<sub>a</sub> + f<sub>b</sub>), with one value a "
          "draw (the mean of its instances, which share users and channels) and none where fewer "
          "than six draws differ; not corrected for the number of comparisons. All pairs are in "
          "the table.",
          page->stream);
    gg_html_table_link(page, "pairs.csv");
    fputs("</p>\n", page->stream);
    for (size_t p = 0; p < summary->n_panels; p++)
        put_table(page, p, subject);
    gg_html_close_section(page);
}
