/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/progress_bar.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool gg_progress_bar_init(gg_progress_bar *bar) {
    *bar = (gg_progress_bar){.shown_s = -1.0};
    return isatty(STDERR_FILENO) == 1;
}

/* "1:02:03" or "2:03" into `text`. */
static void clock_text(double seconds, char *text, size_t size) {
    unsigned long s = seconds < 1e8 ? (unsigned long)(seconds + 0.5) : 99999999ul;
    if (s >= 3600)
        snprintf(text, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, size, "%lu:%02lu", s / 60, s % 60);
}

void gg_progress_bar_show(void *context, const gg_batch_state *state) {
    enum { WIDTH = 24 };
    gg_progress_bar *bar = context;
    size_t done = state->units_done + state->units_found;
    if (bar->shown_s >= 0.0 && state->elapsed_s - bar->shown_s < 0.1 && done < state->units)
        return;
    bar->shown_s = state->elapsed_s;
    bar->visible = true;
    char drawn[WIDTH + 1], left[32] = "", failed[48] = "";
    size_t filled = state->units > 0 ? done * WIDTH / state->units : WIDTH;
    memset(drawn, '.', WIDTH);
    memset(drawn, '#', filled);
    drawn[WIDTH] = '\0';
    double rate = state->elapsed_s > 0.0 ? (double)state->units_done / state->elapsed_s : 0.0;
    if (rate > 0.0)
        clock_text((double)(state->units - done) / rate, left, sizeof left);
    if (state->rows_failed > 0)
        snprintf(failed, sizeof failed, "  %zu failed", state->rows_failed);
    fprintf(stderr, "\r[%s] %zu/%zu  %.3g/s  %s left%s\033[K", drawn, done, state->units, rate,
            left[0] != '\0' ? left : "?", failed);
    fflush(stderr);
}

void gg_progress_bar_clear(gg_progress_bar *bar) {
    if (bar->visible)
        fputs("\r\033[K", stderr);
    bar->visible = false;
}
