/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section on the gap at equal accuracy, where a strategy is held to another's.
 */
#include "experiments/report/page/html_sections.h"
#include "experiments/report/stats/headline.h"

static void put_interval(const gg_page *page, gg_number low, gg_number high) {
    fputs(" <small>[", page->stream);
    gg_html_put(page, low.text);
    fputs(", ", page->stream);
    gg_html_put(page, high.text);
    fputs("]</small>", page->stream);
}

static void put_span(const gg_page *page, const gg_gap_span *span) {
    fputs("<td class=\"left\">", page->stream);
    gg_html_put(page, gg_span_text(span).text);
    put_interval(page, gg_percent(span->least.low), gg_percent(span->most.high));
    fputs("</td>", page->stream);
}

static void put_delay(const gg_page *page, const gg_mean_interval *delay_s) {
    fputs("<td class=\"left\">", page->stream);
    gg_html_put(page, gg_milliseconds(delay_s->mean).text);
    put_interval(page, gg_milliseconds(delay_s->low), gg_milliseconds(delay_s->high));
    fputs("</td>", page->stream);
}

static void put_row(const gg_page *page, size_t p, const gg_fair_stats *of) {
    const gg_panel *panel = &page->study->summary->panels[p];
    fputs("<tr><th scope=\"row\">", page->stream);
    gg_html_put_panel(page, panel);
    fputs("</th>", page->stream);
    gg_html_number_cell(page, gg_count(of->compared));
    fprintf(page->stream, "<td>%s / %s</td>", gg_count(of->fair.proven).text,
            gg_count(of->fair.instances).text);
    put_span(page, &of->gap);
    put_span(page, &of->at_par);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        put_delay(page, &of->delay_s[side]);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        gg_html_number_cell(page, gg_percent(of->accuracy[side].mean));
    fputs("</tr>\n", page->stream);
}

static void put_pair(const gg_page *page, const gg_fair *of) {
    const gg_summary *summary = page->study->summary;
    const char *name = gg_strategy_title(&summary->strategies[of->reference]);
    fputs("<div class=\"scroll\"><table><caption>", page->stream);
    gg_html_put(page, name);
    fputs(": gaps in percent, delays in ms per query as decided, means with 95 % intervals, over "
          "the instances whose optima are bounded. Where not all are proven, the gap is a range: "
          "means of the least and of the most that it can be.</caption>\n"
          "<thead><tr><th></th><th></th><th></th><th colspan=\"2\" scope=\"colgroup\" "
          "class=\"left\">gap to "
          "the optimum</th><th colspan=\"3\" scope=\"colgroup\" class=\"left\">delay</th>"
          "<th colspan=\"3\" scope=\"colgroup\">expected accuracy, %</th></tr>\n<tr>"
          "<th scope=\"col\"></th><th scope=\"col\">instances</th>"
          "<th scope=\"col\">proven at<br>its accuracy</th>"
          "<th scope=\"col\" class=\"left\">of all</th><th scope=\"col\" class=\"left\">at its own "
          "accuracy</th>",
          page->stream);
    for (int again = 0; again < 2; again++) {
        const char *left = again == 0 ? " class=\"left\"" : "";
        fprintf(page->stream, "<th scope=\"col\"%s>", left);
        gg_html_put(page, name);
        fprintf(page->stream,
                "</th><th scope=\"col\"%s>optimum</th><th scope=\"col\"%s>at its accuracy</th>",
                left, left);
    }
    fputs("</tr></thead>\n<tbody>\n", page->stream);
    for (size_t p = 0; p < summary->n_panels; p++)
        if (of->panels[p].fair.instances > 0)
            put_row(page, p, &of->panels[p]);
    fputs("</tbody>\n</table></div>\n", page->stream);
}

void gg_html_fair_section(const gg_page *page) {
    const gg_fair_list *fair = &page->study->summary->fair;
    if (fair->count == 0)
        return;
    gg_html_open_section(page, "fair", "How far at the same accuracy?");
    fputs("<p>A strategy that offloads more than the optimum is slower and more often right. Here "
          "it is measured against the cheapest decision whose expected number of right answers is "
          "at least its own. Expected is what is known when deciding: the probability of a right "
          "answer given the uncertainty, never the recorded flags, which are hindsight.</p>\n",
          page->stream);
    for (size_t k = 0; k < fair->count; k++)
        put_pair(page, &fair->items[k]);
    fputs("<p class=\"note\">", page->stream);
    gg_html_table_link(page, "fair.csv");
    fputs("</p>\n", page->stream);
    gg_html_close_section(page);
}
