/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Monotonic time and the flag that asks long computations to stop.
 */
#pragma once

#include <math.h>
#include <stdbool.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* Seconds since an arbitrary origin; never runs backwards. */
double gg_now_s(void);

/* Installs SIGINT and SIGTERM handlers that raise the stop flag; a second signal ends the process
 * in the default way. */
void gg_stop_on_signals(void);

/* True once a stop has been requested. Solvers poll it and return what they have. */
bool gg_stop_requested(void);

/* The signal that requested it; 0: none did. */
int gg_stop_signal(void);

/* One has been, or `deadline_s` (of gg_now_s; INFINITY: none) has come. */
static inline bool gg_time_is_up(double deadline_s) {
    return gg_stop_requested() || (deadline_s < INFINITY && gg_now_s() >= deadline_s);
}

/* Raises (or, with false, clears) the stop flag; async-signal-safe. */
void gg_stop_request(bool stop);
GG_C_END
