/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/tiny_dataset.h"

#include <stdio.h>

#include "tests/support/support.h"

const size_t tiny_offsets[TINY_QUERIES + 1] = {0, 1, 4, 6, 7};

double tiny_logit(size_t row, size_t word) {
    return (double)((7 * row + 3 * word) % 11) / 4.0;
}

static gg_status write_rows(gg_dataset_writer *writer, const tiny_options *options, gg_error *err) {
    gg_side_spec spec = {.storage = GG_STORAGE_LOGITS,
                         .dtype = options->dtype,
                         .width = TINY_WORDS,
                         .has_tokens = true,
                         .gzip_level = options->gzip_level};
    gg_status status = gg_dataset_writer_declare(writer, GG_SLM, &spec, err);
    for (size_t i = 0; status == GG_OK && i < TINY_QUERIES; i++) {
        /* Row by row: an answer may come in pieces. */
        for (size_t r = tiny_offsets[i]; status == GG_OK && r < tiny_offsets[i + 1]; r++) {
            double wide[TINY_WORDS], raw[TINY_WORDS];
            for (size_t v = 0; v < TINY_WORDS; v++)
                wide[v] = options->logits != NULL ? options->logits[r * TINY_WORDS + v]
                                                  : tiny_logit(r, v);
            int32_t token =
                options->tokens != NULL ? options->tokens[r] : (int32_t)(r % TINY_WORDS);
            gg_narrow(wide, TINY_WORDS, options->dtype, raw);
            status = gg_dataset_writer_append_rows(writer, GG_SLM, 1, raw, NULL, &token, err);
        }
        if (status == GG_OK)
            status = gg_dataset_writer_end_query(writer, GG_SLM, err);
    }
    return status;
}

static gg_status write_columns(gg_dataset_writer *writer, gg_error *err) {
    static const double task[] = {1, 2, 3, 3}, bytes[] = {10, 200, 3000, 40000};
    static const double correct[] = {1, 0, 1, 1}, latency[] = {0.5, 0.25, 2.0, 1.5};
    const struct {
        gg_side side;
        gg_column column;
        const double *values;
    } columns[] = {{GG_SLM, GG_COLUMN_TASK, task},       {GG_SLM, GG_COLUMN_PROMPT_BYTES, bytes},
                   {GG_SLM, GG_COLUMN_CORRECT, correct}, {GG_SLM, GG_COLUMN_LATENCY, latency},
                   {GG_LLM, GG_COLUMN_CORRECT, correct}, {GG_LLM, GG_COLUMN_LATENCY, latency}};
    gg_status status = GG_OK;
    for (size_t c = 0; status == GG_OK && c < sizeof columns / sizeof *columns; c++)
        status = gg_dataset_writer_append(writer, columns[c].side, columns[c].column, TINY_QUERIES,
                                          columns[c].values, err);
    for (int i = 0; status == GG_OK && i < TINY_QUERIES; i++) {
        char id[32];
        snprintf(id, sizeof id, "query-%d", i);
        status = gg_dataset_writer_append_id(writer, id, err);
    }
    gg_dataset_writer_device(writer, GG_SLM, 0x1p40);
    return status;
}

gg_status tiny_write(const char *path, const tiny_options *options, gg_error *err) {
    gg_dataset_writer *writer;
    gg_status status = gg_dataset_writer_new(path, &writer, err);
    if (status != GG_OK)
        return status;
    status = write_rows(writer, options, err);
    if (status == GG_OK && options->classes != NULL)
        status = gg_dataset_writer_append(writer, GG_SLM, GG_COLUMN_TOKEN_CLASS, TINY_WORDS,
                                          options->classes, err);
    if (status == GG_OK && options->answer_tokens != NULL)
        status = gg_dataset_writer_append(writer, GG_SLM, GG_COLUMN_ANSWER_TOKENS, TINY_QUERIES,
                                          options->answer_tokens, err);
    if (status == GG_OK && options->with_columns)
        status = write_columns(writer, err);
    if (status != GG_OK) {
        gg_dataset_writer_abort(writer);
        return status;
    }
    return gg_dataset_writer_finish(writer, "a test", err);
}

gg_uncertainty_options options_of(gg_measure measure, size_t top_k, const char *aggregate) {
    gg_uncertainty_options options = gg_uncertainty_options_init();
    gg_error err = {0};
    options.measure = measure;
    options.top_k = top_k;
    assert_success(gg_aggregate_parse(aggregate, &options.aggregate, &err), &err);
    return options;
}

gg_status compute(const char *path, gg_side side, const gg_uncertainty_options *options,
                  double *values, gg_error *err) {
    gg_dataset *dataset;
    gg_status status = gg_dataset_open(path, &dataset, err);
    if (status == GG_OK)
        status = gg_uncertainty_compute(dataset, side, options, values, err);
    gg_dataset_close(dataset);
    return status;
}
