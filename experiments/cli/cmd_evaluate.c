/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap evaluate`: how well an uncertainty foretells a model's errors, what it takes to make a
 * probability of it, and thresholds to offload by.
 */
#include <math.h>
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/say.h"
#include "experiments/studies/evaluation/evaluation.h"
#include "experiments/studies/evaluation/evaluation_figures.h"
#include "experiments/studies/evaluation/evaluation_json.h"
#include "experiments/studies/evaluation/evaluation_table.h"

/* Of a router where the dataset does not tell: the ratio of arXiv 2605.18796. */
static const double USUAL_COST_RATIO = 3.02;

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const char *dataset_path;
    gg_evaluation_options options;
    const char *router_in;
    const char *router_out;
    const char *plots;
    bool json;
} request;

enum {
    KEY_SIDE = GG_OPTION_KEY,
    KEY_UNCERTAINTY,
    KEY_COMPARE,
    KEY_TOP_K,
    KEY_CALIBRATE,
    KEY_TARGET_ACCURACY,
    KEY_OFFLOAD_RATE,
    KEY_CONFORMAL,
    KEY_BOOTSTRAP,
    KEY_SEED,
    KEY_BINS,
    KEY_WRITE_ROUTER,
    KEY_ROUTER,
    KEY_PLOTS,
    KEY_FORMAT
};

static const struct argp_option options[] = {
    {"uncertainty", KEY_UNCERTAINTY, "NAME,...", 0,
     "Stored uncertainties (all of the side; if there are none, the first token's margin)", 1},
    {"compare", KEY_COMPARE, "MxA,...", 0,
     "Compute uncertainties side by side: METHODxAGGREGATE (entropyxmean), or all", 1},
    {"top-k", KEY_TOP_K, "K", 0, "Of what is computed: see goagap uncertainty (0)", 1},
    {"side", KEY_SIDE, "SIDE", 0, "Whose errors: slm (the default) or llm", 1},
    {"calibrate", KEY_CALIBRATE, "HOW", 0,
     "From uncertainty to probability of an error: isotonic (the default), platt, temperature or "
     "identity; fitted to 30 % of the queries, judged on 50 %",
     2},
    {"target-accuracy", KEY_TARGET_ACCURACY, "A", 0,
     "Choose the threshold that offloads least and reaches accuracy A", 3},
    {"offload-rate", KEY_OFFLOAD_RATE, "R", 0, "Choose the one that offloads at most the share R",
     3},
    {"conformal", KEY_CONFORMAL, "E", 0,
     "Choose the one that keeps a right answer with probability at least 1 - E", 3},
    {"write-router", KEY_WRITE_ROUTER, "FILE", 0,
     "Write calibrator and threshold of --target-accuracy as a ucci-router", 3},
    {"router", KEY_ROUTER, "FILE", 0, "Judge a ucci-router as well", 3},
    {"bootstrap", KEY_BOOTSTRAP, "R", 0, "Resamples of the intervals (1000); 0: no intervals", 4},
    {"seed", KEY_SEED, "S", 0, "Of the resamples and of the split (1)", 4},
    {"bins", KEY_BINS, "B", 0, "Of the calibration errors (10)", 4},
    {"plots", KEY_PLOTS, "DIR", 0,
     "Draw reliability, risk-coverage and roc into a folder: SVG, and PNG where rsvg-convert is "
     "installed",
     5},
    {"format", KEY_FORMAT, "F", 0, "table (the default) or json", 5},
    {NULL, 0, NULL, 0, NULL, 0}};

static gg_calibration parse_calibration(const struct argp_state *state, const char *text) {
    static const char *const names[] = {"isotonic", "platt", "temperature", "identity", NULL};
    return (gg_calibration)gg_option_choice(state, "calibrate", text, names);
}

static void ask(request *asked, const struct argp_state *state, gg_threshold_kind kind,
                const char *name, const char *text) {
    asked->options.asked[kind] = gg_option_double(state, name, text, 0.0, 1.0);
}

static void check_together(const request *asked, struct argp_state *state) {
    if (asked->dataset_path == NULL)
        argp_error(state, "which dataset? (DATA.h5)");
    if (asked->router_out == NULL)
        return;
    if (isnan(asked->options.asked[GG_TARGET_ACCURACY]))
        argp_error(state, "--write-router needs --target-accuracy");
    if (asked->options.calibration == GG_PLATT || asked->options.calibration == GG_TEMPERATURE)
        argp_error(state, "a router file holds an isotonic or identity calibration, not %s",
                   gg_calibration_name(asked->options.calibration));
}

static error_t parse(int key, char *text, struct argp_state *state) {
    static const char *const formats[] = {"table", "json", NULL};
    request *asked = state->input;
    gg_evaluation_options *chosen = &asked->options;
    gg_error err = {0};
    switch (key) {
    case KEY_SIDE:
        if (gg_side_parse(text, &chosen->side, &err) != GG_OK)
            argp_error(state, "%s", err.message);
        return 0;
    case KEY_UNCERTAINTY:
        chosen->uncertainties = text;
        return 0;
    case KEY_COMPARE:
        chosen->compare = text;
        return 0;
    case KEY_TOP_K:
        chosen->top_k = (size_t)gg_option_integer(state, "top-k", text, 0, INT32_MAX);
        return 0;
    case KEY_CALIBRATE:
        chosen->calibration = parse_calibration(state, text);
        return 0;
    case KEY_TARGET_ACCURACY:
        ask(asked, state, GG_TARGET_ACCURACY, "target-accuracy", text);
        return 0;
    case KEY_OFFLOAD_RATE:
        ask(asked, state, GG_OFFLOAD_RATE, "offload-rate", text);
        return 0;
    case KEY_CONFORMAL:
        ask(asked, state, GG_CONFORMAL, "conformal", text);
        return 0;
    case KEY_BOOTSTRAP:
        chosen->resamples = (uint32_t)gg_option_integer(state, "bootstrap", text, 0, 1000000);
        return 0;
    case KEY_SEED:
        chosen->seed = (uint64_t)gg_option_integer(state, "seed", text, 0, INT64_MAX);
        return 0;
    case KEY_BINS:
        chosen->n_bins = (size_t)gg_option_integer(state, "bins", text, 1, GG_MAX_BINS);
        return 0;
    case KEY_WRITE_ROUTER:
        asked->router_out = text;
        return 0;
    case KEY_ROUTER:
        asked->router_in = text;
        return 0;
    case KEY_PLOTS:
        asked->plots = text;
        return 0;
    case KEY_FORMAT:
        asked->json = gg_option_choice(state, "format", text, formats) == 1;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->dataset_path, 1);
        return 0;
    case ARGP_KEY_END:
        check_together(asked, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A router belongs to one signal. */
static gg_status check_one(const request *asked, const gg_evaluation *e, gg_error *err) {
    if (e->n_items == 1 || (asked->router_in == NULL && asked->router_out == NULL))
        return GG_OK;
    return gg_fail(err, GG_E_USAGE,
                   "a router belongs to one uncertainty, not to %zu: name it with --uncertainty",
                   e->n_items);
}

static gg_status write_router(const request *asked, const gg_evaluation *e, gg_error *err) {
    const gg_evaluated *item = &e->items[0];
    double unit[] = {0.0, 1.0};
    gg_isotonic identity = {.n_knots = 2, .x = unit, .y = unit};
    if (!item->thresholds[0].found)
        return GG_OK;
    gg_router router = {
        .calibrator = item->calibrator.kind == GG_ISOTONIC ? item->calibrator.isotonic : identity,
        .theta = item->thresholds[0].theta,
        .c_small = 1.0,
        .c_large = isnan(e->cost_ratio) ? USUAL_COST_RATIO : e->cost_ratio,
        .tau = item->thresholds[0].asked,
        .grid_step = 1.0 / GG_THRESHOLD_STEPS,
    };
    return gg_router_write(&router, asked->router_out, err);
}

static void warn(const request *asked, const gg_evaluation *e) {
    for (size_t k = 0; k < e->n_items; k++) {
        const gg_evaluated *item = &e->items[k];
        if (item->infinite > 0)
            gg_say(asked->command, "warning: %s: %zu infinite values count as just beyond the rest",
                   item->name, item->infinite);
        if (item->outside > 0 && e->options->calibration == GG_IDENTITY)
            gg_say(asked->command, "warning: %s: %zu values outside [0, 1] count as its ends",
                   item->name, item->outside);
    }
}

static gg_status put_out(const request *asked, const gg_evaluation *e, gg_error *err) {
    bool converted = true;
    gg_status status = check_one(asked, e, err);
    if (status == GG_OK && asked->router_out != NULL)
        status = write_router(asked, e, err);
    if (status == GG_OK && asked->plots != NULL)
        status = gg_evaluation_draw(e, asked->plots, &converted, err);
    if (status != GG_OK)
        return status;
    if (!converted)
        gg_say(asked->command,
               "figures are SVG only: rsvg-convert (librsvg2-bin) is not installed");
    warn(asked, e);
    return asked->json ? gg_evaluation_print_json(e, stdout, err)
                       : gg_evaluation_print_table(e, stdout, err);
}

static gg_status run(request *asked, bool *found, gg_error *err) {
    gg_router router = {0};
    gg_evaluation evaluation = {0};
    gg_status status = GG_OK;
    if (asked->router_in != NULL) {
        status = gg_router_read(asked->router_in, &router, err);
        asked->options.router = &router;
    }
    if (status == GG_OK)
        status = gg_evaluation_run(asked->dataset_path, &asked->options, &evaluation, err);
    if (status == GG_OK) {
        status = put_out(asked, &evaluation, err);
        *found = gg_evaluation_found_all(&evaluation);
    }
    gg_evaluation_clear(&evaluation);
    gg_router_clear(&router);
    return status;
}

int gg_cmd_evaluate(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "DATA.h5",
        "Says how well uncertainties foretell a model's errors, from answers whose correctness is "
        "known, and chooses thresholds to offload by.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0],
                     .options = {.calibration = GG_ISOTONIC,
                                 .asked = {NAN, NAN, NAN},
                                 .resamples = 1000,
                                 .seed = 1,
                                 .n_bins = 10}};
    gg_options_parse(&argp, argc, argv, &asked);
    gg_error err = {0};
    bool found = true;
    if (run(&asked, &found, &err) != GG_OK)
        return gg_say_failure(asked.command, &err);
    return found ? GG_EXIT_OK : GG_EXIT_NO;
}
