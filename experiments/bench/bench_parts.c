/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/bench/bench_parts.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "data/uncertainty/uncertainty.h"
#include "models/base/alloc.h"
#include "models/base/timer.h"

void gg_bench_must(const gg_bench *b, gg_status status) {
    if (status == GG_OK)
        return;
    fprintf(stderr, "bench_data: %s\n", b->err.message);
    exit(2);
}

void *gg_bench_room(size_t count, size_t size) {
    void *block = gg_alloc(count, size);
    if (block == NULL) {
        fprintf(stderr, "bench_data: out of memory\n");
        exit(2);
    }
    return block;
}

double gg_bench_busy_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void gg_bench_tell(gg_bench *b, const char *what, const gg_bench_data *of, double seconds,
                   const char *beside, double yardstick_s) {
    double values_per_s = of->values / seconds, bytes_per_s = of->bytes / seconds;
    printf("%-26s %-9s %7zu %9.3f %9.2f   %6.2f x %s\n", what, of->dtype, of->words,
           values_per_s / 1e9, bytes_per_s / 1e9, yardstick_s / seconds, beside);
    fprintf(b->csv, "%s,%s,%zu,%.6g,%.6g,%.6g,%s,%.6g\n", what, of->dtype, of->words, seconds,
            values_per_s, bytes_per_s, beside, yardstick_s / seconds);
    fflush(stdout);
}

double gg_bench_file_s(gg_bench *b, const char *path, size_t threads, int repeats) {
    double (*now_s)(void) = threads == 1 ? gg_bench_busy_s : gg_now_s;
    gg_dataset *dataset;
    gg_uncertainty_options options = gg_uncertainty_options_init();
    options.threads = threads;
    options.aggregate.kind = GG_MEAN;
    gg_bench_must(b, gg_dataset_open(path, &dataset, &b->err));
    double best = INFINITY;
    double *values = gg_bench_room(gg_dataset_n_queries(dataset), sizeof *values);
    for (int repeat = 0; repeat < repeats; repeat++) {
        double start_s = now_s();
        gg_bench_must(b, gg_uncertainty_compute(dataset, GG_SLM, &options, values, &b->err));
        best = fmin(best, now_s() - start_s);
    }
    gg_free(values);
    gg_dataset_close(dataset);
    return best;
}
