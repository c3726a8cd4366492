/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A shell command that is fed, heard and ended: whatever it started, in sessions of its own too,
 * dies with it, with its time limit and with the process that started it.
 */
#pragma once

#include <stddef.h>

#include "models/base/status.h"

typedef struct gg_child_variable {
    const char *name;
    const char *value;
} gg_child_variable;

typedef struct gg_child_run {
    const char *command; /* for /bin/sh -c */
    const gg_child_variable *variables;
    size_t n_variables; /* added to the environment */
    const char *input;  /* its standard input */
    size_t input_size;
    double time_limit_s; /* INFINITY: none */
    size_t most_output;  /* bytes */
    char *output;        /* result: its standard output; release with gg_free */
    size_t output_size;
} gg_child_run;

/* Runs the command to its end. SIGPIPE must be ignored. Errors: GG_E_SOLVER (time limit, too much
 * output, an exit code other than 0 with the last line of its standard error), GG_E_IO (the system
 * refuses), GG_E_NOMEM. */
gg_status gg_child_run_command(gg_child_run *run, gg_error *err);
