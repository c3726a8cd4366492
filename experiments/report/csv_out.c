/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/csv_out.h"

#include <math.h>
#include <string.h>

#define NAME(name) "," #name
const char gg_csv_gap_names[] = GG_GAP_COUNTS(NAME) GG_GAP_NUMBERS(NAME);
const char gg_csv_delay_names[] = ",decisions" GG_DELAY_NUMBERS(NAME);

void gg_csv_put_text(FILE *stream, const char *text) {
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
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
