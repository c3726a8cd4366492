/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/temporary_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/support.h"

temporary_file temporary_file_of(const char *text, size_t size) {
    temporary_file file = {"/tmp/goagap-test-XXXXXX"};
    int fd = mkstemp(file.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, size), (ssize_t)size);
    close(fd);
    return file;
}

void temporary_file_remove(const temporary_file *file) {
    unlink(file->path);
}
