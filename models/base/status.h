/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Status codes of every fallible call, and the error message that goes with them.
 */
#pragma once

#include "models/base/linkage.h"

GG_C_BEGIN
/* One list: enumerator, then what it means to a person. */
#define GG_STATUS_MAP(X)                                                                           \
    X(GG_OK, "success")                                                                            \
    X(GG_E_INPUT, "bad input")                                                                     \
    X(GG_E_USAGE, "bad usage")                                                                     \
    X(GG_E_IO, "input or output failed")                                                           \
    X(GG_E_NOMEM, "out of memory")                                                                 \
    X(GG_E_INFEASIBLE, "infeasible")                                                               \
    X(GG_E_CHECK, "verification failed")                                                           \
    X(GG_E_SOLVER, "a solver failed")

typedef enum gg_status {
#define GG_STATUS_ENUM(name, text) name,
    GG_STATUS_MAP(GG_STATUS_ENUM)
#undef GG_STATUS_ENUM
} gg_status;

enum { GG_ERROR_MESSAGE_SIZE = 640 };

/* Where a failing call says what went wrong: file, place and reason. Zero-initialise before use
 * (gg_error err = {0}); every function that takes a gg_error accepts NULL. */
typedef struct gg_error {
    gg_status status;
    char message[GG_ERROR_MESSAGE_SIZE];
} gg_error;

/* Short English name of a status; never NULL. */
const char *gg_status_text(gg_status status);

/* Records a failure and returns `status`. The first writer wins, so the innermost cause survives
 * while callers pass the status up. Names and texts of others may be given as they are: the message
 * holds them as they are to be shown (shown.h). `err` may be NULL. */
gg_status gg_fail(gg_error *err, gg_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Passes a failure on to the caller: for functions that own nothing yet that they would leave
 * behind. What owns something is two functions: the outer one takes and releases, the inner one
 * tries. */
#define GG_TRY(call)                                                                               \
    do {                                                                                           \
        gg_status gg_tried = (call);                                                               \
        if (gg_tried != GG_OK)                                                                     \
            return gg_tried;                                                                       \
    } while (0)

/* The same for want of memory, in the words that follow, where `pointer` is NULL. */
#define GG_NEED(pointer, err, ...)                                                                 \
    GG_TRY((pointer) != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, __VA_ARGS__))

/* Puts "<context>: " in front of the message already recorded (a file name known only to an outer
 * caller); does nothing when nothing is recorded. */
void gg_error_prefix(gg_error *err, const char *context);
GG_C_END
