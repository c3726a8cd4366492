/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From what HDF5 refuses to a message that names file, object and reason.
 */
#include "data/hdf5/h5_dataset.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void gg__h5_quieten(void) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

/* Why a call of the library failed. */
typedef struct failure {
    const char *reason; /* the innermost */
    bool no_memory;
} failure;

static herr_t collect_failure(unsigned depth, const H5E_error2_t *entry, void *context) {
    failure *f = context;
    if (depth == 0)
        f->reason = entry->desc;
    f->no_memory = f->no_memory || entry->min_num == H5E_NOSPACE || entry->min_num == H5E_CANTALLOC;
    return 0;
}

gg_status gg__h5_fail(const gg_h5 *h5, gg_status status, const char *place, const char *action,
                      gg_error *err) {
    failure f = {0};
    if (h5->write_error != 0)
        f = (failure){strerror(h5->write_error), h5->write_error == ENOMEM};
    else
        H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect_failure, &f);
    if (f.reason == NULL || *f.reason == '\0')
        f.reason = "the HDF5 library gives no reason";
    const char *hint = strstr(f.reason, "unable to lock file") != NULL
                           ? " (another program has it open for writing, or the file system cannot "
                             "lock: HDF5_USE_FILE_LOCKING=FALSE skips locking)"
                           : "";
    return gg_fail(err, f.no_memory ? GG_E_NOMEM : status, "%s: %s%s%s: %s%s", h5->path,
                   place != NULL ? place : "", place != NULL ? ": " : "", action, f.reason, hint);
}

gg_status gg__h5_written(const gg_h5 *h5, const char *place, gg_error *err) {
    return h5->write_error == 0 ? GG_OK : gg__h5_fail(h5, GG_E_IO, place, "writing failed", err);
}

gg_status gg_h5_dataset_fail(const gg_h5_dataset *d, gg_error *err, const char *format, ...) {
    char message[GG_ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return gg_fail(err, GG_E_INPUT, "%s: %s: %s", d->h5->path, d->path, message);
}
