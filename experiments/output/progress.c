/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "models/base/timer.h"

static const double TERMINAL_EVERY_S = 0.1, LOG_EVERY_S = 60.0, WORDS_AFTER_S = 2.0;

void gg_progress_line_init(gg_progress_line *line, const char *command) {
    *line = (gg_progress_line){
        .command = command, .is_terminal = isatty(STDERR_FILENO) == 1, .start_s = gg_now_s()};
}

void gg_progress_line_clear(gg_progress_line *line) {
    if (line->is_visible)
        fputs("\r\033[K", stderr);
    line->is_visible = false;
}

/* "####....", of which `filled` characters are done. */
static void fill_bar(char *bar, size_t width, size_t filled, char rest) {
    memset(bar, rest, width);
    memset(bar, '#', filled);
    bar[width] = '\0';
}

static void show_drawn(gg_progress_line *line, double elapsed_s) {
    fflush(stderr);
    line->shown_s = elapsed_s;
    line->is_visible = true;
}

void gg_progress_bytes(gg_progress_line *line, uint64_t done, uint64_t total) {
    enum { WIDTH = 30 };
    double elapsed_s = gg_now_s() - line->start_s;
    if (!line->is_terminal || total == 0 || elapsed_s - line->shown_s < TERMINAL_EVERY_S)
        return;
    double share = done < total ? (double)done / (double)total : 1.0;
    char bar[WIDTH + 1];
    fill_bar(bar, WIDTH, (size_t)(share * WIDTH), ' ');
    fprintf(stderr, "\r%s: [%s] %3.0f %% of %.1f MB", line->command, bar, 100.0 * share,
            (double)total / 1e6);
    if (share > 0.01)
        fprintf(stderr, ", %.0f s left   ", elapsed_s / share - elapsed_s);
    show_drawn(line, elapsed_s);
}

void gg_progress_words(gg_progress_line *line, const char *words) {
    double elapsed_s = gg_now_s() - line->start_s;
    if (!line->is_terminal || elapsed_s < WORDS_AFTER_S ||
        elapsed_s - line->shown_s < TERMINAL_EVERY_S)
        return;
    fprintf(stderr, "\r%s: %s\033[K", line->command, words);
    show_drawn(line, elapsed_s);
}

void gg_clock_text(double seconds, char *text, size_t size) {
    unsigned long s = seconds < 1e8 ? (unsigned long)(seconds + 0.5) : 99999999ul;
    if (s >= 3600)
        snprintf(text, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, size, "%lu:%02lu", s / 60, s % 60);
}

/* Three digits, at most two of them after the point, as in the reports. */
static void put_percent(double ratio) {
    double percent = 100.0 * ratio;
    if (percent > 0.0 && percent < 0.005)
        fputs("< 0.01 %", stderr);
    else
        fprintf(stderr, "%.*f %%", percent < 9.995 ? 2 : percent < 99.95 ? 1 : 0, percent);
}

/* "1200/4000  35/s  1:20 left  2 failed  worst proof gap 1.20 %". */
static void put_networks(const gg_networks_done *networks) {
    char left[32] = "?";
    size_t there = networks->done + networks->found;
    double rate = networks->elapsed_s > 0.0 ? (double)networks->done / networks->elapsed_s : 0.0;
    if (rate > 0.0)
        gg_clock_text((double)(networks->total - there) / rate, left, sizeof left);
    fprintf(stderr, "%zu/%zu  %.3g/s  %s left  %zu failed", there, networks->total, rate, left,
            networks->rows_failed);
    if (isnan(networks->worst_gap))
        return;
    fputs("  worst proof gap ", stderr);
    put_percent(networks->worst_gap);
}

void gg_progress_networks(gg_progress_line *line, const gg_networks_done *networks) {
    enum { WIDTH = 20 };
    size_t there = networks->done + networks->found;
    bool due =
        networks->elapsed_s - line->shown_s >= (line->is_terminal ? TERMINAL_EVERY_S : LOG_EVERY_S);
    /* A terminal shows the first and the last at once. */
    if (!due && !(line->is_terminal && (!line->is_visible || there == networks->total)))
        return;
    if (!line->is_terminal) {
        line->shown_s = networks->elapsed_s;
        fprintf(stderr, "%s: ", line->command);
        put_networks(networks);
        fputc('\n', stderr);
        return;
    }
    char bar[WIDTH + 1];
    fill_bar(bar, WIDTH, networks->total > 0 ? there * WIDTH / networks->total : WIDTH, '.');
    fprintf(stderr, "\r[%s] ", bar);
    put_networks(networks);
    fputs("\033[K", stderr);
    show_drawn(line, networks->elapsed_s);
}
