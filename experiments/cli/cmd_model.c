/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap model`: writes an instance as a mixed-integer program, so that any solver can be the
 * judge.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/solution/load_instance.h"
#include "models/base/outfile.h"
#include "models/program/mip_text.h"
#include "solvers/program/level_choice.h"

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const char *instance_path;
    const char *output_path;
    gg_mip_format format;
    double tau; /* negative: the instance's own */
    gg_mip_request program;
} request;

static const gg_option options[] = {
    {"to", 0, "FORMAT", "mps (free MPS) or lp (CPLEX LP); required", 1, .values = "mps lp",
     .needs = "which format? (--to mps or --to lp)", GG_CHOICE(request, format)},
    GG_ROW_OBJECTIVE(request, program.objective, 1),
    {"tau", 0, "X", "Uncertainty above which a query must be offloaded", 1,
     .usual = "the instance's", GG_NUMBER(request, tau, 0.0, 1.0)},
    {"levels", 0, "L", "At most so many interference levels a server", 2,
     .usual = "as many as bring the program's optimum within 1 % of the true one; in large "
              "programs 8",
     GG_INTEGER(request, program.levels, 1, GG_MIP_LEVELS_MAX)},
    {"fixed-by-bound", 0, NULL,
     "Leave out what the Lagrangian bound proves not to be in an optimum", 2,
     GG_FLAG(request, program.fixed_by_bound)},
    {"output", 'o', "FILE", "Where to write", 3, .usual = "standard output", GG_WRITES,
     GG_TEXT(request, output_path)}};

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

static gg_status write_program(const request *asked, const gg_instance *instance,
                               const gg_level_choice *choice, gg_mip *mip, FILE *stream,
                               gg_error *err) {
    char note[640];
    GG_TRY(gg_level_choice_build(choice, mip, err));
    describe(asked, choice, note, sizeof note);
    const gg_mip_text text = {.mip = mip,
                              .domain = gg_level_choice_domain(choice),
                              .instance = instance,
                              .objective = asked->program.objective,
                              .note = note};
    return gg_mip_write(&text, asked->format, stream, err);
}

static gg_status build_and_write(const request *asked, const gg_instance *instance, FILE *stream,
                                 gg_error *err) {
    gg_level_choice *choice = NULL;
    gg_mip mip = {0};
    GG_TRY(gg_mip_choose(instance, &asked->program, &choice, err));
    gg_status status = write_program(asked, instance, choice, &mip, stream, err);
    gg_mip_clear(&mip);
    gg_level_choice_free(choice);
    return status;
}

static gg_status write_model(const request *asked, const gg_instance *instance, gg_error *err) {
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(asked->output_path, &file, &stream, err));
    return gg_outfile_finish(file, build_and_write(asked, instance, stream, err), err);
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0], .output_path = "-", .tau = -1.0};
    gg_instance *instance = NULL;
    gg_command_parse(&gg_command_model, argc, argv, &asked);
    GG_TRY(gg_load_instance(asked.command, asked.instance_path, &instance, err));
    if (asked.tau >= 0.0)
        instance->tau = asked.tau;
    gg_status status = write_model(&asked, instance, err);
    gg_instance_free(instance);
    return status;
}

const gg_command gg_command_model = {
    .name = "model",
    .group = "Problems",
    .summary = "write an instance as a program for other solvers",
    .help = "Writes an instance as a mixed-integer program for other solvers, minimising "
            "milliseconds. Its optimum is a lower bound on the true one.\v"
            "Exit code: 1 if the instance is infeasible.",
    .arguments = {"I.json", "which instance? (I.json)", 1, offsetof(request, instance_path)},
    GG_OPTIONS(options),
    .run = run};
