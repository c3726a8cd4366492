/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a set of rows of one strategy says: its gaps, proven and not, and its delays.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "experiments/report/stats/gaps.h"
#include "experiments/results/results.h"
#include "experiments/statistics/statistics.h"

/* One list of members for the structs, the tables and summary.json, in the tables' order. */
#define GG_GAP_COUNTS(X)                                                                           \
    X(draws)      /* that the rows come from: what is independent */                               \
    X(instances)  /* rows */                                                                       \
    X(proven)     /* their instance has a proven optimum */                                        \
    X(unproven)   /* only bounds are known */                                                      \
    X(undefined)  /* optimum 0, objective above */                                                 \
    X(infeasible) /* no decision exists */                                                         \
    X(failed)                                                                                      \
    X(breaks_tau) /* decisions that keep a mandatory user local */

#define GG_GAP_NUMBERS(X)                                                                          \
    X(mean)     /* of the proven rows, as are the next five */                                     \
    X(mean_low) /* 95 % bootstrap interval over draws */                                           \
    X(mean_high)                                                                                   \
    X(median)                                                                                      \
    X(p90)                                                                                         \
    X(max)                                                                                         \
    X(share_optimal) /* of the proven rows: decision allowed, gap 0 */                             \
    X(share_within_1pct)                                                                           \
    X(share_within_5pct)                                                                           \
    X(share_unproven)      /* of all rows that have a decision */                                  \
    X(unproven_median_low) /* medians of the two ends of the interval, over the unproven rows */   \
    X(unproven_median_high)                                                                        \
    X(unproven_max_high) /* largest upper end */

#define GG_DELAY_NUMBERS(X)                                                                        \
    X(offloaded_share_mean)                                                                        \
    X(accuracy_mean) /* share of right answers in hindsight, by the recorded flags */              \
    X(accuracy_mean_low)                                                                           \
    X(accuracy_mean_high)                                                                          \
    X(expected_accuracy_mean) /* given what is known when deciding */                              \
    X(expected_accuracy_mean_low)                                                                  \
    X(expected_accuracy_mean_high)                                                                 \
    X(delay_mean_low_s) /* of the mean delay at decision time, the sum of its parts' means */      \
    X(delay_mean_high_s)                                                                           \
    X(delay_median_s) /* at decision time, as are the parts */                                     \
    X(local_mean_s)                                                                                \
    X(comm_mean_s)                                                                                 \
    X(comp_mean_s)                                                                                 \
    X(local_median_s)                                                                              \
    X(comm_median_s)                                                                               \
    X(comp_median_s)                                                                               \
    X(measured_delay_median_s)                                                                     \
    X(measured_comp_mean_s)                                                                        \
    X(measured_comp_median_s)                                                                      \
    X(runtime_median_s) /* of the strategy itself */                                               \
    X(runtime_p25_s)                                                                               \
    X(runtime_p75_s)                                                                               \
    X(energy_mean_j) /* of the devices, a query; where devices have a power */                     \
    X(energy_median_j)

#define GG_COUNT_MEMBER(name) size_t name;
#define GG_NUMBER_MEMBER(name) double name;

/* Gaps are ratios (0.1 is 10 %); NAN where there is nothing to compute from. Only rows whose
 * instance has a proven optimum enter the statistics of the gap; the others are counted, and give
 * the interval. */
typedef struct gg_gap_stats {
    GG_GAP_COUNTS(GG_COUNT_MEMBER)
    GG_GAP_NUMBERS(GG_NUMBER_MEMBER)
} gg_gap_stats;

/* Means and medians over the rows that have a decision, delays per query; NAN when not known. */
typedef struct gg_delay_stats {
    size_t decisions;
    GG_DELAY_NUMBERS(GG_NUMBER_MEMBER)
} gg_delay_stats;

/* An accuracy with its interval: expected, or in hindsight. */
typedef struct gg_shown_accuracy {
    double mean, low, high;
    bool hindsight;
} gg_shown_accuracy;
gg_shown_accuracy gg_accuracy_of(const gg_delay_stats *stats, bool hindsight);

/* Mean delay per query as decided: the sum of its parts. */
double gg_delay_mean_s(const gg_delay_stats *stats);

/* The same with the large model's measured latency in place of the estimate. */
double gg_measured_mean_s(const gg_delay_stats *stats);

/* Rows that agree in preset, objective, n_users, n_servers, tau and strategy. */
typedef struct gg_group {
    const gg_row *key; /* one of its rows; borrowed */
    size_t strategy;   /* index into strategies */
    size_t n;
    const size_t *rows; /* their numbers; borrowed */
    gg_gap_stats gaps;
    gg_delay_stats delays;
} gg_group;

/* Rows number index[0 .. n-1] of `rows` and `gaps`, those of one draw side by side: they are
 * resampled together. `scratch` holds n doubles; the proven gaps of decisions that respect tau
 * are left in it, sorted, *n_allowed of them. Errors: GG_E_NOMEM. */
gg_status gg_gap_stats_compute(const gg_row *rows, const gg_row_gap *gaps, const size_t *index,
                               size_t n, gg_bootstrap *bootstrap, double *scratch,
                               size_t *n_allowed, gg_gap_stats *out, gg_error *err);

/* The same rows' delays; `scratch` holds n doubles. Errors: GG_E_NOMEM. */
gg_status gg_delay_stats_compute(const gg_row *rows, const size_t *index, size_t n,
                                 gg_bootstrap *bootstrap, double *scratch, gg_delay_stats *out,
                                 gg_error *err);
