/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/text/csv_dialect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/base/parse.h"

static const char separators[] = ",;\t|";
enum { N_SEPARATORS = sizeof separators - 1 };

/* Bytes up to the end of a record, whose line ends may stand in quotes. */
static size_t record_size(const char *text, size_t size) {
    bool quoted = false;
    for (size_t k = 0; k < size; k++) {
        quoted ^= text[k] == '"';
        if (!quoted && (text[k] == '\n' || text[k] == '\r'))
            return k;
    }
    return size;
}

/* True when a record is numbers, one of them with a decimal comma, between these separators. */
static bool has_decimal_commas(const char *text, size_t size, char separator) {
    bool any = false;
    for (size_t at = 0; at <= size;) {
        char field[64], point[64];
        double value;
        const char *end = memchr(text + at, separator, size - at);
        size_t n = (end != NULL ? (size_t)(end - text) : size) - at;
        if (n >= sizeof field)
            return false;
        memcpy(field, text + at, n);
        while (n > 0 && field[n - 1] == ' ')
            n--;
        field[n] = '\0';
        const char *start = field + strspn(field, " ");
        if (gg__csv_with_point(start, point, sizeof point))
            any = true;
        else if (!gg_parse_double(start, &value))
            return false;
        if (end == NULL)
            break;
        at = (size_t)(end - text) + 1;
    }
    return any;
}

static char separator_of(const char *text, size_t size) {
    size_t count[N_SEPARATORS] = {0}, most = 0;
    bool quoted = false;
    char before = '\0'; /* the last byte that is no blank */
    for (size_t k = 0; k < size; k++) {
        quoted ^= text[k] == '"';
        const char *found = text[k] != '\0' && !quoted ? strchr(separators, text[k]) : NULL;
        /* Tabs behind another separator are blanks. */
        if (found != NULL && (text[k] != '\t' || before == '\0' || strchr(",;|", before) == NULL))
            count[found - separators]++;
        before = text[k] == ' ' || text[k] == '\t' ? before : text[k];
    }
    for (size_t s = 1; s < N_SEPARATORS; s++)
        if (count[s] > 0 && count[0] > 0 && has_decimal_commas(text, size, separators[s]))
            return separators[s];
    for (size_t s = 1; s < N_SEPARATORS; s++)
        if (count[s] > count[most])
            most = s;
    for (size_t s = 0; s < N_SEPARATORS; s++)
        if (s != most && count[s] > 0 && count[s] == count[most])
            return '\0';
    return separators[most];
}

char gg__csv_separator(const char *text, size_t size, size_t *skipped) {
    *skipped = 0;
    if (size >= 6 && strncmp(text, "sep=", 4) == 0 && (text[5] == '\r' || text[5] == '\n') &&
        strchr(separators, text[4]) != NULL) {
        *skipped = text[5] == '\r' && size > 6 && text[6] == '\n' ? 7 : 6;
        return text[4];
    }
    while (size > 0) {
        size_t blank = strspn(text, " \t\r\n") < size ? strspn(text, " \t\r\n") : size;
        text += blank;
        size -= blank;
        size_t n = size > 0 && *text == '#' ? strcspn(text, "\r\n") : 0;
        if (n == 0 || n > size)
            break;
        text += n;
        size -= n;
    }
    return separator_of(text, record_size(text, size));
}

bool gg__csv_with_point(const char *field, char *text, size_t size) {
    const char *comma = strchr(field, ',');
    size_t length = strlen(field);
    if (comma == NULL || length >= size || strchr(comma + 1, ',') != NULL ||
        strchr(field, '.') != NULL || comma == field || strspn(comma + 1, "0123456789") == 0)
        return false;
    double value;
    memcpy(text, field, length + 1);
    text[comma - field] = '.';
    return gg_parse_double(text, &value);
}

void gg__csv_note(gg__csv_remark *remark, unsigned what, const char *format, ...) {
    size_t used = strlen(remark->text);
    if ((remark->said & what) != 0)
        return;
    remark->said |= what;
    if (used > 0 && used + 2 < sizeof remark->text)
        used += (size_t)snprintf(remark->text + used, sizeof remark->text - used, "; ");
    va_list args;
    va_start(args, format);
    vsnprintf(remark->text + used, sizeof remark->text - used, format, args);
    va_end(args);
}
