/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/evaluation/evaluation.h"

#include <jansson.h>

#include "experiments/output/json_file.h"
#include "experiments/output/json_layout.h"

static json_t *numbers(const double *values, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(list, gg_json_of_number(values[k]));
    return list;
}

static json_t *estimate(const gg_estimate *e) {
    return json_pack("{s:o, s:o, s:o}", "value", gg_json_of_number(e->value), "low",
                     gg_json_of_number(e->low), "high", gg_json_of_number(e->high));
}

static json_t *metrics(const gg_estimate *estimates, gg_metric first, gg_metric end) {
    json_t *object = json_object();
    for (int m = (int)first; m < (int)end; m++)
        json_object_set_new(object, gg_metric_name((gg_metric)m), estimate(&estimates[m]));
    return object;
}

/* Those that look at values as probabilities. */
static json_t *forecast_metrics(const gg_estimate *estimates) {
    return metrics(estimates, GG_METRIC_ECE_WIDTH, GG_METRIC_APGR);
}

static json_t *deciles(const gg_evaluated *item) {
    json_t *list = json_array();
    for (size_t d = 0; d < GG_N_DECILES; d++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "alpha_low",
                                              gg_json_of_number(item->decile_low[d]), "alpha_high",
                                              gg_json_of_number(item->decile_high[d]), "accuracy",
                                              estimate(&item->metrics[GG_METRIC_DECILE + d])));
    return list;
}

static json_t *offload(const gg_evaluated *item) {
    json_t *list = json_array();
    for (size_t k = 0; k < GG_N_OFFLOAD_RATES; k++)
        json_array_append_new(list, json_pack("{s:o, s:o}", "rate",
                                              gg_json_of_number((double)(k + 1) / 10.0), "accuracy",
                                              estimate(&item->metrics[GG_METRIC_OFFLOAD + k])));
    return list;
}

static json_t *risk_coverage(const gg_evaluated *item) {
    double coverage[GG_CURVE_POINTS];
    for (size_t c = 0; c < GG_CURVE_POINTS; c++)
        coverage[c] = (double)(c + 1) / GG_CURVE_POINTS;
    return json_pack("{s:o, s:o, s:o, s:o}", "coverage", numbers(coverage, GG_CURVE_POINTS), "risk",
                     numbers(item->risk, GG_CURVE_POINTS), "risk_low",
                     numbers(item->risk_band.low, GG_CURVE_POINTS), "risk_high",
                     numbers(item->risk_band.high, GG_CURVE_POINTS));
}

static json_t *reliability(const gg_reliability_bin *bins, size_t n) {
    json_t *list = json_array();
    for (size_t b = 0; b < n; b++) {
        double low, high;
        gg_share_interval(bins[b].count > 0.0 ? bins[b].count * bins[b].observed : 0.0,
                          bins[b].count, &low, &high);
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "low",
                            gg_json_of_number(bins[b].low), "high", gg_json_of_number(bins[b].high),
                            "count", gg_json_of_count((size_t)bins[b].count), "forecast",
                            gg_json_of_number(bins[b].forecast), "observed",
                            gg_json_of_number(bins[b].observed), "observed_low",
                            gg_json_of_number(low), "observed_high", gg_json_of_number(high)));
    }
    return list;
}

static json_t *calibrator(const gg_calibrator *fit) {
    json_t *object = json_object();
    json_object_set_new(object, "method", json_string(gg_calibration_name(fit->kind)));
    if (fit->kind == GG_ISOTONIC) {
        json_object_set_new(object, "x", numbers(fit->isotonic.x, fit->isotonic.n_knots));
        json_object_set_new(object, "y", numbers(fit->isotonic.y, fit->isotonic.n_knots));
    } else if (fit->kind == GG_PLATT) {
        json_object_set_new(object, "slope", gg_json_of_number(fit->slope));
        json_object_set_new(object, "intercept", gg_json_of_number(fit->intercept));
    } else if (fit->kind == GG_TEMPERATURE) {
        json_object_set_new(object, "temperature", gg_json_of_number(fit->temperature));
    }
    return object;
}

static json_t *judgement(const gg_estimate *estimates, const gg_reliability_bin *bins, size_t n) {
    json_t *object = forecast_metrics(estimates);
    json_object_set_new(object, "reliability", reliability(bins, n));
    return object;
}

static json_t *calibration(const gg_evaluation *e, const gg_evaluated *item) {
    size_t n = e->options->n_bins;
    if (!e->split)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "calibrator", calibrator(&item->calibrator), "test_raw",
                     judgement(item->raw_test, item->raw_bins, n), "test_calibrated",
                     judgement(item->calibrated_test, item->calibrated_bins, n));
}

static json_t *offloading(const gg_offloading *use) {
    return json_pack("{s:o, s:o, s:o, s:o}", "n", gg_json_of_count(use->n), "offloaded",
                     gg_json_of_number(use->offloaded), "accuracy",
                     gg_json_of_number(use->accuracy), "kept_wrong",
                     gg_json_of_number(use->kept_wrong));
}

static json_t *threshold(const gg_threshold *t) {
    json_t *object =
        json_pack("{s:s, s:o, s:b, s:o, s:s, s:o, s:o}", "kind", gg_threshold_kind_name(t->kind),
                  "asked", gg_json_of_number(t->asked), "found", t->found, "best_accuracy",
                  gg_json_of_number(t->best), "chosen_on", gg_part_name(t->chosen_on), "theta",
                  gg_json_of_number(t->theta), "tau", gg_json_of_number(t->tau));
    for (int part = 0; part < GG_N_PARTS; part++)
        json_object_set_new(object, gg_part_name((gg_part)part),
                            t->found ? offloading(&t->parts[part]) : json_null());
    json_object_set_new(object, "test_intervals",
                        t->found
                            ? json_pack("{s:o, s:o}", "offloaded", estimate(&t->test_offloaded),
                                        "accuracy", estimate(&t->test_accuracy))
                            : json_null());
    return object;
}

static json_t *router(const gg_evaluation *e, const gg_evaluated *item) {
    const gg_router *r = e->options->router;
    if (r == NULL)
        return json_null();
    json_t *object = offloading(&item->router_use);
    json_object_set_new(object, "theta", gg_json_of_number(r->theta));
    json_object_set_new(object, "cost",
                        gg_json_of_number(gg_router_cost(r, item->router_use.offloaded)));
    json_object_set_new(object, "metrics", forecast_metrics(item->router_metrics));
    return object;
}

static json_t *describe_item(const gg_evaluation *e, const gg_evaluated *item) {
    json_t *thresholds = json_array();
    for (size_t t = 0; t < item->n_thresholds; t++)
        json_array_append_new(thresholds, threshold(&item->thresholds[t]));
    return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     gg_json_of_text(item->name), "stored", item->stored, "outside_0_1",
                     gg_json_of_count(item->outside), "infinite", gg_json_of_count(item->infinite),
                     "metrics", metrics(item->metrics, GG_METRIC_AUROC, GG_N_NAMED_METRICS),
                     "deciles", deciles(item), "offload",
                     e->llm_correct != NULL ? offload(item) : json_null(), "risk_coverage",
                     risk_coverage(item), "calibration", calibration(e, item), "thresholds",
                     thresholds, "router", router(e, item));
}

static json_t *describe_split(const gg_evaluation *e) {
    json_t *object = json_object();
    for (int part = 0; part < GG_N_PARTS; part++)
        json_object_set_new(object, gg_part_name((gg_part)part),
                            gg_json_of_count(e->part_size[part]));
    return object;
}

static json_t *ranked(const gg_evaluation *e) {
    json_t *list = json_array();
    for (size_t k = 0; k < e->n_ranked; k++)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "name",
                                              gg_json_of_text(e->ranked[k].name), "auroc",
                                              estimate(&e->ranked[k].auroc), "behind",
                                              estimate(&e->ranked[k].behind)));
    return list;
}

gg_status gg_evaluation_print_json(const gg_evaluation *e, FILE *stream, gg_error *err) {
    json_t *items = json_array();
    for (size_t k = 0; k < e->n_items; k++)
        json_array_append_new(items, describe_item(e, &e->items[k]));
    json_t *root = json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "dataset",
        gg_json_of_text(e->path), "side", gg_side_name(e->options->side), "n_queries",
        gg_json_of_count(e->n), "accuracy", gg_json_of_number(e->accuracy), "llm_accuracy",
        gg_json_of_number(e->llm_accuracy), "seed", (json_int_t)e->options->seed, "bootstrap",
        gg_json_of_count(e->options->resamples), "bins", gg_json_of_count(e->options->n_bins),
        "split", e->split ? describe_split(e) : json_null(), "ranked", ranked(e), "uncertainties",
        items);
    gg_status status = root != NULL ? gg_json_write(root, stream, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory writing JSON");
    json_decref(root);
    return status;
}
