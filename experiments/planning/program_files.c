/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/program_files.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/alloc.h"

/* What stands between words of a shell command. */
static const char between[] = " \t\r\n;|&<>()";

/* Reads one word, without its quotes, into `word`, which has room for the rest of the command; the
 * place behind it, or NULL at the end. *written says that it stands behind a ">". */
static const char *next_word(const char *at, char *word, bool *written) {
    char quote = '\0';
    *written = false;
    for (; *at != '\0' && strchr(between, *at) != NULL; at++)
        *written = *at == '>' || (*written && strchr(" \t", *at) != NULL);
    if (*at == '\0')
        return NULL;
    for (; *at != '\0' && (quote != '\0' || strchr(between, *at) == NULL); at++) {
        if (quote == '\0' && (*at == '"' || *at == '\''))
            quote = *at;
        else if (*at == quote)
            quote = '\0';
        else if (*at == '\\' && quote != '\'' && at[1] != '\0')
            *word++ = *++at;
        else
            *word++ = *at;
    }
    *word = '\0';
    return at;
}

/* Adds what a file holds; one without content decides nothing by it. */
static bool add_file(struct sha256_ctx *to, const char *path) {
    struct stat info;
    int fd = stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0
                 ? open(path, O_RDONLY | O_CLOEXEC)
                 : -1;
    uint8_t block[1 << 14];
    ssize_t got = 0;
    if (fd < 0)
        return false;
    while ((got = read(fd, block, sizeof block)) > 0)
        sha256_update(to, (size_t)got, block);
    close(fd);
    /* Two files do not run into one. */
    sha256_update(to, sizeof info.st_size, (const uint8_t *)&info.st_size);
    return true;
}

gg_status gg_add_program_files(struct sha256_ctx *to, const char *command, size_t *n_files,
                               gg_error *err) {
    char *word = gg_alloc(strlen(command) + 1, 1);
    *n_files = 0;
    if (word == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for the files of a command");
    bool written;
    for (const char *at = command; (at = next_word(at, word, &written)) != NULL;) {
        if (written)
            continue;
        /* "--model=FILE" and "MODEL=FILE" name one too. */
        const char *value = strchr(word, '=');
        *n_files += add_file(to, word) || (value != NULL && add_file(to, value + 1));
    }
    gg_free(word);
    return GG_OK;
}
