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

/* True once a stop has been requested, of the process or, by a watch, of what this thread computes.
 * Solvers poll it and return what they have. */
bool gg_stop_requested(void);

/* The signal that requested it; 0: none did. */
int gg_stop_signal(void);

/* Somebody who may stop one computation: asked by polls in its thread alone, at most 20 times a
 * second, until the answer is yes. */
typedef struct gg_stop_watch {
    bool (*ask)(void *context);
    void *context;
    bool stopped; /* may be set from within */
    double next_s;
    struct gg_stop_watch *outer;
} gg_stop_watch;

/* From here to the end, which the same thread reaches, the watch is asked; the caller's, zeroed but
 * for `ask` and `context`. A watch within a watch stops only what is within. */
void gg_stop_watch_begin(gg_stop_watch *watch);
void gg_stop_watch_end(const gg_stop_watch *watch);

/* A forked child is not for the parent's watches to stop. */
void gg_stop_watches_drop(void);

/* One has been, or `deadline_s` (of gg_now_s; INFINITY: none) has come. */
static inline bool gg_time_is_up(double deadline_s) {
    return gg_stop_requested() || (deadline_s < INFINITY && gg_now_s() >= deadline_s);
}

/* Raises (or, with false, clears) the stop flag; async-signal-safe. */
void gg_stop_request(bool stop);
GG_C_END
