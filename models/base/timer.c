/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/timer.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

static atomic_int stop_flag;
static volatile sig_atomic_t stop_signal;
static _Thread_local gg_stop_watch *innermost;

enum { ASKS_A_SECOND = 20 };

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

static bool watch_says_stop(gg_stop_watch *watch) {
    double now_s = watch->stopped ? 0.0 : gg_now_s();
    if (watch->stopped || now_s < watch->next_s)
        return watch->stopped;
    watch->next_s = now_s + 1.0 / ASKS_A_SECOND;
    watch->stopped = watch->ask(watch->context) || watch->stopped;
    return watch->stopped;
}

bool gg_stop_requested(void) {
    if (stop_flag != 0)
        return true;
    for (gg_stop_watch *watch = innermost; watch != NULL; watch = watch->outer)
        if (watch_says_stop(watch))
            return true;
    return false;
}

void gg_stop_watch_begin(gg_stop_watch *watch) {
    watch->outer = innermost;
    innermost = watch;
}

void gg_stop_watch_end(const gg_stop_watch *watch) {
    innermost = watch->outer;
}

void gg_stop_watches_drop(void) {
    innermost = NULL;
}

int gg_stop_signal(void) {
    return stop_signal;
}

void gg_stop_request(bool stop) {
    stop_flag = stop ? 1 : 0;
}
