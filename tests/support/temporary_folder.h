/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of its own for the length of a test, and the files in it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct temporary_folder {
    char path[64];
} temporary_folder;

/* cmocka setup and teardown: *state is a temporary_folder. */
int folder_setup(void **state);
int folder_teardown(void **state);

/* Path of a file in the folder; valid until the eighth call after. */
const char *folder_file(void *const *state, const char *name);

/* Files in the folder. */
size_t folder_count(void *const *state);

/* The whole of a file; the caller frees it. */
char *read_whole(const char *path, size_t *size);
void write_whole(const char *path, const char *bytes, size_t size);
bool same_files(const char *a, const char *b);
