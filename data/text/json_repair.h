/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the JSON parser refuses although a record may well do without it: numbers beyond 64 bits,
 * and halves of surrogate pairs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* A copy of a value's text in which integers beyond 64 bits and reals beyond double stand as
 * strings of their digits, and a half of a surrogate pair as the private character 0x1000 above it
 * (U+FFFD for all would make one token, or one key, of several). The caller frees it; NULL when
 * memory is short. */
char *gg_json_repair(const char *text, size_t size, size_t *repaired_size);

/* True for a string that is an integer beyond 64 bits. */
bool gg_json_is_long_integer(const char *text);
GG_C_END
