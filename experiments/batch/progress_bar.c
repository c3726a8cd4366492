/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/progress_bar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double TERMINAL_EVERY_S = 0.1, LOG_EVERY_S = 60.0;

void gg_progress_bar_init(gg_progress_bar *bar, const char *command) {
    *bar = (gg_progress_bar){.command = command, .terminal = isatty(STDERR_FILENO) == 1};
    bar->shown_s = bar->terminal ? -TERMINAL_EVERY_S : 0.0;
}

void gg_clock_text(double seconds, char *text, size_t size) {
    unsigned long s = seconds < 1e8 ? (unsigned long)(seconds + 0.5) : 99999999ul;
    if (s >= 3600)
        snprintf(text, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, size, "%lu:%02lu", s / 60, s % 60);
}

/* Three digits, at most two of them after the point, as in the reports. */
static void put_percent(double ratio, FILE *stream) {
    double percent = 100.0 * ratio;
    if (percent > 0.0 && percent < 0.005)
        fputs("< 0.01 %", stream);
    else
        fprintf(stream, "%.*f %%", percent < 9.995 ? 2 : percent < 99.95 ? 1 : 0, percent);
}

/* "1200/4000  35/s  1:20 left  2 failed  worst gap 1.20 %". */
static void put_figures(const gg_batch_state *state, FILE *stream) {
    char left[32] = "?";
    size_t done = state->units_done + state->units_found;
    double rate = state->elapsed_s > 0.0 ? (double)state->units_done / state->elapsed_s : 0.0;
    if (rate > 0.0)
        gg_clock_text((double)(state->units - done) / rate, left, sizeof left);
    fprintf(stream, "%zu/%zu  %.3g/s  %s left  %zu failed", done, state->units, rate, left,
            state->rows_failed);
    if (isnan(state->worst_gap))
        return;
    fputs("  worst gap ", stream);
    put_percent(state->worst_gap, stream);
}

void gg_progress_bar_show(void *context, const gg_batch_state *state) {
    enum { WIDTH = 20 };
    gg_progress_bar *bar = context;
    size_t done = state->units_done + state->units_found;
    double every_s = bar->terminal ? TERMINAL_EVERY_S : LOG_EVERY_S;
    if (state->elapsed_s - bar->shown_s < every_s && !(bar->terminal && done == state->units))
        return;
    bar->shown_s = state->elapsed_s;
    if (!bar->terminal) {
        fprintf(stderr, "%s: ", bar->command);
        put_figures(state, stderr);
        fputc('\n', stderr);
        return;
    }
    bar->visible = true;
    char drawn[WIDTH + 1];
    size_t filled = state->units > 0 ? done * WIDTH / state->units : WIDTH;
    memset(drawn, '.', WIDTH);
    memset(drawn, '#', filled);
    drawn[WIDTH] = '\0';
    fprintf(stderr, "\r[%s] ", drawn);
    put_figures(state, stderr);
    fputs("\033[K", stderr);
    fflush(stderr);
}

void gg_progress_bar_clear(gg_progress_bar *bar) {
    if (bar->visible)
        fputs("\r\033[K", stderr);
    bar->visible = false;
}
