/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section on what changed since earlier results.
 */
#include "experiments/report/page/html_sections.h"

static void put_row(const gg_page *page, const gg_change *of) {
    gg_html_open_strategy_row(page, of->now->strategy, of->now->gaps.breaks_tau > 0);
    fputs("<td class=\"left\">", page->stream);
    gg_html_put_panel(page, of->panel);
    fputs("</td>", page->stream);
    gg_html_number_cell(page, gg_percent(of->was->gaps.mean));
    gg_html_number_cell(page, gg_percent(of->now->gaps.mean));
    gg_html_number_cell(page, gg_milliseconds(gg_delay_mean_s(&of->was->delays)));
    gg_html_number_cell(page, gg_milliseconds(gg_delay_mean_s(&of->now->delays)));
    gg_html_number_cell(page, gg_count(of->better));
    gg_html_number_cell(page, gg_count(of->equal));
    gg_html_number_cell(page, gg_count(of->worse));
    fputs("</tr>\n", page->stream);
}

void gg_html_changes_section(const gg_page *page) {
    const gg_changes *changes = &page->study->changes;
    if (changes->earlier == NULL)
        return;
    gg_html_open_section(page, "changes", "What changed?");
    gg_html_open_table(page, NULL,
                       "Against the earlier results: mean gaps in percent and mean delays in ms "
                       "per query, each over all of its instances; decisions on the instances of "
                       "both, by the objective.");
    fputs("<thead><tr><th scope=\"col\">strategy</th><th scope=\"col\" class=\"left\"></th>"
          "<th scope=\"col\">gap<br>was</th><th scope=\"col\">gap<br>is</th>"
          "<th scope=\"col\">delay<br>was</th><th scope=\"col\">delay<br>is</th>"
          "<th scope=\"col\">better</th><th scope=\"col\">equal</th><th scope=\"col\">worse</th>"
          "</tr></thead>\n<tbody>\n",
          page->stream);
    for (size_t k = 0; k < changes->count; k++)
        put_row(page, &changes->items[k]);
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
    if (changes->only_now > 0 || changes->only_then > 0)
        fprintf(page->stream, "<p class=\"note\">%s rows are new, %s are not there any more.</p>\n",
                gg_count(changes->only_now).text, gg_count(changes->only_then).text);
    gg_html_close_section(page);
}
