/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/study.h"

#include "models/base/alloc.h"

static gg_status find_worst(gg_study *study, gg_error *err) {
    size_t n = study->summary->n_strategies;
    study->worst = gg_alloc(n, sizeof *study->worst);
    if (study->worst == NULL)
        return gg_fail(err, GG_E_NOMEM, "worst instances: out of memory");
    for (size_t s = 0; s < n; s++)
        study->worst[s] = gg_worst_find(study->summary, &study->lineup, s);
    return GG_OK;
}

static gg_status fill(gg_study *study, const gg_results *results, const gg_study_sources *sources,
                      gg_error *err) {
    GG_TRY(gg_summary_compute(results, &study->summary, err));
    GG_TRY(gg_redraw_open(results, sources->plan_path, sources->dataset, &study->redraw, err));
    if (sources->front_path != NULL)
        GG_TRY(gg_front_read(sources->front_path, &study->front, err));
    GG_TRY(gg_lineup_compute(study->summary, &study->lineup, err));
    GG_TRY(gg_pairs_compute(study->summary, &study->lineup, &study->pairs, err));
    GG_TRY(gg_profiles_compute(study->summary, &study->lineup, &study->profiles, err));
    GG_TRY(
        gg_mistakes_compute(study->summary, &study->lineup, study->redraw, &study->mistakes, err));
    return find_worst(study, err);
}

gg_status gg_study_compute(const gg_results *results, const gg_study_sources *sources,
                           gg_study **out, gg_error *err) {
    *out = NULL;
    gg_study *study = gg_alloc(1, sizeof *study);
    if (study == NULL)
        return gg_fail(err, GG_E_NOMEM, "study of the results: out of memory");
    gg_status status = fill(study, results, sources, err);
    if (status == GG_OK)
        *out = study;
    else
        gg_study_free(study);
    return status;
}

void gg_study_free(gg_study *study) {
    if (study == NULL)
        return;
    gg_front_clear(&study->front);
    gg_free(study->worst);
    gg_mistakes_clear(&study->mistakes);
    gg_profiles_clear(&study->profiles);
    gg_pairs_clear(&study->pairs);
    gg_lineup_clear(&study->lineup);
    gg_redraw_free(study->redraw);
    gg_summary_free(study->summary);
    gg_free(study);
}
