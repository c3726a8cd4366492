/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap merge`: the results of many shards and machines as one file.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/open_results.h"
#include "experiments/output/say.h"
#include "experiments/results/merge.h"

typedef struct request {
    const char *command;
    gg_paths paths;
    const char *output_path;
    bool partial;
    bool in_place;
} request;

static const gg_option options[] = {
    {"output", 'o', "ALL.h5", "The one file", 1, GG_WRITES, GG_TEXT(request, output_path)},
    {"in-place", 0, NULL, "Let it take the place of the parts of the one folder", 1,
     .more = "A folder of thousands of parts becomes one of one, which `goagap batch' continues",
     GG_FLAG(request, in_place)},
    {"partial", 0, NULL, "Write it although networks are missing", 1, GG_FLAG(request, partial)}};

static gg_status finish(void *input, gg_error *err) {
    const request *asked = input;
    struct stat info;
    const char *folder = asked->paths.count == 1 ? asked->paths.items[0] : NULL;
    if (asked->in_place && (asked->output_path != NULL || asked->partial))
        return gg_fail(err, GG_E_USAGE, "--in-place goes with neither -o nor --partial");
    if (!asked->in_place && asked->output_path == NULL)
        return gg_fail(err, GG_E_USAGE, "where does the merged file go? (-o ALL.h5)");
    if (asked->in_place && (folder == NULL || stat(folder, &info) != 0 || !S_ISDIR(info.st_mode)))
        return gg_fail(err, GG_E_USAGE, "--in-place takes one folder of `goagap batch'");
    return GG_OK;
}

static void say_census(const request *asked, const gg_census *c) {
    gg_say(asked->command, "%zu of %zu networks, %zu copies%s, %zu rows failed", c->present,
           c->planned, c->duplicates,
           c->conflicts > 0    ? " that do not all agree"
           : c->duplicates > 0 ? " that agree"
                               : "",
           c->failed);
    if (c->conflicts > 0)
        gg_say(asked->command, "%zu conflicts, the first: %s", c->conflicts, c->conflict);
    if (c->present < c->planned)
        gg_say(asked->command, "%zu networks are missing, number %" PRIu64 " first",
               c->planned - c->present, c->first_missing);
}

static gg_status merge(const request *asked, gg_results **all, int *code, gg_error *err) {
    gg_census census;
    const char *const *paths = (const char *const *)asked->paths.items;
    GG_TRY(gg_results_fit(paths, asked->paths.count, err));
    gg_reading_begin(asked->command);
    gg_status status = gg_merge(paths, asked->paths.count, all, &census, err);
    gg_reading_end();
    if (status != GG_OK)
        return status;
    if (*all == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: holds no results (no part-*.h5)%s", paths[0],
                       asked->paths.count > 1 ? ", nor do the others" : "");
    bool whole = census.present == census.planned;
    bool write = census.conflicts == 0 && (whole || asked->partial);
    say_census(asked, &census);
    gg_say_unchecked(asked->command, asked->in_place ? paths[0] : asked->output_path,
                     (*all)->unchecked);
    *code = write && whole ? GG_EXIT_OK : GG_EXIT_NO;
    if (write)
        return asked->in_place ? gg_results_consolidate(paths[0], *all, err)
                               : gg_results_write(asked->output_path, *all, err);
    gg_say(asked->command, "nothing was written%s",
           census.conflicts == 0 && !asked->in_place ? " (--partial would)" : "");
    return GG_OK;
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0]};
    gg_results *all = NULL;
    gg_command_parse(&gg_command_merge, argc, argv, &asked);
    gg_status status = merge(&asked, &all, code, err);
    gg_results_free(all);
    return status;
}

const gg_command gg_command_merge = {
    .name = "merge",
    .group = "Experiments",
    .summary = "put the results of many shards into one file",
    .help = "Puts the results of one plan together: every network once, in the plan's order.\v"
            "Exit code: 1 if networks are missing or copies differ in a deterministic column.",
    .arguments = {"DIR...", "which results? (folders of `goagap batch', or their parts)",
                  GG_ANY_NUMBER, offsetof(request, paths)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
