/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ids for tokens that a source knows by their text only: numbered in order of first appearance.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_token_texts gg_token_texts;

/* Errors: GG_E_NOMEM. */
gg_status gg_token_texts_new(gg_token_texts **out, gg_error *err);
void gg_token_texts_free(gg_token_texts *texts);

/* The id of a text (any bytes). Errors: GG_E_INPUT (more texts than a vocabulary can have),
 * GG_E_NOMEM. */
gg_status gg_token_texts_id(gg_token_texts *texts, const char *text, size_t size, int32_t *id,
                            gg_error *err);

size_t gg_token_texts_count(const gg_token_texts *texts);
/* Bytes of text `id`; borrowed, not NUL-terminated. */
const char *gg_token_texts_text(const gg_token_texts *texts, size_t id, size_t *size);
/* The same as legal UTF-8 without NUL: other bytes as \xHH. The caller frees it; NULL: no memory.
 */
char *gg_token_texts_printable(const gg_token_texts *texts, size_t id);
GG_C_END
