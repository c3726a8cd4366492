/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strict number parsing: the whole text must be one number of the kind asked for.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "models/base/linkage.h"

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
GG_C_END
