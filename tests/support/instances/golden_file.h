/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recorded files below tests/golden and tests/optima: an instance beside what is known of it.
 */
#pragma once

#include <jansson.h>

#include "models/instance.h"

/* Calls `visit` for every file of a folder, in name order, with the parsed file and its instance;
 * fails the test when the folder holds fewer than `at_least`. */
void for_each_golden(const char *folder, size_t at_least,
                     void (*visit)(const char *path, const json_t *file, gg_instance *instance));
