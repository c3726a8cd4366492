/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances as JSON ("goagap-instance-1", and "-2" where a field needs it), for exchange and tests.
 */
#pragma once

#include <stdio.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* Told about each unknown key, by its name; NULL ignores them. */
typedef void (*gg_warning_fn)(void *context, const char *message);

/* Reads and validates an instance from the text file `path`. The caller owns *out. Unknown keys
 * warn. Errors: GG_E_IO, GG_E_INPUT (naming file, key and reason), GG_E_NOMEM. */
gg_status gg_instance_read_json(const char *path, gg_instance **out, gg_warning_fn warn,
                                void *context, gg_error *err);

/* The same from `size` bytes in memory; `source` names them in messages. */
gg_status gg_instance_parse_json(const char *text, size_t size, const char *source,
                                 gg_instance **out, gg_warning_fn warn, void *context,
                                 gg_error *err);

/* Writes an instance, a key a line, numbers with 17 digits (they read back bit for bit).
 * Errors: GG_E_NOMEM; stream errors show at the stream's commit. */
gg_status gg_instance_write_json(const gg_instance *instance, FILE *stream, gg_error *err);
GG_C_END
