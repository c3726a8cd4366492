/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Curves of a ranking with bands, rankings of the same queries against each other, and the interval
 * of a share.
 */
#pragma once

#include "data/evaluate/evaluate_uncertainty.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Curves have their points at 1 %, 2 %, ... 100 %. */
enum { GG_CURVE_POINTS = 100 };

/* Selective risk by coverage. */
void gg_risk_curve(const gg_ranking *ranking, double values[GG_CURVE_POINTS]);

/* Share of the wrong answers flagged when that share of the right ones is; linear inside a group,
 * NAN without wrong or right answers. */
void gg_roc_curve(const gg_ranking *ranking, double values[GG_CURVE_POINTS]);

/* Pointwise 95 % percentile band of a curve from resamples of queries; NAN for none. */
typedef struct gg_band {
    double low[GG_CURVE_POINTS];
    double high[GG_CURVE_POINTS];
} gg_band;

/* gg_metrics_estimate and the bands of both curves from the same resamples. Errors: GG_E_NOMEM. */
gg_status gg_order_estimate(const gg_ranking *ranking, size_t n_bins, uint64_t seed,
                            uint32_t resamples, gg_estimate metrics[GG_N_METRICS], gg_band *risk,
                            gg_band *roc, gg_error *err);

/* AUROC of `n` rankings of the same queries, and how far each is behind the best of them: the same
 * resamples for all, so that what they share drops out of the interval of the difference. Errors:
 * GG_E_NOMEM. */
gg_status gg_auroc_compare(const gg_ranking *rankings, size_t n, uint64_t seed, uint32_t resamples,
                           gg_estimate *auroc, gg_estimate *behind, gg_error *err);

/* 95 % interval of Wilson for `found` of `count`; NAN for none. Source: Agresti and Coull,
 * "Approximate is better than 'exact'", 1998. */
void gg_share_interval(double found, double count, double *low, double *high);
GG_C_END
