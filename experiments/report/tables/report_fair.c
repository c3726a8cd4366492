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

static void put_span(FILE *stream, const gg_gap_span *of) {
    put_interval(stream, &of->least);
    put_interval(stream, &of->most);
}

static void put_line(FILE *stream, const gg_fair_stats *of) {
    gg_csv_put_count(stream, of->fair.instances);
    gg_csv_put_count(stream, of->fair.proven);
    gg_csv_put_count(stream, of->fair.unproven);
    gg_csv_put_number(stream, of->fair.unproven_median_low);
    gg_csv_put_number(stream, of->fair.unproven_median_high);
    gg_csv_put_count(stream, of->compared);
    put_span(stream, &of->gap);
    put_span(stream, &of->at_par);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        put_interval(stream, &of->delay_s[side]);
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++)
        put_interval(stream, &of->accuracy[side]);
    fputc('\n', stream);
}

void gg_csv_fair(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("preset,objective,strategy,held,instances,proven,unproven,unproven_median_low,"
          "unproven_median_high,compared,gap_least,gap_least_low,gap_least_high,gap_most,"
          "gap_most_low,gap_most_high,fair_gap_least,fair_gap_least_low,fair_gap_least_high,"
          "fair_gap_most,fair_gap_most_low,fair_gap_most_high",
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

static void latex_span(FILE *stream, const char *name, const gg_gap_span *of) {
    fputs(name, stream);
    gg_latex_cell(stream, gg_span_text(of));
    gg_latex_interval(stream, gg_percent(of->least.low), gg_percent(of->most.high));
    fputs(" \\\\\n", stream);
}

static void latex_delay(FILE *stream, const char *name, const gg_mean_interval *of) {
    fputs(name, stream);
    gg_latex_cell(stream, gg_milliseconds(of->mean));
    gg_latex_interval(stream, gg_milliseconds(of->low), gg_milliseconds(of->high));
    fputs(" \\\\\n", stream);
}

static void latex_panel(FILE *stream, const gg_row *key, const char *name,
                        const gg_fair_stats *of) {
    gg_latex_open(stream, "lrl", " objective", key);
    gg_latex_text(stream, name);
    fprintf(stream, ", $n=%zu$ & mean & 95\\,\\%% \\\\\n\\midrule\n", of->compared);
    latex_span(stream, "gap to the optimum, \\%", &of->gap);
    latex_span(stream, "gap at its own accuracy, \\%", &of->at_par);
    latex_delay(stream, "delay, ms per query", &of->delay_s[GG_FAIR_REFERENCE]);
    latex_delay(stream, "of the optimum", &of->delay_s[GG_FAIR_OPTIMUM]);
    latex_delay(stream, "of the optimum at its accuracy", &of->delay_s[GG_FAIR_HELD]);
    gg_latex_close(stream);
}

void gg_latex_fair(const gg_study *study, FILE *stream) {
    const gg_summary *summary = study->summary;
    fputs("% \\usepackage{booktabs}. Mean gaps to the optimum and to the optimum at the strategy's "
          "own expected accuracy, a range where not all are proven; mean delays.\n",
          stream);
    for (size_t k = 0; k < summary->fair.count; k++) {
        const gg_fair *of = &summary->fair.items[k];
        for (size_t p = 0; p < summary->n_panels; p++)
            latex_panel(stream, summary->panels[p].key,
                        gg_strategy_title(&summary->strategies[of->reference]), &of->panels[p]);
    }
}
