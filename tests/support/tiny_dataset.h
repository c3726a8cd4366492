/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small dataset made by the project's own writer, with known values.
 */
#pragma once

#include "data/dataset/dataset_writer.h"
#include "data/uncertainty/uncertainty.h"

/* Four queries with 1, 3, 2 and 1 token rows over 6 words. */
enum { TINY_QUERIES = 4, TINY_ROWS = 7, TINY_WORDS = 6 };
extern const size_t tiny_offsets[TINY_QUERIES + 1];

typedef struct tiny_options {
    gg_dtype dtype;
    const double *logits;        /* TINY_ROWS x TINY_WORDS; NULL: (7 r + 3 v) % 11 / 4 */
    const int32_t *tokens;       /* TINY_ROWS; NULL: r % TINY_WORDS */
    const double *classes;       /* TINY_WORDS; NULL: no class map */
    const double *answer_tokens; /* TINY_QUERIES; NULL: no such column */
    int gzip_level;
    bool with_columns; /* ids, task, prompt_bytes, both sides' correct and latency_s */
} tiny_options;

double tiny_logit(size_t row, size_t word);

gg_status tiny_write(const char *path, const tiny_options *options, gg_error *err);

/* Options with the given measure, top-k and aggregate; the test fails on a bad aggregate. */
gg_uncertainty_options options_of(gg_measure measure, size_t top_k, const char *aggregate);

/* Opens a dataset and computes an uncertainty. */
gg_status compute(const char *path, gg_side side, const gg_uncertainty_options *options,
                  double *values, gg_error *err);
