/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance file of either form, told apart by content.
 */
#pragma once

#include "models/base/linkage.h"
#include "models/instance.h"
#include "models/instance_json.h"

GG_C_BEGIN
/* Reads and validates an instance from HDF5 or JSON. The caller owns *out. Unknown keys warn.
 * Errors: GG_E_IO, GG_E_INPUT (naming file, key and reason), GG_E_NOMEM. */
gg_status gg_instance_read(const char *path, gg_instance **out, gg_warning_fn warn, void *context,
                           gg_error *err);
GG_C_END
