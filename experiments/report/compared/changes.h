/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is different from earlier results: mean gaps then and now, and how the decisions on the
 * instances of both compare.
 */
#pragma once

#include "experiments/report/stats/summary.h"

/* A strategy of a panel that both results have. */
typedef struct gg_change {
    const gg_panel *panel; /* of the later results; borrowed, as are the curves */
    const gg_curve *now;
    const gg_curve *was;
    size_t better, equal, worse; /* now, by the objective */
} gg_change;

typedef struct gg_changes {
    gg_summary *earlier; /* owned */
    size_t count;
    gg_change *items;           /* owned; ordered by panel and strategy of the later results */
    size_t only_now, only_then; /* rows of instances or strategies that the other lacks */
} gg_changes;

/* Compares with `earlier`, which must outlive *out, as must `summary`. Objectives within 1e-9 of
 * each other are equal. Clear with gg_changes_clear, also after a failure. Errors: GG_E_INPUT (no
 * rows), GG_E_NOMEM. */
gg_status gg_changes_compute(const gg_summary *summary, const gg_results *earlier, gg_changes *out,
                             gg_error *err);
void gg_changes_clear(gg_changes *changes);
