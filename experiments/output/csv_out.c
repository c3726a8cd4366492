/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/csv_out.h"
#include "models/base/shown.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define NAME(name) "," #name
const char gg_csv_gap_names[] = GG_GAP_COUNTS(NAME) GG_GAP_NUMBERS(NAME);
const char gg_csv_delay_names[] = ",decisions" GG_DELAY_NUMBERS(NAME);

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

#define PUT_COUNT(name) gg_csv_put_count(stream, from->name);
#define PUT_NUMBER(name) gg_csv_put_number(stream, from->name);

void gg_csv_put_gaps(FILE *stream, const gg_gap_stats *from) {
    GG_GAP_COUNTS(PUT_COUNT)
    GG_GAP_NUMBERS(PUT_NUMBER)
}

void gg_csv_put_delays(FILE *stream, const gg_delay_stats *from) {
    gg_csv_put_count(stream, from->decisions);
    GG_DELAY_NUMBERS(PUT_NUMBER)
}
