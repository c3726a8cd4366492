/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strategies compared in pairs, on the instances that both decide.
 */
#pragma once

#include "experiments/report/stats/lineup.h"
#include "experiments/statistics/signed_rank.h"

/* Objectives that differ by less than this, relative to each other, are a tie. */
#define GG_TIE 1e-9

/* Strategy a against strategy b under one preset and objective. The difference of a pair is
 * (f_a - f_b) / (f_a + f_b), which does not depend on the instance's size; ties count as 0. */
typedef struct gg_pair {
    size_t panel;
    size_t a;
    size_t b;
    size_t compared; /* instances where both decisions respect tau */
    size_t wins;     /* a is better */
    size_t ties;
    size_t losses;
    double median_ratio; /* of f_a / f_b; NAN without instances */
    size_t draws;        /* that the instances come from */
    gg_signed_rank test; /* of one value a draw, the mean difference of its instances; p is NAN for
                            fewer than GG_FEWEST_DRAWS that differ */
} gg_pair;

typedef struct gg_pairs {
    size_t count;
    gg_pair *items; /* every a < b of every panel, in their order */
} gg_pairs;

/* Errors: GG_E_NOMEM. Clear with gg_pairs_clear. */
gg_status gg_pairs_compute(const gg_summary *summary, const gg_lineup *lineup, gg_pairs *out,
                           gg_error *err);
void gg_pairs_clear(gg_pairs *pairs);
