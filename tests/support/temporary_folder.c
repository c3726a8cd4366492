/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/temporary_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/support.h"

int folder_setup(void **state) {
    temporary_folder *folder = malloc(sizeof *folder);
    if (folder == NULL)
        return -1;
    strcpy(folder->path, "/tmp/goagap-test-XXXXXX");
    *state = folder;
    return mkdtemp(folder->path) != NULL ? 0 : -1;
}

/* Visits the folder's files; counts them, and removes them if asked to. */
static size_t visit(const temporary_folder *folder, bool remove_them) {
    size_t count = 0;
    DIR *open = opendir(folder->path);
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (remove_them)
            unlinkat(dirfd(open), entry->d_name, 0);
    }
    if (open != NULL)
        closedir(open);
    return count;
}

int folder_teardown(void **state) {
    temporary_folder *folder = *state;
    visit(folder, true);
    int failed = rmdir(folder->path);
    free(folder);
    return failed;
}

const char *folder_file(void *const *state, const char *name) {
    static char paths[8][320];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", ((const temporary_folder *)*state)->path, name);
    return path;
}

size_t folder_count(void *const *state) {
    return visit(*state, false);
}

char *read_whole(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

void write_whole(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

bool same_files(const char *a, const char *b) {
    size_t size_a, size_b;
    char *bytes_a = read_whole(a, &size_a), *bytes_b = read_whole(b, &size_b);
    bool same = size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0;
    free(bytes_a);
    free(bytes_b);
    return same;
}
