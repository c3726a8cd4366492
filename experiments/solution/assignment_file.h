/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Somebody's own decision from a text file: a JSON array of integers, or one integer a line.
 */
#pragma once

#include "models/instance.h"

/* Reads a decision for `instance`: n_users entries, each -1 (local) or a server's index. The caller
 * releases *assignment with gg_free. Errors: GG_E_IO, GG_E_INPUT (file, line or index, reason),
 * GG_E_NOMEM. */
gg_status gg_assignment_read(const char *path, const gg_instance *instance, int32_t **assignment,
                             gg_error *err);
