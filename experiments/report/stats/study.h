/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All that a report tells: the summary, and what compares strategies on the same instances.
 */
#pragma once

#include "experiments/report/stats/mistakes.h"
#include "experiments/report/stats/pairs.h"
#include "experiments/report/stats/profile.h"
#include "experiments/report/stats/worst.h"
#include "experiments/results/front.h"

typedef struct gg_study {
    gg_summary *summary;
    gg_redraw *redraw;
    gg_lineup lineup;
    gg_pairs pairs;
    gg_profiles profiles;
    gg_mistake_list mistakes;
    gg_worst *worst; /* of each strategy */
    gg_front front;
} gg_study;

/* What a study may be given beside the results; all may be NULL. */
typedef struct gg_study_sources {
    const char *plan_path;  /* of the results, to draw their instances again */
    const char *dataset;    /* in place of the plan's */
    const char *front_path; /* CSV of the exact front; need not exist */
} gg_study_sources;

/* Studies the results, which must outlive *out. The caller frees *out. Errors: GG_E_INPUT (no rows,
 * the plan, the front), GG_E_IO, GG_E_NOMEM. */
gg_status gg_study_compute(const gg_results *results, const gg_study_sources *sources,
                           gg_study **out, gg_error *err);

/* Accepts NULL. */
void gg_study_free(gg_study *study);
