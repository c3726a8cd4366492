/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The instances on which a strategy is furthest from a proven optimum.
 */
#pragma once

#include "experiments/report/stats/lineup.h"

enum { GG_WORST = 10 };

/* The worst rows of one strategy over all panels: proven gaps above 0 of decisions that respect
 * tau, largest first, one a draw: a bad channel would fill the list with its own sizes and taus.
 * Equal gaps in the order of the lineup. */
typedef struct gg_worst {
    size_t strategy;
    size_t count;
    size_t rows[GG_WORST];
    double values[GG_WORST];
} gg_worst;

/* Keeps a row that is among those of the largest values, one a draw. */
void gg_worst_add(gg_worst *worst, const gg_summary *summary, size_t row, double value);

gg_worst gg_worst_find(const gg_summary *summary, const gg_lineup *lineup, size_t strategy);
