/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures, aggregates and the other options of an uncertainty, with their names. uncertainty.h
 * says what they mean.
 */
#pragma once

#include "data/dataset/schema.h"
#include "data/uncertainty/kernels/row_stats.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef enum gg_measure {
    GG_MARGIN,
    GG_ENTROPY,
    GG_NORMALISED_ENTROPY,
    GG_LEAST_CONFIDENCE,
    GG_NLL,
    GG_GINI,
    GG_N_MEASURES
} gg_measure;

typedef enum gg_aggregate_kind {
    GG_FIRST,
    GG_MEAN,
    GG_MAX,
    GG_LAST,
    GG_QUANTILE,   /* type 7: linear between order statistics, as NumPy's default */
    GG_SUM,        /* of nll only */
    GG_PERPLEXITY, /* exp(mean), of nll only */
    GG_N_AGGREGATES
} gg_aggregate_kind;

typedef struct gg_aggregate {
    gg_aggregate_kind kind;
    double quantile; /* in [0, 1], of GG_QUANTILE */
} gg_aggregate;

enum { GG_AGGREGATE_TEXT_SIZE = 40 };

const char *gg_measure_name(gg_measure measure);
/* Errors: GG_E_USAGE, with the known names. */
gg_status gg_measure_parse(const char *name, gg_measure *measure, gg_error *err);
/* "first", ..., "quantile:0.9". */
void gg_aggregate_text(const gg_aggregate *aggregate, char text[GG_AGGREGATE_TEXT_SIZE]);
gg_status gg_aggregate_parse(const char *text, gg_aggregate *aggregate, gg_error *err);
/* Of n >= 1 values, which may be reordered. */
double gg_aggregate_values(const gg_aggregate *aggregate, double *values, size_t n);

typedef struct gg_uncertainty_options {
    gg_measure measure;
    size_t top_k; /* 0: the whole vocabulary; else >= 2 */
    gg_aggregate aggregate;
    double temperature; /* finite, > 0 */
    bool drop_eos;      /* only the rows that answer_tokens counts */
    bool ignore_classes;
    const gg_row_kernels *kernels; /* NULL: gg_row_kernels_choose(NULL) */
    size_t threads;                /* 0: one for each core; results do not depend on it */
} gg_uncertainty_options;

/* margin, whole vocabulary, first token, temperature 1. */
gg_uncertainty_options gg_uncertainty_options_init(void);

/* "<side>_<measure>[_top<K>]_<aggregate>". */
void gg_uncertainty_default_name(gg_side side, const gg_uncertainty_options *options,
                                 char name[GG_UNCERTAINTY_NAME_SIZE]);
GG_C_END
