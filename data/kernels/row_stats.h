/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every uncertainty needs from one row of logits, and the table of functions that compute it:
 * the scalar kernel is complete and exact, faster ones override entries of its table.
 */
#ifndef GOAGAP_DATA_KERNELS_ROW_STATS_H
#define GOAGAP_DATA_KERNELS_ROW_STATS_H

#include "data/float16.h"
#include "data/kernels/top_list.h"
#include "models/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gg_row_request {
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
 * tokens (-infinity) have probability 0. After a fault only fault and fault_at hold. */
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

/* The kernels to use: those named (NULL: those named by the environment variable GOAGAP_KERNELS,
 * else the fastest that this machine can run). Errors: GG_E_USAGE (an unknown name, with the known
 * ones, or one this machine cannot run). */
gg_status gg_row_kernels_choose(const char *name, const gg_row_kernels **out, gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
