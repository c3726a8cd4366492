/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap instance`: draws a network and makes an instance, from a preset's own workload or from
 * the queries of a dataset.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "data/dataset/instance_file.h"
#include "data/dataset/uncertainty_store.h"
#include "data/uncertainty/workload.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "models/base/outfile.h"
#include "models/draw/scenario.h"
#include "models/instance_json.h"

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const char *dataset_path; /* NULL: the preset's workload */
    const char *preset;
    const char *uncertainty;
    const char *output_path;
    bool rank_alpha;
    bool allow_unusual;
    double fixed_interference_w; /* < 0: none */
    gg_draw draw;
} request;

static const gg_option options[] = {
    {"preset", 0, "P", "A shipped preset by name, or a YAML file", 1, .usual = "paper",
     .values = GG_NAMES_PRESETS, .reads = true, GG_TEXT(request, preset)},
    {"users", 'n', "N", "Users, one query each", 1, .needs = "how many users? (--users N)",
     GG_INTEGER(request, draw.n_users, 1, GG_MAX_USERS)},
    {"servers", 'm', "M", "Edge servers", 1, .usual = "the preset's",
     GG_INTEGER(request, draw.n_servers, 0, GG_MAX_SERVERS)},
    {"tau", 0, "X", "Uncertainty above which a query must be offloaded", 1, .usual = "the preset's",
     GG_NUMBER(request, draw.tau, 0.0, 1.0)},
    {"seed", 0, "S", "Seed of the drawing", 1, .usual = "1",
     GG_INTEGER(request, draw.seed, 0, INT64_MAX)},
    {"run", 0, "R", "Which drawing of that seed", 1, .usual = "0",
     GG_INTEGER(request, draw.run, 0, UINT32_MAX)},
    {"uncertainty", 0, "NAME", "The dataset's uncertainty to use as alpha", 2,
     .usual = GG_UNCERTAINTY_USUAL, GG_TEXT(request, uncertainty)},
    {"rank-alpha", 0, NULL, "Use mid-ranks / N of the uncertainties, which then may be any numbers",
     2, GG_FLAG(request, rank_alpha)},
    {"latency-scale", 0, "X", "Multiply both models' latencies", 2, .usual = "1",
     GG_NUMBER(request, draw.latency_scale, 1e-12, 1e12)},
    {"positions", 0, "CSV", "Where users and servers are: kind,x_m,y_m", 3, GG_READS,
     GG_TEXT(request, draw.positions_csv)},
    {"gains", 0, "CSV",
     "Linear power gains |h|^2 (no dB): a line a user, a number a server, both counted from 0; "
     "a header, and ids in front, may be there",
     3, GG_READS, GG_TEXT(request, draw.gains_csv)},
    GG_ROW_ALLOW_UNUSUAL(request, allow_unusual, 3),
    {"fixed-interference", 0, "W", "Interference at every server whatever is decided, W", 3,
     .usual = "that of the users on other servers",
     GG_NUMBER(request, fixed_interference_w, 0.0, 1e300)},
    {"output", 'o', "I.json", "Where to write; HDF5 if it ends in .h5", 4,
     .usual = "standard output", GG_WRITES, GG_TEXT(request, output_path)}};

static gg_status finish(void *input, gg_error *err) {
    request *asked = input;
    gg_draw *draw = &asked->draw;
    if (asked->dataset_path == NULL && asked->uncertainty != NULL)
        return gg_fail(err, GG_E_USAGE, "uncertainty: needs a dataset (DATA.h5)");
    if (asked->dataset_path == NULL && asked->rank_alpha)
        return gg_fail(err, GG_E_USAGE, "rank-alpha: needs a dataset (DATA.h5)");
    draw->default_servers = draw->n_servers == SIZE_MAX;
    draw->default_tau = isnan(draw->tau);
    return GG_OK;
}

static bool ends_in(const char *text, const char *suffix) {
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static gg_status write_json(const gg_instance *instance, const char *path, gg_error *err) {
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(path, &file, &stream, err));
    return gg_outfile_finish(file, gg_instance_write_json(instance, stream, err), err);
}

static gg_status write_instance(const gg_instance *instance, const char *path, gg_error *err) {
    if (ends_in(path, ".h5") || ends_in(path, ".hdf5"))
        return gg_instance_write_h5(instance, path, err);
    return write_json(instance, path, err);
}

static gg_status read_workload(const request *asked, gg_workload_columns **workload,
                               gg_error *err) {
    gg_dataset *dataset = NULL;
    const char *name = asked->uncertainty != NULL ? asked->uncertainty : GG_UNCERTAINTY_USUAL;
    GG_TRY(gg_dataset_open(asked->dataset_path, &dataset, err));
    gg_status status = gg_workload_read(dataset, name, asked->rank_alpha, workload, err);
    gg_dataset_close(dataset);
    return status;
}

static gg_status fix_interference(gg_instance *instance, double power_w, gg_error *err) {
    GG_TRY(gg_instance_fix_interference(instance, err));
    for (size_t j = 0; j < instance->n_servers; j++)
        instance->fixed_interference_w[j] = power_w;
    return GG_OK;
}

static gg_status draw_and_write(request *asked, gg_preset **preset, gg_workload_columns **workload,
                                gg_instance **instance, gg_error *err) {
    char remark[GG_DRAW_REMARK] = "";
    GG_TRY(gg_preset_read(asked->preset, preset, err));
    if (asked->dataset_path != NULL) {
        GG_TRY(read_workload(asked, workload, err));
        asked->draw.workload = gg_workload_view(*workload);
    }
    asked->draw.remark = remark;
    GG_TRY(gg_scenario_draw(*preset, &asked->draw, instance, err));
    if (*remark != '\0')
        gg_say(asked->command, "%s: %s", asked->draw.gains_csv, remark);
    if (!asked->allow_unusual)
        GG_TRY(gg_instance_refuse_unusual(
            *instance, asked->draw.gains_csv != NULL ? asked->draw.gains_csv : asked->preset, err));
    if (asked->fixed_interference_w >= 0.0)
        GG_TRY(fix_interference(*instance, asked->fixed_interference_w, err));
    return write_instance(*instance, asked->output_path, err);
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0],
                     .preset = "paper",
                     .output_path = "-",
                     .fixed_interference_w = -1.0,
                     .draw = {.n_servers = SIZE_MAX, .tau = NAN, .seed = 1}};
    gg_preset *preset = NULL;
    gg_workload_columns *workload = NULL;
    gg_instance *instance = NULL;
    gg_command_parse(&gg_command_instance, argc, argv, &asked);
    gg_status status = draw_and_write(&asked, &preset, &workload, &instance, err);
    gg_instance_free(instance);
    gg_workload_free(workload);
    gg_preset_free(preset);
    return status;
}

const gg_command gg_command_instance = {
    .name = "instance",
    .group = "Problems",
    .summary = "draw a network and make an instance",
    .help = "Draws a network and makes an instance of it; the same preset, seed and run give the "
            "same instance everywhere. With a dataset, the users' queries are drawn from it.",
    .arguments = {"[DATA.h5]", NULL, 1, offsetof(request, dataset_path)},
    GG_OPTIONS(options),
    .finish = finish,
    .run = run};
