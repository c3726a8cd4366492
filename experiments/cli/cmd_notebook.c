/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap notebook`: a Jupyter notebook that loads results and redraws the report's figures.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/open_results.h"
#include "experiments/output/say.h"
#include "models/base/alloc.h"
#include "notebooks-export/notebook.h"

typedef struct request {
    const char *command;
    const char *results_path;
    const char *output_path;
} request;

static const gg_option options[] = {
    {"output", 'o', "GAP.ipynb",
     "Where to write (- is stdout); the notebook opens the results by their path as seen from its "
     "own folder",
     1, .values = GG_FILES, .needs = "output: where to? (--output GAP.ipynb)",
     GG_TEXT(request, output_path)}};

/* The folder a file is (or will be) in, without links and dots; the current one for streams. */
static gg_status folder_of(const char *path, char folder[PATH_MAX], gg_error *err) {
    char name[PATH_MAX];
    struct stat info;
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    if (length == 0 || length >= sizeof name || (stat(path, &info) == 0 && !S_ISREG(info.st_mode)))
        snprintf(name, sizeof name, ".");
    else
        snprintf(name, sizeof name, "%.*s", (int)length, path);
    if (realpath(name, folder) == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be written: there is no such folder", path);
    return GG_OK;
}

/* How many bytes of two absolute paths are the same whole names, the slash behind them included. */
static size_t common_part(const char *a, const char *b) {
    size_t common = 0;
    for (size_t k = 0; a[k] == b[k] && a[k] != '\0'; k++)
        if (a[k] == '/')
            common = k + 1;
    return common;
}

/* `target` as seen from `folder`, both absolute and without links, each with room for a slash at
 * its end. Owned by the caller; NULL when memory is short. */
static char *seen_from(char *folder, char *target) {
    size_t ups = 0;
    /* Names end in slashes, so that whole ones are compared; the root has its own. */
    strcat(folder, strcmp(folder, "/") == 0 ? "" : "/");
    strcat(target, strcmp(target, "/") == 0 ? "" : "/");
    size_t common = common_part(folder, target);
    for (const char *at = folder + common; *at != '\0'; at++)
        ups += *at == '/';
    size_t size = 3 * ups + strlen(target + common) + 2;
    char *path = gg_alloc(size, 1);
    if (path == NULL)
        return NULL;
    for (size_t k = 0; k < ups; k++)
        memcpy(path + 3 * k, "../", 3);
    strcat(path, target + common);
    size_t length = strlen(path);
    if (length == 0)
        return strcpy(path, ".");
    path[length - 1] = '\0';
    return path;
}

/* The results' path for the notebook's cells. Owned by the caller. */
static gg_status locate(const request *asked, char **path, gg_error *err) {
    char folder[PATH_MAX + 1], target[PATH_MAX + 1];
    *path = NULL;
    GG_TRY(folder_of(asked->output_path, folder, err));
    if (realpath(asked->results_path, target) == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be found again", asked->results_path);
    *path = seen_from(folder, target);
    return *path != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
}

/* What is freed behind it. */
typedef struct holdings {
    gg_results *results;
    gg_study *study;
    char *seen; /* the results' path for the cells */
} holdings;

static gg_status write_notebook(const request *asked, holdings *own, gg_error *err) {
    const char *path = asked->results_path;
    GG_TRY(gg_open_results(asked->command, path, true, &own->results, err));
    GG_TRY(locate(asked, &own->seen, err));
    GG_TRY(gg_study_results(path, own->results, (gg_study_sources){0}, &own->study, err));
    GG_TRY(gg_notebook_write(own->study, own->seen, asked->output_path, err));
    if (strcmp(asked->output_path, "-") != 0)
        gg_say(asked->command, "wrote %s", asked->output_path);
    return GG_OK;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0]};
    holdings own = {0};
    gg_command_parse(&gg_command_notebook, argc, argv, &asked);
    gg_status status = write_notebook(&asked, &own, err);
    gg_free(own.seen);
    gg_study_free(own.study);
    gg_results_free(own.results);
    return status;
}

const gg_command gg_command_notebook = {
    .name = "notebook",
    .group = "Experiments",
    .summary = "write a notebook that redraws the report",
    .help = "Writes a Jupyter notebook that loads the results of `goagap batch' with h5py and "
            "pandas and redraws the report's figures.",
    .arguments = {"DIR|RESULTS.h5",
                  "which results? (the folder of `goagap batch', or one results file)", 1,
                  offsetof(request, results_path)},
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .run = run};
