/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/uncertainty.h"

#include <inttypes.h>
#include <stdio.h>

#include "data/uncertainty/uncertainty_rows.h"
#include "models/base/alloc.h"

/* Everything one computation holds. */
typedef struct computation {
    gg_dataset *dataset;
    gg_side side;
    const gg_side_info *info;
    const gg_uncertainty_options *options;
    int64_t *classes; /* NULL: none */
    int64_t *lengths; /* rows of each answer to use; NULL: all */
    size_t *rows;     /* those that matter, query by query */
    int64_t *tokens;  /* generated there; NULL unless nll */
    double *values;   /* of the rows */
    size_t n_rows;
} computation;

static gg_status no_memory(const computation *c, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(c->dataset));
}

static gg_status needs(const computation *c, gg_column column, const char *purpose, gg_error *err) {
    if (gg_dataset_has(c->dataset, c->side, column))
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: /%s/%s: is missing (%s needs it)",
                   gg_dataset_path(c->dataset), gg_side_name(c->side), gg_column_of(column)->name,
                   purpose);
}

/* The class map, where it applies. */
static gg_status read_classes(computation *c, gg_error *err) {
    bool known_ids = c->info->storage != GG_STORAGE_TOPK || c->info->has_topk_ids;
    if (c->options->ignore_classes || c->options->top_k == 0 || !known_ids ||
        !c->info->has[GG_COLUMN_TOKEN_CLASS])
        return GG_OK;
    c->classes = gg_alloc(c->info->vocabulary, sizeof *c->classes);
    if (c->classes == NULL)
        return no_memory(c, err);
    return gg_dataset_read_integers(c->dataset, c->side, GG_COLUMN_TOKEN_CLASS, 0,
                                    c->info->vocabulary, c->classes, err);
}

static size_t length_of(const computation *c, size_t query) {
    return c->lengths != NULL ? (size_t)c->lengths[query]
                              : (size_t)(c->info->offsets[query + 1] - c->info->offsets[query]);
}

/* Every answer has at least one row. */
static gg_status measure_lengths(computation *c, gg_error *err) {
    size_t n = gg_dataset_n_queries(c->dataset);
    if (c->options->drop_eos) {
        GG_TRY(needs(c, GG_COLUMN_ANSWER_TOKENS, "leaving out end tokens", err));
        c->lengths = gg_alloc(n, sizeof *c->lengths);
        if (c->lengths == NULL)
            return no_memory(c, err);
        GG_TRY(gg_dataset_read_integers(c->dataset, c->side, GG_COLUMN_ANSWER_TOKENS, 0, n,
                                        c->lengths, err));
    }
    for (size_t i = 0; i < n; i++) {
        if (length_of(c, i) == 0) {
            char query[96];
            gg_dataset_describe_query(c->dataset, i, query, sizeof query);
            return gg_fail(err, GG_E_INPUT, "%s: /%s: %s: its answer has no tokens%s",
                           gg_dataset_path(c->dataset), gg_side_name(c->side), query,
                           c->lengths != NULL ? " but the end-of-answer token" : "");
        }
    }
    return GG_OK;
}

/* Which of a query's rows matter: *first, counted from its own first row, and how many. */
static size_t range_of(const computation *c, size_t query, size_t *first) {
    size_t length = length_of(c, query);
    bool single = c->options->aggregate.kind == GG_FIRST || c->options->aggregate.kind == GG_LAST;
    *first = c->options->aggregate.kind == GG_LAST ? length - 1 : 0;
    return single ? 1 : length;
}

static gg_status choose_rows(computation *c, gg_error *err) {
    size_t n = gg_dataset_n_queries(c->dataset), first;
    for (size_t i = 0; i < n; i++)
        c->n_rows += range_of(c, i, &first);
    c->rows = gg_alloc(c->n_rows, sizeof *c->rows);
    c->values = gg_alloc(c->n_rows, sizeof *c->values);
    if (c->rows == NULL || c->values == NULL)
        return no_memory(c, err);
    for (size_t i = 0, k = 0; i < n; i++) {
        size_t count = range_of(c, i, &first);
        for (size_t t = 0; t < count; t++)
            c->rows[k++] = (size_t)c->info->offsets[i] + first + t;
    }
    return GG_OK;
}

/* The tokens generated at the rows. */
static gg_status read_tokens(computation *c, gg_error *err) {
    int64_t *all = gg_alloc(c->info->n_tokens, sizeof *all);
    c->tokens = gg_alloc(c->n_rows, sizeof *c->tokens);
    gg_status status = all == NULL || c->tokens == NULL
                           ? no_memory(c, err)
                           : gg_dataset_read_integers(c->dataset, c->side, GG_COLUMN_TOKENS, 0,
                                                      c->info->n_tokens, all, err);
    for (size_t k = 0; status == GG_OK && k < c->n_rows; k++)
        c->tokens[k] = all[c->rows[k]];
    gg_free(all);
    return status;
}

static gg_status start(computation *c, gg_error *err) {
    bool nll = c->options->measure == GG_NLL;
    if (c->info->storage == GG_STORAGE_NONE)
        return gg_fail(err, GG_E_INPUT, "%s: /%s: has no logits, hidden states or topk_values",
                       gg_dataset_path(c->dataset), gg_side_name(c->side));
    GG_TRY(read_classes(c, err));
    if (nll)
        GG_TRY(needs(c, GG_COLUMN_TOKENS, "nll", err));
    if (nll && c->info->storage == GG_STORAGE_TOPK && !c->info->has_topk_ids)
        return gg_fail(err, GG_E_INPUT, "%s: /%s/topk_ids: is missing (nll needs it)",
                       gg_dataset_path(c->dataset), gg_side_name(c->side));
    GG_TRY(measure_lengths(c, err));
    GG_TRY(choose_rows(c, err));
    return nll ? read_tokens(c, err) : GG_OK;
}

static void finish(computation *c) {
    gg_free(c->classes);
    gg_free(c->lengths);
    gg_free(c->rows);
    gg_free(c->tokens);
    gg_free(c->values);
}

/* Names query and token of row k. */
static gg_status fail_at(const computation *c, size_t k, gg_status status, const char *reason,
                         gg_error *err) {
    size_t n = gg_dataset_n_queries(c->dataset), query = 0, row = c->rows[k];
    while (query + 1 < n && (size_t)c->info->offsets[query + 1] <= row)
        query++;
    char text[96];
    gg_dataset_describe_query(c->dataset, query, text, sizeof text);
    return gg_fail(err, status, "%s: /%s: %s, token %zu: %s", gg_dataset_path(c->dataset),
                   gg_side_name(c->side), text, row - (size_t)c->info->offsets[query], reason);
}

static gg_status measure_rows(computation *c, gg_error *err) {
    const gg_row_job job = {.dataset = c->dataset,
                            .side = c->side,
                            .options = c->options,
                            .classes = c->classes,
                            .rows = c->rows,
                            .tokens = c->tokens,
                            .count = c->n_rows,
                            .values = c->values};
    size_t failed;
    gg_error inner = {0};
    gg_status status = gg_uncertainty_rows(&job, &failed, &inner);
    if (status == GG_OK)
        return GG_OK;
    if (failed < c->n_rows)
        return fail_at(c, failed, status, inner.message, err);
    return gg_fail(err, status, "%s", inner.message);
}

gg_status gg_uncertainty_compute(gg_dataset *dataset, gg_side side,
                                 const gg_uncertainty_options *options, double *values,
                                 gg_error *err) {
    computation c = {.dataset = dataset,
                     .side = side,
                     .info = gg_dataset_side(dataset, side),
                     .options = options};
    gg_status status = start(&c, err);
    if (status == GG_OK)
        status = measure_rows(&c, err);
    for (size_t i = 0, k = 0; status == GG_OK && i < gg_dataset_n_queries(dataset); i++) {
        size_t first, count = range_of(&c, i, &first);
        values[i] = gg_aggregate_values(&options->aggregate, c.values + k, count);
        k += count;
    }
    finish(&c);
    return status;
}
