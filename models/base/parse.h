/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strict number parsing: the whole text must be one number of the kind asked for. And what a word
 * that is none of the known ones was meant to be.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
/* True and *value when `text` is exactly one finite decimal number (no spaces, no hex, no nan). */
bool gg_parse_double(const char *text, double *value);

/* True and *value when `text` is exactly one decimal number that is whole and in [minimum,
 * maximum]; 1e5 and 3.0 are, as spreadsheets and other readers of YAML have it. */
bool gg_parse_integer(const char *text, int64_t minimum, int64_t maximum, int64_t *value);

/* Room for a hint, and what to say behind "is not a number": how a text with one decimal comma is
 * spelt with a point, or nothing for any other. */
enum { GG_COMMA_HINT = 96 };
const char *gg_comma_hint(const char *text, char hint[GG_COMMA_HINT]);

/* Number of single-character edits (insert, delete, replace, swap of neighbours) between two names;
 * of longer names only the first 63 characters count. */
size_t gg_edit_distance(const char *a, const char *b);

/* Whether one of two names may be the other, mistyped: at most a third of the longer one's
 * characters, and one more, are edited. */
bool gg_names_are_near(const char *a, const char *b);

/* Whether `wrong` may have been meant to be `name`, and rather than `best` (NULL: none yet). */
bool gg_is_nearer(const char *wrong, const char *name, const char *best);

/* Adds to the message of a failure which of the words, separated by blanks or commas, the wrong one
 * was meant to be; nothing where none is like it. */
void gg_suggest(gg_error *err, const char *wrong, const char *words);
GG_C_END
