/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rows by instance: what each strategy did with the same network and queries, for every
 * comparison that pairs them.
 */
#pragma once

#include "experiments/report/stats/summary.h"

/* No row: the strategy did not solve the instance. */
#define GG_NO_ROW SIZE_MAX

typedef struct gg_lineup {
    size_t n_strategies;
    size_t n_instances;
    size_t *row;         /* n_instances x n_strategies numbers of rows, or GG_NO_ROW */
    size_t *first;       /* per panel, and one more: its instances stand together, ordered by
                            n_users, n_servers, tau, seed, run */
    size_t n_duplicates; /* rows that repeat an instance and strategy: the first one counts */
} gg_lineup;

/* Lines the rows of a summary up. Clear with gg_lineup_clear. Errors: GG_E_NOMEM. */
gg_status gg_lineup_compute(const gg_summary *summary, gg_lineup *out, gg_error *err);
void gg_lineup_clear(gg_lineup *lineup);

/* The row of a strategy, or NULL; and its number. */
const gg_row *gg_lineup_row(const gg_summary *summary, const gg_lineup *lineup, size_t instance,
                            size_t strategy);

/* True for a decision that may be compared: there is one, and it respects tau. */
bool gg_row_is_allowed(const gg_row *row);

/* The row of an instance with the best decision that respects tau, its optimum being proven;
 * GG_NO_ROW where it is not. With `with_decision`, only rows whose assignment is stored. */
size_t gg_lineup_optimum(const gg_summary *summary, const gg_lineup *lineup, size_t instance,
                         bool with_decision);
