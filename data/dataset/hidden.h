/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logits from hidden states: hidden . lm_head^T (+ bias), a tile of the vocabulary at a time.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* The open head of one side. */
typedef struct gg_hidden gg_hidden;

/* Opens lm_head and lm_head_bias of a side that has GG_STORAGE_HIDDEN. The dataset must outlive it.
 * Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_hidden_open(gg_dataset *dataset, gg_side side, gg_hidden **out, gg_error *err);
void gg_hidden_close(gg_hidden *hidden);

/* Type of the computed logits: float64 when anything stored is, else float32. */
gg_dtype gg_hidden_dtype(const gg_hidden *hidden);

/* Logits (count x V, in gg_hidden_dtype) of rows first .. first + count - 1 of the open dataset
 * `states`. One thread. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_hidden_logits(gg_hidden *hidden, gg_h5_dataset *states, size_t first, size_t count,
                           void *logits, gg_error *err);

/* Called with logits word .. word + words - 1 (in gg_hidden_dtype) of one row, the k-th asked for.
 */
typedef void (*gg_hidden_visitor)(void *context, size_t k, size_t word, size_t words,
                                  const void *logits);

/* Shows the logits of the rows named by `rows`, all `count` of them, to a visitor, a tile of the
 * vocabulary after the other: no whole row of logits is ever in memory. A row's bits depend on
 * `count` and on its place in the list. One thread. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_hidden_visit(gg_hidden *hidden, gg_h5_dataset *states, const size_t *rows,
                          size_t count, gg_hidden_visitor visit, void *context, gg_error *err);
GG_C_END
