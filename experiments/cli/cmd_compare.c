/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap compare`: the means of a batch beside published ones.
 */
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/open_results.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/studies/comparison/scorecard.h"
#include "models/base/outfile.h"
#include "models/instance.h"

enum { RESULTS, PUBLISHED, N_PATHS };

typedef struct request {
    const char *command;
    const char *paths[N_PATHS];
    const char *preset;
    gg_objective objective;
    const char *output_path; /* NULL: the terminal only */
    bool cells;
} request;

static const gg_option options[] = {
    {"output", 'o', "CSV", "Write every cell here (- is stdout, in place of the summary)", 1,
     GG_WRITES, GG_TEXT(request, output_path)},
    {"cells", 0, NULL, "List every cell that is outside or undecidable, not the first eight", 1,
     GG_FLAG(request, cells)},
    {"preset", 0, "NAME", "Compare the rows of this preset", 1, .usual = "paper",
     .values = GG_NAMES_PRESETS, GG_TEXT(request, preset)},
    {"objective", 0, "NAME", "weighted (default) or uniform", 1, .values = "weighted uniform",
     GG_CHOICE(request, objective)}};

static gg_status write_csv(const gg_comparison *comparison, const char *path, gg_error *err) {
    gg_outfile *out;
    FILE *stream;
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    gg_comparison_csv(comparison, stream);
    return gg_outfile_commit(out, err);
}

/* Cells of each kind that a terminal has room for. */
enum { MOST_CELLS = 8 };

static gg_status print(const request *asked, const gg_results *results,
                       const gg_comparison *comparison, gg_error *err) {
    gg_scorecard card;
    GG_TRY(gg_scorecard_compute(comparison, results, asked->preset, &card, err));
    gg_comparison_print(comparison, asked->cells ? SIZE_MAX : MOST_CELLS, stdout);
    gg_scorecard_print(&card, stdout);
    return GG_OK;
}

static gg_status compare(const request *asked, gg_published *published, gg_results **results,
                         gg_comparison *comparison, gg_error *err) {
    GG_TRY(gg_published_read(asked->paths[PUBLISHED], published, err));
    GG_TRY(gg_open_results(asked->command, asked->paths[RESULTS], false, results, err));
    GG_TRY(gg_compare(*results, asked->preset, gg_objective_name(asked->objective), published,
                      comparison, err));
    if (asked->output_path != NULL)
        GG_TRY(write_csv(comparison, asked->output_path, err));
    if (asked->output_path == NULL || asked->output_path[0] != '-')
        return print(asked, *results, comparison, err);
    return GG_OK;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0], .preset = "paper", .objective = GG_WEIGHTED};
    gg_results *results = NULL;
    gg_published published = {0};
    gg_comparison comparison = {0};
    gg_command_parse(&gg_command_compare, argc, argv, &asked);
    gg_status status = compare(&asked, &published, &results, &comparison, err);
    if (status == GG_OK)
        *code = gg_comparison_outside(&comparison) == 0 ? GG_EXIT_OK : GG_EXIT_NO;
    gg_comparison_clear(&comparison);
    gg_results_free(results);
    gg_published_clear(&published);
    return status;
}

const gg_command gg_command_compare = {
    .name = "compare",
    .group = "Experiments",
    .summary = "set a batch beside published means",
    .help =
        "Compares the means of a batch with published ones, cell by cell.\v"
        "Cells of which one draw carries more than 20 % are undecidable. The scorecard counts the "
        "paper's own claims. Exit code: 1 if a mean other than transmission and total is "
        "outside its limit.",
    .arguments = {"DIR PUBLISHED.csv",
                  "which results, and which published means? (DIR PUBLISHED.csv)", N_PATHS,
                  offsetof(request, paths)},
    GG_OPTIONS(options),
    .run = run};
