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
#include "experiments/results/merge.h"
#include "experiments/results/results.h"
#include "models/base/shown.h"

/* Different reasons that are told; more of them are counted together. */
enum { MOST_REASONS = 20 };

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

/* Rows of one strategy that failed for one reason. */
typedef struct failure {
    const gg_row *row;
    size_t count;
} failure;

static void print_failures(const gg_results *results) {
    failure known[MOST_REASONS];
    size_t n = 0, others = 0;
    for (size_t k = 0; k < results->count; k++) {
        const gg_row *row = &results->rows[k];
        if (row->failure[0] == '\0')
            continue;
        size_t at = 0;
        while (at < n && (strcmp(known[at].row->solver, row->solver) != 0 ||
                          strcmp(known[at].row->failure, row->failure) != 0))
            at++;
        if (at == MOST_REASONS) {
            others++;
            continue;
        }
        if (at == n)
            known[n++] = (failure){.row = row};
        known[at].count++;
    }
    for (size_t k = 0; k < n; k++) {
        char solver[GG_SHOWN_SIZE];
        printf("  %s, %zu times: ", gg_shown(known[k].row->solver, solver), known[k].count);
        gg_put_shown(stdout, known[k].row->failure);
        putchar('\n');
    }
    if (others > 0)
        printf("  %zu more for other reasons\n", others);
}

static void print_progress(const gg_results *results, const gg_census *c) {
    double share = c->planned > 0 ? 100.0 * (double)c->present / (double)c->planned : 0.0;
    printf("%-12s %zu of %zu (%.1f %%)", "networks", c->present, c->planned, share);
    if (c->present < c->planned)
        printf(", number %" PRIu64 " is the first missing", c->first_missing);
    printf("\n%-12s %zu, %zu failed\n", "rows", results->count, c->failed);
    print_failures(results);
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

static void print_state(const request *asked, const gg_results *results, const gg_census *census) {
    print_entry(&results->manifest, "plan");
    print_entry(&results->manifest, "command");
    print_entry(&results->manifest, "created_by");
    print_progress(results, census);
    gg_say_unchecked(asked->command, asked->folder, results);
    if (census->conflicts > 0) {
        printf("%-12s %zu, the first: ", "conflicts", census->conflicts);
        gg_put_shown(stdout, census->conflict);
        putchar('\n');
    }
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0]};
    gg_results *results = NULL;
    gg_census census;
    gg_command_parse(&gg_command_status, argc, argv, &asked);
    *code = GG_EXIT_NO;
    GG_TRY(gg_merge(&asked.folder, 1, &results, &census, err));
    if (results == NULL)
        return print_beginning(&asked, err);
    print_state(&asked, results, &census);
    if (census.present == census.planned && census.failed == 0 && census.conflicts == 0)
        *code = GG_EXIT_OK;
    gg_results_free(results);
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
