/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How fast uncertainties are computed: kernels in memory beside a plain sum of the same bytes,
 * whole files beside `cat`, NumPy on the same rows, hidden states beside the bare matrix product.
 * One thread is timed by the processor time it takes, which other programs on the machine do not
 * lengthen, two by the clock. Prints a table and writes a CSV. bench_data FOLDER CSV
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/dataset/dataset_writer.h"
#include "data/uncertainty/uncertainty.h"
#include "experiments/bench/bench_parts.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/rng.h"
#include "models/base/timer.h"

enum { MATRIX_BYTES = 256 << 20 };

typedef struct matrix {
    gg_dtype dtype;
    size_t rows, words, row_bytes;
    char *values;
} matrix;

/* Logits like a model's: a bell, a few words above it. */
static void fill(matrix *m, gg_dtype dtype, size_t words) {
    m->dtype = dtype;
    m->words = words;
    m->row_bytes = words * gg_dtype_size(dtype);
    m->rows = MATRIX_BYTES / m->row_bytes;
    double *wide = gg_bench_room(words, sizeof *wide);
    for (size_t v = 0; v < words; v++) {
        gg_rng_address at = {1, 2, GG_STREAM_QUERY, (uint32_t)v, 0};
        double sum = 0.0;
        for (at.draw = 0; at.draw < 12; at.draw++)
            sum += gg_rng_uniform(at);
        wide[v] = 2.5 * (sum - 6.0);
    }
    wide[words / 3] = 14.0;
    gg_narrow(wide, words, dtype, m->values);
    for (size_t r = 1; r < m->rows; r++)
        memcpy(m->values + r * m->row_bytes, m->values, m->row_bytes);
    gg_free(wide);
}

static gg_bench_data data_of(const matrix *m) {
    return (gg_bench_data){.dtype = gg_dtype_name(m->dtype),
                           .words = m->words,
                           .values = (double)m->rows * (double)m->words,
                           .bytes = (double)m->rows * (double)m->row_bytes};
}

typedef void (*task)(const matrix *m, size_t first, size_t count);
static volatile double kept;

typedef float lane8 __attribute__((vector_size(32)));

__attribute__((target_clones("avx2", "default"))) static void
plain_sum(const matrix *m, size_t first, size_t count) {
    const lane8 *p = (const lane8 *)(const void *)(m->values + first * m->row_bytes);
    lane8 s[8] = {0};
    for (size_t k = 0; k + 8 <= count * m->row_bytes / sizeof *p; k += 8)
        for (int j = 0; j < 8; j++)
            s[j] += p[k + (size_t)j];
    for (int j = 1; j < 8; j++)
        s[0] += s[j];
    kept = (double)s[0][0];
}

static const gg_row_kernels *kernels;
static gg_row_need need;

static void run_kernel(const matrix *m, size_t first, size_t count) {
    gg_row_request request = {.need = need, .temperature = 1.0, .token = -1};
    gg_row_stats stats = {0};
    double list[50];
    int64_t ids[50];
    gg_top_list top = {.capacity = 50, .value = list, .id = ids};
    if (need == GG_ROW_RANKS)
        request.top = &top;
    for (size_t r = first; r < first + count; r++)
        kernels->row[m->dtype](m->values + r * m->row_bytes, m->words, &request, &stats);
    kept = stats.max;
}

/* The fastest of several runs over slices of the matrix, scaled to the whole: other programs on the
 * machine disturb few slices. */
static double best_s(task t, const matrix *m) {
    enum { SLICES = 8 };
    double best = INFINITY;
    size_t n = m->rows / SLICES;
    for (int repeat = 0; repeat < GG_BENCH_REPEATS; repeat++)
        for (size_t k = 0; k < SLICES; k++) {
            double start_s = gg_bench_busy_s();
            t(m, k * n, n);
            best = fmin(best, gg_bench_busy_s() - start_s);
        }
    return best * (double)m->rows / (double)n;
}

typedef struct half {
    task run;
    const matrix *m;
    size_t first, count;
} half;

static void *run_half(void *context) {
    const half *h = context;
    h->run(h->m, h->first, h->count);
    return NULL;
}

static double two_threads_s(task t, const matrix *m) {
    enum { SLICES = 4 };
    double best = INFINITY;
    size_t n = m->rows / SLICES, a_rows = n / 2;
    for (int repeat = 0; repeat < 2 * GG_BENCH_REPEATS; repeat++)
        for (size_t k = 0; k < SLICES; k++) {
            half a = {t, m, k * n, a_rows}, b = {t, m, k * n + a_rows, n - a_rows};
            pthread_t other;
            double start_s = gg_now_s();
            if (pthread_create(&other, NULL, run_half, &b) != 0)
                return NAN;
            run_half(&a);
            pthread_join(other, NULL);
            best = fmin(best, gg_now_s() - start_s);
        }
    return best * (double)m->rows / (double)n;
}

/* Softmax in float64 and the two largest, as one would write it; NAN without NumPy. */
static double numpy_s(const gg_bench *b, const matrix *m) {
    char path[512], command[1536];
    size_t rows = (size_t)4 << 20;
    rows = rows / m->words > 0 ? rows / m->words : 1;
    snprintf(path, sizeof path, "%s/rows.f32", b->folder);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return NAN;
    float *row = gg_bench_room(m->words, sizeof *row);
    gg_widen_float(m->dtype, m->values, m->words, row);
    for (size_t r = 0; r < rows; r++)
        fwrite(row, sizeof *row, m->words, file);
    fclose(file);
    gg_free(row);
    snprintf(command, sizeof command,
             "/usr/bin/python3 -c \"\n"
             "import numpy as np, time\n"
             "z = np.fromfile('%s', np.float32).reshape(-1, %zu)%s\n"
             "best = 1e9\n"
             "for _ in range(3):\n"
             "    t = time.perf_counter()\n"
             "    x = z.astype(np.float64)\n"
             "    p = np.exp(x - x.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)\n"
             "    q = np.partition(p, -2, 1)\n"
             "    a = 1 - (q[:, -1] - q[:, -2])\n"
             "    best = min(best, time.perf_counter() - t)\n"
             "print(best)\" 2>/dev/null",
             path, m->words, m->dtype == GG_F16 ? ".astype(np.float16)" : "");
    double seconds = NAN;
    FILE *python = popen(command, "r");
    if (python != NULL) {
        if (fscanf(python, "%lf", &seconds) != 1)
            seconds = NAN;
        pclose(python);
    }
    unlink(path);
    return seconds * (double)m->rows / (double)rows;
}

static void write_rows(gg_bench *b, const char *path, const matrix *m, int gzip_level) {
    gg_dataset_writer *writer;
    gg_side_spec spec = {.storage = GG_STORAGE_LOGITS,
                         .dtype = m->dtype,
                         .width = m->words,
                         .gzip_level = gzip_level};
    gg_bench_must(b, gg_dataset_writer_new(path, &writer, &b->err));
    gg_bench_must(b, gg_dataset_writer_declare(writer, GG_SLM, &spec, &b->err));
    for (size_t r = 0; r < m->rows; r++) {
        const char *row = m->values + r * m->row_bytes;
        gg_bench_must(b,
                      gg_dataset_writer_append_rows(writer, GG_SLM, 1, row, NULL, NULL, &b->err));
        gg_bench_must(b, gg_dataset_writer_end_query(writer, GG_SLM, &b->err));
    }
    gg_bench_must(b, gg_dataset_writer_finish(writer, NULL, &b->err));
}

/* The same as one contiguous dataset, which other tools write. */
static void write_contiguous(gg_bench *b, const char *path, const matrix *m) {
    gg_h5 *h5;
    size_t n_offsets = m->rows + 1;
    const size_t dims[] = {m->rows, m->words};
    int64_t *offsets = gg_bench_room(n_offsets, sizeof *offsets);
    for (size_t r = 0; r < n_offsets; r++)
        offsets[r] = (int64_t)r;
    gg_bench_must(b, gg_h5_create(path, &h5, &b->err));
    gg_bench_must(b, gg_h5_make_group(h5, "/slm", &b->err));
    gg_bench_must(b, gg_h5_write(h5, "/slm/offsets", GG_H5_I64, 1, &n_offsets, offsets, &b->err));
    gg_bench_must(
        b, gg_h5_write(h5, "/slm/logits", (gg_h5_type)m->dtype, 2, dims, m->values, &b->err));
    gg_bench_must(b, gg_h5_finish(h5, GG_OK, &b->err));
    gg_free(offsets);
}

/* A file that is opened and read through once. */
static double first_pass_s(gg_bench *b, const char *path) {
    double best = INFINITY;
    for (int repeat = 0; repeat < GG_BENCH_REPEATS; repeat++)
        best = fmin(best, gg_bench_file_s(b, path, 1, 1));
    return best;
}

static double cat_s(const char *path) {
    char command[600];
    double best = INFINITY;
    snprintf(command, sizeof command, "cat '%s' | cat >/dev/null", path);
    for (int repeat = 0; repeat < 3; repeat++) {
        double start_s = gg_now_s();
        if (system(command) != 0)
            return NAN;
        best = fmin(best, gg_now_s() - start_s);
    }
    return best;
}

static void bench_file(gg_bench *b, const matrix *m, double memory_s, double memory2_s) {
    char path[512];
    const gg_bench_data of = data_of(m);
    snprintf(path, sizeof path, "%s/rows.h5", b->folder);
    write_rows(b, path, m, 0);
    double chunked_s = gg_bench_file_s(b, path, 1, GG_BENCH_REPEATS);
    gg_bench_tell(b, "chunked file 1 thread", &of, chunked_s, "in memory", memory_s);
    gg_bench_tell(b, "chunked file first pass", &of, first_pass_s(b, path), "in memory", memory_s);
    unlink(path);
    write_contiguous(b, path, m);
    gg_bench_tell(b, "file first pass", &of, first_pass_s(b, path), "in memory", memory_s);
    double one_s = gg_bench_file_s(b, path, 1, GG_BENCH_REPEATS),
           two_s = gg_bench_file_s(b, path, 2, GG_BENCH_REPEATS);
    gg_bench_tell(b, "file 1 thread", &of, one_s, "in memory", memory_s);
    gg_bench_tell(b, "file 2 threads", &of, two_s, "in memory 2 threads", memory2_s);
    gg_bench_tell(b, "file 2 threads", &of, two_s, "cat", cat_s(path));
    unlink(path);
}

static void bench_packed(gg_bench *b, matrix *m) {
    char path[512];
    snprintf(path, sizeof path, "%s/packed.h5", b->folder);
    m->rows = m->rows > 64 ? 64 : m->rows;
    const gg_bench_data of = data_of(m);
    write_rows(b, path, m, 1);
    double one_s = gg_bench_file_s(b, path, 1, 3), two_s = gg_bench_file_s(b, path, 2, 3);
    gg_bench_tell(b, "deflated file 2 threads", &of, two_s, "1 thread", one_s);
    unlink(path);
}

static void bench_matrix(gg_bench *b, matrix *m) {
    const gg_bench_data of = data_of(m);
    double sum_s = best_s(plain_sum, m);
    gg_bench_tell(b, "plain sum", &of, sum_s, "itself", sum_s);
    gg_bench_tell(b, "plain sum 2 threads", &of, two_threads_s(plain_sum, m), "1 thread", sum_s);
    static const char *const names[] = {"ranks and 50 largest", "margin", "entropy"};
    double margin_s = NAN, margin2_s = NAN;
    for (int n = GG_ROW_RANKS; n <= GG_ROW_MOMENTS; n++) {
        need = (gg_row_need)n;
        double seconds = best_s(run_kernel, m);
        gg_bench_tell(b, names[n], &of, seconds, "plain sum", sum_s);
        if (n != GG_ROW_SUM)
            continue;
        margin_s = seconds;
        margin2_s = two_threads_s(run_kernel, m);
        gg_bench_tell(b, "margin 2 threads", &of, margin2_s, "1 thread", margin_s);
        gg_bench_tell(b, "margin", &of, margin_s, "NumPy", numpy_s(b, m));
    }
    bench_file(b, m, margin_s, margin2_s);
    if (m->words == 128000)
        bench_packed(b, m);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: bench_data FOLDER CSV\n");
        return 2;
    }
    static const size_t vocabularies[] = {32000, 128000, 256000};
    static const gg_dtype dtypes[] = {GG_F32, GG_F16, GG_BF16};
    gg_bench b = {.folder = argv[1]};
    gg_outfile *out;
    gg_bench_must(&b, gg_row_kernels_choose(NULL, &kernels, &b.err));
    gg_bench_must(&b, gg_outfile_open(argv[2], &out, &b.csv, &b.err));
    fprintf(b.csv, "what,dtype,words,seconds,values_per_s,bytes_per_s,beside,ratio\n");
    printf("kernels %s; the fastest of %d runs\n", kernels->name, GG_BENCH_REPEATS);
    printf("%-26s %-9s %7s %9s %9s   %s\n", "", "", "words", "Gvalue/s", "GB/s", "as fast as");
    matrix m = {.values = gg_bench_room(MATRIX_BYTES, 1)};
    for (size_t v = 0; v < sizeof vocabularies / sizeof *vocabularies; v++)
        for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++) {
            fill(&m, dtypes[d], vocabularies[v]);
            bench_matrix(&b, &m);
        }
    gg_free(m.values);
    gg_bench_hidden(&b);
    gg_bench_must(&b, gg_outfile_commit(out, &b.err));
    return 0;
}
