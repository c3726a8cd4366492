/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line on a terminal that says how much of a file has been read, and how long the rest takes.
 */
#ifndef GOAGAP_EXPERIMENTS_OUTPUT_BYTE_PROGRESS_H
#define GOAGAP_EXPERIMENTS_OUTPUT_BYTE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gg_byte_progress {
    const char *command;
    bool is_terminal; /* else nothing is shown */
    bool is_visible;
    double start_s, shown_s;
} gg_byte_progress;

void gg_byte_progress_init(gg_byte_progress *bar, const char *command);
/* Redraws at most ten times a second. */
void gg_byte_progress_show(gg_byte_progress *bar, uint64_t done, uint64_t total);
/* Wipes the line. */
void gg_byte_progress_clear(gg_byte_progress *bar);

#endif
