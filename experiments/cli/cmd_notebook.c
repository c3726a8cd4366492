/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap notebook`: a Jupyter notebook that loads results and redraws the report's figures.
 */
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/open_results.h"
#include "experiments/output/relative_path.h"
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
     1, GG_WRITES, .needs = "output: where to? (--output GAP.ipynb)",
     GG_TEXT(request, output_path)}};

/* What is freed behind it. */
typedef struct holdings {
    gg_results *results;
    gg_study *study;
    char *seen; /* the results' path for the cells */
} holdings;

static gg_status write_notebook(const request *asked, holdings *own, gg_error *err) {
    const char *path = asked->results_path;
    GG_TRY(gg_open_results(asked->command, path, true, &own->results, err));
    GG_TRY(gg_relative_path(path, asked->output_path, &own->seen, err));
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
    GG_OPTIONS(options),
    .run = run};
