/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap batch`: runs a plan's grid of experiments on all processors, and goes on where it was
 * stopped.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/estimate.h"
#include "experiments/batch/runner.h"
#include "experiments/batch/shard.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/progress.h"
#include "experiments/output/say.h"
#include "experiments/planning/experiment.h"
#include "experiments/planning/plan.h"
#include "models/base/alloc.h"
#include "models/base/timer.h"

enum { KEY_SHARD = GG_OPTION_KEY, KEY_DATASET, KEY_DRY_RUN, KEY_RETRY };

/* What a dry run may spend on its estimate. */
static const double CALIBRATION_S = 2.0;

typedef struct request {
    const char *command;
    const char *plan_path;
    const char *dataset;
    const char *folder;
    size_t jobs;
    gg_shard shard;
    bool retry_failed;
    bool quiet;
    bool dry_run;
} request;

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "Folder of the results; what it holds already is not run again", 1},
    {"dataset", KEY_DATASET, "DATA.h5", 0, "Draw the queries from this dataset, not the plan's", 1},
    {"jobs", 'j', "J", 0, "Worker processes (one a processor)", 2},
    {"shard", KEY_SHARD, "K/N", 0,
     "Run only the K-th of N shares of the plan; all may write to the same folder (as a Slurm "
     "array or step or an MPI rank says, 1/1 without one)",
     2},
    {"retry-failed", KEY_RETRY, NULL, 0, "Do networks again on which a strategy failed", 2},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "Only say what would be run, and how long it may take", 2},
    {"quiet", 'q', NULL, 0, "Say nothing but what goes wrong", 2},
    {NULL, 0, NULL, 0, NULL, 0}};

static void parse_shard(request *asked, const char *text, struct argp_state *state) {
    gg_error err = {0};
    if (gg_shard_parse(text, &asked->shard, &err) != GG_OK)
        argp_error(state, "%s", err.message);
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
    case KEY_RETRY:
        asked->retry_failed = true;
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

static void print_count(size_t count, const char *what, const char *after) {
    printf("%zu %s%s%s", count, what, count == 1 ? "" : "s", after);
}

static gg_status print_plan(const gg_experiment *experiment, size_t jobs, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    size_t networks = gg_plan_units(plan), instances = gg_plan_instances_per_unit(plan);
    gg_plan_print(plan, stdout);
    print_count(networks, "network", ", ");
    print_count(networks * instances, "instance", ", ");
    print_count(networks * gg_plan_rows_per_unit(plan), "solve", ", ");
    print_count(gg_batch_parts(plan), "part", "\n");
    fflush(stdout);
    gg_estimate e;
    char text[32];
    gg_status status = gg_estimate_plan(experiment, CALIBRATION_S, &e, err);
    if (status != GG_OK)
        return status;
    gg_clock_text(e.processor_s / (double)jobs, text, sizeof text);
    printf("time: %s %s with %zu workers, measured now on one network of %zu of %zu sizes",
           e.cut || e.not_run > 0 || e.measured < e.sizes ? "at least about" : "about", text, jobs,
           e.measured, e.sizes);
    if (e.cut)
        printf(", strategies stopped after %g s", e.cut_s);
    if (e.failed > 0)
        printf(", %zu solves failed", e.failed);
    if (e.not_run > 0)
        printf(", and %zu solves of external commands, which a dry run does not start", e.not_run);
    putchar('\n');
    return GG_OK;
}

static void say_outcome(const request *asked, const gg_batch_state *state) {
    if (asked->quiet && state->rows_failed == 0 && !state->interrupted)
        return;
    gg_say(asked->command, "%zu of %zu networks%s%s, %.1f s",
           state->units_done + state->units_found, state->units,
           state->units_found > 0 ? " (some were there already)" : "",
           state->interrupted ? ", interrupted: the same command continues" : " done",
           state->elapsed_s);
    if (state->rows_failed > 0)
        gg_say(asked->command, "%zu solves failed; `goagap status %s' lists the reasons",
               state->rows_failed, asked->folder);
}

static void say_damage(void *command, const char *damage) {
    gg_say(command, "%s; this part is done again", damage);
}

static void show(void *bar, const gg_batch_state *state) {
    gg_progress_networks(bar, &(gg_networks_done){.total = state->units,
                                                  .found = state->units_found,
                                                  .done = state->units_done,
                                                  .rows_failed = state->rows_failed,
                                                  .worst_gap = state->worst_gap,
                                                  .elapsed_s = state->elapsed_s});
}

static int run_batch(const request *asked, const gg_experiment *experiment,
                     const char *command_line) {
    gg_error err = {0};
    gg_batch_state state;
    gg_progress_line bar;
    gg_batch_options chosen = {.folder = asked->folder,
                               .jobs = asked->jobs,
                               .shard = asked->shard.index,
                               .shards = asked->shard.count,
                               .retry_failed = asked->retry_failed,
                               .command = command_line,
                               .progress_context = &bar,
                               .notice = say_damage,
                               .notice_context = (void *)(uintptr_t)asked->command};
    gg_progress_line_init(&bar, asked->command);
    if (!asked->quiet)
        chosen.progress = show;
    if (!asked->quiet && asked->shard.count > 1)
        gg_say(asked->command, "share %zu of %zu, as %s says", asked->shard.index + 1,
               asked->shard.count, asked->shard.source);
    gg_stop_on_signals();
    gg_status status = gg_batch_run(experiment, &chosen, &state, &err);
    if (chosen.progress != NULL)
        gg_progress_line_clear(&bar);
    if (status != GG_OK)
        return gg_say_failure(asked->command, &err);
    say_outcome(asked, &state);
    if (state.interrupted)
        return GG_EXIT_LIMIT;
    return state.rows_failed > 0 ? GG_EXIT_NO : GG_EXIT_OK;
}

static int run(request *asked, const char *command_line) {
    gg_error err = {0};
    gg_plan *plan = NULL;
    gg_experiment *experiment = NULL;
    int code = GG_EXIT_OK;
    gg_status status = GG_OK;
    if (asked->shard.count == 0)
        status = gg_shard_from_environment(&asked->shard, &err);
    if (status == GG_OK)
        status = gg_plan_read(asked->plan_path, asked->dataset, &plan, &err);
    if (status == GG_OK)
        status = gg_experiment_open(plan, &experiment, &err);
    if (status == GG_OK && asked->dry_run)
        status = print_plan(experiment, asked->jobs, &err);
    else if (status == GG_OK)
        code = run_batch(asked, experiment, command_line);
    if (status != GG_OK)
        code = gg_say_failure(asked->command, &err);
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
    request asked = {.command = argv[0], .jobs = processors > 0 ? (size_t)processors : 1};
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
