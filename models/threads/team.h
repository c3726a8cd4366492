/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads that have each their own work, and that help one another where it falls into equal parts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_team gg_team;

/* Threads are called 0, 1, 2, ... below n. While the first waits, or has helped, `look`, if given,
 * is called every 20 ms or sooner, with `context`. Release with gg_team_free. Errors: GG_E_NOMEM.
 */
gg_status gg_team_new(size_t n_threads, void (*look)(void *context), void *context, gg_team **out,
                      gg_error *err);
/* NULL is allowed. */
void gg_team_free(gg_team *team);

/* What the threads tell one another about is theirs; they look at it and change it with the lock.
 */
void gg_team_lock(gg_team *team);
void gg_team_unlock(gg_team *team);

/* The following are called with the lock; it is open while a thread waits or works. */

/* Something has changed: who waits looks again. */
void gg_team_tell(gg_team *team);

/* Until there is something to be told, or for a while. */
void gg_team_wait(gg_team *team, size_t who);

/* For a thread that has nothing to do: parts of another's work; where there are none, or all are
 * begun, until there is something to be told or somebody to help, or for a while. */
void gg_team_help(gg_team *team, size_t who);

/* A thread's way to do work in parts: `each` calls part(of, k, who) once for every k < n and
 * returns when all are done. `who` is the thread that does it. Called without the lock; a part
 * calls no other `each` of the same thread. */
typedef struct gg_hands {
    void (*each)(void *context, size_t n, void (*part)(void *of, size_t k, size_t who), void *of);
    void *context;
} gg_hands;

gg_hands gg_team_hands(gg_team *team, size_t who);
GG_C_END
