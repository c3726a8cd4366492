/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap pareto`: the exact accuracy-delay front of an instance, or the mean one of a plan's
 * networks, and goa's curve over tau beside it.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "data/text/number_file.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/load_instance.h"
#include "experiments/output/say.h"
#include "experiments/studies/pareto/pareto_output.h"
#include "experiments/studies/pareto/pareto_plan.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"
#include "models/base/timer.h"

typedef struct request {
    const char *command;
    const char *path; /* of an instance or a plan */
    const char *dataset;
    const char *p_slm_path, *p_llm_path;
    const char *csv_path, *svg_path;
    double target_accuracy, target_delay_s;
    bool as_json;
    gg_tradeoff_options options;
} request;

enum {
    KEY_P_SLM = GG_OPTION_KEY,
    KEY_P_LLM,
    KEY_POINTS,
    KEY_GAP,
    KEY_TIME_LIMIT,
    KEY_NODE_LIMIT,
    KEY_SEED,
    KEY_TARGET_ACCURACY,
    KEY_TARGET_DELAY,
    KEY_DATASET,
    KEY_FORMAT,
    KEY_SVG
};

static const struct argp_option options[] = {
    {"objective", 'w', "NAME", 0,
     "Which delay: uniform (every query counts the same; the default) or weighted (by uncertainty)",
     1},
    {"p-slm", KEY_P_SLM, "FILE", 0,
     "Probability of a correct local answer, a number a user (the recorded flags)", 1},
    {"p-llm", KEY_P_LLM, "FILE", 0, "The same of an offloaded query's answer", 1},
    {"points", KEY_POINTS, "K", 0,
     "Ask for K accuracies at equal distances (with flags every one there is, with probabilities "
     "20)",
     1},
    {"target-accuracy", KEY_TARGET_ACCURACY, "A", 0,
     "Say which tau of goa reaches it fastest, and how fast it can be reached", 2},
    {"target-delay", KEY_TARGET_DELAY, "S", 0,
     "Say which tau of goa is most accurate within S seconds a query, and what can be", 2},
    {"gap", KEY_GAP, "G", 0, "Relative tolerance of \"optimal\" (1e-4)", 3},
    {"time-limit", KEY_TIME_LIMIT, "S", 0, "Seconds for each front (none)", 3},
    {"node-limit", KEY_NODE_LIMIT, "K", 0, "Branch-and-bound nodes for each point (none)", 3},
    {"seed", KEY_SEED, "N", 0, "Seed of what draws random numbers (1)", 3},
    {"dataset", KEY_DATASET, "DATA.h5", 0, "Read the plan's queries from here", 3},
    {"format", KEY_FORMAT, "F", 0, "table (the default) or json", 4},
    {"output", 'o', "FRONT.csv", 0,
     "Also write the front as CSV; as front.csv in a folder of results the report draws it", 4},
    {"svg", KEY_SVG, "FILE", 0, "Also draw front and curves", 4},
    {NULL, 0, NULL, 0, NULL, 0}};

static bool is_plan(const char *path) {
    size_t length = strlen(path);
    return (length > 5 && strcmp(path + length - 5, ".yaml") == 0) ||
           (length > 4 && strcmp(path + length - 4, ".yml") == 0);
}

static void finish(const request *asked, const struct argp_state *state) {
    if (asked->path == NULL)
        argp_error(state, "which instance or plan? (I.json | PLAN.yaml)");
    if ((asked->p_slm_path == NULL) != (asked->p_llm_path == NULL))
        argp_error(state, "p-slm and p-llm: one needs the other");
    if (!is_plan(asked->path)) {
        if (asked->dataset != NULL)
            argp_error(state, "dataset: needs a plan (PLAN.yaml)");
        return;
    }
    if (asked->p_slm_path != NULL)
        argp_error(state, "p-slm and p-llm: belong to one instance's users, not to a plan");
    if (asked->svg_path != NULL || asked->as_json)
        argp_error(state, "a plan's front is written as CSV only");
    if (!isnan(asked->target_accuracy) || !isnan(asked->target_delay_s))
        argp_error(state, "target-accuracy and target-delay: need one instance, not a plan");
}

static error_t parse(int key, char *text, struct argp_state *state) {
    static const char *const formats[] = {"table", "json", NULL};
    request *asked = state->input;
    gg_error err = {0};
    switch (key) {
    case 'w':
        if (gg_objective_parse(text, &asked->options.objective, &err) != GG_OK)
            argp_error(state, "%s", err.message);
        return 0;
    case KEY_P_SLM:
        asked->p_slm_path = text;
        return 0;
    case KEY_P_LLM:
        asked->p_llm_path = text;
        return 0;
    case KEY_POINTS:
        asked->options.n_levels = (size_t)gg_option_integer(state, "points", text, 2, 100000);
        return 0;
    case KEY_TARGET_ACCURACY:
        asked->target_accuracy = gg_option_double(state, "target-accuracy", text, 0.0, 1.0);
        asked->options.target = asked->target_accuracy;
        return 0;
    case KEY_TARGET_DELAY:
        asked->target_delay_s = gg_option_double(state, "target-delay", text, 0.0, 1e9);
        return 0;
    case KEY_GAP:
        asked->options.gap = gg_option_double(state, "gap", text, 0.0, 1.0);
        return 0;
    case KEY_TIME_LIMIT:
        asked->options.time_limit_s = gg_option_double(state, "time-limit", text, 0.0, 1e9);
        return 0;
    case KEY_NODE_LIMIT:
        asked->options.node_limit = gg_option_integer(state, "node-limit", text, 0, INT64_MAX);
        return 0;
    case KEY_SEED:
        asked->options.seed = (uint64_t)gg_option_integer(state, "seed", text, 0, INT64_MAX);
        return 0;
    case KEY_DATASET:
        asked->dataset = text;
        return 0;
    case KEY_FORMAT:
        asked->as_json = gg_option_choice(state, "format", text, formats) == 1;
        return 0;
    case 'o':
        asked->csv_path = text;
        return 0;
    case KEY_SVG:
        asked->svg_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->path, 1);
        return 0;
    case ARGP_KEY_END:
        finish(asked, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A probability a user. */
static gg_status read_chances(const char *path, const char *column, size_t n_users, double **out,
                              gg_error *err) {
    const char *const columns[] = {column, "p", NULL};
    size_t count = 0;
    gg_status status = gg_number_file_read(path, columns, out, &count, err);
    if (status != GG_OK)
        return status;
    if (count != n_users)
        return gg_fail(err, GG_E_INPUT, "%s: %zu numbers for %zu users", path, count, n_users);
    for (size_t i = 0; i < n_users; i++)
        if (!((*out)[i] >= 0.0 && (*out)[i] <= 1.0))
            return gg_fail(err, GG_E_INPUT, "%s: number %zu: %g is outside [0, 1]", path, i,
                           (*out)[i]);
    return GG_OK;
}

/* An output file that is asked for, or none. */
typedef struct output {
    gg_outfile *file;
    FILE *stream;
} output;

static gg_status open_output(const char *path, output *out, gg_error *err) {
    return path != NULL ? gg_outfile_open(path, &out->file, &out->stream, err) : GG_OK;
}

static gg_status commit(output *out, gg_error *err) {
    gg_outfile *file = out->file;
    out->file = NULL;
    return file != NULL ? gg_outfile_commit(file, err) : GG_OK;
}

static gg_status write_all(const request *asked, const gg_pareto_view *view, output *csv,
                           output *svg, gg_error *err) {
    if (csv->file != NULL)
        gg_pareto_write_csv(view, csv->stream);
    if (svg->file != NULL)
        gg_pareto_draw(view, svg->stream);
    gg_status status = commit(csv, err);
    if (status == GG_OK)
        status = commit(svg, err);
    if (status != GG_OK)
        return status;
    return asked->as_json ? gg_pareto_write_json(view, stdout, err)
                          : gg_pareto_print(view, stdout, err);
}

static bool all_proven(const gg_tradeoff *front) {
    for (size_t k = 0; k < front->count; k++)
        if (!front->points[k].proven)
            return false;
    return true;
}

static gg_status study_instance(request *asked, output *csv, output *svg, bool *proven,
                                gg_error *err) {
    gg_instance *instance = NULL;
    double *p_slm = NULL, *p_llm = NULL;
    gg_pareto_study study = {0};
    gg_status status = gg_load_instance(asked->command, asked->path, &instance, err);
    if (status == GG_OK && asked->p_slm_path != NULL)
        status = read_chances(asked->p_slm_path, "p_slm", instance->n_users, &p_slm, err);
    if (status == GG_OK && asked->p_llm_path != NULL)
        status = read_chances(asked->p_llm_path, "p_llm", instance->n_users, &p_llm, err);
    asked->options.p_slm = p_slm;
    asked->options.p_llm = p_llm;
    if (p_slm != NULL && asked->options.n_levels == 0)
        asked->options.n_levels = 20;
    if (status == GG_OK)
        status = gg_pareto_study_compute(instance, &asked->options, &study, err);
    if (status == GG_OK) {
        const gg_pareto_view view = {instance, &study, asked->options.objective,
                                     asked->target_accuracy, asked->target_delay_s};
        *proven = all_proven(&study.front);
        status = write_all(asked, &view, csv, svg, err);
    }
    gg_pareto_study_clear(&study);
    gg_instance_free(instance);
    gg_free(p_slm);
    gg_free(p_llm);
    return status;
}

static int run(request *asked) {
    gg_error err = {0};
    output csv = {0}, svg = {0};
    bool proven = true, plan = is_plan(asked->path);
    gg_status status =
        open_output(plan && asked->csv_path == NULL ? "-" : asked->csv_path, &csv, &err);
    if (status == GG_OK)
        status = open_output(asked->svg_path, &svg, &err);
    gg_stop_on_signals();
    if (status == GG_OK && plan) {
        status =
            gg_pareto_plan(asked->path, asked->dataset, &asked->options, csv.stream, &proven, &err);
        if (status == GG_OK)
            status = commit(&csv, &err);
    } else if (status == GG_OK) {
        status = study_instance(asked, &csv, &svg, &proven, &err);
    }
    gg_outfile_abort(csv.file);
    gg_outfile_abort(svg.file);
    if (status != GG_OK)
        return gg_say_failure(asked->command, &err);
    return proven ? GG_EXIT_OK : GG_EXIT_LIMIT;
}

int gg_cmd_pareto(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "I.json | PLAN.yaml",
        "Computes the exact front between accuracy and delay of an instance: for each accuracy the "
        "smallest delay of any decision, whatever its tau; beside it what goa, dmin and random "
        "reach over tau. Of a plan it writes the front of its networks together: the least mean "
        "delay for each mean accuracy.\v"
        "Exit code: 3 if a limit left a point unproven, else 0.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0],
                     .target_accuracy = NAN,
                     .target_delay_s = NAN,
                     .options = gg_tradeoff_options_init()};
    gg_options_parse(&argp, argc, argv, &asked);
    return run(&asked);
}
