/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON laid out for reading: a key a line, but arrays of plain values on one, unless they are long
 * texts.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "models/base/status.h"

/* Writes `value` and a line end; reals get 17 digits, which read back bit for bit. Errors:
 * GG_E_NOMEM; stream errors show at the stream's close. */
gg_status gg_json_write(const json_t *value, FILE *stream, gg_error *err);
