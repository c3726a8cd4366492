/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section on the uncertainty that the decisions hang on, where the plan has a dataset.
 */
#include <math.h>

#include "experiments/output/html.h"
#include "experiments/report/page/html_sections.h"

static void put_estimate(const gg_page *page, const gg_estimate *of, bool with_interval) {
    if (isnan(of->value)) {
        fputs("<td class=\"left\">–</td>", page->stream);
        return;
    }
    fprintf(page->stream, "<td class=\"left\">%.3f", of->value);
    if (with_interval && !isnan(of->low))
        fprintf(page->stream, " <small>[%.3f, %.3f]</small>", of->low, of->high);
    fputs("</td>", page->stream);
}

static void put_ranking(const gg_page *page) {
    const gg_evaluation *e = &page->study->evaluation;
    gg_html_open_table(page, NULL,
                       "How well measures rank errors: the chance that a wrong answer is more "
                       "uncertain than a right one (AUROC; chance 0.5), and by how much each is "
                       "behind the best, on the same resamples.");
    fputs("<thead><tr><th scope=\"col\" class=\"left\">measure</th><th scope=\"col\" "
          "class=\"left\">AUROC</th><th scope=\"col\" class=\"left\">behind the best</th></tr>"
          "</thead>\n<tbody>\n",
          page->stream);
    for (size_t k = 0; k < e->n_ranked; k++) {
        fputs("<tr><th scope=\"row\">", page->stream);
        gg_html_put(page, e->ranked[k].name);
        fputs("</th>", page->stream);
        put_estimate(page, &e->ranked[k].auroc, true);
        put_estimate(page, &e->ranked[k].behind, k > 0);
        fputs("</tr>\n", page->stream);
    }
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

void gg_html_uncertainty_section(const gg_page *page) {
    const gg_evaluation *e = &page->study->evaluation;
    gg_sentence best = {0};
    if (e->n_items == 0)
        return;
    gg_evaluation_tell_best(e, &best);
    gg_html_open_section(page, "uncertainty", "Does uncertainty foretell errors?");
    fputs("<p>Decisions go by ", page->stream);
    gg_html_put(page, e->items[0].name);
    fprintf(page->stream,
            " of %s queries, of which the small model answers %s %% correctly; flags are the "
            "recorded ones. ",
            gg_count(e->n).text, gg_percent(e->accuracy).text);
    gg_html_prose(page->stream, best.text);
    fputs("</p>\n<div class=\"cards\">\n<figure>\n<h3>Accuracy by tenth of uncertainty</h3>\n",
          page->stream);
    gg_evaluation_draw_tenths(e, page->stream, &(gg_svg_place){.id = "accuracy-by-tenth"});
    const gg_estimate *tenths = &e->items[0].metrics[GG_METRIC_DECILE];
    fprintf(page->stream,
            "<figcaption>The most certain tenth of the queries is right on %s %%, the most "
            "uncertain one on %s %%. Whiskers: 95 %% intervals over resampled queries.",
            gg_percent(tenths[0].value).text, gg_percent(tenths[GG_N_DECILES - 1].value).text);
    gg_html_table_link(page, "uncertainty.csv");
    fputs("</figcaption>\n</figure>\n</div>\n", page->stream);
    if (e->n_ranked > 1)
        put_ranking(page);
    fputs("<p class=\"note\">", page->stream);
    gg_html_table_link(page, "ranking.csv");
    fputs("</p>\n", page->stream);
    gg_html_close_section(page);
}
