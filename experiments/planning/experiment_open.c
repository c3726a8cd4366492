/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/experiment.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset/dataset.h"
#include "models/base/alloc.h"

static gg_status no_memory(const gg_plan *plan, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan->path);
}

/* Presets that only differ in their path would be one in the results. */
static gg_status check_preset_name(const gg_experiment *experiment, size_t index, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    const char *name = gg_preset_name(experiment->presets[index]);
    size_t payloads = plan->n_payloads > 0 ? plan->n_payloads : 1;
    if (strlen(name) >= GG_ROW_NAME)
        return gg_fail(err, GG_E_INPUT, "%s: preset: the name \"%s\" is longer than %d bytes",
                       plan->path, name, GG_ROW_NAME - 1);
    for (size_t k = 0; k < index; k++)
        if (strcmp(gg_preset_name(experiment->presets[k]), name) == 0)
            return gg_fail(err, GG_E_INPUT, "%s: preset: %s and %s are both named \"%s\"",
                           plan->path, plan->presets[k / payloads], plan->presets[index / payloads],
                           name);
    return GG_OK;
}

/* A preset read with another payload is another preset: "paper/bits". */
static gg_status set_payload(const gg_plan *plan, gg_preset *preset, gg_payload payload,
                             gg_error *err) {
    const char *reading = payload == GG_PAYLOAD_BITS ? "bits" : "bytes-as-bits";
    size_t size = strlen(preset->name) + strlen(reading) + 2;
    char *name = gg_alloc(size, 1);
    if (name == NULL)
        return no_memory(plan, err);
    snprintf(name, size, "%s/%s", preset->name, reading);
    gg_free(preset->name);
    preset->name = name;
    preset->payload = payload;
    return GG_OK;
}

static gg_status read_presets(gg_experiment *experiment, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    size_t payloads = plan->n_payloads > 0 ? plan->n_payloads : 1;
    if (gg_plan_variants(plan) == 0)
        return GG_OK;
    experiment->presets = gg_alloc(gg_plan_variants(plan), sizeof *experiment->presets);
    if (experiment->presets == NULL)
        return no_memory(plan, err);
    for (size_t k = 0; k < gg_plan_variants(plan); k++) {
        gg_preset **preset = &experiment->presets[k];
        GG_TRY(gg_preset_read(plan->presets[k / payloads], preset, err));
        if (plan->n_payloads > 0)
            GG_TRY(set_payload(plan, *preset, plan->payloads[k % payloads], err));
        GG_TRY(check_preset_name(experiment, k, err));
    }
    return GG_OK;
}

static gg_status check_sizes(const gg_experiment *experiment, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    for (size_t k = 0; k < plan->n_users; k++)
        if (plan->users[k] > experiment->workload->n_queries)
            return gg_fail(err, GG_E_INPUT,
                           "%s: users: %zu users, but %s has only %zu queries (a run draws them "
                           "without replacement)",
                           plan->path, plan->users[k], plan->dataset,
                           experiment->workload->n_queries);
    return GG_OK;
}

/* An expected accuracy needs P(correct) of both models, which comes from their flags. */
static gg_status check_forecasts(const gg_experiment *experiment, gg_error *err) {
    const gg_workload *w = experiment->workload;
    const gg_plan *plan = experiment->plan;
    if (!gg_plan_holds_any(plan) || (w->slm_p_correct != NULL && w->llm_p_correct != NULL))
        return GG_OK;
    return gg_fail(err, GG_E_INPUT,
                   "%s: accuracy_of: %s does not say which answers of both models are right: no "
                   "accuracy can be expected",
                   plan->path, plan->dataset);
}

static gg_status scale_to_median(gg_experiment *experiment, gg_error *err) {
    const gg_workload *workload = experiment->workload;
    size_t n = workload->n_queries;
    double *sorted = gg_alloc(n, sizeof *sorted);
    if (sorted == NULL)
        return no_memory(experiment->plan, err);
    memcpy(sorted, workload->slm_latency_s, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    experiment->latency_scale =
        experiment->plan->slm_median_latency_s / gsl_stats_median_from_sorted_data(sorted, 1, n);
    gg_free(sorted);
    return GG_OK;
}

static gg_status read_workload(gg_experiment *experiment, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    gg_dataset *dataset = NULL;
    experiment->latency_scale = plan->latency_scale;
    if (plan->dataset != NULL && gg_plan_has_instances(plan))
        return gg_fail(err, GG_E_INPUT,
                       "%s: a dataset has no meaning beside instances, which are whole",
                       plan->path);
    if (plan->dataset == NULL)
        return GG_OK;
    GG_TRY(gg_dataset_open(plan->dataset, &dataset, err));
    gg_status status =
        gg_workload_read(dataset, plan->uncertainty, plan->rank_alpha, &experiment->columns, err);
    /* Closed before any worker is forked: HDF5 does not survive a fork. */
    gg_dataset_close(dataset);
    GG_TRY(status);
    experiment->workload = gg_workload_view(experiment->columns);
    GG_TRY(check_sizes(experiment, err));
    GG_TRY(check_forecasts(experiment, err));
    return plan->slm_median_latency_s > 0.0 ? scale_to_median(experiment, err) : GG_OK;
}

gg_status gg_experiment_open(const gg_plan *plan, gg_experiment **out, gg_error *err) {
    *out = NULL;
    gg_experiment *experiment = gg_alloc(1, sizeof *experiment);
    if (experiment == NULL)
        return no_memory(plan, err);
    experiment->plan = plan;
    gg_status status = read_presets(experiment, err);
    if (status == GG_OK)
        status = read_workload(experiment, err);
    if (status == GG_OK)
        status = gg_fingerprint(experiment, err);
    if (status == GG_OK)
        status = gg_row_origins(experiment, err);
    if (status == GG_OK)
        *out = experiment;
    else
        gg_experiment_close(experiment);
    return status;
}

void gg_experiment_close(gg_experiment *experiment) {
    if (experiment == NULL)
        return;
    for (size_t k = 0; experiment->presets != NULL && k < gg_plan_variants(experiment->plan); k++)
        gg_preset_free(experiment->presets[k]);
    gg_free(experiment->presets);
    gg_workload_free(experiment->columns);
    gg_free(experiment->components);
    gg_free(experiment->origins);
    gg_free(experiment);
}
