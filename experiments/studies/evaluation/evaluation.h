/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything `goagap evaluate` finds out about the uncertainties of a dataset, before it is printed
 * or drawn.
 */
#pragma once

#include <stdio.h>

#include "data/dataset/dataset.h"
#include "data/evaluate/calibration.h"
#include "data/evaluate/curves.h"
#include "data/evaluate/evaluate_uncertainty.h"
#include "data/evaluate/hash_split.h"
#include "data/evaluate/router_json.h"
#include "data/evaluate/threshold_choice.h"
#include "data/uncertainty/uncertainty.h"
#include "experiments/charts/svg.h"
#include "experiments/output/sentence.h"

enum { GG_N_THRESHOLD_KINDS = 3 };

typedef enum gg_threshold_kind {
    GG_TARGET_ACCURACY,
    GG_OFFLOAD_RATE,
    GG_CONFORMAL
} gg_threshold_kind;

typedef struct gg_evaluation_options {
    gg_side side;              /* whose errors are to be foretold */
    const char *uncertainties; /* stored names, separated by commas; NULL: see the command's help */
    const char *compare;       /* "all" or METHODxAGGREGATE, separated by commas; or NULL */
    size_t top_k;              /* of what is computed for the comparison */
    bool rank_first_tokens;    /* rank every measure of the first token beside the items */
    gg_calibration calibration;
    double asked[GG_N_THRESHOLD_KINDS]; /* thresholds to choose; NAN: not asked for */
    uint32_t resamples;
    uint64_t seed;
    size_t n_bins;
    const gg_router *router; /* to judge as well, borrowed; or NULL */
} gg_evaluation_options;

/* A threshold that was chosen on one part of the queries, and what it does on all of them. */
typedef struct gg_threshold {
    gg_threshold_kind kind;
    double asked;
    bool found;   /* false: no threshold reaches the accuracy */
    double best;  /* best accuracy of any threshold, of GG_TARGET_ACCURACY */
    double theta; /* offload when the probability is above it; NAN when tau decides */
    double tau;   /* offload when the uncertainty is above it; NAN when that is not the same */
    gg_part chosen_on;
    gg_offloading parts[GG_N_PARTS];
    gg_estimate test_offloaded; /* the test part's, with intervals */
    gg_estimate test_accuracy;
} gg_threshold;

/* The small model's errors, isotonic calibration, 1000 resamples, nothing asked for. */
gg_evaluation_options gg_evaluation_options_init(void);

/* What is known of one uncertainty. */
typedef struct gg_evaluated {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    bool stored;     /* else computed for this evaluation */
    double *alpha;   /* a query each, finite, owned */
    size_t outside;  /* of them not in [0, 1] */
    size_t infinite; /* were infinite: replaced by the largest finite one + 1, the smallest - 1 */
    gg_estimate metrics[GG_N_METRICS]; /* on all queries */
    double decile_low[GG_N_DECILES];
    double decile_high[GG_N_DECILES];
    double risk[GG_CURVE_POINTS]; /* selective risk at coverage 1 %, 2 %, ... */
    gg_band risk_band, roc_band;
    gg_calibrator calibrator;           /* fitted where the evaluation has a split */
    gg_estimate raw_test[GG_N_METRICS]; /* of alpha as it is, on the test part */
    gg_estimate calibrated_test[GG_N_METRICS];
    gg_reliability_bin raw_bins[GG_MAX_BINS]; /* of equal width, n_bins of them, on the test part */
    gg_reliability_bin calibrated_bins[GG_MAX_BINS];
    gg_threshold thresholds[GG_N_THRESHOLD_KINDS];
    size_t n_thresholds;
    gg_estimate router_metrics[GG_N_METRICS]; /* of the given router's forecasts, all queries */
    gg_offloading router_use;
} gg_evaluated;

/* One measure among those that were ranked by how well they order errors. */
typedef struct gg_ranked_measure {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    double *alpha; /* NULL once ranked */
    gg_estimate auroc;
    gg_estimate behind; /* the best one's AUROC less this one's, on the same resamples */
} gg_ranked_measure;

typedef struct gg_evaluation {
    const gg_evaluation_options *options; /* borrowed */
    const char *path;                     /* borrowed */
    size_t n;
    uint8_t *wrong;       /* owned */
    uint8_t *llm_correct; /* owned; NULL where not known, or where the side is the llm itself */
    double accuracy;      /* of the side */
    double llm_accuracy;  /* NAN where not known */
    double cost_ratio;    /* mean latency of the llm over that of the slm; NAN where not known */
    bool split;           /* enough queries for three parts */
    uint8_t *part;        /* gg_part of every query, owned */
    size_t part_size[GG_N_PARTS];
    gg_evaluated *items; /* owned */
    size_t n_items;
    size_t n_ranked;
    gg_ranked_measure *ranked; /* the items and what is ranked beside them, best first; owned */
    size_t n_skipped;          /* of --compare all: combinations that do not fit the data */
} gg_evaluation;

/* Reads a dataset and evaluates; the caller clears *evaluation. Errors: GG_E_INPUT (a missing
 * column, an unknown name, values, too few queries for what was asked), GG_E_USAGE, GG_E_NOMEM. */
gg_status gg_evaluation_run(const char *path, const gg_evaluation_options *options,
                            gg_evaluation *evaluation, gg_error *err);
void gg_evaluation_clear(gg_evaluation *evaluation);

/* The first half: fills items with names and finite values, those that are stored and asked for,
 * then those to compare. Errors: as gg_evaluation_run. */
gg_status gg__evaluation_collect(gg_dataset *dataset, gg_evaluation *evaluation, gg_error *err);

/* Between them: the measures of the first token that no item is. What the data do not allow is left
 * out. Errors: GG_E_NOMEM. */
gg_status gg__evaluation_add_first_tokens(gg_dataset *dataset, gg_evaluation *evaluation,
                                          gg_error *err);

/* Ranks the items and those. Errors: GG_E_NOMEM. */
gg_status gg__evaluation_rank(gg_evaluation *evaluation, gg_error *err);

/* The second half: computes everything else of an item. Errors: GG_E_NOMEM. */
gg_status gg__evaluation_judge(const gg_evaluation *evaluation, gg_evaluated *item, gg_error *err);

/* "gini_first ranks errors best of 6 measures: AUROC 0.755 [..]; slm_margin_first 0.707 [..],
 * behind by 0.048 [..]." Empty where fewer than two are ranked, or there is nothing to rank by. */
void gg_evaluation_tell_best(const gg_evaluation *evaluation, gg_sentence *text);

/* False when a threshold that was asked for does not exist. */
bool gg_evaluation_found_all(const gg_evaluation *evaluation);

/* "target_accuracy"... */
const char *gg_threshold_kind_name(gg_threshold_kind kind);

/* For people, in at most 80 columns: all uncertainties side by side, then everything about the
 * first. Errors: GG_E_NOMEM. */
gg_status gg_evaluation_print_table(const gg_evaluation *evaluation, FILE *stream, gg_error *err);

/* As JSON. What is not defined is null; infinite thresholds are "inf" and "-inf". Errors:
 * GG_E_NOMEM. */
gg_status gg_evaluation_print_json(const gg_evaluation *evaluation, FILE *stream, gg_error *err);

/* Draws into `folder`, which is made unless it is there: reliability.svg (of the first uncertainty,
 * on the test part; where there is one), risk-coverage.svg, roc.svg and accuracy-by-tenth.svg (the
 * first six; bands are the first one's), and, if rsvg-convert is installed, the same as .png.
 * *converted says whether it was. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_evaluation_draw(const gg_evaluation *evaluation, const char *folder, bool *converted,
                             gg_error *err);

/* accuracy-by-tenth.svg alone, as a card of a page. */
void gg_evaluation_draw_tenths(const gg_evaluation *evaluation, FILE *stream,
                               const gg_svg_place *place);
