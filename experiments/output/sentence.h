/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text put together piece by piece; what does not fit is left off.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

typedef struct gg_sentence {
    size_t used;
    char text[1536];
} gg_sentence;

/* Appends; a zeroed sentence is empty. */
void gg_sentence_add(gg_sentence *sentence, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends text (NULL: nothing) with every path in it cut to its last name: "of a/b/data.h5;" is
 * "of data.h5;". */
void gg_without_folders(const char *text, gg_sentence *sentence);

/* Prints text, as it is to be shown, in lines of at most 80 columns, broken at spaces. */
void gg_put_wrapped(const char *text, FILE *stream);
