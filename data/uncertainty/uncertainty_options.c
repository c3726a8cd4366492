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
    [GG_MARGIN] = "margin",
    [GG_ENTROPY] = "entropy",
    [GG_NORMALISED_ENTROPY] = "normalised_entropy",
    [GG_LEAST_CONFIDENCE] = "least_confidence",
    [GG_NLL] = "nll",
    [GG_GINI] = "gini",
};

static const char *const aggregates[GG_N_AGGREGATES] = {
    [GG_FIRST] = "first",
    [GG_MEAN] = "mean",
    [GG_MAX] = "max",
    [GG_LAST] = "last",
    [GG_QUANTILE] = "quantile:q",
    [GG_SUM] = "sum",
    [GG_PERPLEXITY] = "perplexity",
};

const char *gg_measure_name(gg_measure measure) {
    return measures[measure];
}

static void join_names(const char *const *names, int n, char *text, size_t size) {
    size_t used = 0;
    for (int k = 0; k < n && used < size; k++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", k > 0 ? ", " : "", names[k]);
}

gg_status gg_measure_parse(const char *name, gg_measure *measure, gg_error *err) {
    char known[160];
    for (int k = 0; k < GG_N_MEASURES; k++)
        if (strcmp(name, measures[k]) == 0) {
            *measure = (gg_measure)k;
            return GG_OK;
        }
    join_names(measures, GG_N_MEASURES, known, sizeof known);
    return gg_fail(err, GG_E_USAGE, "method \"%s\" is not one of %s", name, known);
}

void gg_aggregate_text(const gg_aggregate *aggregate, char text[GG_AGGREGATE_TEXT_SIZE]) {
    if (aggregate->kind == GG_QUANTILE)
        snprintf(text, GG_AGGREGATE_TEXT_SIZE, "quantile:%.15g", aggregate->quantile);
    else
        snprintf(text, GG_AGGREGATE_TEXT_SIZE, "%s", aggregates[aggregate->kind]);
}

gg_status gg_aggregate_parse(const char *text, gg_aggregate *aggregate, gg_error *err) {
    static const char prefix[] = "quantile:";
    char known[160];
    *aggregate = (gg_aggregate){0};
    if (strncmp(text, prefix, sizeof prefix - 1) == 0) {
        aggregate->kind = GG_QUANTILE;
        if (gg_parse_double(text + sizeof prefix - 1, &aggregate->quantile) &&
            aggregate->quantile >= 0.0 && aggregate->quantile <= 1.0)
            return GG_OK;
        return gg_fail(err, GG_E_USAGE, "aggregate \"%s\": the quantile is not in [0, 1]", text);
    }
    for (int k = 0; k < GG_N_AGGREGATES; k++)
        if (k != GG_QUANTILE && strcmp(text, aggregates[k]) == 0) {
            aggregate->kind = (gg_aggregate_kind)k;
            return GG_OK;
        }
    join_names(aggregates, GG_N_AGGREGATES, known, sizeof known);
    return gg_fail(err, GG_E_USAGE, "aggregate \"%s\" is not one of %s", text, known);
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
