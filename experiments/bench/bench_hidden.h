/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hidden states beside the bare matrix product, in time and memory.
 */
#ifndef GOAGAP_EXPERIMENTS_BENCH_BENCH_HIDDEN_H
#define GOAGAP_EXPERIMENTS_BENCH_BENCH_HIDDEN_H

#include "experiments/bench/bench_parts.h"

void gg_bench_hidden(gg_bench *b);

#endif
