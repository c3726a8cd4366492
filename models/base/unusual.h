/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers that are legal and cannot be: decibels given as gains, milliseconds as seconds. They are
 * refused with the likely cause, unless somebody says that they are meant.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

GG_C_BEGIN
typedef enum gg_unit_of {
    GG_UNIT_GAIN,         /* each at most 1: no channel amplifies */
    GG_UNIT_LATENCY_S,    /* the median of 1 us to 60 s */
    GG_UNIT_PAYLOAD_BITS, /* each at most 1 TB */
    GG_UNIT_NOISE_W       /* each at most 1 W */
} gg_unit_of;

/* `place` begins the message ("gains.csv"). Values that are 0 or no number are not judged. Errors:
 * GG_E_INPUT with the cause and "--allow-unusual", GG_E_NOMEM. */
gg_status gg_refuse_unusual(gg_unit_of unit, const double *values, size_t n, const char *place,
                            gg_error *err);
GG_C_END
