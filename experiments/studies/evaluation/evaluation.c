/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/evaluation/evaluation.h"

#include <math.h>

#include "models/base/alloc.h"

gg_evaluation_options gg_evaluation_options_init(void) {
    return (gg_evaluation_options){.side = GG_SLM,
                                   .calibration = GG_ISOTONIC,
                                   .asked = {NAN, NAN, NAN},
                                   .resamples = 1000,
                                   .seed = 1,
                                   .n_bins = 10};
}

const char *gg_threshold_kind_name(gg_threshold_kind kind) {
    static const char *const names[GG_N_THRESHOLD_KINDS] = {[GG_TARGET_ACCURACY] =
                                                                "target_accuracy",
                                                            [GG_OFFLOAD_RATE] = "offload_rate",
                                                            [GG_CONFORMAL] = "conformal"};
    return names[kind];
}

static gg_status no_memory(const gg_evaluation *e, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory for %zu queries", e->path, e->n);
}

/* Correctness as flags, with their mean; `flip` stores errors instead. */
static gg_status read_correct(gg_dataset *dataset, const gg_evaluation *e, gg_side side, bool flip,
                              uint8_t **flags, double *accuracy, gg_error *err) {
    double *values = gg_alloc(e->n, sizeof *values);
    *flags = gg_alloc(e->n, sizeof **flags);
    gg_status status = GG_OK;
    if (values == NULL || *flags == NULL)
        status = no_memory(e, err);
    if (status == GG_OK)
        status = gg_dataset_read_numbers(dataset, side, GG_COLUMN_CORRECT, 0, e->n, values, err);
    double right = 0.0;
    for (size_t i = 0; status == GG_OK && i < e->n; i++) {
        right += values[i];
        (*flags)[i] = flip ? values[i] == 0.0 : values[i] != 0.0;
    }
    *accuracy = right / (double)e->n;
    gg_free(values);
    return status;
}

static gg_status read_mean_latency(gg_dataset *dataset, const gg_evaluation *e, gg_side side,
                                   double *mean, gg_error *err) {
    double *values = gg_alloc(e->n, sizeof *values);
    if (values == NULL)
        return no_memory(e, err);
    gg_status status =
        gg_dataset_read_numbers(dataset, side, GG_COLUMN_LATENCY, 0, e->n, values, err);
    *mean = 0.0;
    for (size_t i = 0; status == GG_OK && i < e->n; i++)
        *mean += values[i] / (double)e->n;
    gg_free(values);
    return status;
}

static gg_status read_columns(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    gg_side side = e->options->side;
    if (e->n == 0)
        return gg_fail(err, GG_E_INPUT, "%s: has no queries", e->path);
    if (!gg_dataset_has(dataset, side, GG_COLUMN_CORRECT))
        return gg_fail(err, GG_E_INPUT, "%s: /%s/correct: is missing (an evaluation needs it)",
                       e->path, gg_side_name(side));
    GG_TRY(read_correct(dataset, e, side, true, &e->wrong, &e->accuracy, err));
    if (side == GG_SLM && gg_dataset_has(dataset, GG_LLM, GG_COLUMN_CORRECT))
        GG_TRY(read_correct(dataset, e, GG_LLM, false, &e->llm_correct, &e->llm_accuracy, err));
    if (gg_dataset_has(dataset, GG_SLM, GG_COLUMN_LATENCY) &&
        gg_dataset_has(dataset, GG_LLM, GG_COLUMN_LATENCY)) {
        double slm = 1.0, llm = NAN;
        GG_TRY(read_mean_latency(dataset, e, GG_SLM, &slm, err));
        GG_TRY(read_mean_latency(dataset, e, GG_LLM, &llm, err));
        e->cost_ratio = llm / slm;
    }
    return GG_OK;
}

static gg_status split(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    gg_strings ids = {0};
    e->part = gg_alloc(e->n, sizeof *e->part);
    if (e->part == NULL)
        return no_memory(e, err);
    gg_status status = gg_dataset_read_ids(dataset, 0, e->n, &ids, err);
    if (status == GG_OK)
        status = gg_hash_split(&ids, e->options->seed, e->part, err);
    gg_strings_clear(&ids);
    for (size_t i = 0; status == GG_OK && i < e->n; i++)
        e->part_size[e->part[i]]++;
    e->split = e->part_size[GG_CALIBRATION_PART] > 0 && e->part_size[GG_VALIDATION_PART] > 0 &&
               e->part_size[GG_TEST_PART] > 0;
    return status;
}

/* What was asked for can be answered from what there is. */
static gg_status check_request(const gg_evaluation *e, gg_error *err) {
    const gg_evaluation_options *o = e->options;
    for (int kind = 0; kind < GG_N_THRESHOLD_KINDS; kind++)
        if (!isnan(o->asked[kind]) && !e->split)
            return gg_fail(
                err, GG_E_INPUT,
                "%s: %zu queries are too few to choose a threshold on some and try it on "
                "others",
                e->path, e->n);
    if (!isnan(o->asked[GG_TARGET_ACCURACY]) && e->llm_correct == NULL)
        return gg_fail(err, GG_E_INPUT,
                       "%s: /llm/correct: %s (a target accuracy needs it, and the slm's side)",
                       e->path, o->side == GG_LLM ? "the side is the llm itself" : "is missing");
    return GG_OK;
}

static gg_status gather(gg_dataset *dataset, gg_evaluation *e, gg_error *err) {
    e->n = gg_dataset_n_queries(dataset);
    GG_TRY(read_columns(dataset, e, err));
    GG_TRY(split(dataset, e, err));
    GG_TRY(check_request(e, err));
    GG_TRY(gg__evaluation_collect(dataset, e, err));
    return e->options->rank_first_tokens ? gg__evaluation_add_first_tokens(dataset, e, err) : GG_OK;
}

gg_status gg_evaluation_run(const char *path, const gg_evaluation_options *options,
                            gg_evaluation *e, gg_error *err) {
    *e = (gg_evaluation){.options = options, .path = path, .llm_accuracy = NAN, .cost_ratio = NAN};
    gg_dataset *dataset = NULL;
    GG_TRY(gg_dataset_open(path, &dataset, err));
    gg_status status = gather(dataset, e, err);
    gg_dataset_close(dataset);
    for (size_t k = 0; status == GG_OK && k < e->n_items; k++)
        status = gg__evaluation_judge(e, &e->items[k], err);
    if (status == GG_OK)
        status = gg__evaluation_rank(e, err);
    if (status != GG_OK)
        gg_evaluation_clear(e);
    return status;
}

void gg_evaluation_clear(gg_evaluation *e) {
    for (size_t k = 0; k < e->n_items; k++) {
        gg_free(e->items[k].alpha);
        gg_calibrator_clear(&e->items[k].calibrator);
    }
    for (size_t k = 0; k < e->n_ranked; k++)
        gg_free(e->ranked[k].alpha);
    gg_free(e->ranked);
    gg_free(e->items);
    gg_free(e->wrong);
    gg_free(e->llm_correct);
    gg_free(e->part);
    *e = (gg_evaluation){0};
}

bool gg_evaluation_found_all(const gg_evaluation *e) {
    for (size_t k = 0; k < e->n_items; k++)
        for (size_t t = 0; t < e->items[k].n_thresholds; t++)
            if (!e->items[k].thresholds[t].found)
                return false;
    return true;
}
