/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All that a report tells: the summary, and what compares strategies on the same instances.
 */
#pragma once

#include "experiments/report/compared/changes.h"
#include "experiments/report/compared/growth.h"
#include "experiments/report/compared/mistakes.h"
#include "experiments/report/compared/pairs.h"
#include "experiments/report/compared/profile.h"
#include "experiments/report/compared/worst.h"
#include "experiments/results/front.h"
#include "experiments/studies/comparison/scorecard.h"
#include "experiments/studies/evaluation/evaluation.h"

typedef struct gg_study {
    gg_summary *summary;
    gg_redraw *redraw;
    gg_lineup lineup;
    gg_pairs pairs;
    gg_profiles profiles;
    gg_growth_list growth;
    gg_mistake_list mistakes;
    gg_worst *worst; /* of each strategy */
    gg_front front;
    gg_changes changes;       /* empty where no earlier results were given */
    gg_published published;   /* empty where none was given, as is the comparison with it */
    gg_comparison comparison; /* of the rows of GG_PUBLISHED_PRESET, weighted objective */
    gg_scorecard scorecard;
    gg_evaluation_options evaluation_options;
    gg_evaluation evaluation; /* of the plan's dataset and its uncertainty; n_items 0 without plan,
                                 dataset or right/wrong flags */
} gg_study;

#define GG_PUBLISHED_PRESET "paper"

/* True for the panel that is compared with published means. */
bool gg_study_is_published(const gg_study *study, const gg_panel *panel);

/* What a study may be given beside the results; all may be NULL. */
typedef struct gg_study_sources {
    const char *plan_path;      /* of the results, to draw their instances again */
    const char *dataset;        /* in place of the plan's */
    const char *front_path;     /* CSV of the exact front; need not exist */
    const char *published_path; /* CSV of published means */
    const gg_results *earlier;  /* to say what changed; must outlive the study */
} gg_study_sources;

/* Studies the results, which must outlive *out. The caller frees *out. Errors: GG_E_INPUT (no rows,
 * the plan, the front, published means that share no cell), GG_E_IO, GG_E_NOMEM. */
gg_status gg_study_compute(const gg_results *results, const gg_study_sources *sources,
                           gg_study **out, gg_error *err);

/* Accepts NULL. */
void gg_study_free(gg_study *study);
