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
#include "experiments/cli/common_options.h"
#include "experiments/cli/results_remarks.h"
#include "experiments/output/say.h"
#include "experiments/results/results.h"
#include "models/base/alloc.h"
#include "notebooks-export/notebook.h"

typedef struct request {
    const char *command;
    const char *results_path;
    const char *output_path;
} request;

static const struct argp_option options[] = {
    {"output", 'o', "GAP.ipynb", 0,
     "Where to write (- is stdout); the notebook opens the results by their path as seen from its "
     "own folder",
     1},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 'o':
        asked->output_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->results_path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->results_path == NULL)
            argp_error(state, "which results? (the folder of `goagap batch', or one results file)");
        if (asked->output_path == NULL)
            argp_error(state, "output: where to? (--output GAP.ipynb)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

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
    gg_status status = folder_of(asked->output_path, folder, err);
    if (status != GG_OK)
        return status;
    if (realpath(asked->results_path, target) == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be found again", asked->results_path);
    *path = seen_from(folder, target);
    return *path != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
}

/* The exact front beside the parts of a folder; a single file has none. */
static const char *front_of(const request *asked, char path[PATH_MAX]) {
    struct stat info;
    if (stat(asked->results_path, &info) != 0 || !S_ISDIR(info.st_mode))
        return NULL;
    snprintf(path, PATH_MAX, "%s/front.csv", asked->results_path);
    return path;
}

static int run(const request *asked) {
    gg_error err = {0};
    gg_results *results = NULL;
    gg_study *study = NULL;
    char *seen = NULL, front_path[PATH_MAX];
    gg_status status = gg_results_read(asked->results_path, true, &results, &err);
    gg_study_sources sources = {.front_path = front_of(asked, front_path)};
    if (status == GG_OK) {
        gg_say_results(asked->command, asked->results_path, results);
        status = locate(asked, &seen, &err);
    }
    if (status == GG_OK)
        status = gg_study_compute(results, &sources, &study, &err);
    if (status == GG_OK)
        status = gg_notebook_write(study, seen, asked->output_path, &err);
    if (status == GG_OK && strcmp(asked->output_path, "-") != 0)
        gg_say(asked->command, "wrote %s", asked->output_path);
    int code = status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked->command, &err);
    gg_free(seen);
    gg_study_free(study);
    gg_results_free(results);
    return code;
}

int gg_cmd_notebook(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "DIR|RESULTS.h5",
        "Writes a Jupyter notebook that loads the results of `goagap "
        "batch' with h5py and pandas and redraws the report's figures.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0]};
    gg_options_parse(&argp, argc, argv, &asked);
    return run(&asked);
}
