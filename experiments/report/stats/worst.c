/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/worst.h"

#include <string.h>

/* True when the row differs in nothing but tau from one that is listed: the same story. */
static bool repeats(const gg_summary *summary, const gg_worst *worst, size_t row) {
    const gg_row *b = &summary->results->rows[row];
    for (size_t k = 0; k < worst->count; k++) {
        const gg_row *a = &summary->results->rows[worst->rows[k]];
        if (summary->gaps[worst->rows[k]].value == summary->gaps[row].value &&
            a->n_users == b->n_users && a->n_servers == b->n_servers && a->seed == b->seed &&
            a->run == b->run && strcmp(a->preset, b->preset) == 0 &&
            strcmp(a->objective, b->objective) == 0)
            return true;
    }
    return false;
}

gg_worst gg_worst_find(const gg_summary *summary, const gg_lineup *lineup, size_t strategy) {
    gg_worst worst = {.strategy = strategy};
    for (size_t i = 0; i < lineup->n_instances; i++) {
        size_t row = lineup->row[i * lineup->n_strategies + strategy];
        if (row == GG_NO_ROW)
            continue;
        const gg_row_gap *gap = &summary->gaps[row];
        if (gap->kind != GG_GAP_PROVEN || gap->breaks_tau || !(gap->value > 0.0))
            continue;
        if (repeats(summary, &worst, row))
            continue;
        size_t at = worst.count;
        while (at > 0 && summary->gaps[worst.rows[at - 1]].value < gap->value)
            at--;
        if (at == GG_WORST)
            continue;
        if (worst.count < GG_WORST)
            worst.count++;
        memmove(&worst.rows[at + 1], &worst.rows[at], (worst.count - at - 1) * sizeof *worst.rows);
        worst.rows[at] = row;
    }
    return worst;
}
