/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap batch`: runs a plan's grid of experiments on all processors, and goes on where it was
 * stopped.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/experiment.h"
#include "experiments/batch/plan.h"
#include "experiments/batch/progress_bar.h"
#include "experiments/batch/runner.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/cli/say.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/timer.h"

enum { KEY_SHARD = GG_OPTION_KEY, KEY_DATASET, KEY_DRY_RUN };

typedef struct request {
    const char *command;
    const char *plan_path;
    const char *dataset;
    const char *folder;
    size_t jobs;
    size_t shard; /* 0-based */
    size_t shards;
    bool quiet;
    bool dry_run;
} request;

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "Folder of the results; what it holds already is not run again", 1},
    {"dataset", KEY_DATASET, "DATA.h5", 0, "Draw the queries from this dataset, not the plan's", 1},
    {"jobs", 'j', "J", 0, "Worker processes (one a processor)", 2},
    {"shard", KEY_SHARD, "K/N", 0,
     "Run only the K-th of N shares of the plan; all may write to the same folder", 2},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Only say what would be run", 2},
    {"quiet", 'q', NULL, 0, "Say nothing but what goes wrong", 2},
    {NULL, 0, NULL, 0, NULL, 0}};

static void parse_shard(request *asked, const char *text, struct argp_state *state) {
    const char *slash = strchr(text, '/');
    char first[24] = "";
    int64_t shard = 0, shards = 0;
    if (slash != NULL && (size_t)(slash - text) < sizeof first) {
        memcpy(first, text, (size_t)(slash - text));
        first[slash - text] = '\0';
    }
    if (slash == NULL || !gg_parse_integer(slash + 1, 1, 1000000, &shards) ||
        !gg_parse_integer(first, 1, shards, &shard))
        argp_error(state, "shard: '%s' is not K/N with 1 <= K <= N", text);
    asked->shard = (size_t)shard - 1;
    asked->shards = (size_t)shards;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 'o':
        asked->folder = text;
        return 0;
    case 'j':
        asked->jobs = (size_t)gg_option_integer(state, "jobs", text, 1, 4096);
        return 0;
    case 'q':
        asked->quiet = true;
        return 0;
    case KEY_SHARD:
        parse_shard(asked, text, state);
        return 0;
    case KEY_DATASET:
        asked->dataset = text;
        return 0;
    case KEY_DRY_RUN:
        asked->dry_run = true;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->plan_path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->plan_path == NULL)
            argp_error(state, "which plan? (PLAN.yaml)");
        if (asked->folder == NULL && !asked->dry_run)
            argp_error(state, "where do the results go? (-o DIR)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print_plan(const gg_experiment *experiment) {
    const gg_plan *plan = experiment->plan;
    size_t units = gg_plan_units(plan);
    gg_plan_print(plan, stdout);
    printf("%zu instances, %zu solves, %zu parts\n", units, units * plan->n_solvers,
           gg_batch_parts(plan));
}

static void say_outcome(const request *asked, const gg_batch_state *state) {
    if (asked->quiet && state->rows_failed == 0 && !state->interrupted)
        return;
    gg_say(asked->command, "%zu of %zu instances%s%s, %.1f s",
           state->units_done + state->units_found, state->units,
           state->units_found > 0 ? " (some were there already)" : "",
           state->interrupted ? ", interrupted: the same command continues" : " done",
           state->elapsed_s);
    if (state->rows_failed > 0)
        gg_say(asked->command, "%zu solves failed; `goagap report' lists the reasons",
               state->rows_failed);
}

static int run_batch(const request *asked, const gg_experiment *experiment,
                     const char *command_line) {
    gg_error err = {0};
    gg_batch_state state;
    gg_progress_bar bar;
    gg_batch_options chosen = {.folder = asked->folder,
                               .jobs = asked->jobs,
                               .shard = asked->shard,
                               .shards = asked->shards,
                               .command = command_line,
                               .progress_context = &bar};
    if (!asked->quiet && gg_progress_bar_init(&bar))
        chosen.progress = gg_progress_bar_show;
    gg_stop_on_signals();
    gg_status status = gg_batch_run(experiment, &chosen, &state, &err);
    if (chosen.progress != NULL)
        gg_progress_bar_clear(&bar);
    if (status != GG_OK)
        return gg_say_failure(asked->command, &err);
    say_outcome(asked, &state);
    if (state.interrupted)
        return GG_EXIT_LIMIT;
    return state.rows_failed > 0 ? GG_EXIT_NO : GG_EXIT_OK;
}

static int run(const request *asked, const char *command_line) {
    gg_error err = {0};
    gg_plan *plan = NULL;
    gg_experiment *experiment = NULL;
    int code;
    gg_status status = gg_plan_read(asked->plan_path, asked->dataset, &plan, &err);
    if (status == GG_OK)
        status = gg_experiment_open(plan, &experiment, &err);
    if (status != GG_OK) {
        code = gg_say_failure(asked->command, &err);
    } else if (asked->dry_run) {
        print_plan(experiment);
        code = GG_EXIT_OK;
    } else {
        code = run_batch(asked, experiment, command_line);
    }
    gg_experiment_close(experiment);
    gg_plan_free(plan);
    return code;
}

/* The command line as it was given, for the manifest. */
static char *join_arguments(int argc, char **argv) {
    size_t size = 1;
    for (int k = 0; k < argc; k++)
        size += strlen(argv[k]) + 1;
    char *line = gg_alloc(size, 1);
    for (int k = 0; line != NULL && k < argc; k++) {
        strcat(line, argv[k]);
        if (k + 1 < argc)
            strcat(line, " ");
    }
    return line;
}

int gg_cmd_batch(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "PLAN.yaml",
        "Runs a plan: every network of its grid, solved by every strategy, into part files that "
        "`goagap report' reads. Started again, it does what is missing.\v"
        "Exit code: 1 if a solve failed, 3 if a signal stopped it (the same command continues).",
        NULL,
        NULL,
        NULL};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    request asked = {
        .command = argv[0], .jobs = processors > 0 ? (size_t)processors : 1, .shards = 1};
    char *command_line = join_arguments(argc, argv);
    if (command_line == NULL) {
        gg_say(argv[0], "out of memory");
        return GG_EXIT_BAD;
    }
    gg_options_parse(&argp, argc, argv, &asked);
    int code = run(&asked, command_line);
    gg_free(command_line);
    return code;
}
