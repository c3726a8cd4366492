/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tells a format of text by the beginning of its file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* How much of a file is looked at; how many signs of a kind a format may have. */
enum { GG_IMPORT_HEAD_BYTES = 4096, GG_HEAD_SIGNS = 10 };

/* Each list ends with its first NULL. */
typedef struct gg_head_signs {
    const char *keys[GG_HEAD_SIGNS];    /* in a head that begins like JSON or an event stream */
    const char *texts[GG_HEAD_SIGNS];   /* the same, as they stand there */
    const char *columns[GG_HEAD_SIGNS]; /* of CSV, named in the first line */
} gg_head_signs;

/* True when one of the signs is there. */
bool gg_head_shows(const gg_head_signs *signs, const unsigned char *head, size_t size);
GG_C_END
