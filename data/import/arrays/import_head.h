/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lm_head and its bias, which turn hidden states into logits.
 */
#pragma once

#include "data/files/array.h"
#include "data/import/import_sink.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Pours the head (V x width) and its bias (V; NULL: none) of hidden states into the sink. Errors:
 * GG_E_INPUT, GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_head(gg_import_sink *sink, gg_array *head, gg_array *bias, size_t width,
                         gg_error *err);
GG_C_END
