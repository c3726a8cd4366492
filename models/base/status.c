/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return status;
}

void gg_error_prefix(gg_error *err, const char *context) {
    if (err == NULL || err->status == GG_OK)
        return;
    char old[GG_ERROR_MESSAGE_SIZE];
    memcpy(old, err->message, sizeof old);
    int used = snprintf(err->message, sizeof err->message, "%s: ", context);
    if (used < 0 || (size_t)used >= sizeof err->message)
        return;
    size_t room = sizeof err->message - (size_t)used;
    size_t length = strnlen(old, room - 1);
    memcpy(err->message + used, old, length);
    err->message[(size_t)used + length] = '\0';
}
