/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far a batch is: one line on a terminal that is drawn again and again, else a line a minute.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_PROGRESS_BAR_H
#define GOAGAP_EXPERIMENTS_BATCH_PROGRESS_BAR_H

#include <stdbool.h>

#include "experiments/batch/runner.h"

typedef struct gg_progress_bar {
    const char *command; /* begins the lines of a log; borrowed */
    bool terminal;       /* stderr is one */
    double shown_s;      /* elapsed time when it was last shown */
    bool visible;
} gg_progress_bar;

void gg_progress_bar_init(gg_progress_bar *bar, const char *command);

/* A gg_batch_progress_fn; `bar` is the gg_progress_bar. Shows at most ten lines a second on a
 * terminal, one a minute elsewhere. */
void gg_progress_bar_show(void *bar, const gg_batch_state *state);

/* Wipes the line. */
void gg_progress_bar_clear(gg_progress_bar *bar);

/* "1:02:03" or "2:03" into `text`. */
void gg_clock_text(double seconds, char *text, size_t size);

#endif
