/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The known name that a mistyped one most likely meant.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_NEAREST_H
#define GOAGAP_EXPERIMENTS_CLI_NEAREST_H

#include <stddef.h>

/* Number of single-character edits (insert, delete, replace, swap of neighbours) between two names;
 * of longer names only the first 63 characters count. */
size_t gg_edit_distance(const char *a, const char *b);

#endif
