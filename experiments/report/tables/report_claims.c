/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The published means and what they claim, and the uncertainty, as tables and JSON.
 */
#include <jansson.h>
#include <math.h>

#include "experiments/output/csv_out.h"
#include "experiments/output/json_file.h"
#include "experiments/output/json_layout.h"
#include "experiments/report/tables/report_tables.h"

static void write_published(const gg_study *study, FILE *stream) {
    gg_comparison_csv(&study->comparison, stream);
}

static void write_scorecard(const gg_study *study, FILE *stream) {
    gg_scorecard_csv(&study->scorecard, stream);
}

const gg_report_table gg_published_tables[GG_N_PUBLISHED_TABLES] = {
    {.name = "published.csv", .write = write_published},
    {.name = "scorecard.csv", .write = write_scorecard}};

static void put_estimate(FILE *stream, const gg_estimate *of) {
    gg_csv_put_number(stream, of->value);
    gg_csv_put_number(stream, of->low);
    gg_csv_put_number(stream, of->high);
}

static void write_tenths(const gg_study *study, FILE *stream) {
    fputs("uncertainty,tenth,alpha_low,alpha_high,accuracy,accuracy_low,accuracy_high\n", stream);
    for (size_t k = 0; k < study->evaluation.n_items; k++)
        for (size_t d = 0; d < GG_N_DECILES; d++) {
            const gg_evaluated *item = &study->evaluation.items[k];
            gg_csv_put_text(stream, item->name);
            gg_csv_put_count(stream, d + 1);
            gg_csv_put_number(stream, item->decile_low[d]);
            gg_csv_put_number(stream, item->decile_high[d]);
            put_estimate(stream, &item->metrics[GG_METRIC_DECILE + d]);
            fputc('\n', stream);
        }
}

static void write_ranking(const gg_study *study, FILE *stream) {
    fputs("measure,auroc,auroc_low,auroc_high,behind,behind_low,behind_high\n", stream);
    for (size_t k = 0; k < study->evaluation.n_ranked; k++) {
        gg_csv_put_text(stream, study->evaluation.ranked[k].name);
        put_estimate(stream, &study->evaluation.ranked[k].auroc);
        put_estimate(stream, &study->evaluation.ranked[k].behind);
        fputc('\n', stream);
    }
}

const gg_report_table gg_uncertainty_tables[GG_N_UNCERTAINTY_TABLES] = {
    {.name = "uncertainty.csv", .write = write_tenths},
    {.name = "ranking.csv", .write = write_ranking}};

/* Memory is checked once, at the end, by jansson. */
static void put(json_t *object, const char *key, json_t *value) {
    json_object_set_new(object, key, value != NULL ? value : json_null());
}

static json_t *correlation_of(const gg_correlation *from) {
    json_t *object = json_object();
    put(object, "draws", gg_json_of_count(from->draws));
    put(object, "mean", gg_json_of_number(from->mean));
    put(object, "low", gg_json_of_number(from->low));
    put(object, "high", gg_json_of_number(from->high));
    return object;
}

static json_t *score_of(const size_t counts[GG_N_SCORE_SIDES]) {
    json_t *object = json_object();
    for (gg_score_side side = 0; side < GG_N_SCORE_SIDES; side++)
        put(object, gg_score_side_name(side), gg_json_of_count(counts[side]));
    return object;
}

json_t *gg_json_of_scorecard(const gg_scorecard *card) {
    json_t *object = json_object(), *list = json_array();
    for (size_t s = 0; s < GG_N_SCORES; s++) {
        const gg_score *score = &card->scores[s];
        json_t *of = json_object();
        put(of, "against", json_string(score->against));
        put(of, "cells", gg_json_of_count(score->cells));
        put(of, "accuracy", score_of(score->accuracy));
        put(of, "delay", score_of(score->delay));
        put(of, "both", score_of(score->both));
        json_array_append_new(list, of);
    }
    put(object, "scores", list);
    put(object, "slm_correlation", correlation_of(&card->slm));
    put(object, "llm_correlation", correlation_of(&card->llm));
    return object;
}

static json_t *estimate_of(const gg_estimate *from) {
    json_t *object = json_object();
    put(object, "value", gg_json_of_number(from->value));
    put(object, "low", gg_json_of_number(from->low));
    put(object, "high", gg_json_of_number(from->high));
    return object;
}

json_t *gg_json_of_ranking(const gg_evaluation *evaluation) {
    json_t *object = json_object(), *list = json_array();
    for (size_t k = 0; k < evaluation->n_ranked; k++) {
        json_t *of = json_object();
        put(of, "measure", gg_json_of_text(evaluation->ranked[k].name));
        put(of, "auroc", estimate_of(&evaluation->ranked[k].auroc));
        put(of, "behind", estimate_of(&evaluation->ranked[k].behind));
        json_array_append_new(list, of);
    }
    put(object, "alpha", gg_json_of_text(evaluation->items[0].name));
    put(object, "queries", gg_json_of_count(evaluation->n));
    put(object, "ranking", list);
    return object;
}
