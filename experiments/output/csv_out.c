/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/csv_out.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "models/base/shown.h"

/* A quote before what a spreadsheet would compute: "=1+1" stays the text that it is. */
void gg_csv_put_text(FILE *stream, const char *text) {
    bool computed = *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
    bool quoted = computed || strpbrk(text, ",\"") != NULL;
    char piece[GG_SHOWN_PIECE];
    fputs(quoted ? "\"" : "", stream);
    fputs(computed ? "'" : "", stream);
    for (size_t taken; (taken = gg_shown_piece(text, piece)) > 0; text += taken) {
        fputs(*piece == '"' ? "\"" : "", stream);
        fputs(piece, stream);
    }
    fputs(quoted ? "\"" : "", stream);
}

void gg_csv_put_more_text(FILE *stream, const char *text) {
    fputc(',', stream);
    gg_csv_put_text(stream, text);
}

void gg_csv_put_number(FILE *stream, double value) {
    fputc(',', stream);
    if (isinf(value))
        fputs(value > 0 ? "inf" : "-inf", stream);
    else if (!isnan(value))
        fprintf(stream, "%.17g", value);
}

void gg_csv_put_count(FILE *stream, size_t count) {
    fprintf(stream, ",%zu", count);
}
