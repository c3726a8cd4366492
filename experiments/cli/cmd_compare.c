/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap compare`: the means of a batch beside published ones.
 */
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/cli/results_remarks.h"
#include "experiments/output/say.h"
#include "experiments/studies/comparison/comparison.h"
#include "models/base/outfile.h"
#include "models/instance.h"

enum { KEY_PRESET = GG_OPTION_KEY, KEY_OBJECTIVE };
enum { RESULTS, PUBLISHED, N_PATHS };

typedef struct request {
    const char *command;
    const char *paths[N_PATHS];
    const char *preset;
    gg_objective objective;
    const char *output_path; /* NULL: the terminal only */
} request;

static const struct argp_option options[] = {
    {"output", 'o', "CSV", 0, "Write every cell here (- is stdout, in place of the summary)", 1},
    {"preset", KEY_PRESET, "NAME", 0, "Compare the rows of this preset (paper)", 1},
    {"objective", KEY_OBJECTIVE, "NAME", 0, "weighted (default) or uniform", 1},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    static const char *const objectives[] = {"weighted", "uniform", NULL};
    request *asked = state->input;
    switch (key) {
    case 'o':
        asked->output_path = text;
        return 0;
    case KEY_PRESET:
        asked->preset = text;
        return 0;
    case KEY_OBJECTIVE:
        asked->objective =
            gg_option_choice(state, "objective", text, objectives) == 0 ? GG_WEIGHTED : GG_UNIFORM;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, asked->paths, N_PATHS);
        return 0;
    case ARGP_KEY_END:
        if (asked->paths[PUBLISHED] == NULL)
            argp_error(state, "which results, and which published means? (DIR PUBLISHED.csv)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static gg_status write_csv(const gg_comparison *comparison, const char *path, gg_error *err) {
    gg_outfile *out;
    FILE *stream;
    gg_status status = gg_outfile_open(path, &out, &stream, err);
    if (status != GG_OK)
        return status;
    gg_comparison_csv(comparison, stream);
    return gg_outfile_commit(out, err);
}

static int run(const request *asked) {
    gg_error err = {0};
    gg_results *results = NULL;
    gg_published published = {0};
    gg_comparison comparison = {0};
    gg_status status = gg_published_read(asked->paths[PUBLISHED], &published, &err);
    if (status == GG_OK)
        status = gg_results_read(asked->paths[RESULTS], false, &results, &err);
    if (status == GG_OK)
        gg_say_results(asked->command, asked->paths[RESULTS], results);
    if (status == GG_OK)
        status = gg_compare(results, asked->preset, gg_objective_name(asked->objective), &published,
                            &comparison, &err);
    if (status == GG_OK && asked->output_path != NULL)
        status = write_csv(&comparison, asked->output_path, &err);
    int code;
    if (status != GG_OK) {
        code = gg_say_failure(asked->command, &err);
    } else {
        if (asked->output_path == NULL || asked->output_path[0] != '-')
            gg_comparison_print(&comparison, stdout);
        code = gg_comparison_outside(&comparison) == 0 ? GG_EXIT_OK : GG_EXIT_NO;
    }
    gg_comparison_clear(&comparison);
    gg_results_free(results);
    gg_published_clear(&published);
    return code;
}

int gg_cmd_compare(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "DIR PUBLISHED.csv",
        "Compares the means of a batch with published ones, cell by cell.\v"
        "Exit code: 1 if a mean other than transmission and total is outside its limit.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0], .preset = "paper", .objective = GG_WEIGHTED};
    gg_options_parse(&argp, argc, argv, &asked);
    return run(&asked);
}
