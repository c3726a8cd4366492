/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The value of one token: from a row of logits, or of candidate log-probabilities, to a measure.
 */
#pragma once

#include "data/uncertainty/uncertainty_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Buffers and settings of a computation over rows of one shape; one per thread. */
typedef struct gg_measurer gg_measurer;

/* For rows of `width` numbers; `classes` (one of each of `vocabulary` words, -1 to drop, or NULL)
 * is copied. Errors: GG_E_USAGE (options that do not fit), GG_E_INPUT (width < 2), GG_E_NOMEM. */
gg_status gg_measurer_new(const gg_uncertainty_options *options, bool is_topk, size_t width,
                          const int64_t *classes, size_t vocabulary, gg_measurer **out,
                          gg_error *err);
void gg_measurer_free(gg_measurer *measurer);

/* One row. `ids` are the candidates' token ids, or NULL; `token` is the generated token (nll only).
 * Errors: GG_E_INPUT with the reason alone: the caller knows query and token. */
gg_status gg_measurer_row(gg_measurer *measurer, gg_dtype dtype, const void *row,
                          const int64_t *ids, int64_t token, double *value, gg_error *err);

/* What the pieces so far tell of a row. */
typedef struct gg_row_pieces {
    gg_row_stats stats; /* gg_row_stats_none() at the start */
    gg_top_list top;    /* empty at the start, of gg_measurer_list_size entries */
} gg_row_pieces;

size_t gg_measurer_list_size(const gg_measurer *measurer);

/* Logits first .. first + count - 1 of a row. */
void gg_measurer_piece(gg_measurer *measurer, gg_dtype dtype, const void *logits, size_t first,
                       size_t count, int64_t token, gg_row_pieces *row);
/* The value once all pieces were seen. Errors as gg_measurer_row. */
gg_status gg_measurer_finish(gg_measurer *measurer, gg_row_pieces *row, int64_t token,
                             double *value, gg_error *err);
GG_C_END
