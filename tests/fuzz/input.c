/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "models/base/alloc.h"

void gg_fuzz_require(int holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

void gg_fuzz_require_reason(gg_status status, gg_error *err) {
    gg_fuzz_require(status == GG_OK || err->message[0] != '\0', "a refusal without a message");
    gg_fuzz_require(status == GG_OK || status == err->status, "a message of another failure");
    *err = (gg_error){0};
}

int gg_fuzz_file(const uint8_t *data, size_t size, char path[GG_FUZZ_PATH]) {
    int fd = memfd_create("fuzz", 0);
    gg_fuzz_require(fd >= 0 && write(fd, data, size) == (ssize_t)size, "no memory file");
    snprintf(path, GG_FUZZ_PATH, "/proc/self/fd/%d", fd);
    return fd;
}

void gg_fuzz_require_released(void) {
    gg_fuzz_require(gg_alloc_live() == 0, "memory is leaked");
}

/* HDF5 1.10 loses memory of its own where it refuses damaged files; ours is counted. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}
