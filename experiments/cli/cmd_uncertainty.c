/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap uncertainty`: computes how unsure a model was of every answer, and stores it in the
 * dataset.
 */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "data/uncertainty/uncertainty_store.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/common_options.h"
#include "experiments/output/say.h"
#include "models/base/alloc.h"
#include "models/base/shown.h"

/* What the command line asked for. */
typedef struct request {
    const char *command;
    const char *dataset_path;
    const char *output_path; /* NULL: the dataset itself */
    gg_side side;
    gg_uncertainty_options options;
    const char *name; /* NULL: after the options */
    bool force;
} request;

enum {
    KEY_SIDE = GG_OPTION_KEY,
    KEY_METHOD,
    KEY_TOP_K,
    KEY_AGGREGATE,
    KEY_TEMPERATURE,
    KEY_DROP_EOS,
    KEY_IGNORE_CLASSES,
    KEY_THREADS,
    KEY_NAME,
    KEY_FORCE
};

static const struct argp_option options[] = {
    {"side", KEY_SIDE, "SIDE", 0, "Whose logits: slm (the default) or llm", 1},
    {"method", KEY_METHOD, "M", 0,
     "margin (the default), entropy, normalised_entropy, least_confidence, nll or gini", 1},
    {"top-k", KEY_TOP_K, "K", 0,
     "Renormalise the K most probable tokens first; 0, the default, takes the whole vocabulary", 1},
    {"aggregate", KEY_AGGREGATE, "A", 0,
     "Over the answer's tokens: first (the default), mean, max, last or quantile:Q; for nll also "
     "sum and perplexity",
     1},
    {"temperature", KEY_TEMPERATURE, "T", 0, "Of the softmax (1)", 1},
    {"drop-eos", KEY_DROP_EOS, NULL, 0, "Leave the end-of-answer token out", 1},
    {"ignore-classes", KEY_IGNORE_CLASSES, NULL, 0, "Do not merge tokens by the class map", 1},
    {"threads", KEY_THREADS, "T", 0, "Threads to work with (one for each core)", 1},
    {"name", KEY_NAME, "NAME", 0, "Store as /uncertainty/NAME (SIDE_METHOD[_topK]_AGGREGATE)", 2},
    {"force", KEY_FORCE, NULL, 0, "Replace an uncertainty of that name", 2},
    {"output", 'o', "OUT.h5", 0, "Write a copy with the uncertainty (the dataset is replaced)", 2},
    {NULL, 0, NULL, 0, NULL, 0}};

/* Ends the program as bad usage when a library call refused the text of an option. */
static error_t require(const struct argp_state *state, gg_status status, const gg_error *err) {
    if (status != GG_OK)
        argp_error(state, "%s", err->message);
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state) {
    request *asked = state->input;
    gg_uncertainty_options *chosen = &asked->options;
    gg_error err = {0};
    switch (key) {
    case KEY_SIDE:
        return require(state, gg_side_parse(text, &asked->side, &err), &err);
    case KEY_METHOD:
        return require(state, gg_measure_parse(text, &chosen->measure, &err), &err);
    case KEY_TOP_K:
        chosen->top_k = (size_t)gg_option_integer(state, "top-k", text, 0, INT32_MAX);
        return 0;
    case KEY_AGGREGATE:
        return require(state, gg_aggregate_parse(text, &chosen->aggregate, &err), &err);
    case KEY_TEMPERATURE:
        chosen->temperature = gg_option_double(state, "temperature", text, 1e-6, 1e6);
        return 0;
    case KEY_DROP_EOS:
        chosen->drop_eos = true;
        return 0;
    case KEY_IGNORE_CLASSES:
        chosen->ignore_classes = true;
        return 0;
    case KEY_THREADS:
        chosen->threads = (size_t)gg_option_integer(state, "threads", text, 1, 256);
        return 0;
    case KEY_NAME:
        asked->name = text;
        return require(state, gg_uncertainty_name_check(text, &err), &err);
    case KEY_FORCE:
        asked->force = true;
        return 0;
    case 'o':
        asked->output_path = text;
        return 0;
    case ARGP_KEY_ARG:
        gg_option_argument(state, text, &asked->dataset_path, 1);
        return 0;
    case ARGP_KEY_END:
        if (asked->dataset_path == NULL)
            argp_error(state, "which dataset? (DATA.h5)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Found out before the work, not after it. */
static gg_status refuse_taken_name(gg_dataset *dataset, const char *name, gg_error *err) {
    gg_strings names = {0};
    gg_status status = gg_uncertainty_list(dataset, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++)
        if (strcmp(names.text + names.start[k], name) == 0)
            status = gg_fail(err, GG_E_USAGE, "%s: /uncertainty/%s exists; --force replaces it",
                             gg_dataset_path(dataset), name);
    gg_strings_clear(&names);
    return status;
}

/* Sorts the values, which are stored by now. */
static void print_summary(const request *asked, const char *name, double *values, size_t n) {
    const char *target = asked->output_path != NULL ? asked->output_path : asked->dataset_path;
    if (strcmp(target, "-") == 0 || strcmp(target, "/dev/stdout") == 0)
        return;
    gsl_sort(values, 1, n);
    double median = gsl_stats_median_from_sorted_data(values, 1, n);
    gg_put_shown(stdout, target);
    fputs(": /uncertainty/", stdout);
    gg_put_shown(stdout, name);
    printf(": %zu queries\n  min %.6g, median %.6g, max %.6g\n", n, values[0], median,
           values[n - 1]);
}

static gg_status compute(const request *asked, gg_dataset *dataset, const char *name,
                         gg_uncertainty_info *info, double *values, gg_error *err) {
    gg_status status = GG_OK;
    if (!asked->force)
        status = refuse_taken_name(dataset, name, err);
    if (status == GG_OK)
        status = gg_uncertainty_compute(dataset, asked->side, &asked->options, values, err);
    gg_uncertainty_describe(dataset, asked->side, &asked->options, info);
    return status;
}

static gg_status run(const request *asked, gg_error *err) {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    gg_uncertainty_default_name(asked->side, &asked->options, name);
    if (asked->name != NULL)
        snprintf(name, sizeof name, "%s", asked->name);
    gg_dataset *dataset = NULL;
    gg_uncertainty_info info = {0};
    double *values = NULL;
    gg_status status = gg_dataset_open(asked->dataset_path, &dataset, err);
    if (status != GG_OK)
        return status;
    size_t n = gg_dataset_n_queries(dataset);
    values = gg_alloc(n, sizeof *values);
    status = values != NULL ? compute(asked, dataset, name, &info, values, err)
                            : gg_fail(err, GG_E_NOMEM, "out of memory for %zu queries", n);
    /* The file is closed before it is copied and replaced. */
    gg_dataset_close(dataset);
    if (status == GG_OK)
        status = gg_uncertainty_add(asked->dataset_path, asked->output_path, name, &info, values, n,
                                    asked->force, err);
    if (status == GG_OK && n > 0)
        print_summary(asked, name, values, n);
    gg_free(values);
    return status;
}

int gg_cmd_uncertainty(int argc, char **argv) {
    static const struct argp argp = {
        options,
        parse,
        "DATA.h5",
        "Computes how unsure a model was of its answer to every query, and stores it in the "
        "dataset.",
        NULL,
        NULL,
        NULL};
    request asked = {.command = argv[0], .side = GG_SLM, .options = gg_uncertainty_options_init()};
    gg_options_parse(&argp, argc, argv, &asked);
    gg_error err = {0};
    gg_status status = run(&asked, &err);
    return status == GG_OK ? GG_EXIT_OK : gg_say_failure(asked.command, &err);
}
