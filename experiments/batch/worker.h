/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A worker: a forked process that solves units one at a time and sends them row by row, so that an
 * abort or a kill in a solver ends the worker and nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "experiments/planning/experiment.h"
#include "experiments/results/results.h"

typedef struct gg_worker {
    pid_t pid; /* 0: not running */
    int fd;    /* our end of the socket */
} gg_worker;

/* What to do: the rows of unit number `unit` that are missing, in their order. */
typedef struct gg_task {
    uint64_t unit;
    const bool *missing; /* gg_plan_rows_per_unit */
} gg_task;

/* Forks a worker for the experiment; `others` (n_others workers, itself among them) are the ones
 * whose sockets it must not keep. Errors: GG_E_IO (the system refuses). */
gg_status gg_worker_start(gg_worker *worker, const gg_experiment *experiment,
                          const gg_worker *others, size_t n_others, gg_error *err);

/* Hands a task of `n_rows` rows over; false when the worker is dead. */
bool gg_worker_send(const gg_worker *worker, gg_task task, size_t n_rows);

/* Receives the next row and its decision (NULL, or row->n_users entries to be released with
 * gg_free); false when the worker died before it was complete. */
bool gg_worker_receive(const gg_worker *worker, gg_row *row, int16_t **assignment);

/* Waits for a worker that died and writes why it did. Its own children are killed. */
void gg_worker_bury(gg_worker *worker, char *reason, size_t size);

/* Ends a worker and its children now; nothing happens to one that is not running. */
void gg_worker_kill(gg_worker *worker);
