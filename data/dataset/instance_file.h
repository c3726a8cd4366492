/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance file of either form, told apart by content: JSON, or HDF5 ("goagap-instance-1") for
 * bulk: the fields of the JSON form, scalars as root attributes or scalar datasets, arrays as
 * datasets of the root.
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

/* Writes an instance as HDF5; it reads back bit for bit, and equal instances give equal bytes.
 * Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_instance_write_h5(const gg_instance *instance, const char *path, gg_error *err);
GG_C_END
