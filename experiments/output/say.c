/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/base/shown.h"

void gg_say(const char *command, const char *format, ...) {
    char *message = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&message, format, args);
    va_end(args);
    /* Both streams may be one file or terminal: keep their order. */
    fflush(stdout);
    fprintf(stderr, "%s: ", command);
    /* Whoever named things in the message gets no line of their own. */
    gg_put_shown(stderr, length >= 0 ? message : "out of memory for a message");
    fputc('\n', stderr);
    if (length >= 0)
        free(message);
}

int gg_say_failure(const char *command, const gg_error *err) {
    const char *reason = err->message[0] != '\0' ? err->message : gg_status_text(err->status);
    gg_say(command, "%s", reason);
    return err->status == GG_E_INFEASIBLE || err->status == GG_E_CHECK ? GG_EXIT_NO : GG_EXIT_BAD;
}

void gg_say_warning(void *command, const char *message) {
    gg_say(command, "warning: %s", message);
}
