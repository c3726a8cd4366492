/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap evaluate`: how well an uncertainty foretells a model's errors, what it takes to make a
 * probability of it, and thresholds to offload by.
 */
#include <math.h>
#include <stdio.h>

#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
#include "experiments/output/say.h"
#include "experiments/studies/evaluation/evaluation.h"

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

static const gg_option options[] = {
    {"uncertainty", 0, "NAME,...",
     "Stored uncertainties (all of the side; if there are none, the first token's margin)", 1,
     GG_TEXT(request, options.uncertainties)},
    {"compare", 0, "MxA,...",
     "Compute uncertainties side by side: METHODxAGGREGATE (entropyxmean), or all", 1,
     GG_TEXT(request, options.compare)},
    {"top-k", 0, "K", "Of what is computed: see goagap uncertainty", 1, .usual = "0",
     GG_INTEGER(request, options.top_k, 0, INT32_MAX)},
    {"side", 0, "SIDE", "Whose errors: slm (the default) or llm", 1, .values = GG_SIDES,
     GG_PARSED(request, options.side, gg_parse_side)},
    {"calibrate", 0, "HOW",
     "From uncertainty to probability of an error: isotonic (the default), platt, temperature or "
     "identity; fitted to 30 % of the queries, judged on 50 %",
     2, .values = "isotonic platt temperature identity", GG_CHOICE(request, options.calibration)},
    {"target-accuracy", 0, "A", "Choose the threshold that offloads least and reaches accuracy A",
     3, GG_NUMBER(request, options.asked[GG_TARGET_ACCURACY], 0.0, 1.0)},
    {"offload-rate", 0, "R", "Choose the one that offloads at most the share R", 3,
     GG_NUMBER(request, options.asked[GG_OFFLOAD_RATE], 0.0, 1.0)},
    {"conformal", 0, "E",
     "Choose the one that keeps a right answer with probability at least 1 - E", 3,
     GG_NUMBER(request, options.asked[GG_CONFORMAL], 0.0, 1.0)},
    {"write-router", 0, "FILE",
     "Write calibrator and threshold of --target-accuracy as a ucci-router", 3, GG_WRITES,
     GG_TEXT(request, router_out)},
    {"router", 0, "FILE", "Judge a ucci-router as well", 3, GG_READS, GG_TEXT(request, router_in)},
    {"bootstrap", 0, "R", "Resamples of the intervals (1000); 0: no intervals", 4,
     GG_INTEGER(request, options.resamples, 0, 1000000)},
    {"seed", 0, "S", "Of the resamples and of the split", 4, .usual = "1",
     GG_INTEGER(request, options.seed, 0, INT64_MAX)},
    {"bins", 0, "B", "Of the calibration errors", 4, .usual = "10",
     GG_INTEGER(request, options.n_bins, 1, GG_MAX_BINS)},
    {"plots", 0, "DIR",
     "Draw reliability, risk-coverage, roc and accuracy-by-tenth, with 95 % bands, into a folder: "
     "SVG, and PNG where rsvg-convert is installed",
     5, GG_WRITES, GG_TEXT(request, plots)},
    GG_ROW_FORMAT(request, json, 5)};

static gg_status check_together(void *input, gg_error *err) {
    const request *asked = input;
    if (asked->router_out == NULL)
        return GG_OK;
    if (isnan(asked->options.asked[GG_TARGET_ACCURACY]))
        return gg_fail(err, GG_E_USAGE, "--write-router needs --target-accuracy");
    if (asked->options.calibration == GG_PLATT || asked->options.calibration == GG_TEMPERATURE)
        return gg_fail(err, GG_E_USAGE,
                       "a router file holds an isotonic or identity calibration, not %s",
                       gg_calibration_name(asked->options.calibration));
    return GG_OK;
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
    GG_TRY(check_one(asked, e, err));
    if (asked->router_out != NULL)
        GG_TRY(write_router(asked, e, err));
    if (asked->plots != NULL)
        GG_TRY(gg_evaluation_draw(e, asked->plots, &converted, err));
    if (!converted)
        gg_say(asked->command,
               "figures are SVG only: rsvg-convert (librsvg2-bin) is not installed");
    warn(asked, e);
    return asked->json ? gg_evaluation_print_json(e, stdout, err)
                       : gg_evaluation_print_table(e, stdout, err);
}

static gg_status evaluate(request *asked, gg_router *router, gg_evaluation *evaluation, int *code,
                          gg_error *err) {
    if (asked->router_in != NULL) {
        GG_TRY(gg_router_read(asked->router_in, router, err));
        asked->options.router = router;
    }
    asked->options.rank_first_tokens =
        asked->options.uncertainties == NULL && asked->options.compare == NULL;
    GG_TRY(gg_evaluation_run(asked->dataset_path, &asked->options, evaluation, err));
    *code = gg_evaluation_found_all(evaluation) ? GG_EXIT_OK : GG_EXIT_NO;
    return put_out(asked, evaluation, err);
}

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    request asked = {.command = argv[0], .options = gg_evaluation_options_init()};
    gg_router router = {0};
    gg_evaluation evaluation = {0};
    gg_command_parse(&gg_command_evaluate, argc, argv, &asked);
    gg_status status = evaluate(&asked, &router, &evaluation, code, err);
    gg_evaluation_clear(&evaluation);
    gg_router_clear(&router);
    return status;
}

const gg_command gg_command_evaluate = {
    .name = "evaluate",
    .group = "Data",
    .summary = "say how well uncertainties foretell errors",
    .help = "Says how well uncertainties foretell a model's errors, from answers whose correctness "
            "is known, and chooses thresholds to offload by.",
    .arguments = {"DATA.h5", "which dataset? (DATA.h5)", 1, offsetof(request, dataset_path)},
    GG_OPTIONS(options),
    .finish = check_together,
    .run = run};
