/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The known name that a mistyped one most likely meant.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Number of single-character edits (insert, delete, replace, swap of neighbours) between two names;
 * of longer names only the first 63 characters count. */
size_t gg_edit_distance(const char *a, const char *b);

/* Whether one of two names may be the other, mistyped: at most a third of the longer one's
 * characters, and one more, are edited. */
bool gg_names_are_near(const char *a, const char *b);
