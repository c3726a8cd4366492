/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap model`: writes an instance as a mixed-integer program, so that any solver can be the
 * judge.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/load_instance.h"
#include "experiments/output/say.h"
#include "models/base/outfile.h"
#include "models/program/mip_text.h"
#include "solvers/program/level_choice.h"

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const char *instance_path;
    const char *output_path;
    int format; /* of gg_mip_format; negative: not given */
    double tau; /* negative: the instance's own */
    gg_mip_request program;
} request;

enum { KEY_TO = GG_OPTION_KEY, KEY_LEVELS, KEY_TAU, KEY_FIXED };

static const struct argp_option options[] = {
    {"to", KEY_TO, "FORMAT", 0, "mps (free MPS) or lp (CPLEX LP); required", 1},
    {"objective", 'w', "NAME", 0, "weighted (by uncertainty; the default) or uniform", 1},
    {"tau", KEY_TAU, "X", 0, "Uncertainty above which a query must be offloaded (the instance's)",
     1},
    {"levels", KEY_LEVELS, "L", 0,
     "At most so many interference levels a server (as many as bring the program's optimum within "
     "1 % of the true one; in large programs 8)",
     2},
    {"fixed-by-bound", KEY_FIXED, NULL, 0,
     "Leave out what the Lagrangian bound proves not to be in an optimum", 2},
    {"output", 'o', "FILE", 0, "Where to write (standard output)", 3},
    {NULL, 0, NULL, 0, NULL, 0}};

static void set_objective(request *asked, const char *text, const struct argp_state *state) {
    gg_error err = {0};
    if (gg_objective_parse(text, &asked->program.objective, &err) != GG_OK)
        argp_error(state, "%s", err.message);
}

static error_t parse(int key, char *text, struct argp_state *state) {
    static const char *const formats[] = {"mps", "lp", NULL};
    request *asked = state->input;
    switch (key) {
    case KEY_TO:
        asked->format = (int)gg_option_choice(state, "to", text, formats);
        return 0;
    case 'w':
        set_objective(asked, text, state);
        return 0;
    case KEY_TAU:
        asked->tau = gg_option_double(state, "tau", text, 0.0, 1.0);
        return 0;
    case KEY_LEVELS:
        asked->program.levels =
            (size_t)gg_option_integer(state, "levels", text, 1, GG_MIP_LEVELS_MAX);
        return 0;
    case KEY_FIXED:
        asked->program.fixed_by_bound = true;
        return 0;
    case 'o':
        asked->output_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->instance_path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->instance_path == NULL)
            argp_error(state, "which instance? (I.json)");
        if (asked->format < 0)
            argp_error(state, "which format? (--to mps or --to lp)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What this choice of levels and options means for the reader of the file. */
static void describe(const request *asked, const gg_level_choice *choice, char *note, size_t size) {
    snprintf(
        note, size,
        "The program's optimum lies at most %.4g %% below the true one. The best decision known, "
        "which the program includes, has the true value %.17g ms. Columns that would cost more "
        "than twice that, and so are in no optimum, are written as costing so much.\n%s",
        1e-4 * ceil(1e6 * gg_level_choice_error(choice)), 1e3 * gg_level_choice_incumbent_s(choice),
        asked->program.fixed_by_bound
            ? "Left out are options, loads and interference that a Lagrangian bound proves to "
              "be in no decision better than that one.\n"
            : "");
}

static gg_status build_and_write(const request *asked, const gg_instance *instance, FILE *stream,
                                 gg_error *err) {
    char note[640];
    gg_level_choice *choice = NULL;
    gg_mip mip = {0};
    gg_status status = gg_mip_choose(instance, &asked->program, &choice, err);
    if (status == GG_OK)
        status = gg_level_choice_build(choice, &mip, err);
    if (status == GG_OK) {
        describe(asked, choice, note, sizeof note);
        const gg_mip_text text = {.mip = &mip,
                                  .domain = gg_level_choice_domain(choice),
                                  .instance = instance,
                                  .objective = asked->program.objective,
                                  .note = note};
        status = gg_mip_write(&text, (gg_mip_format)asked->format, stream, err);
    }
    gg_mip_clear(&mip);
    gg_level_choice_free(choice);
    return status;
}

static gg_status run(const request *asked, gg_error *err) {
    gg_instance *instance = NULL;
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    gg_status status = gg_load_instance(asked->command, asked->instance_path, &instance, err);
    if (status == GG_OK && asked->tau >= 0.0)
        instance->tau = asked->tau;
    if (status == GG_OK)
        status = gg_outfile_open(asked->output_path, &file, &stream, err);
    if (status == GG_OK)
        status = build_and_write(asked, instance, stream, err);
    status = gg_outfile_finish(file, status, err);
    gg_instance_free(instance);
    return status;
}

int gg_cmd_model(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "I.json",
        "Writes an instance as a mixed-integer program for other solvers, minimising milliseconds. "
        "Its optimum is a lower bound on the true one.\v"
        "Exit code: 1 if the instance is infeasible.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0], .output_path = "-", .format = -1, .tau = -1.0};
    gg_options_parse(&argp, argc, argv, &asked);
    gg_error err = {0};
    gg_status status = run(&asked, &err);
    return status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked.command, &err);
}
