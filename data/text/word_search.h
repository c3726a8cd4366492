/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whole words in UTF-8 text, as Python's \b sees them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* Characters (not bytes) of a text. */
size_t gg_count_characters(const char *text);
/* The text behind its first `count` characters; its end when it has fewer. */
const char *gg_skip_characters(const char *text, size_t count);

/* True when `word` stands in `text` with a word boundary at both ends, ASCII letters of either
 * case being the same. Letters, digits, "_" and characters beyond ASCII other than punctuation
 * make words. */
bool gg_has_word(const char *text, const char *word);
GG_C_END
