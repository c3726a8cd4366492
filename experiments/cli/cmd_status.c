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
#include "experiments/output/text_table.h"
#include "experiments/results/results.h"
#include "experiments/results/survey.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

typedef struct request {
    const char *command;
    gg_paths folders;
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
static gg_status print_beginning(const char *folder, gg_error *err) {
    gg_manifest manifest;
    size_t found;
    GG_TRY(gg_manifest_read_json(folder, &manifest, &found, err));
    if (found == 0)
        return gg_fail(err, GG_E_INPUT, "%s: holds no results (no part-*.h5, no manifest)", folder);
    print_entry(&manifest, "plan");
    print_entry(&manifest, "command");
    print_entry(&manifest, "started");
    puts("networks     0 (no part is finished)");
    print_entry(&manifest, "plan_networks");
    gg_manifest_clear(&manifest);
    return GG_OK;
}

static void print_state(const gg_survey *survey) {
    print_entry(&survey->manifest, "plan");
    print_entry(&survey->manifest, "command");
    print_entry(&survey->manifest, "created_by");
    print_progress(survey);
}

static gg_status survey_one(const request *asked, const char *folder, gg_survey *out,
                            gg_error *err) {
    gg_reading_begin(asked->command);
    gg_status status = gg_survey_read(folder, out, err);
    gg_reading_end();
    if (status == GG_OK)
        gg_say_unchecked(asked->command, folder, out->unchecked);
    return status;
}

static bool is_done(const gg_survey *survey) {
    return survey->parts > 0 && survey->census.present == survey->census.planned &&
           survey->census.failed == 0;
}

static gg_status tell_one(const request *asked, const char *folder, bool *done, gg_error *err) {
    gg_survey survey;
    GG_TRY(survey_one(asked, folder, &survey, err));
    *done = is_done(&survey);
    if (survey.parts == 0)
        return print_beginning(folder, err);
    print_state(&survey);
    gg_survey_clear(&survey);
    return GG_OK;
}

static void fill_line(gg_table *table, size_t row, const gg_survey *survey, bool done) {
    const gg_census *c = &survey->census;
    gg_table_set(table, row, 0, "%zu", c->present);
    if (survey->parts > 0)
        gg_table_set(table, row, 1, "%zu", c->planned);
    gg_table_set(table, row, 2, "%zu", survey->rows);
    gg_table_set(table, row, 3, "%zu", c->failed);
    gg_table_set(table, row, 4, done ? "yes" : "no");
}

/* Whether a folder is of the plan of the one before, which it then takes the place of. */
static bool same_plan(const gg_survey *survey, char **plan) {
    const char *own = gg_manifest_get(&survey->manifest, "plan_fingerprint");
    bool same = own != NULL && *plan != NULL && strcmp(own, *plan) == 0;
    if (!same && own != NULL) {
        gg_free(*plan);
        *plan = gg_strdup(own);
    }
    return same;
}

/* A line each, and the sums; a folder that cannot be read ends it. */
static gg_status tell_all(const request *asked, bool *done, gg_error *err) {
    static const gg_table_column columns[] = {{"networks", "", false}, {"of", "", false},
                                              {"rows", "", false},     {"failed", "", false},
                                              {"done", "", true},      {"folder", "", true}};
    size_t n = asked->folders.count;
    char *plan = NULL;
    gg_survey sums = {.parts = 1};
    gg_table table;
    gg_status status = GG_OK;
    GG_TRY(gg_table_init(&table, columns, sizeof columns / sizeof *columns, n + 1, err));
    *done = true;
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        gg_survey survey;
        const char *folder = asked->folders.items[k];
        status = survey_one(asked, folder, &survey, err);
        if (status != GG_OK)
            break;
        *done = *done && is_done(&survey);
        fill_line(&table, k, &survey, is_done(&survey));
        gg_table_set(&table, k, 5, "%s", folder);
        sums.census.present += survey.census.present;
        /* Shards with a folder each are one plan. */
        if (!same_plan(&survey, &plan))
            sums.census.planned += survey.census.planned;
        sums.census.failed += survey.census.failed;
        sums.rows += survey.rows;
        gg_survey_clear(&survey);
    }
    gg_free(plan);
    if (status != GG_OK) {
        gg_table_clear(&table);
        return status;
    }
    fill_line(&table, n, &sums, *done);
    gg_table_set(&table, n, 5, "all %zu", n);
    gg_table_print(&table, stdout);
    return GG_OK;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0]};
    bool done = false;
    gg_command_parse(&gg_command_status, argc, argv, &asked);
    *code = GG_EXIT_NO;
    GG_TRY(asked.folders.count == 1 ? tell_one(&asked, asked.folders.items[0], &done, err)
                                    : tell_all(&asked, &done, err));
    if (done)
        *code = GG_EXIT_OK;
    return GG_OK;
}

const gg_command gg_command_status = {
    .name = "status",
    .group = "Experiments",
    .summary = "say how far a batch is and what failed",
    .help = "Says how much of a plan the results in a folder cover, and what failed; of several "
            "folders a line each.\v"
            "Exit code: 1 while networks are missing or failed.",
    .arguments = {"DIR...", "which results? (folders of `goagap batch')", GG_ANY_NUMBER,
                  offsetof(request, folders)},
    .run = run};
