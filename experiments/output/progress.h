/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far a long command is: one line on a terminal that is drawn again and again, at most ten
 * times a second.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct gg_progress_line {
    const char *command; /* borrowed */
    bool is_terminal;    /* stderr is one */
    bool is_visible;
    double start_s;
    double shown_s; /* since the start, when it was last shown */
} gg_progress_line;

void gg_progress_line_init(gg_progress_line *line, const char *command);

/* Wipes the line. */
void gg_progress_line_clear(gg_progress_line *line);

/* How much of a file has been read, and how long the rest takes; on a terminal only. */
void gg_progress_bytes(gg_progress_line *line, uint64_t done, uint64_t total);

/* Any words, from two seconds after the start on; on a terminal only. */
void gg_progress_words(gg_progress_line *line, const char *words);

/* How many networks are done. */
typedef struct gg_networks_done {
    size_t total;
    size_t found; /* were there already */
    size_t done;  /* since the start */
    size_t rows_failed;
    double worst_gap; /* NAN: none */
    double elapsed_s;
} gg_networks_done;

/* Where stderr is no terminal, a line a minute that begins with the command. */
void gg_progress_networks(gg_progress_line *line, const gg_networks_done *networks);

/* "1:02:03" or "2:03" into `text`. */
void gg_clock_text(double seconds, char *text, size_t size);
