/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/timer.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t stop_flag, stop_signal;

double gg_now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void on_signal(int number) {
    stop_signal = number;
    stop_flag = 1;
}

void gg_stop_on_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool gg_stop_requested(void) {
    return stop_flag != 0;
}

int gg_stop_signal(void) {
    return stop_signal;
}

void gg_stop_request(bool stop) {
    stop_flag = stop ? 1 : 0;
}
