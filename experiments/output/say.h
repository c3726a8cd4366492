/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the program tells the person in front of it: all on stderr, each line beginning with the
 * command that speaks. Results never go through here.
 */
#pragma once

#include "models/base/status.h"

/* What the program's exit code means. */
typedef enum gg_exit {
    GG_EXIT_OK = 0,
    GG_EXIT_NO = 1,       /* the answer is "no": infeasible, a check that failed */
    GG_EXIT_BAD = 2,      /* bad usage, bad input, or output that cannot be written */
    GG_EXIT_LIMIT = 3,    /* a limit stopped it */
    GG_EXIT_SIGNAL = 128, /* plus the signal's number: it stopped a batch, as shells have it */
} gg_exit;

/* One line: "<command>: <message>", whatever the texts in it hold (shown.h). What is already on
 * stdout appears before it. */
void gg_say(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says why a call failed and returns the exit code for it: GG_EXIT_NO where the failure is an
 * answer (infeasible, check failed), else GG_EXIT_BAD. */
int gg_say_failure(const char *command, const gg_error *err);

/* A warning as the readers of files give it (gg_warning_fn); `command` is the command's name. */
void gg_say_warning(void *command, const char *message);
