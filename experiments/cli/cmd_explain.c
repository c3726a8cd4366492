/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap explain`: where a strategy's decision differs from the best one of a solution, and what
 * that costs.
 */
#include "experiments/cli/commands.h"
#include "experiments/output/say.h"
#include "experiments/solution/load_instance.h"
#include "experiments/studies/explanation/explanation.h"
#include "models/base/outfile.h"

enum { INSTANCE, SOLUTION, N_PATHS };

typedef struct request {
    const char *command;
    const char *paths[N_PATHS];
    const char *solver;
    const char *svg_path;
    const char *positions_path;
    size_t run;
    size_t rows;
} request;

static const gg_option options[] = {
    {"solver", 's', "NAME", "Whose decision to explain", 1, .usual = "goa",
     .values = GG_NAMES_STRATEGIES, GG_TEXT(request, solver)},
    {"run", 0, "K", "Which solution of a file that holds several, from 0", 1, .usual = "0",
     GG_INTEGER(request, run, 0, INT32_MAX)},
    {"rows", 0, "K", "Show at most K users, costliest first", 1, .usual = "20",
     GG_INTEGER(request, rows, 0, INT32_MAX)},
    {"svg", 0, "MAP.svg", "Also draw a map", 2, GG_WRITES, GG_TEXT(request, svg_path)},
    {"positions", 0, "CSV",
     "Where users and servers are: kind,x_m,y_m (without it the map is a sketch by gains)", 2,
     GG_READS, GG_TEXT(request, positions_path)}};

static gg_status finish(void *input, gg_error *err) {
    const request *asked = input;
    if (asked->positions_path != NULL && asked->svg_path == NULL)
        return gg_fail(err, GG_E_USAGE, "positions: are for the map (--svg)");
    return GG_OK;
}

static gg_status draw_map(const request *asked, const gg_explanation *explanation, gg_error *err) {
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(asked->svg_path, &file, &stream, err));
    return gg_outfile_finish(
        file, gg_explanation_map(explanation, asked->positions_path, stream, err), err);
}

static gg_status explain(const request *asked, gg_instance **instance, gg_solution_list *list,
                         gg_explanation *explanation, gg_error *err) {
    const char *path = asked->paths[SOLUTION];
    GG_TRY(gg_load_instance(asked->command, asked->paths[INSTANCE], instance, err));
    GG_TRY(gg_load_solutions(path, list, err));
    if (asked->run >= list->count)
        return gg_fail(err, GG_E_INPUT, "%s: has no run %zu; there are %zu", path, asked->run,
                       list->count);
    GG_TRY(gg_explain(*instance, &list->runs[asked->run], path, asked->solver, explanation, err));
    if (explanation->better->status != GG_OPTIMAL && explanation->decided->status != GG_OPTIMAL)
        gg_say(asked->command,
               "note: %s: %.60s is the best result and not proven to be optimal: `goagap solve %s "
               "--solver %.60s,exact -o SOL.json' finds what is",
               path, explanation->better->solver, asked->paths[INSTANCE], asked->solver);
    if (asked->svg_path != NULL)
        GG_TRY(draw_map(asked, explanation, err));
    return gg_explanation_print(explanation, asked->rows, stdout, err);
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0], .solver = "goa", .rows = 20};
    gg_instance *instance = NULL;
    gg_solution_list list = {0};
    gg_explanation explanation = {0};
    gg_command_parse(&gg_command_explain, argc, argv, &asked);
    gg_status status = explain(&asked, &instance, &list, &explanation, err);
    gg_explanation_clear(&explanation);
    gg_solution_list_clear(&list);
    gg_instance_free(instance);
    return status;
}

const gg_command gg_command_explain = {
    .name = "explain",
    .group = "Problems",
    .summary = "say where a decision differs from the best one",
    .help = "Says which users a strategy decided otherwise than the best result of the solution, "
            "what each of them costs, and what that does to the servers.",
    .arguments = {"I.json SOL.json", "which instance and solution? (I.json SOL.json)", N_PATHS,
                  offsetof(request, paths)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
