/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fields of CSV files (RFC 4180): numbers with 17 digits, empty where not known.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* A text field as it is to be shown (shown.h), quoted where it must be; what a spreadsheet would
 * take for a formula has a ' in front. */
void gg_csv_put_text(FILE *stream, const char *text);

/* A comma, then the field. */
void gg_csv_put_number(FILE *stream, double value);
void gg_csv_put_count(FILE *stream, size_t count);
void gg_csv_put_more_text(FILE *stream, const char *text);
