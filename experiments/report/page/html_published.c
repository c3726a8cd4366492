/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section on the published experiment: its means beside ours, its claims counted, its figures.
 */
#include <math.h>

#include "experiments/report/page/html_sections.h"

static void put_verdicts(const gg_page *page) {
    const gg_comparison *comparison = &page->study->comparison;
    gg_html_open_table(page, NULL,
                       "Cells (users, τ, strategy) whose mean agrees with the published one.");
    fputs("<thead><tr><th scope=\"col\">quantity</th><th scope=\"col\">cells</th><th scope=\"col\">"
          "within</th><th scope=\"col\">outside</th><th scope=\"col\">undecidable</th></tr></thead>"
          "\n<tbody>\n",
          page->stream);
    for (int q = 0; q < GG_SOLVE_TIME_S; q++) {
        size_t count[GG_NOT_JUDGED + 1] = {0}, cells = 0;
        for (size_t k = 0; k < comparison->count; k++)
            if (comparison->cells[k].quantity == (gg_quantity)q) {
                count[comparison->cells[k].verdict]++;
                cells++;
            }
        if (cells == 0)
            continue;
        fprintf(page->stream, "<tr><th scope=\"row\">%s</th>", gg_quantity_name((gg_quantity)q));
        gg_html_number_cell(page, gg_count(cells));
        for (int verdict = GG_WITHIN; verdict < GG_NOT_JUDGED; verdict++)
            gg_html_number_cell(page, gg_count(count[verdict]));
        fputs("</tr>\n", page->stream);
    }
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

static gg_number difference(const gg_compared *c, double ours) {
    gg_number number;
    double percent = 100.0 * gg_compared_difference(c, ours);
    snprintf(number.text, sizeof number.text, "%s%.1f", percent < 0.0 ? "−" : "+", fabs(percent));
    return number;
}

static void put_undecidable(const gg_page *page) {
    const gg_comparison *comparison = &page->study->comparison;
    size_t n = 0;
    for (size_t k = 0; k < comparison->count; k++)
        n += comparison->cells[k].verdict == GG_UNDECIDABLE;
    if (n == 0)
        return;
    fprintf(page->stream, "<details>\n<summary>%s undecidable cells</summary>\n", gg_count(n).text);
    gg_html_open_table(page, NULL,
                       "Our mean, median and trimmed mean (10 % off either end) against the "
                       "published mean, difference in percent.");
    fputs("<thead><tr><th scope=\"col\">N</th><th scope=\"col\">τ</th><th scope=\"col\" "
          "class=\"left\">strategy</th><th scope=\"col\" class=\"left\">quantity</th>"
          "<th scope=\"col\">largest<br>draw</th><th scope=\"col\">its part<br>of the sum, %</th>"
          "<th scope=\"col\">mean</th><th scope=\"col\">median</th><th scope=\"col\">trimmed</th>"
          "</tr></thead>\n<tbody>\n",
          page->stream);
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        if (c->verdict != GG_UNDECIDABLE)
            continue;
        fprintf(page->stream, "<tr><td>%u</td><td>%s</td><td class=\"left\">", c->cell->n_users,
                gg_plain(c->cell->tau).text);
        gg_html_put(page, c->cell->strategy);
        fprintf(page->stream, "</td><td class=\"left\">%s</td><td>%u</td>",
                gg_quantity_name(c->quantity), c->largest_run);
        gg_html_number_cell(page, gg_percent(c->largest_share));
        gg_html_number_cell(page, difference(c, c->mean));
        gg_html_number_cell(page, difference(c, c->median));
        gg_html_number_cell(page, difference(c, c->trimmed));
        fputs("</tr>\n", page->stream);
    }
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
    fputs("</details>\n", page->stream);
}

static void put_score(const gg_page *page, const gg_score *score) {
    const size_t *const counts[] = {score->accuracy, score->delay, score->both};
    fprintf(page->stream, "<tr><th scope=\"row\">%s</th>", score->against);
    gg_html_number_cell(page, gg_count(score->cells));
    for (size_t c = 0; c < 3; c++)
        for (gg_score_side side = 0; side < GG_N_SCORE_SIDES; side++)
            if (c > 0 || side != GG_SCORE_MEDIANS)
                gg_html_number_cell(page, gg_count(counts[c][side]));
    fputs("</tr>\n", page->stream);
}

static void put_scores(const gg_page *page) {
    const gg_scorecard *card = &page->study->scorecard;
    gg_html_open_table(page, NULL,
                       "In how many cells (users, τ) GOA beats a baseline: by the published means, "
                       "by our means, by our median delays.");
    fputs("<thead><tr><th></th><th></th><th colspan=\"2\" scope=\"colgroup\" class=\"group\">more "
          "often right</th><th colspan=\"3\" scope=\"colgroup\" class=\"group\">less delay</th>"
          "<th colspan=\"3\" scope=\"colgroup\" class=\"group\">both</th></tr>\n"
          "<tr><th scope=\"col\">against</th><th scope=\"col\">cells</th>",
          page->stream);
    for (int c = 0; c < 3; c++)
        fprintf(page->stream, "<th scope=\"col\">published</th><th scope=\"col\">ours</th>%s",
                c > 0 ? "<th scope=\"col\">medians</th>" : "");
    fputs("</tr></thead>\n<tbody>\n", page->stream);
    for (size_t s = 0; s < GG_N_SCORES; s++)
        if (card->scores[s].cells > 0)
            put_score(page, &card->scores[s]);
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

static void put_correlation(const gg_page *page, const char *model, const gg_correlation *of) {
    if (of->draws == 0)
        return;
    fprintf(page->stream, " %s model %.3f", model, of->mean);
    if (!isnan(of->low))
        fprintf(page->stream, " [%.3f, %.3f]", of->low, of->high);
    fputs(";", page->stream);
}

void gg_html_published_section(const gg_page *page) {
    const gg_figure *kinds[GG_PUBLISHED_FIGURES + 1] = {NULL};
    const gg_scorecard *card = &page->study->scorecard;
    if (page->study->comparison.count == 0)
        return;
    for (size_t k = 0; k < GG_PUBLISHED_FIGURES; k++)
        kinds[k] = &gg_figures_published[k];
    gg_html_open_section(page, "published", "The published experiment, and what it claims");
    fputs("<p>Means over draws beside published means. A mean is within its limit when it differs "
          "by at most 3 % (4 % for compute) or 3 √2 standard errors; it is <b>undecidable</b>, and "
          "neither agrees nor disagrees, where one draw is more than 20 % of our sum or the limit "
          "more than half of the published mean: transmission has a heavy tail, on both sides."
          "</p>\n",
          page->stream);
    put_scores(page);
    put_verdicts(page);
    put_undecidable(page);
    fputs("<p class=\"note\">", page->stream);
    if (card->slm.draws > 0) {
        fprintf(page->stream,
                "Correlation of uncertainty with a right answer (mean over %s draws, 95 %% "
                "interval), in our calibrated workload, the published table has none:",
                gg_count(card->slm.draws).text);
        put_correlation(page, "small", &card->slm);
        put_correlation(page, "large", &card->llm);
    }
    gg_html_table_link(page, "published.csv");
    gg_html_table_link(page, "scorecard.csv");
    fputs("</p>\n<p>The published figures again. Lines: our means with 95 % intervals over draws, "
          "broken where they are undecidable; markers: published means.</p>\n",
          page->stream);
    gg_html_figures(page, kinds);
    gg_html_close_section(page);
}
