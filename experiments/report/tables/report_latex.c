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

void gg_latex_interval(FILE *stream, gg_number low, gg_number high) {
    fputs(" & [", stream);
    gg_latex_number(stream, low);
    fputs(", ", stream);
    gg_latex_number(stream, high);
    fputs("]", stream);
}

void gg_latex_open(FILE *stream, const char *columns, const char *title, const gg_row *panel) {
    fprintf(stream,
            "{\\footnotesize\\setlength{\\tabcolsep}{2.5pt}%%\n\\begin{tabular}{@{}%s@{}}\n"
            "\\toprule\n\\multicolumn{%zu}{@{}l@{}}{",
            columns, strlen(columns));
    gg_latex_text(stream, panel->preset);
    fputs(", ", stream);
    gg_latex_text(stream, panel->objective);
    fprintf(stream, "%s} \\\\\n", title);
}

void gg_latex_close(FILE *stream) {
    fputs("\\bottomrule\n\\end{tabular}}\n\n", stream);
}

static void put_strategy(FILE *stream, const gg_summary *summary, size_t strategy, size_t breaks) {
    gg_latex_text(stream, summary->strategies[strategy].name);
    fputs(breaks > 0 ? "$^\\dagger$" : "", stream);
}

static void put_dagger(FILE *stream, const gg_panel *panel, size_t from, size_t to,
                       size_t n_columns) {
    while (from < to && panel->curves[from].gaps.breaks_tau == 0)
        from++;
    if (from < to)
        fprintf(stream,
                "\\midrule\n\\multicolumn{%zu}{@{}l@{}}{$^\\dagger$ keeps users local that must "
                "offload} \\\\\n",
                n_columns);
}

void gg_latex_panels(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("% \\usepackage{booktabs}. A table a panel: gap to the proven optimum in percent, with "
          "the 95 % interval of its mean; right: expected accuracy in percent, where none is known "
          "the share right in hindsight; ms: mean delay per query.\n",
          stream);
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        gg_latex_open(stream, "lrlrrrr", " objective", panel->key);
        fputs("strategy & mean & 95\\,\\% & median & max & right & ms \\\\\n\\midrule\n", stream);
        for (size_t c = 0; c < panel->n_curves; c++) {
            const gg_gap_stats *g = &panel->curves[c].gaps;
            const gg_delay_stats *d = &panel->curves[c].delays;
            put_strategy(stream, summary, panel->curves[c].strategy, g->breaks_tau);
            gg_latex_cell(stream, gg_percent(g->mean));
            gg_latex_interval(stream, gg_percent(g->mean_low), gg_percent(g->mean_high));
            gg_latex_cell(stream, gg_percent(g->median));
            gg_latex_cell(stream, gg_percent(g->max));
            gg_latex_cell(stream,
                          gg_percent(gg_accuracy_of(d, isnan(d->expected_accuracy_mean)).mean));
            gg_latex_cell(stream, gg_milliseconds(gg_delay_mean_s(d)));
            fputs(" \\\\\n", stream);
        }
        put_dagger(stream, panel, 0, panel->n_curves, 7);
        gg_latex_close(stream);
    }
}

enum { MOST_ACROSS = 5, MOST_DOWN = 45 };

/* The mean gap of a cell; where no optimum is proven, the least that it can be in the median. */
static void put_gap(FILE *stream, const gg_gap_stats *g) {
    bool open = g->proven == 0 && g->unproven > 0;
    fputs(open ? " & $\\ge$\\," : " & ", stream);
    gg_latex_number(stream, gg_percent(open ? g->unproven_median_low : g->mean));
}

/* A part of a panel: some strategies, and the cells from group `first` on. Returns the group after
 * the last one. */
static size_t put_cells(FILE *stream, const gg_summary *summary, const gg_panel *panel,
                        size_t first, size_t from, size_t to) {
    static const char columns[] = "rrrrrrrr";
    const gg_group *groups = summary->groups;
    size_t end = panel->first_group + panel->n_groups, g = first;
    gg_latex_open(stream, columns + MOST_ACROSS - (to - from), ": mean gap, \\%", panel->key);
    fputs("$N$ & $M$ & $\\tau$", stream);
    for (size_t c = from; c < to; c++) {
        fputs(" & ", stream);
        put_strategy(stream, summary, panel->curves[c].strategy, panel->curves[c].gaps.breaks_tau);
    }
    fputs(" \\\\\n\\midrule\n", stream);
    for (size_t row = 0; row < MOST_DOWN && g < end; row++) {
        const gg_group *cell = &groups[g];
        fprintf(stream, "%u & %u & %s", cell->key->n_users, cell->key->n_servers,
                gg_plain(cell->key->tau).text);
        size_t next = g;
        while (next < end && gg_same_cell(cell, &groups[next]))
            next++;
        for (size_t c = from; c < to; c++) {
            size_t at = g;
            while (at < next && groups[at].strategy != panel->curves[c].strategy)
                at++;
            if (at < next)
                put_gap(stream, &groups[at].gaps);
            else
                fputs(" & ", stream);
        }
        fputs(" \\\\\n", stream);
        g = next;
    }
    put_dagger(stream, panel, from, to, to - from + 3);
    gg_latex_close(stream);
    return g;
}

void gg_latex_gaps(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("% \\usepackage{booktabs}. Mean gap to the proven optimum in percent, cell by cell; "
          "where none is proven, what the gap is at least in the median.\n",
          stream);
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        size_t end = panel->first_group + panel->n_groups;
        for (size_t from = 0, to; from < panel->n_curves; from = to) {
            to = from + MOST_ACROSS < panel->n_curves ? from + MOST_ACROSS : panel->n_curves;
            for (size_t g = panel->first_group; g < end;)
                g = put_cells(stream, summary, panel, g, from, to);
        }
    }
}

static bool is_of_subject(const gg_pair *pair, size_t panel, size_t subject) {
    return pair->panel == panel && pair->compared > 0 && (pair->a == subject || pair->b == subject);
}

static void put_pair(FILE *stream, const gg_summary *summary, const gg_pair *pair, bool first) {
    size_t other = first ? pair->b : pair->a;
    gg_latex_text(stream, summary->strategies[other].name);
    fprintf(stream, " & %zu & %zu & %zu", first ? pair->wins : pair->losses, pair->ties,
            first ? pair->losses : pair->wins);
    gg_latex_cell(stream, gg_ratio(first ? pair->median_ratio : 1.0 / pair->median_ratio));
    fprintf(stream, " & %zu", pair->draws);
    gg_latex_cell(stream, gg_probability(pair->test.p));
    fputs(" \\\\\n", stream);
}

void gg_latex_pairs(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    size_t subject = gg_summary_subject_index(summary);
    fputs("% \\usepackage{booktabs}. On how many instances the strategy is better than the other, "
          "equal, worse; median ratio of the objectives; $p$: two-sided Wilcoxon signed-rank test "
          "of one value for each of $d$ draws.\n",
          stream);
    for (size_t p = 0; p < summary->n_panels; p++) {
        gg_latex_open(stream, "lrrrrrr", " objective", summary->panels[p].key);
        gg_latex_text(stream, gg_strategy_title(&summary->strategies[subject]));
        fputs(" against & better & equal & worse & ratio & $d$ & $p$ \\\\\n\\midrule\n", stream);
        for (size_t k = 0; k < study->pairs.count; k++) {
            const gg_pair *pair = &study->pairs.items[k];
            if (is_of_subject(pair, p, subject))
                put_pair(stream, summary, pair, pair->a == subject);
        }
        gg_latex_close(stream);
    }
}
