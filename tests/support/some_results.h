/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results with every kind of value: an infinity, unknown numbers, the largest seed, a failure.
 */
#pragma once

#include "experiments/results/results.h"

enum { SOME_ROWS = 3 };

typedef struct some_results {
    gg_results results; /* of the arrays below; its manifest is to be cleared */
    gg_row rows[SOME_ROWS];
    uint64_t offsets[SOME_ROWS + 1];
    int16_t assignment[5];
} some_results;

gg_row make_some_row(uint32_t k);
void make_some_results(some_results *f, const char *fingerprint);
