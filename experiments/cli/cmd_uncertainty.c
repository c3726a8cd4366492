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

#include "data/uncertainty/uncertainty.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options/shared_options.h"
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

static gg_status parse_measure(char *text, void *member, gg_error *err) {
    return gg_measure_parse(text, member, err);
}

static gg_status parse_aggregate(char *text, void *member, gg_error *err) {
    return gg_aggregate_parse(text, member, err);
}

static gg_status parse_name(char *text, void *member, gg_error *err) {
    *(const char **)member = text;
    return gg_uncertainty_name_check(text, err);
}

static const gg_option options[] = {
    {"side", 0, "SIDE", "Whose logits: slm (the default) or llm", 1, .values = GG_SIDES,
     GG_PARSED(request, side, gg_parse_side)},
    {"method", 0, "M",
     "margin (the default), entropy, normalised_entropy, least_confidence, nll or gini", 1,
     .values = "margin entropy normalised_entropy least_confidence nll gini",
     GG_PARSED(request, options.measure, parse_measure)},
    {"top-k", 0, "K",
     "Renormalise the K most probable tokens first; 0, the default, takes the whole vocabulary", 1,
     GG_INTEGER(request, options.top_k, 0, INT32_MAX)},
    {"aggregate", 0, "A",
     "Over the answer's tokens: first (the default), mean, max, last or quantile:Q; for nll also "
     "sum and perplexity",
     1, .values = "first mean max last sum perplexity",
     GG_PARSED(request, options.aggregate, parse_aggregate)},
    {"temperature", 0, "T", "Of the softmax", 1, .usual = "1",
     GG_NUMBER(request, options.temperature, 1e-6, 1e6)},
    {"drop-eos", 0, NULL, "Leave the end-of-answer token out", 1,
     GG_FLAG(request, options.drop_eos)},
    {"ignore-classes", 0, NULL, "Do not merge tokens by the class map", 1,
     GG_FLAG(request, options.ignore_classes)},
    {"threads", 0, "T", "Threads to work with", 1, .usual = "one for each core",
     GG_INTEGER(request, options.threads, 1, 256)},
    {"name", 0, "NAME", "Store as /uncertainty/NAME", 2, .usual = "SIDE_METHOD[_topK]_AGGREGATE",
     GG_PARSED(request, name, parse_name)},
    {"force", 0, NULL, "Replace an uncertainty of that name", 2, GG_FLAG(request, force)},
    {"output", 'o', "OUT.h5", "Write a copy with the uncertainty", 2,
     .usual = "the dataset is replaced", GG_WRITES, GG_TEXT(request, output_path)}};

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
    if (!asked->force)
        GG_TRY(refuse_taken_name(dataset, name, err));
    GG_TRY(gg_uncertainty_compute(dataset, asked->side, &asked->options, values, err));
    gg_uncertainty_describe(dataset, asked->side, &asked->options, info);
    return GG_OK;
}

static gg_status compute_and_add(const request *asked, gg_error *err) {
    char name[GG_UNCERTAINTY_NAME_SIZE];
    gg_uncertainty_default_name(asked->side, &asked->options, name);
    if (asked->name != NULL)
        snprintf(name, sizeof name, "%s", asked->name);
    gg_dataset *dataset = NULL;
    gg_uncertainty_info info = {0};
    GG_TRY(gg_dataset_open(asked->dataset_path, &dataset, err));
    size_t n = gg_dataset_n_queries(dataset);
    double *values = gg_alloc(n, sizeof *values);
    gg_status status = values != NULL
                           ? compute(asked, dataset, name, &info, values, err)
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

static gg_status run(int argc, char **argv, int *code, gg_error *err) {
    (void)code;
    request asked = {.command = argv[0], .side = GG_SLM, .options = gg_uncertainty_options_init()};
    gg_command_parse(&gg_command_uncertainty, argc, argv, &asked);
    return compute_and_add(&asked, err);
}

const gg_command gg_command_uncertainty = {
    .name = "uncertainty",
    .group = "Data",
    .summary = "compute and store the uncertainty of every query",
    .help = "Computes how unsure a model was of its answer to every query, and stores it in the "
            "dataset.",
    .arguments = {"DATA.h5", "which dataset? (DATA.h5)", 1, offsetof(request, dataset_path),
                  .in_place = true},
    GG_OPTIONS(options),
    .run = run};
