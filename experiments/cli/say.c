/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/say.h"

#include <stdarg.h>
#include <stdio.h>

#include "experiments/cli/commands.h"

void gg_say(const char *command, const char *format, ...) {
    /* Both streams may be one file or terminal: keep their order. */
    fflush(stdout);
    fprintf(stderr, "%s: ", command);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int gg_say_failure(const char *command, const gg_error *err) {
    const char *reason = err->message[0] != '\0' ? err->message : gg_status_text(err->status);
    gg_say(command, "%s", reason);
    return err->status == GG_E_INFEASIBLE || err->status == GG_E_CHECK ? GG_EXIT_NO : GG_EXIT_BAD;
}

void gg_say_warning(void *command, const char *message) {
    gg_say(command, "warning: %s", message);
}
