/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Texts that stand in millions of rows, kept once.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* The one copy of the `length` bytes at `text`, or of those before a NUL, terminated, which stays until the program ends: for
 * names and reasons, of which there are few. *number (or NULL) counts the different ones from 0.
 * NULL when memory is short. Thread-safe. */
const char *gg_intern(const char *text, size_t length, uint32_t *number);

/* How many different texts there are. */
size_t gg_interned(void);
GG_C_END
