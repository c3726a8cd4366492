/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap inspect`: what is in a file, and whether it is sound.
 */
#include <string.h>
#include <sys/stat.h>

#include "data/hdf5/h5.h"
#include "experiments/cli/commands.h"
#include "experiments/solution/load_instance.h"
#include "experiments/studies/inspection/inspect.h"
#include "models/base/alloc.h"

typedef struct request {
    const char *command;
    const char *path;
    const char *dump; /* NULL: tell about the whole file */
} request;

static const gg_option options[] = {{"dump", 0, "/PATH",
                                     "Print this dataset only: a row a line, 17 digits", 0,
                                     GG_TEXT(request, dump)}};

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

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0]};
    gg_command_parse(&gg_command_inspect, argc, argv, &asked);
    if (asked.dump != NULL)
        return gg_dump(asked.path, asked.dump, stdout, err);
    file_kind kind = DATASET;
    GG_TRY(kind_of(asked.path, &kind, err));
    switch (kind) {
    case INSTANCE:
        return inspect_instance(&asked, err);
    case RESULTS:
        return gg_inspect_results(asked.path, stdout, err);
    case DATASET:
        break;
    }
    return gg_inspect_dataset(asked.path, stdout, err);
}

const gg_command gg_command_inspect = {
    .name = "inspect",
    .group = "Data",
    .summary = "say what is in a file and whether it is sound",
    .help = "Says what is in a dataset, an instance, or results (a file, or their folder), and "
            "whether it is sound.",
    .arguments = {"FILE", "which file?", 1, offsetof(request, path)},
    GG_OPTIONS(options),
    .run = run};
