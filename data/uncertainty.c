/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty.h"

#include <inttypes.h>
#include <stdio.h>

#include "data/measure.h"
#include "data/row_reader.h"
#include "models/base/alloc.h"

/* A block for reading everything, and one for picking single rows. */
enum { STREAM_BYTES = 16 << 20, PICK_BYTES = 64 << 10 };

gg_uncertainty_options gg_uncertainty_options_init(void) {
    return (gg_uncertainty_options){
        .measure = GG_MARGIN, .aggregate = {.kind = GG_FIRST}, .temperature = 1.0};
}

void gg_uncertainty_default_name(gg_side side, const gg_uncertainty_options *options,
                                 char name[GG_UNCERTAINTY_NAME_SIZE]) {
    char top[32] = "", aggregate[GG_AGGREGATE_TEXT_SIZE];
    if (options->top_k > 0)
        snprintf(top, sizeof top, "_top%zu", options->top_k);
    gg_aggregate_text(&options->aggregate, aggregate);
    snprintf(name, GG_UNCERTAINTY_NAME_SIZE, "%s_%s%s_%s", gg_side_name(side),
             gg_measure_name(options->measure), top, aggregate);
}

/* Everything one computation holds. */
typedef struct computation {
    gg_dataset *dataset;
    gg_side side;
    const gg_side_info *info;
    const gg_uncertainty_options *options;
    gg_measurer *measurer;
    gg_row_reader *reader;
    gg_row_block block;
    int64_t *block_tokens; /* generated tokens of the block's rows; NULL unless nll */
    int64_t *lengths;      /* rows of each answer to use; NULL: all */
    double *token_values;  /* of the query at hand */
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

/* The class map, where it applies; *classes stays NULL otherwise. */
static gg_status read_classes(const computation *c, int64_t **classes, gg_error *err) {
    bool known_ids = c->info->storage != GG_STORAGE_TOPK || c->info->has_topk_ids;
    *classes = NULL;
    if (c->options->ignore_classes || c->options->top_k == 0 || !known_ids ||
        !c->info->has[GG_COLUMN_TOKEN_CLASS])
        return GG_OK;
    *classes = gg_alloc(c->info->vocabulary, sizeof **classes);
    if (*classes == NULL)
        return no_memory(c, err);
    return gg_dataset_read_integers(c->dataset, c->side, GG_COLUMN_TOKEN_CLASS, 0,
                                    c->info->vocabulary, *classes, err);
}

static gg_status make_measurer(computation *c, gg_error *err) {
    int64_t *classes;
    bool is_topk = c->info->storage == GG_STORAGE_TOPK;
    size_t width = c->info->storage == GG_STORAGE_HIDDEN ? c->info->vocabulary : c->info->width;
    gg_status status = read_classes(c, &classes, err);
    if (status == GG_OK) {
        gg_error inner = {0};
        status = gg_measurer_new(c->options, is_topk, width, classes, c->info->vocabulary,
                                 &c->measurer, &inner);
        if (status != GG_OK)
            gg_fail(err, status, "%s: /%s: %s", gg_dataset_path(c->dataset), gg_side_name(c->side),
                    inner.message);
    }
    gg_free(classes);
    return status;
}

/* Rows of the longest answer; every answer has at least one. */
static gg_status measure_lengths(computation *c, size_t *longest, gg_error *err) {
    size_t n = gg_dataset_n_queries(c->dataset);
    gg_status status = GG_OK;
    *longest = 0;
    if (c->options->drop_eos) {
        status = needs(c, GG_COLUMN_ANSWER_TOKENS, "leaving out end tokens", err);
        if (status != GG_OK)
            return status;
        c->lengths = gg_alloc(n, sizeof *c->lengths);
        if (c->lengths == NULL)
            return no_memory(c, err);
        status = gg_dataset_read_integers(c->dataset, c->side, GG_COLUMN_ANSWER_TOKENS, 0, n,
                                          c->lengths, err);
    }
    for (size_t i = 0; status == GG_OK && i < n; i++) {
        size_t rows = c->lengths != NULL ? (size_t)c->lengths[i]
                                         : (size_t)(c->info->offsets[i + 1] - c->info->offsets[i]);
        if (rows > *longest)
            *longest = rows;
        if (rows == 0) {
            char query[96];
            gg_dataset_describe_query(c->dataset, i, query, sizeof query);
            status = gg_fail(err, GG_E_INPUT, "%s: /%s: %s: its answer has no tokens%s",
                             gg_dataset_path(c->dataset), gg_side_name(c->side), query,
                             c->lengths != NULL ? " but the end-of-answer token" : "");
        }
    }
    return status;
}

static gg_status start(computation *c, gg_error *err) {
    bool picks = c->options->aggregate.kind == GG_FIRST || c->options->aggregate.kind == GG_LAST;
    size_t longest;
    gg_status status =
        gg_row_reader_new(c->dataset, c->side, picks ? PICK_BYTES : STREAM_BYTES, &c->reader, err);
    if (status == GG_OK)
        status = make_measurer(c, err);
    if (status == GG_OK && c->options->measure == GG_NLL)
        status = needs(c, GG_COLUMN_TOKENS, "nll", err);
    if (status == GG_OK && c->options->measure == GG_NLL && c->info->storage == GG_STORAGE_TOPK &&
        !c->info->has_topk_ids)
        status = gg_fail(err, GG_E_INPUT, "%s: /%s/topk_ids: is missing (nll needs it)",
                         gg_dataset_path(c->dataset), gg_side_name(c->side));
    if (status == GG_OK)
        status = measure_lengths(c, &longest, err);
    if (status != GG_OK)
        return status;
    c->token_values = gg_alloc(longest, sizeof *c->token_values);
    if (c->options->measure == GG_NLL)
        c->block_tokens = gg_alloc(gg_row_reader_block_rows(c->reader), sizeof *c->block_tokens);
    if (c->token_values == NULL || (c->options->measure == GG_NLL && c->block_tokens == NULL))
        return no_memory(c, err);
    return GG_OK;
}

static void finish(computation *c) {
    gg_measurer_free(c->measurer);
    gg_row_reader_free(c->reader);
    gg_free(c->block_tokens);
    gg_free(c->lengths);
    gg_free(c->token_values);
}

/* Makes the block hold `row`. */
static gg_status load(computation *c, size_t row, gg_error *err) {
    if (c->block.count > 0 && row >= c->block.first && row - c->block.first < c->block.count)
        return GG_OK;
    size_t step = gg_row_reader_block_rows(c->reader);
    size_t first = row - row % step;
    size_t left = c->info->n_tokens - first;
    size_t count = left < step ? left : step;
    gg_status status = gg_row_reader_read(c->reader, first, count, &c->block, err);
    if (status == GG_OK && c->block_tokens != NULL)
        status = gg_dataset_read_integers(c->dataset, c->side, GG_COLUMN_TOKENS, first, count,
                                          c->block_tokens, err);
    return status;
}

static gg_status measure_token(computation *c, size_t query, size_t token, double *value,
                               gg_error *err) {
    size_t row = (size_t)c->info->offsets[query] + token;
    gg_status status = load(c, row, err);
    if (status != GG_OK)
        return status;
    const gg_row_block *block = &c->block;
    size_t at = row - block->first;
    const char *values = block->values;
    gg_error inner = {0};
    status = gg_measurer_row(c->measurer, block->dtype,
                             values + at * block->width * gg_dtype_size(block->dtype),
                             block->ids != NULL ? block->ids + at * block->width : NULL,
                             c->block_tokens != NULL ? c->block_tokens[at] : -1, value, &inner);
    if (status == GG_OK)
        return GG_OK;
    char text[96];
    gg_dataset_describe_query(c->dataset, query, text, sizeof text);
    return gg_fail(err, status, "%s: /%s: %s, token %zu: %s", gg_dataset_path(c->dataset),
                   gg_side_name(c->side), text, token, inner.message);
}

static gg_status measure_query(computation *c, size_t query, double *value, gg_error *err) {
    size_t n = c->lengths != NULL ? (size_t)c->lengths[query]
                                  : (size_t)(c->info->offsets[query + 1] - c->info->offsets[query]);
    if (c->options->aggregate.kind == GG_FIRST)
        return measure_token(c, query, 0, value, err);
    if (c->options->aggregate.kind == GG_LAST)
        return measure_token(c, query, n - 1, value, err);
    gg_status status = GG_OK;
    for (size_t t = 0; status == GG_OK && t < n; t++)
        status = measure_token(c, query, t, &c->token_values[t], err);
    if (status == GG_OK)
        *value = gg_aggregate_values(&c->options->aggregate, c->token_values, n);
    return status;
}

gg_status gg_uncertainty_compute(gg_dataset *dataset, gg_side side,
                                 const gg_uncertainty_options *options, double *values,
                                 gg_error *err) {
    computation c = {.dataset = dataset,
                     .side = side,
                     .info = gg_dataset_side(dataset, side),
                     .options = options};
    gg_status status = start(&c, err);
    size_t n = gg_dataset_n_queries(dataset);
    for (size_t i = 0; status == GG_OK && i < n; i++)
        status = measure_query(&c, i, &values[i], err);
    finish(&c);
    return status;
}
