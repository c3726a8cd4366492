/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sections on single cases: decisions that differ from the optimum, and the worst instances.
 */
#include <math.h>
#include <stdlib.h>

#include "experiments/report/page/html_sections.h"
#include "experiments/report/stats/headline.h"

static void put_instance(const gg_page *page, const gg_row *row) {
    fputs("<td class=\"left\">", page->stream);
    gg_html_put(page, row->preset);
    fputs(", ", page->stream);
    gg_html_put(page, row->objective);
    fprintf(page->stream, "</td><td>%u</td><td>%u</td><td>%s</td><td>%u</td>", row->n_users,
            row->n_servers, gg_plain(row->tau).text, row->run);
}

static const char instance_heads[] =
    "<th scope=\"col\" class=\"left\">preset</th><th scope=\"col\">N</th><th scope=\"col\">M</th>"
    "<th scope=\"col\">τ</th><th scope=\"col\">draw</th>";

static void put_kinds(const gg_page *page, const gg_mistakes *of) {
    gg_html_open_strategy_row(page, of->strategy, false);
    gg_html_number_cell(page, gg_count(of->instances));
    gg_html_share_cell(page, (double)of->equal / (double)of->instances);
    for (size_t kind = 0; kind < GG_N_MISTAKES; kind++) {
        gg_html_number_cell(page, gg_percent((double)of->count[kind] / (double)of->users));
        double costly =
            of->costed[kind] > 0 ? (double)of->costly[kind] / (double)of->costed[kind] : NAN;
        gg_html_number_cell(page, gg_share(costly));
        gg_html_number_cell(page, gg_milliseconds(of->costly[kind] > 0
                                                      ? of->cost_s[kind] / (double)of->costly[kind]
                                                      : NAN));
    }
    fputs("</tr>\n", page->stream);
}

static void put_mistakes(const gg_page *page, size_t panel) {
    const gg_mistake_list *list = &page->study->mistakes;
    gg_html_open_table(page, &page->study->summary->panels[panel],
                       "Users decided otherwise than in the optimum; of these, how many are costly "
                       "when corrected alone, and the mean cost of the costly ones.");
    fputs("<thead><tr><th></th><th></th><th></th>", page->stream);
    for (gg_mistake_kind kind = 0; kind < GG_N_MISTAKES; kind++)
        fprintf(page->stream, "<th colspan=\"3\" scope=\"colgroup\" class=\"group\">%s</th>",
                gg_mistake_name(kind));
    fputs("</tr>\n<tr><th scope=\"col\">strategy</th><th scope=\"col\">instances</th>"
          "<th scope=\"col\">all alike,<br>%</th>",
          page->stream);
    for (size_t kind = 0; kind < GG_N_MISTAKES; kind++)
        fputs("<th scope=\"col\">users,<br>%</th><th scope=\"col\">costly,<br>%</th>"
              "<th scope=\"col\">cost,<br>ms</th>",
              page->stream);
    fputs("</tr></thead>\n<tbody>\n", page->stream);
    for (size_t k = 0; k < list->count; k++)
        if (list->items[k].panel == panel && list->items[k].instances > 0)
            put_kinds(page, &list->items[k]);
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

static void put_place(const gg_page *page, int server) {
    if (server < 0)
        fputs("device", page->stream);
    else
        fprintf(page->stream, "server %d", server);
}

static void put_top(const gg_page *page, const gg_mistakes *of) {
    const gg_summary *summary = page->study->summary;
    if (of->n_top == 0)
        return;
    gg_html_open_table(page, &summary->panels[of->panel],
                       "The users whose decision costs most of the optimum's objective.");
    fprintf(page->stream,
            "<thead><tr><th scope=\"col\" class=\"left\">kind</th>%s<th scope=\"col\">user</th>"
            "<th scope=\"col\">α</th><th scope=\"col\" class=\"left\">decided → optimal</th>"
            "<th scope=\"col\">cost,<br>ms</th><th scope=\"col\">%% of the<br>optimum</th></tr>"
            "</thead>\n<tbody>\n",
            instance_heads);
    for (size_t t = 0; t < of->n_top; t++) {
        const gg_mistake *mistake = &of->top[t];
        fprintf(page->stream, "<tr><th scope=\"row\">%s</th>", gg_mistake_name(mistake->kind));
        put_instance(page, &summary->results->rows[mistake->row]);
        fprintf(page->stream, "<td>%zu</td><td>%.3f</td><td class=\"left\">", mistake->user,
                mistake->alpha);
        put_place(page, mistake->decided);
        fputs(" → ", page->stream);
        put_place(page, mistake->optimal);
        fputs("</td>", page->stream);
        gg_html_number_cell(page, gg_milliseconds(mistake->cost_s));
        gg_html_number_cell(page, gg_percent(mistake->share));
        fputs("</tr>\n", page->stream);
    }
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
}

static void put_costs_note(const gg_page *page) {
    const gg_mistake_list *list = &page->study->mistakes;
    const char *obstacle = gg_redraw_obstacle(page->study->redraw);
    fputs("<p class=\"note\">", page->stream);
    if (list->redrawn == 0) {
        fputs("What a decision costs is not known: the instances could not be drawn again",
              page->stream);
        if (obstacle != NULL) {
            fputs(" – ", page->stream);
            gg_html_put(page, obstacle);
        }
        fputs(".", page->stream);
    } else {
        fprintf(page->stream,
                "Costs come from %s instances drawn again, whose recorded objectives came out the "
                "same.",
                gg_count(list->costed).text);
        if (list->mismatch > 0)
            fprintf(page->stream, " %s recorded objectives did not, and are not costed.",
                    gg_count(list->mismatch).text);
    }
    gg_html_table_link(page, "mistakes.csv");
    gg_html_table_link(page, "costliest.csv");
    fputs("</p>\n", page->stream);
}

void gg_html_mistakes_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    const gg_mistake_list *list = &page->study->mistakes;
    static const gg_figure *const kinds[] = {&gg_figure_mistakes, NULL};
    gg_html_open_section(page, "decisions", "Which decisions differ from the optimum?");
    if (list->count == 0) {
        fputs("<p>The results hold no decisions. A plan with <code>outputs: {assignments: yes}"
              "</code> stores them; this section then says which users were offloaded that should "
              "stay local, or to the wrong server, or not at all, and what each costs.</p>\n",
              page->stream);
        gg_html_close_section(page);
        return;
    }
    fputs("<p>Users that a strategy decides otherwise than the proven optimum of the same instance "
          "(where several optima exist, than the one that was found): <b>too greedy</b>, offloaded "
          "although it should stay local; <b>wrong server</b>; <b>too cautious</b>, local although "
          "it should offload. The cost is what the objective falls by when this user alone is "
          "decided as in the optimum.</p>\n",
          page->stream);
    gg_html_figures(page, kinds);
    for (size_t p = 0; p < summary->n_panels; p++)
        put_mistakes(page, p);
    for (size_t k = 0; k < list->count; k++)
        if (list->items[k].strategy == gg_summary_subject_index(summary))
            put_top(page, &list->items[k]);
    put_costs_note(page);
    gg_html_close_section(page);
}

static void put_command(const gg_page *page, const gg_row *row) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        return;
    gg_redraw_command(page->study->redraw, row, stream);
    if (fclose(stream) == 0)
        gg_html_put(page, text);
    free(text);
}

void gg_html_worst_section(const gg_page *page) {
    const gg_summary *summary = page->study->summary;
    const gg_worst *worst = &page->study->worst[gg_summary_subject_index(summary)];
    if (worst->count == 0)
        return;
    gg_html_open_section(page, "worst", "The worst instances");
    fputs("<p>Where ", page->stream);
    gg_html_put(page, gg_strategy_title(gg_summary_subject(summary)));
    fputs(" is furthest from a proven optimum, one instance a draw, and the commands that draw and "
          "solve "
          "each again.",
          page->stream);
    if (gg_redraw_obstacle(page->study->redraw) != NULL)
        fputs(" DATA.h5 stands for the dataset with its uncertainty, options of the plan for "
              "latencies not shown: a report made with --plan gives them in full.",
              page->stream);
    gg_html_table_link(page, "worst.csv");
    fputs("</p>\n", page->stream);
    gg_html_open_table(page, NULL, "Objectives in ms, gaps in percent.");
    fprintf(page->stream,
            "<thead><tr><th scope=\"col\">gap</th>%s<th scope=\"col\">objective</th>"
            "<th scope=\"col\">optimum</th></tr></thead>\n<tbody>\n",
            instance_heads);
    for (size_t k = 0; k < worst->count; k++) {
        const gg_row *row = &summary->results->rows[worst->rows[k]];
        fputs("<tr><th scope=\"row\">", page->stream);
        gg_html_put(page, gg_percent(summary->gaps[worst->rows[k]].value).text);
        fputs("</th>", page->stream);
        put_instance(page, row);
        gg_html_number_cell(page, gg_milliseconds(row->objective_s));
        gg_html_number_cell(page, gg_milliseconds(summary->gaps[worst->rows[k]].best_s));
        fputs("</tr>\n<tr class=\"command\"><td colspan=\"8\"><code>", page->stream);
        put_command(page, row);
        fputs("</code></td></tr>\n", page->stream);
    }
    fputs("</tbody>\n", page->stream);
    gg_html_close_table(page);
    gg_html_close_section(page);
}
