/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap status`: how far the batch of a folder is, and what failed in it.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/open_results.h"
#include "experiments/results/results.h"
#include "experiments/results/survey.h"
#include "models/base/shown.h"

typedef struct request {
    const char *command;
    const char *folder;
} request;

static void print_entry(const gg_manifest *manifest, const char *key) {
    const char *value = gg_manifest_get(manifest, key);
    if (value == NULL)
        return;
    printf("%-12s ", key);
    gg_put_shown(stdout, value);
    putchar('\n');
}

static void print_failures(const gg_survey *survey) {
    for (size_t k = 0; k < survey->n_failures; k++) {
        const gg_survey_failure *f = &survey->failures[k];
        char solver[GG_SHOWN_SIZE];
        printf("  %s, %zu times: ", gg_shown(f->solver, solver), f->count);
        gg_put_shown(stdout, f->reason);
        putchar('\n');
    }
    if (survey->other_failures > 0)
        printf("  %zu more for other reasons\n", survey->other_failures);
}

static void print_progress(const gg_survey *survey) {
    const gg_census *c = &survey->census;
    double share = c->planned > 0 ? 100.0 * (double)c->present / (double)c->planned : 0.0;
    printf("%-12s %zu of %zu (%.1f %%)", "networks", c->present, c->planned, share);
    if (c->present < c->planned)
        printf(", number %" PRIu64 " is the first missing", c->first_missing);
    printf("\n%-12s %zu, %zu failed\n", "rows", survey->rows, c->failed);
    print_failures(survey);
}

/* A batch that has not finished a part yet. */
static gg_status print_beginning(const request *asked, gg_error *err) {
    gg_manifest manifest;
    size_t found;
    GG_TRY(gg_manifest_read_json(asked->folder, &manifest, &found, err));
    if (found == 0)
        return gg_fail(err, GG_E_INPUT, "%s: holds no results (no part-*.h5, no manifest)",
                       asked->folder);
    print_entry(&manifest, "plan");
    print_entry(&manifest, "command");
    print_entry(&manifest, "started");
    puts("networks     0 (no part is finished)");
    print_entry(&manifest, "plan_networks");
    gg_manifest_clear(&manifest);
    return GG_OK;
}

static void print_state(const request *asked, const gg_survey *survey) {
    print_entry(&survey->manifest, "plan");
    print_entry(&survey->manifest, "command");
    print_entry(&survey->manifest, "created_by");
    print_progress(survey);
    gg_say_unchecked(asked->command, asked->folder, survey->unchecked);
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0]};
    gg_survey survey;
    gg_command_parse(&gg_command_status, argc, argv, &asked);
    *code = GG_EXIT_NO;
    gg_reading_begin(asked.command);
    gg_status status = gg_survey_read(asked.folder, &survey, err);
    gg_reading_end();
    if (status != GG_OK)
        return status;
    if (survey.parts == 0)
        return print_beginning(&asked, err);
    print_state(&asked, &survey);
    if (survey.census.present == survey.census.planned && survey.census.failed == 0)
        *code = GG_EXIT_OK;
    gg_survey_clear(&survey);
    return GG_OK;
}

const gg_command gg_command_status = {
    .name = "status",
    .group = "Experiments",
    .summary = "say how far a batch is and what failed",
    .help = "Says how much of a plan the results in a folder cover, and what failed.\v"
            "Exit code: 1 while networks are missing or failed.",
    .arguments = {"DIR", "which results? (the folder of `goagap batch')", 1,
                  offsetof(request, folder)},
    .run = run};
