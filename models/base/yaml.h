/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strict YAML: one document of known keys into the struct its libcyaml schema describes, and
 * messages that say file, line, key and reason. Schemas hold texts, lists and mappings only:
 * numbers are loaded as text and read with gg_parse_double, because libcyaml takes "1.5x" for 1.5.
 */
#pragma once

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "models/base/status.h"

GG_C_BEGIN
/* The whole of a text file of at most `maximum` bytes, NUL-terminated; the caller frees *text.
 * Errors: GG_E_IO, GG_E_INPUT (larger than that), GG_E_NOMEM. */
gg_status gg_yaml_read_text(const char *path, size_t maximum, char **text, size_t *size,
                            gg_error *err);

/* Loads the document in `size` bytes; `source` names them in messages. Aliases, a second document
 * and keys outside the schema are refused, the latter with the nearest known key. Release *out with
 * gg_yaml_free. Errors: GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_yaml_load(const char *text, size_t size, const char *source,
                       const cyaml_schema_value_t *schema, void **out, gg_error *err);
void gg_yaml_free(const cyaml_schema_value_t *schema, void *data);

/* The first line, from 1, at or after `from` on which `key` stands before a colon; 0 if none. */
size_t gg_yaml_line(const char *text, size_t size, const char *key, size_t from);
GG_C_END
