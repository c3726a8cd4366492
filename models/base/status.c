/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/base/shown.h"

const char *gg_status_text(gg_status status) {
    switch (status) {
#define GG_STATUS_CASE(name, text)                                                                 \
    case name:                                                                                     \
        return text;
        GG_STATUS_MAP(GG_STATUS_CASE)
#undef GG_STATUS_CASE
    }
    return "unknown status";
}

gg_status gg_fail(gg_error *err, gg_status status, const char *format, ...) {
    if (err == NULL || err->status != GG_OK)
        return status;
    err->status = status;
    char message[GG_ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    gg_shown_cut(message, err->message, sizeof err->message);
    return status;
}

void gg_error_prefix(gg_error *err, const char *context) {
    if (err == NULL || err->status == GG_OK)
        return;
    char old[GG_ERROR_MESSAGE_SIZE];
    memcpy(old, err->message, sizeof old);
    gg_shown_cut(context, err->message, sizeof err->message - 3);
    size_t used = strlen(err->message);
    memcpy(err->message + used, ": ", 2);
    gg_shown_cut(old, err->message + used + 2, sizeof err->message - used - 2);
}
