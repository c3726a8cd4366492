/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tells one kind of CSV from another; for csv.c and for what recognises files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The byte that separates the fields of a text's first record that is neither blank nor a comment:
 * ',', ';', a tab or '|'; '\0' where that cannot be told. *skipped bytes in front of the records
 * say what it is (Excel's "sep=;" line). */
char gg__csv_separator(const char *text, size_t size, size_t *skipped);

/* A number with a decimal comma, as the same with a point; false for every other text. */
bool gg__csv_with_point(const char *field, char *text, size_t size);

/* Remarks, each once. */
enum {
    GG__CSV_SEPARATOR = 1,
    GG__CSV_DECIMALS = 2,
    GG__CSV_RETURNS = 4,
    GG__CSV_CASE = 8,
    GG__CSV_UTF16 = 16,
    GG__CSV_EMPTY = 32
};

typedef struct gg__csv_remark {
    unsigned said;
    char text[240];
} gg__csv_remark;

void gg__csv_note(gg__csv_remark *remark, unsigned what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
