/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap instance`: draws a network and makes an instance, from a preset's own workload or from
 * the queries of a dataset.
 */
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "data/dataset/instance_h5.h"
#include "data/uncertainty/uncertainty_store.h"
#include "data/uncertainty/workload.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/say.h"
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
    double fixed_interference_w; /* < 0: none */
    gg_draw draw;
} request;

enum {
    KEY_PRESET = GG_OPTION_KEY,
    KEY_TAU,
    KEY_SEED,
    KEY_RUN,
    KEY_UNCERTAINTY,
    KEY_RANK_ALPHA,
    KEY_LATENCY_SCALE,
    KEY_POSITIONS,
    KEY_GAINS,
    KEY_FIXED_INTERFERENCE
};

static const struct argp_option options[] = {
    {"preset", KEY_PRESET, "P", 0, "A shipped preset by name, or a YAML file (paper)", 1},
    {"users", 'n', "N", 0, "Users, one query each", 1},
    {"servers", 'm', "M", 0, "Edge servers (the preset's)", 1},
    {"tau", KEY_TAU, "X", 0, "Uncertainty above which a query must be offloaded (the preset's)", 1},
    {"seed", KEY_SEED, "S", 0, "Seed of the drawing (1)", 1},
    {"run", KEY_RUN, "R", 0, "Which drawing of that seed (0)", 1},
    {"uncertainty", KEY_UNCERTAINTY, "NAME", 0,
     "The dataset's uncertainty to use as alpha (" GG_UNCERTAINTY_USUAL ")", 2},
    {"rank-alpha", KEY_RANK_ALPHA, NULL, 0,
     "Use mid-ranks / N of the uncertainties, which then may be any numbers", 2},
    {"latency-scale", KEY_LATENCY_SCALE, "X", 0, "Multiply both models' latencies (1)", 2},
    {"positions", KEY_POSITIONS, "CSV", 0, "Where users and servers are: kind,x_m,y_m", 3},
    {"gains", KEY_GAINS, "CSV", 0, "Channel gains: a line a user, a number a server", 3},
    {"fixed-interference", KEY_FIXED_INTERFERENCE, "W", 0,
     "Interference at every server whatever is decided, W (that of the users on other servers)", 3},
    {"output", 'o', "I.json", 0, "Where to write; HDF5 if it ends in .h5 (standard output)", 4},
    {NULL, 0, NULL, 0, NULL, 0}};

static void finish(const request *asked, const struct argp_state *state) {
    if (asked->draw.n_users == 0)
        argp_error(state, "how many users? (--users N)");
    if (asked->dataset_path == NULL && asked->uncertainty != NULL)
        argp_error(state, "uncertainty: needs a dataset (DATA.h5)");
    if (asked->dataset_path == NULL && asked->rank_alpha)
        argp_error(state, "rank-alpha: needs a dataset (DATA.h5)");
}

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    gg_draw *draw = &asked->draw;
    switch (key) {
    case KEY_PRESET:
        asked->preset = text;
        return 0;
    case 'n':
        draw->n_users = (size_t)gg_option_integer(state, "users", text, 1, GG_MAX_USERS);
        return 0;
    case 'm':
        draw->n_servers = (size_t)gg_option_integer(state, "servers", text, 0, GG_MAX_SERVERS);
        draw->default_servers = false;
        return 0;
    case KEY_TAU:
        draw->tau = gg_option_double(state, "tau", text, 0.0, 1.0);
        draw->default_tau = false;
        return 0;
    case KEY_SEED:
        draw->seed = (uint64_t)gg_option_integer(state, "seed", text, 0, INT64_MAX);
        return 0;
    case KEY_RUN:
        draw->run = (uint32_t)gg_option_integer(state, "run", text, 0, UINT32_MAX);
        return 0;
    case KEY_UNCERTAINTY:
        asked->uncertainty = text;
        return 0;
    case KEY_RANK_ALPHA:
        asked->rank_alpha = true;
        return 0;
    case KEY_LATENCY_SCALE:
        draw->latency_scale = gg_option_double(state, "latency-scale", text, 1e-12, 1e12);
        return 0;
    case KEY_POSITIONS:
        draw->positions_csv = text;
        return 0;
    case KEY_GAINS:
        draw->gains_csv = text;
        return 0;
    case KEY_FIXED_INTERFERENCE:
        asked->fixed_interference_w =
            gg_option_double(state, "fixed-interference", text, 0.0, DBL_MAX);
        return 0;
    case 'o':
        asked->output_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->dataset_path, 1);
        return 0;
    case ARGP_KEY_END:
        finish(asked, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool ends_in(const char *text, const char *suffix) {
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static gg_status write_json(const gg_instance *instance, const char *path, gg_error *err) {
    gg_outfile *file = NULL;
    FILE *stream = NULL;
    gg_status status = gg_outfile_open(path, &file, &stream, err);
    if (status != GG_OK)
        return status;
    status = gg_instance_write_json(instance, stream, err);
    return gg_outfile_finish(file, status, err);
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
    gg_status status = gg_dataset_open(asked->dataset_path, &dataset, err);
    if (status == GG_OK)
        status = gg_workload_read(dataset, name, asked->rank_alpha, workload, err);
    gg_dataset_close(dataset);
    return status;
}

static gg_status fix_interference(gg_instance *instance, double power_w, gg_error *err) {
    gg_status status = gg_instance_fix_interference(instance, err);
    for (size_t j = 0; status == GG_OK && j < instance->n_servers; j++)
        instance->fixed_interference_w[j] = power_w;
    return status;
}

static gg_status draw_and_write(request *asked, gg_error *err) {
    gg_preset *preset = NULL;
    gg_workload_columns *workload = NULL;
    gg_instance *instance = NULL;
    gg_status status = gg_preset_read(asked->preset, &preset, err);
    if (status == GG_OK && asked->dataset_path != NULL)
        status = read_workload(asked, &workload, err);
    if (workload != NULL)
        asked->draw.workload = gg_workload_view(workload);
    if (status == GG_OK)
        status = gg_scenario_draw(preset, &asked->draw, &instance, err);
    if (status == GG_OK && asked->fixed_interference_w >= 0.0)
        status = fix_interference(instance, asked->fixed_interference_w, err);
    if (status == GG_OK)
        status = write_instance(instance, asked->output_path, err);
    gg_instance_free(instance);
    gg_workload_free(workload);
    gg_preset_free(preset);
    return status;
}

int gg_cmd_instance(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "[DATA.h5]",
        "Draws a network and makes an instance of it; the same preset, seed and run give the same "
        "instance everywhere. With a dataset, the users' queries are drawn from it.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0],
                     .preset = "paper",
                     .output_path = "-",
                     .fixed_interference_w = -1.0,
                     .draw = {.default_servers = true, .default_tau = true, .seed = 1}};
    gg_options_parse(&argp, argc, argv, &asked);
    gg_error err = {0};
    gg_status status = draw_and_write(&asked, &err);
    return status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked.command, &err);
}
