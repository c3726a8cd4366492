/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that holds a given text for the length of a test.
 */
#pragma once

#include <stddef.h>

typedef struct temporary_file {
    char path[64];
} temporary_file;

/* Writes `size` bytes under a fresh name; the test fails where that is not possible. */
temporary_file temporary_file_of(const char *text, size_t size);
void temporary_file_remove(const temporary_file *file);
