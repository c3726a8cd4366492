/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/byte_progress.h"

#include <stdio.h>
#include <unistd.h>

#include "models/base/timer.h"

enum { WIDTH = 30 };

void gg_byte_progress_init(gg_byte_progress *bar, const char *command) {
    double now_s = gg_now_s();
    *bar = (gg_byte_progress){.command = command,
                              .is_terminal = isatty(STDERR_FILENO) == 1,
                              .start_s = now_s,
                              .shown_s = now_s};
}

void gg_byte_progress_show(gg_byte_progress *bar, uint64_t done, uint64_t total) {
    double now_s = gg_now_s();
    if (!bar->is_terminal || total == 0 || now_s - bar->shown_s < 0.1)
        return;
    double share = done < total ? (double)done / (double)total : 1.0;
    double elapsed_s = now_s - bar->start_s;
    int filled = (int)(share * WIDTH);
    fprintf(stderr, "\r%s: [%.*s%*s] %3.0f %% of %.1f MB", bar->command, filled,
            "##############################", WIDTH - filled, "", 100.0 * share,
            (double)total / 1e6);
    if (share > 0.01)
        fprintf(stderr, ", %.0f s left   ", elapsed_s / share - elapsed_s);
    fflush(stderr);
    bar->shown_s = now_s;
    bar->is_visible = true;
}

void gg_byte_progress_clear(gg_byte_progress *bar) {
    if (bar->is_visible)
        fputs("\r\033[K", stderr);
    bar->is_visible = false;
}
