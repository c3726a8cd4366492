/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One piece of work, done by several threads at a time.
 */
#pragma once

#include <stddef.h>

#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_THREADS_MAX = 256 };

/* Cores that this process may use; 1 where that cannot be found out. */
size_t gg_usable_cores(void);

/* Calls work(context, k) for k = 0 in the calling thread and for k = 1, 2, ... below n (at most
 * GG_THREADS_MAX) in threads of their own, and returns when all have. Where no more threads can be
 * had it is called for the first k alone: who works must not wait for another to begin. */
void gg_work_together(size_t n, void (*work)(void *context, size_t k), void *context);
GG_C_END
