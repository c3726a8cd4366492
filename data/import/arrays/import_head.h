/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lm_head and its bias, which turn hidden states into logits.
 */
#ifndef GOAGAP_DATA_IMPORT_ARRAYS_IMPORT_HEAD_H
#define GOAGAP_DATA_IMPORT_ARRAYS_IMPORT_HEAD_H

#include "data/files/array_store.h"
#include "data/import/import_sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pours `lm_head` (V x width) and `lm_head_bias` (V, optional), which stand beside the hidden
 * states, into the sink. Errors: GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_head(gg_import_sink *sink, gg_array_store *store, size_t hidden, size_t width,
                         gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
