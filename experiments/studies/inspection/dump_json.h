/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One value of a JSON file as text.
 */
#pragma once

#include <stdio.h>

#include "models/base/status.h"

/* As gg_dump, of a JSON file: an array's elements are its rows. */
gg_status gg_dump_json(const char *file, const char *path, FILE *stream, gg_error *err);
