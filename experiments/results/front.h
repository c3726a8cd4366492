/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The exact accuracy-delay front, where a file gives one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/status.h"

typedef struct gg_front_point {
    char preset[64]; /* empty: of every preset */
    double delay_s;  /* per query, at decision time */
    double accuracy; /* in [0, 1] */
    double bound_s;  /* that no decision of this accuracy is below; NAN: not known */
    double low_s;    /* 95 % interval of the delay; NAN: not known */
    double high_s;
    bool hindsight; /* accuracy is by recorded flags, not expected */
} gg_front_point;

typedef struct gg_front {
    size_t count;
    gg_front_point *points; /* ordered by delay, then accuracy */
} gg_front;

/* Reads a CSV whose header names the columns `delay_per_query_s` and `accuracy` and may name
 * `preset`, `lower_bound_s`, `delay_low_s`, `delay_high_s` and `kind` (expected, or as files without it: hindsight);
 * others are ignored. A file that does not exist is an empty front. Clear with
 * gg_front_clear. Errors: GG_E_INPUT (file and line), GG_E_IO, GG_E_NOMEM. */
gg_status gg_front_read(const char *path, gg_front *out, gg_error *err);
void gg_front_clear(gg_front *front);
