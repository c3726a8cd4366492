/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures as files of their own: SVG by us, PDF and PNG from it by rsvg-convert (librsvg).
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "experiments/report/figures.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

static const char converter[] = "rsvg-convert";

/* True when some folder of PATH has the program. */
static bool installed(const char *program) {
    const char *at = getenv("PATH");
    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at, ":");
        char path[4096];
        int size = snprintf(path, sizeof path, "%.*s/%s", (int)length, at, program);
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
    pid_t child;
    int how = -1;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    /* Its messages would be taken for ours. */
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environment) == 0)
        while (waitpid(child, &how, 0) < 0 && errno == EINTR)
            continue;
    posix_spawn_file_actions_destroy(&actions);
    return how;
}

static gg_status convert(const char *svg, const char *path, const char *format, gg_error *err) {
    gg_outfile *out = NULL;
    gg_status status = gg_outfile_open(path, &out, NULL, err);
    if (status != GG_OK)
        return status;
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
    if (how == 0)
        return gg_outfile_commit(out, err);
    gg_outfile_abort(out);
    return gg_fail(err, GG_E_IO, "%s: %s failed", path, converter);
}

static gg_status write_svg(const gg_study *study, const gg_figure *figure, size_t panel,
                           const char *id, const char *path, gg_error *err) {
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    gg_status status = gg_outfile_open(path, &out, &stream, err);
    if (status != GG_OK)
        return status;
    figure->draw(stream, study, panel, &(gg_svg_place){.id = id, .standalone = true});
    return gg_outfile_commit(out, err);
}

static gg_status write_figure(const gg_study *study, const gg_figure *figure, size_t panel,
                              const char *folder, bool converting, gg_error *err) {
    static const char *const formats[] = {"svg", "pdf", "png"};
    enum { N_FORMATS = 3 };
    char id[64], *paths[N_FORMATS] = {NULL};
    gg_status status = GG_OK;
    gg_figure_id(figure, panel, id, sizeof id);
    for (size_t k = 0; k < N_FORMATS; k++) {
        size_t size = strlen(folder) + strlen(id) + 6;
        paths[k] = gg_alloc(size, 1);
        if (paths[k] == NULL)
            status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
        else
            snprintf(paths[k], size, "%s/%s.%s", folder, id, formats[k]);
    }
    if (status == GG_OK)
        status = write_svg(study, figure, panel, id, paths[0], err);
    for (size_t k = 1; converting && status == GG_OK && k < N_FORMATS; k++)
        status = convert(paths[0], paths[k], formats[k], err);
    for (size_t k = 0; k < N_FORMATS; k++)
        gg_free(paths[k]);
    return status;
}

gg_status gg_figure_files(const gg_study *study, const char *folder, bool *converted,
                          gg_error *err) {
    *converted = installed(converter);
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gg_fail(err, GG_E_IO, "%s: cannot be made: %s", folder, strerror(errno));
    gg_status status = GG_OK;
    for (size_t k = 0; gg_figures[k] != NULL; k++)
        for (size_t p = 0; status == GG_OK && p < study->summary->n_panels; p++)
            if (gg_figures[k]->shown(study, p))
                status = write_figure(study, gg_figures[k], p, folder, *converted, err);
    return status;
}
