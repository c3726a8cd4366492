/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Monotonic time and the flag that asks long computations to stop.
 */
#ifndef GOAGAP_MODELS_BASE_TIMER_H
#define GOAGAP_MODELS_BASE_TIMER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds since an arbitrary origin; never runs backwards. */
double gg_now_s(void);

/* Installs SIGINT and SIGTERM handlers that raise the stop flag; a second signal ends the process
 * in the default way. */
void gg_stop_on_signals(void);

/* True once a stop has been requested. Solvers poll it and return what they have. */
bool gg_stop_requested(void);

/* Raises (or, with false, clears) the stop flag; async-signal-safe. */
void gg_stop_request(bool stop);

#ifdef __cplusplus
}
#endif
#endif
