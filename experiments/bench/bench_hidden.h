/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hidden states beside the bare matrix product, in time and memory.
 */
#pragma once

#include "experiments/bench/bench_parts.h"

void gg_bench_hidden(gg_bench *b);
