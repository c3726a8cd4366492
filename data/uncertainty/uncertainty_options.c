/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/uncertainty.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/compare.h"
#include "models/base/parse.h"

#ifndef GG_VERSION
#define GG_VERSION "unknown"
#endif

static const char *const measures[GG_N_MEASURES] = {
    "margin", "entropy", "normalised_entropy", "least_confidence", "nll", "gini"};

static const char *const aggregates[GG_N_AGGREGATES] = {"first",      "mean", "max",       "last",
                                                        "quantile:q", "sum",  "perplexity"};

enum { KNOWN_SIZE = 160 };

const char *gg_measure_name(gg_measure measure) {
    return measures[measure];
}

/* The place of a name; -1 for one that is not known, with all that are in `known`. */
static int find_name(const char *const *names, int n, const char *name, char known[KNOWN_SIZE]) {
    size_t used = 0;
    for (int k = 0; k < n; k++)
        if (strcmp(name, names[k]) == 0)
            return k;
    for (int k = 0; k < n && used < KNOWN_SIZE; k++)
        used +=
            (size_t)snprintf(known + used, KNOWN_SIZE - used, "%s%s", k > 0 ? ", " : "", names[k]);
    return -1;
}

gg_status gg_measure_parse(const char *name, gg_measure *measure, gg_error *err) {
    char known[KNOWN_SIZE];
    int found = find_name(measures, GG_N_MEASURES, name, known);
    if (found < 0)
        return gg_fail(err, GG_E_USAGE, "method \"%s\" is not one of %s", name, known);
    *measure = (gg_measure)found;
    return GG_OK;
}

void gg_aggregate_text(const gg_aggregate *aggregate, char text[GG_AGGREGATE_TEXT_SIZE]) {
    if (aggregate->kind == GG_QUANTILE)
        snprintf(text, GG_AGGREGATE_TEXT_SIZE, "quantile:%.15g", aggregate->quantile);
    else
        snprintf(text, GG_AGGREGATE_TEXT_SIZE, "%s", aggregates[aggregate->kind]);
}

gg_status gg_aggregate_parse(const char *text, gg_aggregate *aggregate, gg_error *err) {
    static const char prefix[] = "quantile:";
    char known[KNOWN_SIZE];
    *aggregate = (gg_aggregate){0};
    if (strncmp(text, prefix, sizeof prefix - 1) == 0) {
        aggregate->kind = GG_QUANTILE;
        if (gg_parse_double(text + sizeof prefix - 1, &aggregate->quantile) &&
            aggregate->quantile >= 0.0 && aggregate->quantile <= 1.0)
            return GG_OK;
        return gg_fail(err, GG_E_USAGE, "aggregate \"%s\": the quantile is not in [0, 1]", text);
    }
    int found = find_name(aggregates, GG_N_AGGREGATES, text, known);
    if (found < 0)
        return gg_fail(err, GG_E_USAGE, "aggregate \"%s\" is not one of %s", text, known);
    aggregate->kind = (gg_aggregate_kind)found;
    return GG_OK;
}

gg_uncertainty_options gg_uncertainty_options_init(void) {
    return (gg_uncertainty_options){
        .measure = GG_MARGIN, .aggregate = {.kind = GG_FIRST}, .temperature = 1.0};
}

void gg_uncertainty_default_name(gg_side side, const gg_uncertainty_options *options,
                                 char name[GG_UNCERTAINTY_NAME_SIZE]) {
    char top[32] = "", aggregate[GG_AGGREGATE_TEXT_SIZE];
    if (options->top_k > 0)
        snprintf(top, sizeof top, "_top%zu", options->top_k);
    gg_aggregate_text(&options->aggregate, aggregate);
    snprintf(name, GG_UNCERTAINTY_NAME_SIZE, "%s_%s%s_%s", gg_side_name(side),
             gg_measure_name(options->measure), top, aggregate);
}

static double quantile(double *values, size_t n, double q) {
    qsort(values, n, sizeof *values, gg_compare_doubles);
    double position = q * (double)(n - 1);
    size_t below = (size_t)position;
    if (below >= n - 1)
        return values[n - 1];
    double share = position - (double)below;
    return values[below] + share * (values[below + 1] - values[below]);
}

double gg_aggregate_values(const gg_aggregate *aggregate, double *values, size_t n) {
    double total = 0.0, largest = values[0];
    for (size_t k = 0; k < n; k++) {
        total += values[k];
        largest = values[k] > largest ? values[k] : largest;
    }
    switch (aggregate->kind) {
    case GG_MEAN:
        return total / (double)n;
    case GG_MAX:
        return largest;
    case GG_LAST:
        return values[n - 1];
    case GG_QUANTILE:
        return quantile(values, n, aggregate->quantile);
    case GG_SUM:
        return total;
    case GG_PERPLEXITY:
        return exp(total / (double)n);
    case GG_FIRST:
    case GG_N_AGGREGATES:
        break;
    }
    return values[0];
}

void gg_uncertainty_describe(const gg_dataset *dataset, gg_side side,
                             const gg_uncertainty_options *options, gg_uncertainty_info *info) {
    char aggregate[GG_AGGREGATE_TEXT_SIZE];
    *info =
        (gg_uncertainty_info){.top_k = (double)options->top_k, .temperature = options->temperature};
    gg_aggregate_text(&options->aggregate, aggregate);
    snprintf(info->method, sizeof info->method, "%s", gg_measure_name(options->measure));
    snprintf(info->aggregate, sizeof info->aggregate, "%s", aggregate);
    snprintf(info->source, sizeof info->source, "%s/%s%s", gg_side_name(side),
             gg_storage_name(gg_dataset_side(dataset, side)->storage),
             options->drop_eos ? ", end-of-answer token dropped" : "");
    snprintf(info->created_by, sizeof info->created_by, "goagap " GG_VERSION);
}
