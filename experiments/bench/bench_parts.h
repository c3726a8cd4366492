/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the benchmarks of the data's kernels and files share: room, clocks, and a line of the table.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "models/base/status.h"

enum { GG_BENCH_REPEATS = 7 };

typedef struct gg_bench {
    const char *folder;
    FILE *csv;
    gg_error err;
} gg_bench;

/* Says a failed call's error and ends the program, as gg_bench_room does without memory. */
void gg_bench_must(const gg_bench *b, gg_status status);
void *gg_bench_room(size_t count, size_t size);

/* Processor time of this thread. */
double gg_bench_busy_s(void);

/* The numbers that are read in a measurement. */
typedef struct gg_bench_data {
    const char *dtype;
    size_t words;
    double values, bytes;
} gg_bench_data;

/* One line: values and bytes a second, and how that compares with the yardstick's seconds. */
void gg_bench_tell(gg_bench *b, const char *what, const gg_bench_data *of, double seconds,
                   const char *beside, double yardstick_s);

/* The least time in which the uncertainties of a file are computed. */
double gg_bench_file_s(gg_bench *b, const char *path, size_t threads, int repeats);

void gg_bench_hidden(gg_bench *b);
