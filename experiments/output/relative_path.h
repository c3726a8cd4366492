/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How one file names another, so that both can be moved together.
 */
#pragma once

#include "models/base/status.h"

GG_C_BEGIN
/* The path of `target`, which exists, as seen from the folder that file `from` is or will be in
 * (streams: the current one), without links. The caller owns *out. Errors: GG_E_IO (no such folder,
 * no such target), GG_E_NOMEM. */
gg_status gg_relative_path(const char *target, const char *from, char **out, gg_error *err);
GG_C_END
