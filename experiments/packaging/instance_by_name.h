/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An instance's numbers by the names that files have for them (models/instance_fields.h): a field
 * that is added there is reached without another line here, or in a binding.
 */
#pragma once

#include <stddef.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* The name of field number `k`, in the order of the files; NULL after the last. */
const char *gg_instance_field_name(size_t k);

/* An instance with room for the fields that every instance has and for those optional ones that are
 * among the `count` names; all zero. The caller owns it, sets the values and validates. Errors:
 * GG_E_INPUT (sizes, an unknown name), GG_E_NOMEM. */
gg_status gg_instance_with(const char *name, size_t n_users, size_t n_servers, size_t count,
                           const char *const *fields, gg_instance **out, gg_error *err);

/* Where a field's values are: *values is NULL where the instance is without it. *rank is 0 for one
 * number, 1 for an array of shape[0], 2 for one of shape[0] x shape[1], row-major. *size is 8 for
 * doubles, 1 for flags (uint8_t), 0 for curves, which are texts. Borrowed from the instance.
 * Errors: GG_E_USAGE (no such field, with the names there are). */
gg_status gg_instance_values(const gg_instance *instance, const char *field, void **values,
                             size_t *rank, size_t shape[2], size_t *size, gg_error *err);

/* The text of server j's curve of a field that the instance has and that holds curves; NULL for any
 * other. Valid until the next call in the same thread. */
const char *gg_instance_curve(const gg_instance *instance, const char *field, size_t server);

/* Sets it. Errors: GG_E_USAGE (no such field or server), GG_E_INPUT (the text). */
gg_status gg_instance_set_curve(gg_instance *instance, const char *field, size_t server,
                                const char *text, gg_error *err);
GG_C_END
