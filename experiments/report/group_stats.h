/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a set of rows of one strategy says: its gaps, proven and not, and its delays.
 */
#ifndef GOAGAP_EXPERIMENTS_REPORT_GROUP_STATS_H
#define GOAGAP_EXPERIMENTS_REPORT_GROUP_STATS_H

#include <stddef.h>

#include "experiments/batch/results.h"
#include "experiments/report/gaps.h"
#include "experiments/report/statistics.h"

/* Gaps are ratios (0.1 is 10 %); NAN where there is nothing to compute from. Only rows whose
 * instance has a proven optimum enter the statistics of the gap; the others are counted, and give
 * the interval. */
typedef struct gg_gap_stats {
    size_t rows;
    size_t proven;
    size_t unproven;
    size_t undefined;  /* optimum 0, objective above */
    size_t infeasible; /* no decision exists */
    size_t failed;
    size_t breaks_tau; /* decisions that keep a mandatory user local */
    double mean;
    double mean_low; /* 95 % bootstrap interval of the mean */
    double mean_high;
    double median;
    double p90;
    double max;
    double share_optimal; /* of the proven rows: decision allowed, gap 0 */
    double share_within_1pct;
    double share_within_5pct;
    double interval_low; /* medians of the two ends over the unproven rows */
    double interval_high;
    double interval_max; /* largest upper end */
} gg_gap_stats;

/* Means and medians over the rows that have a decision; delays per query, NAN when not known. */
typedef struct gg_delay_stats {
    size_t rows;
    double offloaded; /* mean share of users */
    double median_total_s;
    double mean_local_s;
    double mean_comm_s;
    double mean_comp_s;
    double median_measured_total_s;
    double accuracy;         /* mean share of correct answers */
    double median_runtime_s; /* of the strategy itself */
} gg_delay_stats;

/* Rows number index[0 .. n-1] of `rows` and `gaps`; `bootstrap` NULL leaves out the interval of the
 * mean. `scratch` holds n doubles; the proven gaps of
 * decisions that respect tau are left in it, sorted, *n_allowed of them. Errors: GG_E_NOMEM. */
gg_status gg_gap_stats_compute(const gg_row *rows, const gg_row_gap *gaps, const size_t *index,
                               size_t n, gg_bootstrap *bootstrap, double *scratch,
                               size_t *n_allowed, gg_gap_stats *out, gg_error *err);

/* The same rows' delays; `scratch` holds n doubles. */
void gg_delay_stats_compute(const gg_row *rows, const size_t *index, size_t n, double *scratch,
                            gg_delay_stats *out);

#endif
