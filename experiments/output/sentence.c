/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/sentence.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void gg_sentence_add(gg_sentence *sentence, const char *format, ...) {
    size_t room = sizeof sentence->text - sentence->used;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(sentence->text + sentence->used, room, format, args);
    va_end(args);
    if (length > 0)
        sentence->used += (size_t)length < room ? (size_t)length : room - 1;
}

void gg_without_folders(const char *text, gg_sentence *sentence) {
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, " \n"), start = length;
        while (start > 0 && text[start - 1] != '/')
            start--;
        /* A word that ends in a slash has no name to keep. */
        if (start == length)
            start = 0;
        gg_sentence_add(sentence, "%.*s", (int)(length - start), text + start);
        text += length;
        if (*text != '\0')
            gg_sentence_add(sentence, "%c", *text++);
    }
}
