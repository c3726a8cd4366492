/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/bench/bench_parts.h"

#include <cblas.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/dataset/dataset_writer.h"
#include "models/base/alloc.h"

enum { TOKENS = 512, DEPTH = 2048, HIDDEN_WORDS = 128000, HEAD_WORDS = 4096 };

/* A line of /proc/self/status in KiB: VmRSS, what is used now, or VmHWM, the most since the last
 * reset. */
static long memory_kib(const char *name) {
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtol(line + strlen(name) + 1, NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib;
}

static void reset_peak(void) {
    malloc_trim(0);
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (file != NULL) {
        fputs("5", file);
        fclose(file);
    }
}

static void write_hidden(gg_bench *b, const char *path, const float *states, const float *head,
                         gg_dtype dtype) {
    gg_dataset_writer *writer;
    gg_side_spec spec = {.storage = GG_STORAGE_HIDDEN, .dtype = GG_F32, .width = DEPTH};
    size_t count = (size_t)HEAD_WORDS * DEPTH;
    double *wide = gg_bench_room(count, sizeof *wide);
    void *narrow = gg_bench_room(count, sizeof *wide);
    for (size_t k = 0; k < count; k++)
        wide[k] = (double)head[k];
    gg_narrow(wide, count, dtype, narrow);
    gg_bench_must(b, gg_dataset_writer_new(path, &writer, &b->err));
    gg_bench_must(b, gg_dataset_writer_declare(writer, GG_SLM, &spec, &b->err));
    gg_bench_must(
        b, gg_dataset_writer_append_rows(writer, GG_SLM, TOKENS, states, NULL, NULL, &b->err));
    gg_bench_must(b, gg_dataset_writer_end_query(writer, GG_SLM, &b->err));
    for (size_t v = 0; v < HIDDEN_WORDS; v += HEAD_WORDS) {
        size_t words = HIDDEN_WORDS - v < HEAD_WORDS ? HIDDEN_WORDS - v : HEAD_WORDS;
        gg_bench_must(b,
                      gg_dataset_writer_append_head(writer, GG_SLM, dtype, words, narrow, &b->err));
    }
    gg_free(wide);
    gg_free(narrow);
    gg_bench_must(b, gg_dataset_writer_finish(writer, NULL, &b->err));
}

/* The product alone, a part of the vocabulary scaled up, as large as BLAS likes it. */
static double product_s(const float *states, const float *head) {
    double best = INFINITY;
    float *logits = gg_bench_room((size_t)TOKENS * HEAD_WORDS, sizeof *logits);
    openblas_set_num_threads(1);
    for (int repeat = 0; repeat < GG_BENCH_REPEATS; repeat++) {
        double start_s = gg_bench_busy_s();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, TOKENS, HEAD_WORDS, DEPTH, 1.0f,
                    states, DEPTH, head, DEPTH, 0.0f, logits, HEAD_WORDS);
        best = fmin(best, gg_bench_busy_s() - start_s);
    }
    gg_free(logits);
    return best * HIDDEN_WORDS / HEAD_WORDS;
}

void gg_bench_hidden(gg_bench *b) {
    static const gg_dtype dtypes[] = {GG_F16, GG_BF16, GG_F32};
    char path[512];
    float *states = gg_bench_room((size_t)TOKENS * DEPTH, sizeof *states);
    float *head = gg_bench_room((size_t)HEAD_WORDS * DEPTH, sizeof *head);
    for (size_t k = 0; k < (size_t)HEAD_WORDS * DEPTH; k++) {
        head[k] = (float)((k * 2654435761u >> 7) % 1000) / 5000.0f - 0.1f;
        if (k < (size_t)TOKENS * DEPTH)
            states[k] = (float)((k * 40503u >> 5) % 1000) / 500.0f - 1.0f;
    }
    snprintf(path, sizeof path, "%s/hidden.h5", b->folder);
    double bare_s = product_s(states, head);
    double values = (double)TOKENS * HIDDEN_WORDS;
    for (size_t k = 0; k < sizeof dtypes / sizeof *dtypes; k++) {
        const gg_bench_data of = {gg_dtype_name(dtypes[k]), HIDDEN_WORDS, values, 4.0 * values};
        write_hidden(b, path, states, head, dtypes[k]);
        reset_peak();
        long before = memory_kib("VmRSS");
        double one_s = gg_bench_file_s(b, path, 1, 3);
        long grown = memory_kib("VmHWM") - before;
        double two_s = gg_bench_file_s(b, path, 2, 3);
        gg_bench_tell(b, "hidden 1 thread", &of, one_s, "bare sgemm", bare_s);
        gg_bench_tell(b, "hidden 2 threads", &of, two_s, "1 thread", one_s);
        printf("%-26s %ld KiB, 1/%.0f of the logits\n", "  its memory, 1 thread", grown,
               4.0 * values / 1024.0 / (double)(grown > 0 ? grown : 1));
        fprintf(b->csv, "hidden memory,%s,%d,%ld,,,logits,%.6g\n", of.dtype, HIDDEN_WORDS, grown,
                (double)grown * 1024.0 / (4.0 * values));
        unlink(path);
    }
    gg_free(states);
    gg_free(head);
}
