/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the second form of a certificate has beside the first: users' prices, and a row.
 */
#pragma once

#include <stdbool.h>

#include <jansson.h>

#include "solvers/checker/certificate.h"

/* Hexadecimal digits of one IEEE single, or of a user's number. */
enum { GG__DIGITS = 8 };

/* `count` numbers as text, NUL-terminated. */
void gg__write_digits(const float *numbers, size_t count, char *text);
/* One number; false where the text is not made of such digits. */
bool gg__read_digits(const char *text, float *number);

/* Adds "prices" and, where there is one, "row" to a certificate's JSON; false when memory is short.
 */
bool gg__write_prices(const gg_certificate *certificate, json_t *json);

/* What the file's list of prices has for the round added last, number k. Errors: GG_E_INPUT,
 * GG_E_NOMEM. */
gg_status gg__read_prices(const json_t *list, const char *where, size_t k,
                          gg_certificate *certificate, gg_error *err);

/* What its list of cuts, or of states, has for that round. Errors likewise. */
gg_status gg__read_cuts(const json_t *list, const char *where, size_t k,
                        gg_certificate *certificate, gg_error *err);

gg_status gg__read_states(const json_t *list, const char *where, size_t k,
                          gg_certificate *certificate, gg_error *err);

/* The file's row, or none where `row` is NULL. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg__read_row(const json_t *row, const char *where, gg_certificate *certificate,
                       gg_error *err);
