/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every uncertainty needs from one row of logits, and the tables of functions that compute it.
 *
 *   scalar   two passes, float64 and compensated sums: within 1e-13 of a long-double evaluation
 *   avx2     one pass with vectors. exp_sum of logits of up to 32 bits, where no moments are
 * wanted, avx512   from float32 exponentials good to 2e-7 and block sums in float64: probabilities
 * within 1e-6 for rows of up to 2^18 logits. All else in float64, within 1e-10.
 *
 * In every table max, second, token_logit and the list are exact, faults and their places the same,
 * and a row's result depends on the row alone. Rows too short for vectors and temperatures outside
 * 1e-6 .. 1e6 go to scalar.
 */
#pragma once

#include "data/uncertainty/kernels/top_list.h"
#include "models/base/float16.h"
#include "models/base/status.h"

GG_C_BEGIN
/* How much of a row is wanted; each includes those before it. */
typedef enum gg_row_need {
    GG_ROW_RANKS,  /* max, second, token_logit and the list */
    GG_ROW_SUM,    /* exp_sum, good enough for the largest probabilities */
    GG_ROW_MOMENTS /* entropy_sum and square_sum, and exp_sum good enough for a logarithm */
} gg_row_need;

typedef struct gg_row_request {
    gg_row_need need;
    double temperature; /* finite, > 0 */
    int64_t token;      /* whose logit is wanted, in 0 .. width - 1; -1: none */
    gg_top_list *top;   /* filled with the largest logits, sorted; NULL: not wanted */
} gg_row_request;

typedef enum gg_row_fault {
    GG_ROW_SOUND,
    GG_ROW_NAN,       /* a logit is not a number */
    GG_ROW_INFINITE,  /* a logit is +infinity */
    GG_ROW_ALL_MASKED /* every logit is -infinity */
} gg_row_fault;

/* Of logits z at temperature T, with x = (z - max) / T: probabilities are exp(x) / exp_sum. Masked
 * tokens (-infinity) have probability 0. After a fault only fault and fault_at hold; what was not
 * asked for is NAN. */
typedef struct gg_row_stats {
    gg_row_fault fault;
    size_t fault_at; /* the first faulty logit */
    double max;      /* largest logit */
    double second;   /* second largest, equal to max on a tie; -infinity when all else is masked */
    double exp_sum;  /* sum of exp(x), >= 1: log-sum-exp of z / T is max / T + ln exp_sum */
    double entropy_sum; /* sum of x exp(x), <= 0: entropy is ln exp_sum - entropy_sum / exp_sum */
    double square_sum;  /* sum of exp(x)^2 */
    double token_logit; /* x of the token asked for; NAN when none was */
} gg_row_stats;

/* One row of `width` >= 1 logits. */
typedef void (*gg_row_kernel)(const void *row, size_t width, const gg_row_request *request,
                              gg_row_stats *stats);

typedef struct gg_row_kernels {
    const char *name;
    bool (*usable)(void); /* on this machine */
    gg_row_kernel row[GG_N_DTYPES];
} gg_row_kernels;

extern const gg_row_kernels gg_row_kernels_scalar;
#ifdef __x86_64__
extern const gg_row_kernels gg_row_kernels_avx2;
extern const gg_row_kernels gg_row_kernels_avx512;

/* Their double-precision part. */
extern const gg_row_kernel gg__rows_avx2_double[GG_N_DTYPES];
extern const gg_row_kernel gg__rows_avx512_double[GG_N_DTYPES];
#endif

/* Adds what a kernel found in a piece of a row, whose first logit is logit `first`, to what it
 * found in earlier pieces. `total` starts as gg_row_stats_none(). Lists are the caller's. */
void gg_row_stats_merge(gg_row_stats *total, const gg_row_stats *piece, size_t first,
                        double temperature);
gg_row_stats gg_row_stats_none(void);

/* All tables of this build, fastest first; some may not be usable. */
const gg_row_kernels *const *gg_row_kernels_all(size_t *count);

/* The kernels to use: those named (NULL: those named by the environment variable GOAGAP_KERNELS,
 * else the fastest that this machine can run). Errors: GG_E_USAGE (an unknown name, with the known
 * ones, or one this machine cannot run). */
gg_status gg_row_kernels_choose(const char *name, const gg_row_kernels **out, gg_error *err);
GG_C_END
