/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How well an uncertainty tells a model's wrong answers from its right ones. Every measure is a
 * function of a ranking, ties are averaged over (ranking.h), and NAN says that it is not defined
 * (no wrong answer, no right one, no large model...).
 *
 * With n queries, m of them wrong, sorted by ascending uncertainty, r(k) = (expected number of
 * wrong answers among the first k) / k, the selective risk at coverage k / n:
 *
 *   auroc     P(u of a wrong answer > u of a right one), equal values count 1/2 (Mann-Whitney)
 *   auprc     average precision of finding wrong answers from the top: the sum over distinct values
 *             of (rise in recall) x precision; the wrong share is what chance gives
 *   aurc      mean of r(k) over k = 1 .. n (also known as RCC-AUC)
 *   e_aurc    aurc minus the aurc of an oracle that puts all wrong answers last
 *   prr       prediction-rejection ratio (area - random) / (oracle - random): area is the mean of
 *             1 - r(k) over k = 1 .. n, oracle that of the oracle's order, and random its
 *             expectation over all orders, 1 - m/n exactly (no shuffles)
 *   prr_50    the same over the floor(n / 2) largest k: at most half of the answers are rejected
 *   spearman  correlation of mid-ranks of u and of wrong;  kendall  tau-b of the two
 *   ece_width, ece_mass   expected calibration error (reliability.h)
 *   brier     mean of (p - wrong)^2;  nll  mean of -ln p or -ln(1 - p), p kept within
 *             [1e-15, 1 - 1e-15]; for these four p is the value, at most 1 and at least 0
 *   decile    accuracy of the d-th tenth of the queries by ascending uncertainty
 *
 * With a large model, a(x) = accuracy when the share x of most uncertain queries is offloaded,
 * linear between the ends of groups of equal values; weak = a(0), strong = a(1):
 *
 *   offload   a(0.1) .. a(0.9)
 *   apgr      average performance gap recovered, (integral of a - weak) / (strong - weak)
 *   cpt_20..  call-performance threshold: the smallest x with a(x) >= weak + 0.2 (strong - weak)
 */
#pragma once

#include "data/evaluate/ranking.h"
#include "data/evaluate/reliability.h"
#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_N_DECILES = 10, GG_N_OFFLOAD_RATES = 9 };

typedef enum gg_metric {
    GG_METRIC_AUROC,
    GG_METRIC_AUPRC,
    GG_METRIC_AURC,
    GG_METRIC_E_AURC,
    GG_METRIC_PRR,
    GG_METRIC_PRR_50,
    GG_METRIC_SPEARMAN,
    GG_METRIC_KENDALL,
    GG_METRIC_ECE_WIDTH,
    GG_METRIC_ECE_MASS,
    GG_METRIC_BRIER,
    GG_METRIC_NLL,
    GG_METRIC_APGR,
    GG_METRIC_CPT_20,
    GG_METRIC_CPT_50,
    GG_METRIC_CPT_80,
    GG_N_NAMED_METRICS,
    GG_METRIC_DECILE = GG_N_NAMED_METRICS,               /* and the nine after it */
    GG_METRIC_OFFLOAD = GG_METRIC_DECILE + GG_N_DECILES, /* 10 %, and the eight after it */
    GG_N_METRICS = GG_METRIC_OFFLOAD + GG_N_OFFLOAD_RATES
} gg_metric;

/* "auroc"...; of named metrics only. */
const char *gg_metric_name(gg_metric metric);

/* All measures of a ranking; `n_bins` (1 .. GG_MAX_BINS) is for the calibration errors. */
void gg_metrics_compute(const gg_ranking *ranking, size_t n_bins, double values[GG_N_METRICS]);

/* A measure with its 95 % percentile interval; the ends are NAN without one. */
typedef struct gg_estimate {
    double value;
    double low;
    double high;
} gg_estimate;

/* The same with bootstrap intervals over queries from `resamples` resamples (0: none). Resamples in
 * which a measure is not defined do not enter its interval. The ranking's counts are left as they
 * were. Errors: GG_E_NOMEM. */
gg_status gg_metrics_estimate(gg_ranking *ranking, size_t n_bins, uint64_t seed, uint32_t resamples,
                              gg_estimate estimates[GG_N_METRICS], gg_error *err);

/* The same of `n` rankings of the same queries, resampled alike: GG_N_METRICS estimates each. */
gg_status gg_metrics_estimate_all(const gg_ranking *rankings, size_t n, size_t n_bins,
                                  uint64_t seed, uint32_t resamples, gg_estimate *estimates,
                                  gg_error *err);

/* Share of queries offloaded (score > threshold) and the accuracy that gives, with intervals as
 * above; `accuracy` is NAN without a large model (llm_correct NULL). The threshold is taken as it
 * is. Errors: as gg_ranking_init. */
gg_status gg_offloading_estimate(const double *score, const uint8_t *wrong,
                                 const uint8_t *llm_correct, size_t n, double threshold,
                                 uint64_t seed, uint32_t resamples, gg_estimate *offloaded,
                                 gg_estimate *accuracy, gg_error *err);

/* Selective risk r(x n) at coverage x in (0, 1], linear in the number of wrong answers. */
double gg_selective_risk(const gg_ranking *ranking, double coverage);

/* Smallest and largest value in the d-th tenth (0 ..) of a ranking. */
void gg_decile_range(const gg_ranking *ranking, size_t decile, double *low, double *high);
GG_C_END
