/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap explain`: where a strategy's decision differs from the best one of a solution, and what
 * that costs.
 */
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/load_instance.h"
#include "experiments/output/say.h"
#include "experiments/studies/explanation/explanation_map.h"
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

enum { KEY_RUN = GG_OPTION_KEY, KEY_ROWS, KEY_SVG, KEY_POSITIONS };

static const struct argp_option options[] = {
    {"solver", 's', "NAME", 0, "Whose decision to explain (goa)", 1},
    {"run", KEY_RUN, "K", 0, "Which solution of a file that holds several, from 0 (0)", 1},
    {"rows", KEY_ROWS, "K", 0, "Show at most K users, costliest first (20)", 1},
    {"svg", KEY_SVG, "MAP.svg", 0, "Also draw a map", 2},
    {"positions", KEY_POSITIONS, "CSV", 0,
     "Where users and servers are: kind,x_m,y_m (without it the map is a sketch by gains)", 2},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    switch (key) {
    case 's':
        asked->solver = text;
        return 0;
    case KEY_RUN:
        asked->run = (size_t)gg_option_integer(state, "run", text, 0, INT32_MAX);
        return 0;
    case KEY_ROWS:
        asked->rows = (size_t)gg_option_integer(state, "rows", text, 0, INT32_MAX);
        return 0;
    case KEY_SVG:
        asked->svg_path = text;
        return 0;
    case KEY_POSITIONS:
        asked->positions_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, asked->paths, N_PATHS);
        return 0;
    case ARGP_KEY_END:
        if (asked->paths[SOLUTION] == NULL)
            argp_error(state, "which instance and solution? (I.json SOL.json)");
        if (asked->positions_path != NULL && asked->svg_path == NULL)
            argp_error(state, "positions: are for the map (--svg)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static gg_status draw_map(const request *asked, const gg_explanation *explanation, gg_error *err) {
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    gg_status status = gg_outfile_open(asked->svg_path, &file, &stream, err);
    if (status != GG_OK)
        return status;
    status = gg_explanation_map(explanation, asked->positions_path, stream, err);
    return gg_outfile_finish(file, status, err);
}

static gg_status explain(const request *asked, gg_error *err) {
    gg_instance *instance = NULL;
    gg_solution_list list = {0};
    gg_explanation explanation = {0};
    const char *path = asked->paths[SOLUTION];
    gg_status status = gg_load_instance(asked->command, asked->paths[INSTANCE], &instance, err);
    if (status == GG_OK)
        status = gg_solution_list_read(path, &list, err);
    if (status == GG_OK && asked->run >= list.count)
        status = gg_fail(err, GG_E_INPUT, "%s: has no run %zu; there are %zu", path, asked->run,
                         list.count);
    if (status == GG_OK)
        status =
            gg_explain(instance, &list.runs[asked->run], path, asked->solver, &explanation, err);
    if (status == GG_OK && asked->svg_path != NULL)
        status = draw_map(asked, &explanation, err);
    if (status == GG_OK)
        status = gg_explanation_print(&explanation, asked->rows, stdout, err);
    gg_explanation_clear(&explanation);
    gg_solution_list_clear(&list);
    gg_instance_free(instance);
    return status;
}

int gg_cmd_explain(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "I.json SOL.json",
        "Says which users a strategy decided otherwise than the best result of the solution, what "
        "each of them costs, and what that does to the servers.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0], .solver = "goa", .rows = 20};
    gg_options_parse(&argp, argc, argv, &asked);
    gg_error err = {0};
    gg_status status = explain(&asked, &err);
    return status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked.command, &err);
}
