/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers that arrive in the pieces of a stream, put together.
 */
#pragma once

#include "data/text/json_place.h"

GG_C_BEGIN
/* True when a value is a piece of a streamed answer, not a whole one. */
bool gg_is_piece(const json_t *value);

/* Adds a piece to the answer *joined, which the first piece makes and the caller releases. Errors:
 * GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_join_piece(json_t **joined, const gg_json_place *piece, gg_error *err);
GG_C_END
