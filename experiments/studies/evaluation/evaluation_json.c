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
    json_t *object = json_object();
    json_object_set_new(object, "value", gg_json_of_number(e->value));
    json_object_set_new(object, "low", gg_json_of_number(e->low));
    json_object_set_new(object, "high", gg_json_of_number(e->high));
    return object;
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
    for (size_t d = 0; d < GG_N_DECILES; d++) {
        json_t *object = json_object();
        json_object_set_new(object, "alpha_low", gg_json_of_number(item->decile_low[d]));
        json_object_set_new(object, "alpha_high", gg_json_of_number(item->decile_high[d]));
        json_object_set_new(object, "accuracy", estimate(&item->metrics[GG_METRIC_DECILE + d]));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *offload(const gg_evaluated *item) {
    json_t *list = json_array();
    for (size_t k = 0; k < GG_N_OFFLOAD_RATES; k++) {
        json_t *object = json_object();
        json_object_set_new(object, "rate", gg_json_of_number((double)(k + 1) / 10.0));
        json_object_set_new(object, "accuracy", estimate(&item->metrics[GG_METRIC_OFFLOAD + k]));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *risk_coverage(const gg_evaluated *item) {
    json_t *coverage = json_array(), *object = json_object();
    for (size_t c = 0; c < GG_N_RISK_POINTS; c++)
        json_array_append_new(coverage, gg_json_of_number((double)(c + 1) / GG_N_RISK_POINTS));
    json_object_set_new(object, "coverage", coverage);
    json_object_set_new(object, "risk", numbers(item->risk, GG_N_RISK_POINTS));
    return object;
}

static json_t *reliability(const gg_reliability_bin *bins, size_t n) {
    json_t *list = json_array();
    for (size_t b = 0; b < n; b++) {
        json_t *object = json_object();
        json_object_set_new(object, "low", gg_json_of_number(bins[b].low));
        json_object_set_new(object, "high", gg_json_of_number(bins[b].high));
        json_object_set_new(object, "count", gg_json_of_count((size_t)bins[b].count));
        json_object_set_new(object, "forecast", gg_json_of_number(bins[b].forecast));
        json_object_set_new(object, "observed", gg_json_of_number(bins[b].observed));
        json_array_append_new(list, object);
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
    if (!e->split)
        return json_null();
    json_t *object = json_object();
    size_t n = e->options->n_bins;
    json_object_set_new(object, "calibrator", calibrator(&item->calibrator));
    json_object_set_new(object, "test_raw", judgement(item->raw_test, item->raw_bins, n));
    json_object_set_new(object, "test_calibrated",
                        judgement(item->calibrated_test, item->calibrated_bins, n));
    return object;
}

static json_t *offloading(const gg_offloading *use) {
    json_t *object = json_object();
    json_object_set_new(object, "n", gg_json_of_count(use->n));
    json_object_set_new(object, "offloaded", gg_json_of_number(use->offloaded));
    json_object_set_new(object, "accuracy", gg_json_of_number(use->accuracy));
    json_object_set_new(object, "kept_wrong", gg_json_of_number(use->kept_wrong));
    return object;
}

static json_t *threshold(const gg_threshold *t) {
    json_t *object = json_object();
    json_object_set_new(object, "kind", json_string(gg_threshold_kind_name(t->kind)));
    json_object_set_new(object, "asked", gg_json_of_number(t->asked));
    json_object_set_new(object, "found", json_boolean(t->found));
    json_object_set_new(object, "best_accuracy", gg_json_of_number(t->best));
    json_object_set_new(object, "chosen_on", json_string(gg_part_name(t->chosen_on)));
    json_object_set_new(object, "theta", gg_json_of_number(t->theta));
    json_object_set_new(object, "tau", gg_json_of_number(t->tau));
    for (int part = 0; part < GG_N_PARTS; part++)
        json_object_set_new(object, gg_part_name((gg_part)part),
                            t->found ? offloading(&t->parts[part]) : json_null());
    json_t *intervals = t->found ? json_object() : json_null();
    if (t->found) {
        json_object_set_new(intervals, "offloaded", estimate(&t->test_offloaded));
        json_object_set_new(intervals, "accuracy", estimate(&t->test_accuracy));
    }
    json_object_set_new(object, "test_intervals", intervals);
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
    json_t *object = json_object(), *thresholds = json_array();
    json_object_set_new(object, "name", gg_json_of_text(item->name));
    json_object_set_new(object, "stored", json_boolean(item->stored));
    json_object_set_new(object, "outside_0_1", gg_json_of_count(item->outside));
    json_object_set_new(object, "infinite", gg_json_of_count(item->infinite));
    json_object_set_new(object, "metrics",
                        metrics(item->metrics, GG_METRIC_AUROC, GG_N_NAMED_METRICS));
    json_object_set_new(object, "deciles", deciles(item));
    json_object_set_new(object, "offload", e->llm_correct != NULL ? offload(item) : json_null());
    json_object_set_new(object, "risk_coverage", risk_coverage(item));
    json_object_set_new(object, "calibration", calibration(e, item));
    for (size_t t = 0; t < item->n_thresholds; t++)
        json_array_append_new(thresholds, threshold(&item->thresholds[t]));
    json_object_set_new(object, "thresholds", thresholds);
    json_object_set_new(object, "router", router(e, item));
    return object;
}

static json_t *describe_split(const gg_evaluation *e) {
    json_t *object = json_object();
    for (int part = 0; part < GG_N_PARTS; part++)
        json_object_set_new(object, gg_part_name((gg_part)part),
                            gg_json_of_count(e->part_size[part]));
    return object;
}

gg_status gg_evaluation_print_json(const gg_evaluation *e, FILE *stream, gg_error *err) {
    json_t *root = json_object(), *items = json_array();
    json_object_set_new(root, "dataset", gg_json_of_text(e->path));
    json_object_set_new(root, "side", json_string(gg_side_name(e->options->side)));
    json_object_set_new(root, "n_queries", gg_json_of_count(e->n));
    json_object_set_new(root, "accuracy", gg_json_of_number(e->accuracy));
    json_object_set_new(root, "llm_accuracy", gg_json_of_number(e->llm_accuracy));
    json_object_set_new(root, "seed", json_integer((json_int_t)e->options->seed));
    json_object_set_new(root, "bootstrap", gg_json_of_count(e->options->resamples));
    json_object_set_new(root, "bins", gg_json_of_count(e->options->n_bins));
    json_object_set_new(root, "split", e->split ? describe_split(e) : json_null());
    for (size_t k = 0; k < e->n_items; k++)
        json_array_append_new(items, describe_item(e, &e->items[k]));
    json_object_set_new(root, "uncertainties", items);
    gg_status status = root != NULL ? gg_json_write(root, stream, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory writing JSON");
    json_decref(root);
    return status;
}
