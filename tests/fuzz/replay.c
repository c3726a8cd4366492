/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Gives a fuzz target every file of its folder of seeds, without libFuzzer. The program is named
 * replay_<target>; the folder is tests/fuzz/seeds/<target> below the current one. Prints TAP; a
 * target that finds something ends the program.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/input.h"

enum { MAX_SEED = 1 << 20 };

static int is_seed(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int replay(const char *folder, const char *name, uint8_t *bytes) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    size_t size = fread(bytes, 1, MAX_SEED, file);
    fclose(file);
    /* Exactly as large as the input, so that a sanitizer sees reads behind it. */
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL)
        return -1;
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    return 0;
}

int main(int argc, char **argv) {
    (void)argc;
    char folder[256];
    const char *target = strrchr(argv[0], '/');
    target = strstr(target != NULL ? target : argv[0], "replay_");
    if (target == NULL)
        return 2;
    snprintf(folder, sizeof folder, "tests/fuzz/seeds/%s", target + strlen("replay_"));
    struct dirent **seeds;
    int n = scandir(folder, &seeds, is_seed, alphasort);
    uint8_t *bytes = malloc(MAX_SEED);
    int failures = 0;
    for (int k = 0; k < n; k++) {
        int failed = bytes == NULL || replay(folder, seeds[k]->d_name, bytes) != 0;
        printf("%sok %d - %s/%s\n", failed ? "not " : "", k + 1, folder, seeds[k]->d_name);
        fflush(stdout);
        failures += failed;
        free(seeds[k]);
    }
    if (n >= 0)
        free(seeds);
    free(bytes);
    printf("1..%d\n", n > 0 ? n : 0);
    return failures > 0 || n <= 0;
}
