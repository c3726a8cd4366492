/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line on a terminal that says how far a batch is.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_PROGRESS_BAR_H
#define GOAGAP_EXPERIMENTS_BATCH_PROGRESS_BAR_H

#include <stdbool.h>

#include "experiments/batch/runner.h"

typedef struct gg_progress_bar {
    double shown_s; /* elapsed time when it was last drawn */
    bool visible;
} gg_progress_bar;

/* False when stderr is no terminal: then nothing should be shown. */
bool gg_progress_bar_init(gg_progress_bar *bar);

/* A gg_batch_progress_fn; `bar` is the gg_progress_bar. Redraws at most ten times a second. */
void gg_progress_bar_show(void *bar, const gg_batch_state *state);

/* Wipes the line. */
void gg_progress_bar_clear(gg_progress_bar *bar);

#endif
