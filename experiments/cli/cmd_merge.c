/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap merge`: the results of many shards and machines as one file.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/cli/results_remarks.h"
#include "experiments/output/say.h"
#include "experiments/results/merge.h"
#include "models/base/alloc.h"

enum { KEY_PARTIAL = GG_OPTION_KEY };

typedef struct request {
    const char *command;
    const char **paths; /* room for all arguments */
    size_t n_paths;
    const char *output_path;
    bool partial;
} request;

static const struct argp_option options[] = {
    {"output", 'o', "ALL.h5", 0, "The one file", 1},
    {"partial", KEY_PARTIAL, NULL, 0, "Write it although networks are missing", 1},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 'o':
        asked->output_path = text;
        return 0;
    case KEY_PARTIAL:
        asked->partial = true;
        return 0;
    case ARGP_KEY_ARG:
        asked->paths[asked->n_paths++] = text;
        return 0;
    case ARGP_KEY_END:
        if (asked->n_paths == 0)
            argp_error(state, "which results? (folders of `goagap batch', or their parts)");
        if (asked->output_path == NULL)
            argp_error(state, "where does the merged file go? (-o ALL.h5)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
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

static int run(const request *asked) {
    gg_error err = {0};
    gg_results *all = NULL;
    gg_census census;
    int code = GG_EXIT_OK;
    gg_status status = gg_merge(asked->paths, asked->n_paths, &all, &census, &err);
    if (status == GG_OK && all == NULL)
        status = gg_fail(&err, GG_E_INPUT, "%s: holds no results (no part-*.h5)%s", asked->paths[0],
                         asked->n_paths > 1 ? ", nor do the others" : "");
    if (status == GG_OK) {
        bool whole = census.present == census.planned;
        bool write = census.conflicts == 0 && (whole || asked->partial);
        say_census(asked, &census);
        gg_say_unchecked(asked->command, asked->output_path, all);
        if (write)
            status = gg_results_write(asked->output_path, all, &err);
        else
            gg_say(asked->command, "nothing was written%s",
                   census.conflicts == 0 ? " (--partial would)" : "");
        code = write && whole ? GG_EXIT_OK : GG_EXIT_NO;
    }
    if (status != GG_OK)
        code = gg_say_failure(asked->command, &err);
    gg_results_free(all);
    return code;
}

int gg_cmd_merge(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "DIR...",
        "Puts the results of one plan together: every network once, in the plan's order.\v"
        "Exit code: 1 if networks are missing or copies differ in a deterministic column.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0], .paths = gg_alloc((size_t)argc, sizeof *asked.paths)};
    if (asked.paths == NULL) {
        gg_say(argv[0], "out of memory");
        return GG_EXIT_BAD;
    }
    gg_options_parse(&argp, argc, argv, &asked);
    int code = run(&asked);
    gg_free(asked.paths);
    return code;
}
