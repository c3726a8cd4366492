/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap inspect`: what is in a file, and whether it is sound.
 */
#include <string.h>
#include <sys/stat.h>

#include "data/hdf5/h5.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/load_instance.h"
#include "experiments/output/say.h"
#include "experiments/studies/inspection/dump.h"
#include "experiments/studies/inspection/inspect.h"
#include "models/base/alloc.h"

typedef struct request {
    const char *command;
    const char *path;
    const char *dump; /* NULL: tell about the whole file */
} request;

enum { KEY_DUMP = GG_OPTION_KEY };

static const struct argp_option options[] = {
    {"dump", KEY_DUMP, "/PATH", 0, "Print this dataset only: a row a line, 17 digits", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case KEY_DUMP:
        asked->dump = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->path == NULL)
            argp_error(state, "which file?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

typedef enum file_kind { DATASET, INSTANCE, RESULTS } file_kind;

/* A file without a format is taken for a dataset, whose reader says what is missing. */
static gg_status kind_of_h5(const char *path, file_kind *kind, gg_error *err) {
    gg_h5 *h5 = NULL;
    char *format = NULL;
    bool found = false;
    gg_status status = gg_h5_open(path, &h5, err);
    if (status == GG_OK)
        status = gg_h5_read_text_attribute(h5, "/", "format", &format, &found, err);
    *kind = DATASET;
    if (status == GG_OK && found && strncmp(format, "goagap-instance", 15) == 0)
        *kind = INSTANCE;
    else if (status == GG_OK && found && strncmp(format, "goagap-results", 14) == 0)
        *kind = RESULTS;
    gg_free(format);
    gg_h5_close(h5);
    return status;
}

static gg_status kind_of(const char *path, file_kind *kind, gg_error *err) {
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        *kind = RESULTS;
        return GG_OK;
    }
    if (gg_h5_recognises(path))
        return kind_of_h5(path, kind, err);
    *kind = INSTANCE;
    return GG_OK;
}

static gg_status inspect_instance(const request *asked, gg_error *err) {
    gg_instance *instance = NULL;
    gg_status status = gg_load_instance(asked->command, asked->path, &instance, err);
    if (status == GG_OK)
        status = gg_inspect_instance(asked->path, instance, stdout, err);
    gg_instance_free(instance);
    return status;
}

static gg_status run(const request *asked, gg_error *err) {
    if (asked->dump != NULL)
        return gg_dump(asked->path, asked->dump, stdout, err);
    file_kind kind = DATASET;
    gg_status status = kind_of(asked->path, &kind, err);
    if (status != GG_OK)
        return status;
    switch (kind) {
    case INSTANCE:
        return inspect_instance(asked, err);
    case RESULTS:
        return gg_inspect_results(asked->path, stdout, err);
    case DATASET:
        break;
    }
    return gg_inspect_dataset(asked->path, stdout, err);
}

int gg_cmd_inspect(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "FILE",
        "Says what is in a dataset, an instance, or results (a file, or their folder), and whether "
        "it is sound.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0]};
    gg_options_parse(&argp, argc, argv, &asked);
    gg_error err = {0};
    gg_status status = run(&asked, &err);
    return status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked.command, &err);
}
