/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/worst.h"

#include <string.h>

/* The place of the row's draw in the list; its end when it is not there. */
static size_t place_of_draw(const gg_summary *summary, const gg_worst *worst, size_t row) {
    const gg_row *rows = summary->results->rows;
    size_t k = 0;
    while (k < worst->count && gg_compare_draws(&rows[worst->rows[k]], &rows[row]) != 0)
        k++;
    return k;
}

void gg_worst_add(gg_worst *worst, const gg_summary *summary, size_t row, double value) {
    size_t last = place_of_draw(summary, worst, row);
    if (last < worst->count && worst->values[last] >= value)
        return;
    if (last == worst->count && worst->count < GG_WORST)
        worst->count++;
    /* From the place of the draw's milder row, or from the end, up to its own. */
    size_t at = last < GG_WORST ? last : GG_WORST;
    while (at > 0 && worst->values[at - 1] < value)
        at--;
    if (at == GG_WORST)
        return;
    size_t moved = (last < GG_WORST ? last : GG_WORST - 1) - at;
    memmove(&worst->rows[at + 1], &worst->rows[at], moved * sizeof *worst->rows);
    memmove(&worst->values[at + 1], &worst->values[at], moved * sizeof *worst->values);
    worst->rows[at] = row;
    worst->values[at] = value;
}

gg_worst gg_worst_find(const gg_summary *summary, const gg_lineup *lineup, size_t strategy) {
    gg_worst worst = {.strategy = strategy};
    for (size_t i = 0; i < lineup->n_instances; i++) {
        size_t row = lineup->row[i * lineup->n_strategies + strategy];
        if (row == GG_NO_ROW)
            continue;
        const gg_row_gap *gap = &summary->gaps[row];
        if (gap->kind == GG_GAP_PROVEN && !gap->breaks_tau && gap->value > 0.0)
            gg_worst_add(&worst, summary, row, gap->value);
    }
    return worst;
}
