/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When a long computation has to come to its end.
 */
#pragma once

#include <math.h>

#include "models/base/timer.h"

/* A stop was requested, or `deadline_s` (of gg_now_s; INFINITY: none) has come. */
static inline bool gg_time_is_up(double deadline_s) {
    return gg_stop_requested() || (deadline_s < INFINITY && gg_now_s() >= deadline_s);
}
