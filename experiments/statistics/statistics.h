/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Order statistics and bootstrap intervals of a sample that may hold infinities.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

/* Part of every published interval. */
enum { GG_BOOTSTRAP_RESAMPLES = 1000, GG_BOOTSTRAP_SEED = 1 };

/* Of more clusters, as many as it takes for no more than so many are drawn together: an interval's
 * width is then known to 1 %, and costs no more however large the sample. */
enum { GG_BOOTSTRAP_CLUSTERS = 8192 };

/* Sizes whose resamples are kept. */
enum { GG_BOOTSTRAP_KEPT = 4 };

/* A percentile bootstrap of a mean. What is resampled is clusters of values: the rows of one draw
 * share its users and channels, so they are drawn together. All samples of one size share the same
 * resamples, so equal data have equal intervals wherever they stand in a report. */
typedef struct gg_bootstrap {
    size_t n;        /* clusters of the sample being built */
    size_t room;     /* for clusters */
    double *sums;    /* of each cluster's values */
    double *counts;  /* of each cluster's values */
    double *means;   /* GG_BOOTSTRAP_RESAMPLES, scratch */
    struct {
        size_t n;        /* size of the samples that `picks` is for */
        uint16_t *picks; /* GG_BOOTSTRAP_RESAMPLES x n indices */
    } kept[GG_BOOTSTRAP_KEPT];
    size_t next; /* of them to go */
} gg_bootstrap;

/* Releases what a bootstrap holds; a zeroed one is ready for use. */
void gg_bootstrap_clear(gg_bootstrap *bootstrap);

/* Starts a sample of at most `most` clusters. Errors: GG_E_NOMEM. */
gg_status gg_bootstrap_begin(gg_bootstrap *bootstrap, size_t most, gg_error *err);

/* Adds a value, to the last cluster or to a new one. */
void gg_bootstrap_add(gg_bootstrap *bootstrap, bool same_cluster, double value);

/* 95 % percentile interval of the mean of all values: resample b of n clusters takes those that
 * draws b n .. b n + n - 1 of gg_rng_next_below(n) name, on the stream GG_STREAM_BOOTSTRAP of seed
 * GG_BOOTSTRAP_SEED. More than GG_BOOTSTRAP_CLUSTERS clusters are put together before, those that
 * follow each other. Both ends are NAN for fewer than two clusters: one draw says nothing of the
 * next. Errors: GG_E_NOMEM. */
gg_status gg_bootstrap_end(gg_bootstrap *bootstrap, double *low, double *high, gg_error *err);

/* The same for `n` values that are each a cluster. Errors: GG_E_NOMEM. */
gg_status gg_bootstrap_mean(gg_bootstrap *bootstrap, const double *values, size_t n, double *low,
                            double *high, gg_error *err);

/* Sorts ascending. */
void gg_sort(double *values, size_t n);

/* The q-quantile of sorted values, linear between order statistics (type 7 of Hyndman and Fan,
 * NumPy's default); NAN for n = 0. */
double gg_quantile(const double *sorted, size_t n, double q);

/* Arithmetic mean; NAN for n = 0. */
double gg_mean(const double *values, size_t n);
