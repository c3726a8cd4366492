/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The comparison for a terminal of 80 columns, and as CSV.
 */
#include <math.h>

#include "experiments/output/csv_out.h"
#include "experiments/studies/comparison/comparison.h"
#include "models/base/shown.h"

enum { NAME = 12 };

/* What the cells of one quantity say together. */
static void print_quantity(const gg_comparison *comparison, gg_quantity quantity, FILE *stream) {
    size_t cells = 0, count[GG_NOT_JUDGED + 1] = {0};
    double worst = 0.0, share = 0.0;
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        if (c->quantity != quantity)
            continue;
        double difference = gg_compared_difference(c, c->mean);
        cells++;
        count[c->verdict]++;
        share += c->largest_share;
        if (c->verdict != GG_UNDECIDABLE && fabs(difference) > fabs(worst))
            worst = difference;
    }
    if (cells > count[GG_NOT_JUDGED])
        fprintf(stream, "%-15s %6zu %7zu %8zu %12zu %+12.2f %% %8.1f %%\n",
                gg_quantity_name(quantity), cells, count[GG_WITHIN], count[GG_OUTSIDE],
                count[GG_UNDECIDABLE], 100.0 * worst, 100.0 * share / (double)cells);
}

static void print_cell(const gg_compared *c, FILE *stream) {
    char strategy[NAME + 1];
    fprintf(stream, "  %5u %4g  %-*s  %-14s", c->cell->n_users, c->cell->tau, NAME,
            gg_shown_cut(c->cell->strategy, strategy, sizeof strategy),
            gg_quantity_name(c->quantity));
}

static void print_outside(const gg_compared *c, FILE *stream) {
    print_cell(c, stream);
    fprintf(stream, "%10.4g %10.4g %+8.1f %%\n", c->mean, c->published,
            100.0 * gg_compared_difference(c, c->mean));
}

static void print_undecidable(const gg_compared *c, FILE *stream) {
    print_cell(c, stream);
    fprintf(stream, "%5.0f %% %+9.1f %+7.1f %+7.1f\n", 100.0 * c->largest_share,
            100.0 * gg_compared_difference(c, c->mean),
            100.0 * gg_compared_difference(c, c->median),
            100.0 * gg_compared_difference(c, c->trimmed));
}

/* The cells of one verdict, those that the exit code counts first, `most` of them. */
static void print_verdict(const gg_comparison *comparison, gg_verdict verdict, size_t most,
                          const char *heading, void (*print)(const gg_compared *c, FILE *stream),
                          FILE *stream) {
    size_t found = 0;
    for (int judged = 1; judged >= 0; judged--)
        for (size_t k = 0; k < comparison->count; k++) {
            const gg_compared *c = &comparison->cells[k];
            if (c->verdict != verdict || gg_quantity_is_judged(c->quantity) != (judged == 1))
                continue;
            if (found == 0)
                fputs(heading, stream);
            if (found++ < most)
                print(c, stream);
        }
    if (found > most)
        fprintf(stream, "  and %zu more: -o CSV has every cell\n", found - most);
}

void gg_comparison_print(const gg_comparison *comparison, size_t most, FILE *stream) {
    fputs("quantity         cells  within  outside  undecidable  largest diff.    one draw\n",
          stream);
    for (int q = 0; q < GG_QUANTITIES; q++)
        print_quantity(comparison, (gg_quantity)q, stream);
    fputs("\n\"largest diff.\" is that of the decidable cells, \"one draw\" the mean share of\n"
          "the largest draw in a cell's sum; 1 / draws if all were alike.\n"
          "Transmission means have a heavy tail (users may stand next to a server, Rayleigh\n"
          "fading): single draws carry them, on both sides, and with them the totals. Both\n"
          "are shown, not judged.\n",
          stream);
    print_verdict(comparison, GG_OUTSIDE, most,
                  "\nOutside the limit, which is 3 % of the published mean (4 % for compute) or\n"
                  "3 sqrt(2) standard errors, whichever is larger:\n"
                  "  users  tau  strategy      quantity            ours  published      diff.\n",
                  print_outside, stream);
    print_verdict(
        comparison, GG_UNDECIDABLE, most,
        "\nUndecidable: one draw is more than 20 % of our sum, or the limit more than half\n"
        "of the published mean. Our mean, median and trimmed mean (10 % off either end)\n"
        "against the published mean, difference in percent:\n"
        "  users  tau  strategy      quantity      one draw      mean  median trimmed\n",
        print_undecidable, stream);
    if (comparison->absent > 0)
        fprintf(stream, "\n%zu published rows have no counterpart in the results.\n",
                comparison->absent);
}

void gg_comparison_csv(const gg_comparison *comparison, FILE *stream) {
    fputs("n_users,tau,strategy,quantity,draws,mean,mean_low,mean_high,median,trimmed_mean,"
          "published,difference,limit,largest_share,largest_run,verdict\n",
          stream);
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        const double numbers[] = {c->mean,
                                  c->low,
                                  c->high,
                                  c->median,
                                  c->trimmed,
                                  c->published,
                                  c->mean - c->published,
                                  c->limit,
                                  c->largest_share};
        fprintf(stream, "%u,%.12g", c->cell->n_users, c->cell->tau);
        gg_csv_put_more_text(stream, c->cell->strategy);
        fprintf(stream, ",%s,%zu", gg_quantity_name(c->quantity), c->draws);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            gg_csv_put_number(stream, numbers[n]);
        fprintf(stream, ",%u,%s\n", c->largest_run, gg_verdict_name(c->verdict));
    }
}
