/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON from a file, with the file's name and the line of whatever is wrong; and any text and number
 * as JSON.
 */
#pragma once

#include <jansson.h>

#include "models/base/status.h"

/* Reads the one JSON value of a file; a key given twice is an error. The caller releases *root.
 * Errors: GG_E_IO, GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_json_load(const char *path, json_t **root, gg_error *err);

/* A number; JSON has no others than finite ones: "inf", "-inf", and null for NaN. */
json_t *gg_json_of_number(double value);
json_t *gg_json_of_count(size_t value);

/* A decision: a server or -1 for each of n users. NULL when memory is short. */
json_t *gg_json_of_decision(const int32_t *server, size_t n);

/* A string of whatever stands in a file or names one: JSON is UTF-8, and a text that is not becomes
 * what is shown of it (shown.h). NULL when memory is short. */
json_t *gg_json_of_text(const char *text);
