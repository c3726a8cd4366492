/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/sentence.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/base/shown.h"

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

void gg_put_wrapped(const char *raw, FILE *stream) {
    enum { WIDTH = 80 };
    char shown[2048];
    const char *text = gg_shown_cut(raw, shown, sizeof shown);
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " "), letters = 0;
        for (size_t k = 0; k < word; k++)
            letters += ((unsigned char)text[k] & 0xC0) != 0x80;
        if (column > 0 && column + 1 + letters > WIDTH) {
            fputc('\n', stream);
            column = 0;
        }
        fprintf(stream, "%s%.*s", column > 0 ? " " : "", (int)word, text);
        column += letters + (column > 0);
        text += word;
        text += *text == ' ';
    }
    fputc('\n', stream);
}
