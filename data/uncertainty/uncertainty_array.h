/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Uncertainties of rows that are in memory already, and stay where they are.
 */
#pragma once

#include "data/uncertainty/uncertainty_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Logits of `width` words a row, rows `stride` numbers apart. */
typedef struct gg_logit_array {
    gg_dtype dtype;
    const void *logits; /* borrowed */
    size_t width, stride;
    const int64_t *tokens; /* generated token of each row in `rows`; NULL unless nll */
} gg_logit_array;

/* The measure of each of `count` rows of the array, in this thread: aggregates and threads of the
 * options do not matter. *failed is the place in `rows` of the first row with an error, else
 * `count`. Errors: GG_E_USAGE (options that do not fit, a token outside the vocabulary),
 * GG_E_INPUT (the reason alone: NaN or infinite logits, fewer than two words), GG_E_NOMEM. */
gg_status gg_uncertainty_of_array(const gg_logit_array *array, const size_t *rows, size_t count,
                                  const gg_uncertainty_options *options, double *values,
                                  size_t *failed, gg_error *err);
GG_C_END
