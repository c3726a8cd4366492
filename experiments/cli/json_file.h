/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON from a file, with the file's name and the line of whatever is wrong.
 */
#ifndef GOAGAP_EXPERIMENTS_CLI_JSON_FILE_H
#define GOAGAP_EXPERIMENTS_CLI_JSON_FILE_H

#include <jansson.h>

#include "models/base/status.h"

/* Reads the one JSON value of a file; a key given twice is an error. The caller releases *root.
 * Errors: GG_E_IO, GG_E_INPUT, GG_E_NOMEM. */
gg_status gg_json_load(const char *path, json_t **root, gg_error *err);

#endif
