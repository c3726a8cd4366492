/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gap at equal accuracy as tables.
 */
#include "experiments/output/csv_out.h"
#include "experiments/output/format.h"
#include "experiments/report/stats/headline.h"
#include "experiments/report/tables/report_latex.h"
#include "experiments/report/tables/report_tables.h"

static void put_interval(FILE *stream, const gg_mean_interval *of) {
    gg_csv_put_number(stream, of->mean);
    gg_csv_put_number(stream, of->low);
    gg_csv_put_number(stream, of->high);
}

static void put_means(FILE *stream, const gg_gap_stats *of) {
    gg_csv_put_number(stream, of->mean);
    gg_csv_put_number(stream, of->mean_low);
    gg_csv_put_number(stream, of->mean_high);
    gg_csv_put_number(stream, of->median);
    gg_csv_put_number(stream, of->max);
}

static void put_line(FILE *stream, const gg_fair_stats *of) {
    gg_csv_put_count(stream, of->fair.instances);
    gg_csv_put_count(stream, of->fair.proven);
    gg_csv_put_count(stream, of->fair.unproven);
    gg_csv_put_number(stream, of->fair.unproven_median_low);
    gg_csv_put_number(stream, of->fair.unproven_median_high);
    gg_csv_put_count(stream, of->compared);
    put_means(stream, &of->plain);
    put_means(stream, &of->common);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        put_interval(stream, &of->delay_s[side]);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        put_interval(stream, &of->accuracy[side]);
    fputc('\n', stream);
}

void gg_csv_fair(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("preset,objective,strategy,held,instances,proven,unproven,unproven_median_low,"
          "unproven_median_high,compared,gap_mean,gap_mean_low,gap_mean_high,gap_median,gap_max,"
          "fair_gap_mean,fair_gap_mean_low,fair_gap_mean_high,fair_gap_median,fair_gap_max",
          stream);
    for (int accuracy = 0; accuracy < 2; accuracy++)
        for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++) {
            const char *name = gg_fair_side_name(side), *what = accuracy ? "accuracy" : "delay_s";
            fprintf(stream, ",%s_%s,%s_%s_low,%s_%s_high", name, what, name, what, name, what);
        }
    fputc('\n', stream);
    for (size_t k = 0; k < summary->fair.count; k++)
        for (size_t p = 0; p < summary->n_panels; p++) {
            const gg_fair *of = &summary->fair.items[k];
            gg_csv_put_text(stream, summary->panels[p].key->preset);
            gg_csv_put_more_text(stream, summary->panels[p].key->objective);
            gg_csv_put_more_text(stream, summary->strategies[of->reference].name);
            gg_csv_put_more_text(stream, summary->strategies[of->held].name);
            put_line(stream, &of->panels[p]);
        }
}

static void latex_row(FILE *stream, const gg_row *key, const gg_fair_stats *of) {
    gg_latex_text(stream, key->preset);
    fputs(", ", stream);
    gg_latex_text(stream, key->objective);
    fprintf(stream, " & %zu", of->compared);
    for (int fair = 0; fair < 2; fair++) {
        const gg_gap_stats *g = fair ? &of->common : &of->plain;
        gg_latex_cell(stream, gg_percent(g->mean));
        fputs(" [", stream);
        gg_latex_number(stream, gg_percent(g->mean_low));
        fputs(", ", stream);
        gg_latex_number(stream, gg_percent(g->mean_high));
        fputs("]", stream);
    }
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        gg_latex_cell(stream, gg_milliseconds(of->delay_s[side].mean));
    fputs(" \\\\\n", stream);
}

void gg_latex_fair(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("% \\usepackage{booktabs}. Mean gap in percent to the optimum and to the optimum at the "
          "strategy's own expected accuracy, with 95 % intervals; delay: mean, ms per query, of "
          "the strategy, the optimum, the optimum at its accuracy.\n"
          "\\begin{tabular}{lrllrrr}\n\\toprule\n"
          " & $n$ & gap & at its accuracy & delay & optimum & at its accuracy \\\\\n",
          stream);
    for (size_t k = 0; k < summary->fair.count; k++) {
        const gg_fair *of = &summary->fair.items[k];
        fputs("\\midrule\n\\multicolumn{7}{l}{", stream);
        gg_latex_text(stream, gg_strategy_title(&summary->strategies[of->reference]));
        fputs("} \\\\\n", stream);
        for (size_t p = 0; p < summary->n_panels; p++)
            latex_row(stream, summary->panels[p].key, &of->panels[p]);
    }
    fputs("\\bottomrule\n\\end{tabular}\n", stream);
}
