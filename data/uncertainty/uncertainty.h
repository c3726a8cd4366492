/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How unsure a model was of each query's answer: a measure of the next-token distribution, then an
 * aggregate over the answer's tokens. With logits z and temperature T, p = softmax(z / T).
 *
 *   margin              1 - (p1 - p2), of the two largest (arXiv 2602.07958)
 *   entropy             - sum p ln p, in nats
 *   normalised_entropy  entropy / ln V (ln of the outcomes kept with top_k)
 *   least_confidence    1 - p1
 *   nll                 - ln p of the generated token
 *   gini                1 - sum p^2
 *
 * With top_k = K > 0 all but nll look at the K largest probabilities, renormalised to sum 1. With a
 * class map (and K > 0) the 3K most probable tokens are merged by class, those of class -1 dropped,
 * before the K largest classes are kept.
 *
 * Where only the k largest log-probabilities are stored, K = 0 takes them as they are (margin,
 * least_confidence, nll of a stored token); the other measures need K > 0.
 */
#ifndef GOAGAP_DATA_UNCERTAINTY_UNCERTAINTY_H
#define GOAGAP_DATA_UNCERTAINTY_UNCERTAINTY_H

#include "data/dataset/dataset.h"
#include "data/uncertainty/kernels/row_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/* Computes one value a query (n_queries of them) into `values`. Streams the rows in bounded memory
 * a thread; `first` and `last` read little more than the rows they need. Errors: GG_E_USAGE
 * (options that do not fit each other or the data), GG_E_INPUT (naming query and token: NaN or
 * infinite logits, an answer without tokens, fewer than two words), GG_E_NOMEM. */
gg_status gg_uncertainty_compute(gg_dataset *dataset, gg_side side,
                                 const gg_uncertainty_options *options, double *values,
                                 gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
