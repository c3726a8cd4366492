/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lm_head and its bias, which turn hidden states into logits.
 */
#ifndef GOAGAP_DATA_IMPORT_ARRAYS_IMPORT_HEAD_H
#define GOAGAP_DATA_IMPORT_ARRAYS_IMPORT_HEAD_H

#include "data/files/array.h"
#include "data/import/import_sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Pours the head (V x width) and its bias (V; NULL: none) of hidden states into the sink. Errors:
 * GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_head(gg_import_sink *sink, gg_array *head, gg_array *bias, size_t width,
                         gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
