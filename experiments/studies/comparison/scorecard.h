/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The paper's own claims, counted: in how many cells GOA beats the baselines, and how far
 * uncertainty goes with right answers.
 */
#pragma once

#include "experiments/studies/comparison/comparison.h"

/* Whose numbers are counted: published means, our means, our medians (of delays; accuracy has no
 * tail, its mean counts). */
typedef enum gg_score_side {
    GG_SCORE_PUBLISHED,
    GG_SCORE_MEANS,
    GG_SCORE_MEDIANS,
    GG_N_SCORE_SIDES
} gg_score_side;

/* "published"... */
const char *gg_score_side_name(gg_score_side side);

/* GOA against one strategy, over the cells (users, tau) in which both sides know both. */
typedef struct gg_score {
    const char *against;
    size_t cells;
    size_t accuracy[GG_N_SCORE_SIDES]; /* GOA is more often right */
    size_t delay[GG_N_SCORE_SIDES];    /* GOA's total delay is less */
    size_t both[GG_N_SCORE_SIDES];
} gg_score;

enum { GG_N_SCORES = 4 };

/* A mean over draws of the correlation (Pearson) of uncertainty with a right answer. */
typedef struct gg_correlation {
    size_t draws; /* 0: the instances could not be drawn again, or have no flags */
    double mean;
    double low; /* 95 % bootstrap interval over draws */
    double high;
} gg_correlation;

typedef struct gg_scorecard {
    gg_score scores[GG_N_SCORES]; /* local, edge, dmin, random; cells 0 where not compared */
    gg_correlation slm;
    gg_correlation llm;
} gg_scorecard;

/* Counts, and draws the largest network of each draw of `preset` again for the correlations: from
 * the shipped presets, hence not where queries came from a dataset. Errors: GG_E_NOMEM, and others
 * of drawing. */
gg_status gg_scorecard_compute(const gg_comparison *comparison, const gg_results *results,
                               const char *preset, gg_scorecard *out, gg_error *err);

/* At most 80 columns wide. */
void gg_scorecard_print(const gg_scorecard *card, FILE *stream);

/* A line for each strategy. */
void gg_scorecard_csv(const gg_scorecard *card, FILE *stream);
