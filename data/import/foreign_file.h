/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files that no importer reads and that are common enough to be named: compressed ones, tables of
 * columns, archives, weights.
 */
#pragma once

#include <stddef.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
/* GG_E_INPUT with what the file is and the line that converts it, where its first bytes tell;
 * GG_OK for all others. */
gg_status gg_refuse_foreign(const char *path, const unsigned char *head, size_t size,
                            gg_error *err);
GG_C_END
