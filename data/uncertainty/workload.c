/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/workload.h"

#include <stdlib.h>

#include "data/dataset/uncertainty_store.h"
#include "data/evaluate/cross_fit.h"
#include "models/base/alloc.h"

struct gg_workload_columns {
    double *alpha;
    double *prompt_bytes;
    double *latency_s[GG_N_SIDES];
    uint8_t *correct[GG_N_SIDES];
    double *p_correct[GG_N_SIDES];
    double *tokens[GG_N_SIDES];
    gg_workload view;
};

typedef struct ranked {
    double value;
    size_t at;
} ranked;

static int compare(const void *a, const void *b) {
    double x = ((const ranked *)a)->value, y = ((const ranked *)b)->value;
    return (x > y) - (x < y);
}

gg_status gg_mid_ranks(double *values, size_t n, gg_error *err) {
    ranked *order = gg_alloc(n, sizeof *order);
    if (order == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu ranks", n);
    for (size_t i = 0; i < n; i++)
        order[i] = (ranked){values[i], i};
    qsort(order, n, sizeof *order, compare);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && order[end].value == order[first].value;)
            end++;
        double rank = 0.5 * (double)(first + 1 + end);
        for (size_t k = first; k < end; k++)
            values[order[k].at] = rank / (double)n;
    }
    gg_free(order);
    return GG_OK;
}

static gg_status no_memory(gg_dataset *dataset, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(dataset));
}

static gg_status read_alpha(gg_dataset *dataset, const char *name, bool rank_alpha, double **alpha,
                            gg_error *err) {
    size_t n = gg_dataset_n_queries(dataset);
    *alpha = gg_alloc(n, sizeof **alpha);
    if (*alpha == NULL)
        return no_memory(dataset, err);
    gg_status status = gg_uncertainty_read(dataset, name, *alpha, NULL, err);
    if (status == GG_OK && rank_alpha)
        return gg_mid_ranks(*alpha, n, err);
    for (size_t i = 0; status == GG_OK && i < n; i++)
        if (!((*alpha)[i] >= 0.0 && (*alpha)[i] <= 1.0)) {
            char query[96];
            gg_dataset_describe_query(dataset, i, query, sizeof query);
            status = gg_fail(err, GG_E_INPUT,
                             "%s: /uncertainty/%s: %s: %.9g is not in [0, 1] (ranks can take the "
                             "place of such uncertainties)",
                             gg_dataset_path(dataset), name, query, (*alpha)[i]);
        }
    return status;
}

/* A column as doubles; an optional one that is absent leaves NULL. */
static gg_status read_column(gg_dataset *dataset, gg_side side, gg_column column, bool optional,
                             double **values, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    size_t n = gg_dataset_n_queries(dataset);
    gg_column_path(column, side, path);
    if (!gg_dataset_has(dataset, side, column))
        return optional ? GG_OK
                        : gg_fail(err, GG_E_INPUT, "%s: %s: is missing (a workload needs it)",
                                  gg_dataset_path(dataset), path);
    *values = gg_alloc(n, sizeof **values);
    if (*values == NULL)
        return no_memory(dataset, err);
    return gg_dataset_read_numbers(dataset, side, column, 0, n, *values, err);
}

static gg_status read_correct(gg_dataset *dataset, gg_side side, uint8_t **flags, gg_error *err) {
    size_t n = gg_dataset_n_queries(dataset);
    double *values = NULL;
    gg_status status = read_column(dataset, side, GG_COLUMN_CORRECT, true, &values, err);
    if (status == GG_OK && values != NULL) {
        *flags = gg_alloc(n, sizeof **flags);
        if (*flags == NULL)
            status = no_memory(dataset, err);
        for (size_t i = 0; *flags != NULL && i < n; i++)
            (*flags)[i] = values[i] != 0.0;
    }
    gg_free(values);
    return status;
}

static gg_status fit_sides(gg_dataset *dataset, const uint8_t *fold, gg_workload_columns *c,
                           gg_error *err) {
    size_t n = gg_dataset_n_queries(dataset);
    for (int side = 0; side < GG_N_SIDES; side++) {
        if (c->correct[side] == NULL)
            continue;
        c->p_correct[side] = gg_alloc(n, sizeof *c->p_correct[side]);
        if (c->p_correct[side] == NULL)
            return no_memory(dataset, err);
        GG_TRY(gg_cross_fit(c->alpha, c->correct[side], fold, n, c->p_correct[side], err));
    }
    return GG_OK;
}

/* P(right | alpha) of the models whose correctness is known. One query has no others. */
static gg_status fit_correct(gg_dataset *dataset, gg_workload_columns *c, gg_error *err) {
    size_t n = gg_dataset_n_queries(dataset);
    gg_strings ids = {0};
    if (n < 2 || (c->correct[GG_SLM] == NULL && c->correct[GG_LLM] == NULL))
        return GG_OK;
    uint8_t *fold = gg_alloc(n, sizeof *fold);
    gg_status status =
        fold != NULL ? gg_dataset_read_ids(dataset, 0, n, &ids, err) : no_memory(dataset, err);
    if (status == GG_OK)
        status = gg_cross_folds(&ids, fold, err);
    if (status == GG_OK)
        status = fit_sides(dataset, fold, c, err);
    gg_strings_clear(&ids);
    gg_free(fold);
    return status;
}

static gg_status read_columns(gg_dataset *dataset, const char *uncertainty, bool rank_alpha,
                              gg_workload_columns *c, gg_error *err) {
    GG_TRY(read_alpha(dataset, uncertainty, rank_alpha, &c->alpha, err));
    GG_TRY(read_column(dataset, GG_SLM, GG_COLUMN_PROMPT_BYTES, false, &c->prompt_bytes, err));
    for (int side = 0; side < GG_N_SIDES; side++) {
        GG_TRY(read_column(dataset, (gg_side)side, GG_COLUMN_LATENCY, side == GG_LLM,
                           &c->latency_s[side], err));
        GG_TRY(read_correct(dataset, (gg_side)side, &c->correct[side], err));
        GG_TRY(read_column(dataset, (gg_side)side, GG_COLUMN_ANSWER_TOKENS, true, &c->tokens[side],
                           err));
    }
    return fit_correct(dataset, c, err);
}

gg_status gg_workload_read(gg_dataset *dataset, const char *uncertainty, bool rank_alpha,
                           gg_workload_columns **out, gg_error *err) {
    *out = NULL;
    gg_workload_columns *c = gg_alloc(1, sizeof *c);
    if (c == NULL)
        return no_memory(dataset, err);
    gg_status status = read_columns(dataset, uncertainty, rank_alpha, c, err);
    if (status != GG_OK) {
        gg_workload_free(c);
        return status;
    }
    c->view = (gg_workload){
        .n_queries = gg_dataset_n_queries(dataset),
        .alpha = c->alpha,
        .prompt_bytes = c->prompt_bytes,
        .slm_latency_s = c->latency_s[GG_SLM],
        .llm_latency_s = c->latency_s[GG_LLM],
        .slm_device_flops = gg_dataset_side(dataset, GG_SLM)->device_flops,
        .llm_device_flops = gg_dataset_side(dataset, GG_LLM)->device_flops,
        .slm_correct = c->correct[GG_SLM],
        .llm_correct = c->correct[GG_LLM],
        .slm_p_correct = c->p_correct[GG_SLM],
        .llm_p_correct = c->p_correct[GG_LLM],
        .slm_tokens = c->tokens[GG_SLM],
        .llm_tokens = c->tokens[GG_LLM],
    };
    *out = c;
    return GG_OK;
}

void gg_workload_free(gg_workload_columns *c) {
    if (c == NULL)
        return;
    gg_free(c->alpha);
    gg_free(c->prompt_bytes);
    for (int side = 0; side < GG_N_SIDES; side++) {
        gg_free(c->latency_s[side]);
        gg_free(c->correct[side]);
        gg_free(c->p_correct[side]);
        gg_free(c->tokens[side]);
    }
    gg_free(c);
}

const gg_workload *gg_workload_view(const gg_workload_columns *c) {
    return &c->view;
}
