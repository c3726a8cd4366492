/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/charts/converter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/outfile.h"

static const char converter[] = "rsvg-convert";

bool gg_converter_installed(void) {
    const char *at = getenv("PATH");
    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ":");
        char path[4096];
        int size = snprintf(path, sizeof path, "%.*s/%s", (int)length, at, converter);
        if (length > 0 && size > 0 && (size_t)size < sizeof path && access(path, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

/* The environment with a fixed date, so that PDF files carry none of their own. */
static char **dated_environment(void) {
    static char date[] = "SOURCE_DATE_EPOCH=0";
    size_t n = 0;
    while (environ[n] != NULL)
        n++;
    char **copy = gg_alloc(n + 2, sizeof *copy);
    if (copy == NULL)
        return NULL;
    memcpy(copy, environ, n * sizeof *copy);
    if (getenv("SOURCE_DATE_EPOCH") == NULL)
        copy[n] = date;
    return copy;
}

static int run(char *const *arguments, char *const *environment) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t ignored;
    pid_t child;
    int how = -1;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -1;
    }
    /* What is ignored here ends it there, as it is used to. */
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    /* Its messages would be taken for ours. */
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&child, arguments[0], &actions, &attributes, arguments, environment) == 0)
        while (waitpid(child, &how, 0) < 0 && errno == EINTR)
            continue;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return how;
}

gg_status gg_convert_svg(const char *svg, const char *path, const char *format, gg_error *err) {
    gg_outfile *out = NULL;
    GG_TRY(gg_outfile_open(path, &out, NULL, err));
    bool png = strcmp(format, "png") == 0;
    const char *arguments[] = {converter,
                               "--format",
                               format,
                               "--output",
                               gg_outfile_path(out),
                               png ? "--zoom=2" : "--zoom=1",
                               png ? "--background-color=white" : "--background-color=none",
                               svg,
                               NULL};
    char **environment = dated_environment();
    int how = environment != NULL ? run((char *const *)arguments, environment) : -1;
    gg_free(environment);
    return gg_outfile_finish(
        out, how == 0 ? GG_OK : gg_fail(err, GG_E_IO, "%s: %s failed", path, converter), err);
}
