/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "experiments/report/stats/headline.h"
#include "experiments/report/tables/report_latex.h"
#include "experiments/report/tables/report_tables.h"
#include "models/base/shown.h"

/* What stands for a character that means something to LaTeX; NULL: it means itself. */
static const char *latex_of(char c) {
    static const struct {
        char from;
        const char *to;
    } specials[] = {
        {'&', "\\&"},
        {'%', "\\%"},
        {'$', "\\$"},
        {'#', "\\#"},
        {'_', "\\_"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'\\', "\\textbackslash{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        /* A row's end takes these as its own; babel takes the first. */
        {'"', "{\\char34}"},
        {'[', "{[}"},
        {'*', "{*}"},
        /* Quotes do not grow together with what stands beside them. */
        {'`', "{`}"},
        {'\'', "{'}"},
    };
    for (size_t k = 0; k < sizeof specials / sizeof *specials; k++)
        if (specials[k].from == c)
            return specials[k].to;
    return NULL;
}

void gg_latex_text(FILE *stream, const char *text) {
    char piece[GG_SHOWN_PIECE], before = '\0';
    for (size_t taken; (taken = gg_shown_piece(text, piece)) > 0; text += taken)
        for (const char *at = piece; *at != '\0'; before = *at++)
            if (latex_of(*at) != NULL)
                fputs(latex_of(*at), stream);
            else
                fprintf(stream, *at == '-' && before == '-' ? "{}%c" : "%c", *at);
}

/* A number as this report writes it, in what plain LaTeX has. */
void gg_latex_number(FILE *stream, gg_number number) {
    for (const char *at = number.text; *at != '\0';) {
        static const struct {
            const char *from, *to;
        } swaps[] = {{"∞", "$\\infty$"}, {"−", "$-$"}, {"–", "--"}, {"<", "$<$"}, {">", "$>$"}};
        size_t k = 0, n = sizeof swaps / sizeof *swaps;
        while (k < n && strncmp(at, swaps[k].from, strlen(swaps[k].from)) != 0)
            k++;
        if (k < n) {
            fputs(swaps[k].to, stream);
            at += strlen(swaps[k].from);
        } else {
            fputc(*at++, stream);
        }
    }
}

void gg_latex_cell(FILE *stream, gg_number number) {
    fputs(" & ", stream);
    gg_latex_number(stream, number);
}

static void put_gaps(FILE *stream, const gg_gap_stats *g) {
    fprintf(stream, " & %zu", g->proven);
    gg_latex_cell(stream, gg_percent(g->mean));
    fputs(" & [", stream);
    gg_latex_number(stream, gg_percent(g->mean_low));
    fputs(", ", stream);
    gg_latex_number(stream, gg_percent(g->mean_high));
    fputs("]", stream);
    gg_latex_cell(stream, gg_percent(g->median));
    gg_latex_cell(stream, gg_percent(g->p90));
    gg_latex_cell(stream, gg_percent(g->max));
    gg_latex_cell(stream, gg_share(g->share_optimal));
    gg_latex_cell(stream, gg_share(g->share_within_1pct));
    gg_latex_cell(stream, gg_share(g->share_within_5pct));
    gg_latex_cell(stream, gg_share(g->share_unproven));
}

static const char gap_columns[] = "rrlrrrrrrr";
static const char gap_heads[] =
    " & $n$ & mean & 95\\,\\% interval & median & P90 & max & $=0$ & $\\le 1$ & $\\le 5$ & open";

void gg_latex_panels(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fprintf(stream,
            "%% \\usepackage{booktabs}. Gap to the proven optimum in percent; =0, <=1, <=5: share "
            "of the proven instances; open: share of instances without a proven optimum; "
            "right: expected accuracy, where none is known the share right in hindsight.\n"
            "\\begin{tabular}{l%srr}\n\\toprule\nstrategy%s & right & delay \\\\\n"
            " & & \\%% & \\%% & \\%% & \\%% & \\%% & \\%% & \\%% & \\%% & \\%% & \\%% & ms \\\\\n",
            gap_columns, gap_heads);
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        fputs("\\midrule\n\\multicolumn{13}{l}{", stream);
        gg_latex_text(stream, panel->key->preset);
        fputs(", ", stream);
        gg_latex_text(stream, panel->key->objective);
        fputs(" objective} \\\\\n", stream);
        for (size_t c = 0; c < panel->n_curves; c++) {
            const gg_curve *curve = &panel->curves[c];
            const gg_delay_stats *d = &curve->delays;
            gg_latex_text(stream, summary->strategies[curve->strategy].name);
            put_gaps(stream, &curve->gaps);
            gg_latex_cell(stream,
                          gg_percent(gg_accuracy_of(d, isnan(d->expected_accuracy_mean)).mean));
            gg_latex_cell(stream, gg_milliseconds(curve->delays.delay_median_s));
            fputs(" \\\\\n", stream);
        }
    }
    fputs("\\bottomrule\n\\end{tabular}\n", stream);
}

void gg_latex_gaps(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fprintf(stream,
            "%% \\usepackage{booktabs,longtable}. Gap to the proven optimum in percent.\n"
            "\\begin{longtable}{l%s}\n\\toprule\nstrategy%s \\\\\n\\midrule\n\\endhead\n"
            "\\bottomrule\n\\endfoot\n",
            gap_columns, gap_heads);
    for (size_t k = 0; k < summary->n_groups; k++) {
        const gg_group *group = &summary->groups[k];
        if (k == 0 || !gg_same_cell(group - 1, group)) {
            fputs(k == 0 ? "" : "\\addlinespace\n", stream);
            fputs("\\multicolumn{11}{l}{", stream);
            gg_latex_text(stream, group->key->preset);
            fputs(", ", stream);
            gg_latex_text(stream, group->key->objective);
            fprintf(stream, ", $N=%u$, $M=%u$, $\\tau=%s$} \\\\*\n", group->key->n_users,
                    group->key->n_servers, gg_plain(group->key->tau).text);
        }
        gg_latex_text(stream, summary->strategies[group->strategy].name);
        put_gaps(stream, &group->gaps);
        fputs(" \\\\\n", stream);
    }
    fputs("\\end{longtable}\n", stream);
}

void gg_latex_pairs(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    size_t subject = gg_summary_subject_index(summary), last_panel = SIZE_MAX;
    fputs("% \\usepackage{booktabs}. Paired comparisons on the same $n$ instances of $d$ draws; "
          "$p$: two-sided Wilcoxon signed-rank test of one value a draw.\n"
          "\\begin{tabular}{lrrrrrrr}\n\\toprule\n",
          stream);
    gg_latex_text(stream, gg_strategy_title(&summary->strategies[subject]));
    fputs(" against & $n$ & better & equal & worse & median ratio & $d$ & $p$ \\\\\n", stream);
    for (size_t k = 0; k < study->pairs.count; k++) {
        const gg_pair *pair = &study->pairs.items[k];
        if ((pair->a != subject && pair->b != subject) || pair->compared == 0)
            continue;
        bool first = pair->a == subject;
        if (pair->panel != last_panel) {
            const gg_row *key = summary->panels[last_panel = pair->panel].key;
            fputs("\\midrule\n\\multicolumn{8}{l}{", stream);
            gg_latex_text(stream, key->preset);
            fputs(", ", stream);
            gg_latex_text(stream, key->objective);
            fputs(" objective} \\\\\n", stream);
        }
        gg_latex_text(stream, summary->strategies[first ? pair->b : pair->a].name);
        fprintf(stream, " & %zu & %zu & %zu & %zu", pair->compared,
                first ? pair->wins : pair->losses, pair->ties, first ? pair->losses : pair->wins);
        gg_latex_cell(stream, gg_ratio(first ? pair->median_ratio : 1.0 / pair->median_ratio));
        fprintf(stream, " & %zu", pair->draws);
        gg_latex_cell(stream, gg_probability(pair->test.p));
        fputs(" \\\\\n", stream);
    }
    fputs("\\bottomrule\n\\end{tabular}\n", stream);
}
