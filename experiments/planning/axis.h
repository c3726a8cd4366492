/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists and ranges of numbers as people write them: 5, 0.6, 10:100:10.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

/* Domain of an axis of the grid, both ends allowed. */
typedef struct gg_axis_domain {
    double minimum;
    double maximum;
    int whole; /* only integers */
} gg_axis_domain;

/* Expands `count` items, each a number or "first:last:step" (whole numbers may leave the step out,
 * which is 1 then; the last value is included when a step hits it), into *values. Values are
 * rounded to 12 digits, so that 0.6 + 3 * 0.1 is 0.9. The caller releases *values with gg_free.
 * Errors: GG_E_INPUT (item and reason; the caller knows file and key), GG_E_NOMEM. */
gg_status gg_axis_expand(char *const *items, size_t count, gg_axis_domain domain, double **values,
                         size_t *n_values, gg_error *err);
