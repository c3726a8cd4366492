/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap batch`: runs a plan's grid of experiments on all processors, and goes on where it was
 * stopped.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/estimate.h"
#include "experiments/batch/runner.h"
#include "experiments/batch/shard.h"
#include "experiments/batch/unit.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/output/progress.h"
#include "experiments/output/say.h"
#include "experiments/planning/experiment.h"
#include "experiments/planning/plan.h"
#include "experiments/studies/pareto/pareto_study.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/shown.h"
#include "models/base/timer.h"

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
    const char *redo;
    bool quiet;
    bool dry_run;
    bool allow_unusual;
} request;

static gg_status parse_shard(char *text, void *member, gg_error *err) {
    return gg_shard_parse(text, member, err);
}

static const gg_option options[] = {
    {"output", 'o', "DIR", "Folder of the results; what it holds already is not run again", 1,
     GG_WRITES, GG_TEXT(request, folder)},
    GG_ROW_ALLOW_UNUSUAL(request, allow_unusual, 1),
    {"dataset", 0, "DATA.h5", "Draw the queries from this dataset, not the plan's", 1, GG_READS,
     GG_TEXT(request, dataset)},
    {"jobs", 'j', "J", "Worker processes", 2, .usual = "one a processor",
     GG_INTEGER(request, jobs, 1, 4096)},
    {"shard", 0, "K/N",
     "Run only the K-th of N shares of the plan; all may write to the same folder", 2,
     .usual = "as a Slurm array or step or an MPI rank says, 1/1 without one",
     GG_PARSED(request, shard, parse_shard)},
    {"retry-failed", 0, NULL, "Do networks again on which a strategy failed", 2,
     GG_FLAG(request, retry_failed)},
    {"redo", 0, "NAME", "Do the rows of this strategy again; those of the others stay", 2,
     .more = "Also where its options or its program have changed since. Several names have commas "
             "between them",
     GG_TEXT(request, redo)},
    {"dry-run", 0, NULL, "Only say what would be run, and how long it may take", 2,
     .more = "External commands are not started", GG_FLAG(request, dry_run)},
    {"quiet", 'q', NULL, "Say nothing but what goes wrong", 2, GG_FLAG(request, quiet)}};

static gg_status finish(void *input, gg_error *err) {
    const request *asked = input;
    if (asked->folder == NULL && !asked->dry_run)
        return gg_fail(err, GG_E_USAGE, "where do the results go? (-o DIR)");
    return GG_OK;
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
    GG_TRY(gg_estimate_plan(experiment, CALIBRATION_S, &e, err));
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

static void say_nothing_run(const request *asked, const gg_batch_state *state) {
    char failed[96] = "";
    if (state->units_failed > 0)
        snprintf(failed, sizeof failed, "; %zu have failed solves, which --retry-failed does again",
                 state->units_failed);
    if (state->units == 0)
        gg_say(asked->command, "nothing was run: the plan has no part for this share");
    else
        gg_say(asked->command, "nothing was run: %s there already%s",
               state->units == 1 ? "the one network was" : "all networks were", failed);
}

static void say_outcome(const request *asked, const char *command_line,
                        const gg_batch_state *state) {
    size_t done = state->units_done + state->units_found;
    if (asked->quiet && state->rows_failed == 0 && !state->interrupted)
        return;
    if (state->rows_kept > 0)
        gg_say(asked->command, "%zu rows are of the plan as it was before", state->rows_kept);
    if (state->interrupted)
        gg_say(asked->command,
               "%zu of %zu networks, %.1f s, interrupted: the same command continues with the %zu "
               "that are left (%s)",
               done, state->units, state->elapsed_s, state->units - done, command_line);
    else if (state->units_done == 0)
        say_nothing_run(asked, state);
    else
        gg_say(asked->command, "%zu of %zu networks%s done, %.1f s", done, state->units,
               state->units_found > 0 ? " (some were there already)" : "", state->elapsed_s);
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

static gg_status run_batch(const request *asked, const gg_experiment *experiment,
                           const char *command_line, int *code, gg_error *err) {
    gg_batch_state state;
    gg_progress_line bar;
    gg_batch_options chosen = {.folder = asked->folder,
                               .jobs = asked->jobs,
                               .shard = asked->shard.index,
                               .shards = asked->shard.count,
                               .wish = {.retry_failed = asked->retry_failed, .redo = asked->redo},
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
    gg_status status = gg_batch_run(experiment, &chosen, &state, err);
    if (chosen.progress != NULL)
        gg_progress_line_clear(&bar);
    if (status != GG_OK)
        return status;
    say_outcome(asked, command_line, &state);
    if (state.interrupted)
        *code = gg_stop_signal() > 0 ? GG_EXIT_SIGNAL + gg_stop_signal() : GG_EXIT_LIMIT;
    else if (state.rows_failed > 0)
        *code = GG_EXIT_NO;
    return GG_OK;
}

static gg_status check_redone(const gg_plan *plan, const char *name, gg_error *err) {
    char shown[GG_SHOWN_SIZE];
    const char *meant = NULL;
    for (size_t k = 0; k < plan->n_strategies; k++) {
        if (strcmp(name, plan->strategies[k].name) == 0)
            return GG_OK;
        if (gg_is_nearer(name, plan->strategies[k].name, meant))
            meant = plan->strategies[k].name;
    }
    gg_fail(err, GG_E_USAGE, "redo: %s has no strategy \"%s\"", plan->path, gg_shown(name, shown));
    if (meant != NULL)
        gg_suggest(err, name, meant);
    return GG_E_USAGE;
}

/* Every name in --redo is a strategy of the plan. */
static gg_status check_redo(const request *asked, const gg_plan *plan, gg_error *err) {
    for (const char *at = asked->redo; at != NULL && *at != '\0';) {
        char name[GG_ROW_NAME];
        size_t length = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        GG_TRY(check_redone(plan, name, err));
        at += length + (at[length] == ',');
    }
    return GG_OK;
}

/* Whether it has what the plan's objectives need, and units that can be. */
static gg_status try_network(const request *asked, const gg_plan *plan, const gg_instance *instance,
                             const char *place, gg_error *err) {
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < plan->n_objectives; k++)
        status = gg_instance_check_objective(instance, plan->objectives[k], err);
    if (status == GG_OK && !asked->allow_unusual)
        status = gg_instance_refuse_unusual(instance, place, err);
    return status;
}

/* A network of each preset shows before the batch what none of them has. */
static gg_status try_networks(const request *asked, const gg_experiment *experiment,
                              gg_error *err) {
    enum { USERS = 64 };
    const gg_workload *w = experiment->workload;
    const gg_plan *plan = experiment->plan;
    const size_t count =
        plan->n_sites > 0 ? gg_plan_units(plan) / plan->runs : gg_plan_variants(plan);
    for (size_t k = 0; plan->site_kind != GG_SITE_LISTED && k < count; k++) {
        gg_unit unit = {.preset = k,
                        .n_servers = GG_PLAN_PRESET_SERVERS,
                        .n_users = USERS,
                        .site = SIZE_MAX,
                        .seed = plan->seed,
                        .tau = NAN};
        if (plan->n_sites > 0)
            unit = gg_plan_unit(plan, k * plan->runs);
        gg_instance *instance = NULL;
        if (w != NULL && w->n_queries < unit.n_users)
            unit.n_users = w->n_queries;
        gg_status status = gg_unit_draw(experiment, &unit, &instance, err);
        if (status == GG_OK)
            status = try_network(asked, plan, instance,
                                 unit.preset != SIZE_MAX
                                     ? gg_preset_name(experiment->presets[unit.preset])
                                     : plan->sites[unit.site].path,
                                 err);
        gg_instance_free(instance);
        GG_TRY(status);
    }
    return GG_OK;
}

static gg_status open_and_run(request *asked, const char *command_line, gg_plan **plan,
                              gg_experiment **experiment, int *code, gg_error *err) {
    if (asked->shard.count == 0)
        GG_TRY(gg_shard_from_environment(&asked->shard, err));
    GG_TRY(gg_plan_read(asked->plan_path, asked->dataset, plan, err));
    GG_TRY(check_redo(asked, *plan, err));
    GG_TRY(gg_experiment_open(*plan, experiment, err));
    GG_TRY(try_networks(asked, *experiment, err));
    return asked->dry_run ? print_plan(*experiment, asked->jobs, err)
                          : run_batch(asked, *experiment, command_line, code, err);
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

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    request asked = {.command = argv[0], .jobs = processors > 0 ? (size_t)processors : 1};
    gg_plan *plan = NULL;
    gg_experiment *experiment = NULL;
    char *command_line = join_arguments(argc, argv);
    if (command_line == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    gg_command_parse(&gg_command_batch, argc, argv, &asked);
    gg_status status = open_and_run(&asked, command_line, &plan, &experiment, code, err);
    gg_experiment_close(experiment);
    gg_plan_free(plan);
    gg_free(command_line);
    return status;
}

const gg_command gg_command_batch = {
    .name = "batch",
    .group = "Experiments",
    .summary = "run a grid of experiments; resumes by itself",
    .help = "Runs a plan: every network of its grid, solved by every strategy, into part files "
            "that `goagap report' reads. Started again, it does what is missing, also when runs, "
            "sizes, thresholds or strategies have been added to the plan.\v"
            "Exit code: 1 if a solve failed, 130 or 143 if SIGINT (Ctrl-C) or SIGTERM stopped it: "
            "networks that were done are written, and the same command continues.",
    .arguments = {"PLAN.yaml", "which plan? (PLAN.yaml)", 1, offsetof(request, plan_path)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
