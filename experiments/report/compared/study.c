/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/study.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/instance.h"

static gg_status find_worst(gg_study *study, gg_error *err) {
    size_t n = study->summary->n_strategies;
    study->worst = gg_alloc(n, sizeof *study->worst);
    if (study->worst == NULL)
        return gg_fail(err, GG_E_NOMEM, "worst instances: out of memory");
    for (size_t s = 0; s < n; s++)
        study->worst[s] = gg_worst_find(study->summary, &study->lineup, s);
    return GG_OK;
}

bool gg_study_is_published(const gg_study *study, const gg_panel *panel) {
    return study->comparison.count > 0 && strcmp(panel->key->preset, GG_PUBLISHED_PRESET) == 0 &&
           strcmp(panel->key->objective, gg_objective_name(GG_WEIGHTED)) == 0;
}

static gg_status compare(gg_study *study, const gg_results *results, const char *path,
                         gg_error *err) {
    GG_TRY(gg_published_read(path, &study->published, err));
    GG_TRY(gg_compare(results, GG_PUBLISHED_PRESET, gg_objective_name(GG_WEIGHTED),
                      &study->published, &study->comparison, err));
    return gg_scorecard_compute(&study->comparison, results, GG_PUBLISHED_PRESET, &study->scorecard,
                                err);
}

/* How good the uncertainty is that the decisions hang on. A dataset without flags says nothing of
 * it, and is no fault of the report. */
static gg_status evaluate(gg_study *study, gg_error *err) {
    const char *uncertainty, *path = gg_redraw_dataset(study->redraw, &uncertainty);
    if (path == NULL)
        return GG_OK;
    gg_error inner = {0};
    study->evaluation_options = gg_evaluation_options_init();
    study->evaluation_options.uncertainties = uncertainty;
    study->evaluation_options.rank_first_tokens = true;
    gg_status status =
        gg_evaluation_run(path, &study->evaluation_options, &study->evaluation, &inner);
    return status == GG_E_NOMEM ? gg_fail(err, status, "%s", inner.message) : GG_OK;
}

static gg_status fill(gg_study *study, const gg_results *results, const gg_study_sources *sources,
                      gg_error *err) {
    GG_TRY(gg_summary_compute(results, &study->summary, err));
    GG_TRY(gg_redraw_open(results, sources->plan_path, sources->dataset, &study->redraw, err));
    if (sources->front_path != NULL)
        GG_TRY(gg_front_read(sources->front_path, &study->front, err));
    GG_TRY(evaluate(study, err));
    if (sources->published_path != NULL)
        GG_TRY(compare(study, results, sources->published_path, err));
    if (sources->earlier != NULL)
        GG_TRY(gg_changes_compute(study->summary, sources->earlier, &study->changes, err));
    GG_TRY(gg_growth_compute(study->summary, &study->growth, err));
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
    gg_evaluation_clear(&study->evaluation);
    gg_comparison_clear(&study->comparison);
    gg_published_clear(&study->published);
    gg_front_clear(&study->front);
    gg_changes_clear(&study->changes);
    gg_growth_clear(&study->growth);
    gg_free(study->worst);
    gg_mistakes_clear(&study->mistakes);
    gg_profiles_clear(&study->profiles);
    gg_pairs_clear(&study->pairs);
    gg_lineup_clear(&study->lineup);
    gg_redraw_free(study->redraw);
    gg_summary_free(study->summary);
    gg_free(study);
}
