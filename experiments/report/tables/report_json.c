/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>

#include "experiments/output/json_file.h"
#include "experiments/output/json_layout.h"
#include "experiments/report/report.h"
#include "experiments/report/stats/headline.h"
#include "experiments/report/tables/report_tables.h"
#include "models/base/outfile.h"

static const char bootstrap_rule[] =
    "Clusters are the distinct (seed, run) of the sample's rows, ascending; of more than 8192, g = "
    "ceil(n / 8192) that follow each other are one. With n clusters, "
    "resample b takes clusters floor(n u[k]) for k = b n .. b n + n - 1; u[k] is made of the upper "
    "53 of the first 64 bits (word 0 high, word 1 low) of Philox4x32-10 with key (seed, 0) and "
    "counter (0, 30, 0, k), as (bits + 0.5) / 2^53. Its mean is the sum of the clusters' values "
    "over their number; the interval is the 0.025 and 0.975 quantile (type 7) of all resamples.";

/* Strings that are not UTF-8 become null; memory is checked once, at the end, by jansson. */
static void put(json_t *object, const char *key, json_t *value) {
    json_object_set_new(object, key, value != NULL ? value : json_null());
}

/* JSON readers have no integers beyond 2^63 - 1; such a seed is text. */
static json_t *seed_of(uint64_t seed) {
    char digits[24];
    if (seed <= INT64_MAX)
        return json_integer((json_int_t)seed);
    snprintf(digits, sizeof digits, "%" PRIu64, seed);
    return json_string(digits);
}

#define PUT_COUNT(name) put(object, #name, gg_json_of_count(from->name));
#define PUT_NUMBER(name) put(object, #name, gg_json_of_number(from->name));

static json_t *gaps_of(const gg_gap_stats *from) {
    json_t *object = json_object();
    GG_GAP_COUNTS(PUT_COUNT)
    GG_GAP_NUMBERS(PUT_NUMBER)
    return object;
}

static json_t *delays_of(const gg_delay_stats *from) {
    json_t *object = json_object();
    put(object, "decisions", gg_json_of_count(from->decisions));
    GG_DELAY_NUMBERS(PUT_NUMBER)
    return object;
}

static void put_stats(json_t *object, const gg_gap_stats *gaps, const gg_delay_stats *delays) {
    put(object, "gap", gaps_of(gaps));
    put(object, "delay", delays_of(delays));
}

static void put_panel(json_t *object, const gg_row *key) {
    put(object, "preset", gg_json_of_text(key->preset));
    put(object, "objective", gg_json_of_text(key->objective));
}

static void put_cell(json_t *object, const gg_row *key) {
    put_panel(object, key);
    put(object, "n_users", gg_json_of_count(key->n_users));
    put(object, "n_servers", gg_json_of_count(key->n_servers));
    put(object, "tau", gg_json_of_number(key->tau));
}

static json_t *manifest_of(const gg_manifest *manifest) {
    json_t *object = json_object();
    for (size_t k = 0; k < manifest->count; k++)
        put(object, manifest->entries[k].key, gg_json_of_text(manifest->entries[k].value));
    return object;
}

static json_t *strategies_of(const gg_summary *summary) {
    json_t *list = json_array();
    for (size_t s = 0; s < summary->n_strategies; s++) {
        json_t *object = json_object();
        put(object, "strategy", gg_json_of_text(summary->strategies[s].name));
        put(object, "proves", json_boolean(summary->strategies[s].proves));
        put_stats(object, &summary->strategies[s].gaps, &summary->strategies[s].delays);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *panels_of(const gg_summary *summary) {
    json_t *list = json_array();
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t c = 0; c < summary->panels[p].n_curves; c++) {
            const gg_curve *curve = &summary->panels[p].curves[c];
            json_t *object = json_object();
            put_panel(object, summary->panels[p].key);
            put(object, "strategy", gg_json_of_text(summary->strategies[curve->strategy].name));
            put_stats(object, &curve->gaps, &curve->delays);
            json_array_append_new(list, object);
        }
    return list;
}

static json_t *cells_of(const gg_summary *summary) {
    json_t *list = json_array();
    for (size_t g = 0; g < summary->n_groups; g++) {
        const gg_group *group = &summary->groups[g];
        json_t *object = json_object();
        put_cell(object, group->key);
        put(object, "strategy", gg_json_of_text(group->key->solver));
        put_stats(object, &group->gaps, &group->delays);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *slices_of(const gg_summary *summary) {
    json_t *list = json_array();
    for (size_t p = 0; p < summary->n_panels; p++)
        for (size_t k = 0; k < summary->panels[p].slices.count; k++) {
            const gg_slice *slice = &summary->panels[p].slices.items[k];
            json_t *object = json_object();
            put_panel(object, summary->panels[p].key);
            put(object, "axis", json_string(gg_along_name(slice->along)));
            put(object, "value", gg_json_of_number(slice->at));
            put(object, "strategy", gg_json_of_text(summary->strategies[slice->strategy].name));
            put_stats(object, &slice->gaps, &slice->delays);
            json_array_append_new(list, object);
        }
    return list;
}

static json_t *pairs_of(const gg_study *study) {
    const gg_summary *summary = study->summary;
    json_t *list = json_array();
    for (size_t k = 0; k < study->pairs.count; k++) {
        const gg_pair *from = &study->pairs.items[k];
        json_t *object = json_object();
        put_panel(object, summary->panels[from->panel].key);
        put(object, "strategy", gg_json_of_text(summary->strategies[from->a].name));
        put(object, "against", gg_json_of_text(summary->strategies[from->b].name));
        PUT_COUNT(compared)
        PUT_COUNT(wins)
        PUT_COUNT(ties)
        PUT_COUNT(losses)
        PUT_NUMBER(median_ratio)
        PUT_COUNT(draws)
        put(object, "different", gg_json_of_count(from->test.n));
        put(object, "w_plus", gg_json_of_number(from->test.positive));
        put(object, "w_minus", gg_json_of_number(from->test.negative));
        put(object, "p", gg_json_of_number(from->test.p));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *profiles_of(const gg_study *study) {
    const gg_summary *summary = study->summary;
    json_t *list = json_array();
    for (size_t k = 0; k < study->profiles.count; k++) {
        const gg_profile *from = &study->profiles.items[k];
        json_t *object = json_object();
        put_panel(object, summary->panels[from->panel].key);
        put(object, "strategy", gg_json_of_text(summary->strategies[from->strategy].name));
        PUT_COUNT(instances)
        PUT_COUNT(solved)
        put(object, "fastest",
            gg_json_of_number(from->instances > 0 ? gg_ecdf_at(&from->ecdf, 1.0) : NAN));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *mistakes_of(const gg_study *study) {
    const gg_summary *summary = study->summary;
    json_t *list = json_array();
    for (size_t k = 0; k < study->mistakes.count; k++) {
        const gg_mistakes *from = &study->mistakes.items[k];
        json_t *object = json_object(), *kinds = json_object();
        put_panel(object, summary->panels[from->panel].key);
        put(object, "strategy", gg_json_of_text(summary->strategies[from->strategy].name));
        PUT_COUNT(instances)
        put(object, "decided_alike", gg_json_of_count(from->equal));
        PUT_COUNT(users)
        for (gg_mistake_kind kind = 0; kind < GG_N_MISTAKES; kind++) {
            json_t *of = json_object();
            put(of, "users", gg_json_of_count(from->count[kind]));
            put(of, "costed", gg_json_of_count(from->costed[kind]));
            put(of, "costly", gg_json_of_count(from->costly[kind]));
            put(of, "cost_s", gg_json_of_number(from->costed[kind] > 0 ? from->cost_s[kind] : NAN));
            put(kinds, gg_mistake_name(kind), of);
        }
        put(object, "kinds", kinds);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *worst_of(const gg_study *study) {
    const gg_summary *summary = study->summary;
    json_t *list = json_array();
    for (size_t s = 0; s < summary->n_strategies; s++)
        for (size_t k = 0; k < study->worst[s].count; k++) {
            size_t row = study->worst[s].rows[k];
            const gg_row *of = &summary->results->rows[row];
            json_t *object = json_object();
            put(object, "strategy", gg_json_of_text(summary->strategies[s].name));
            put(object, "gap", gg_json_of_number(summary->gaps[row].value));
            put(object, "objective_s", gg_json_of_number(of->objective_s));
            put(object, "optimum_s", gg_json_of_number(summary->gaps[row].best_s));
            put_cell(object, of);
            put(object, "seed", seed_of(of->seed));
            put(object, "run", gg_json_of_count(of->run));
            json_array_append_new(list, object);
        }
    return list;
}

static json_t *interval_of(const gg_mean_interval *from) {
    json_t *object = json_object();
    PUT_NUMBER(mean)
    PUT_NUMBER(low)
    PUT_NUMBER(high)
    return object;
}

static void put_fair(json_t *object, const gg_fair_stats *from) {
    json_t *delay = json_object(), *accuracy = json_object();
    put(object, "fair_gap", gaps_of(&from->fair));
    put(object, "compared", gg_json_of_count(from->compared));
    put(object, "least_gap", interval_of(&from->gap.least));
    put(object, "most_gap", interval_of(&from->gap.most));
    put(object, "least_fair_gap", interval_of(&from->at_par.least));
    put(object, "most_fair_gap", interval_of(&from->at_par.most));
    for (gg_fair_side side = 0; side < GG_N_FAIR_SIDES; side++) {
        put(delay, gg_fair_side_name(side), interval_of(&from->delay_s[side]));
        put(accuracy, gg_fair_side_name(side), interval_of(&from->accuracy[side]));
    }
    put(object, "fair_delay_s", delay);
    put(object, "fair_accuracy", accuracy);
}

/* Each strategy that is held to another's accuracy: over all panels, or panel by panel. */
static json_t *fair_of(const gg_summary *summary, bool by_panel) {
    json_t *list = json_array();
    for (size_t k = 0; k < summary->fair.count; k++)
        for (size_t p = 0; p < (by_panel ? summary->n_panels : 1); p++) {
            const gg_fair *from = &summary->fair.items[k];
            json_t *object = json_object();
            if (by_panel)
                put_panel(object, summary->panels[p].key);
            put(object, "strategy", gg_json_of_text(summary->strategies[from->reference].name));
            put(object, "held", gg_json_of_text(summary->strategies[from->held].name));
            put_fair(object, by_panel ? &from->panels[p] : &from->all);
            json_array_append_new(list, object);
        }
    return list;
}

static json_t *bootstrap_of(void) {
    json_t *object = json_object();
    put(object, "resamples", gg_json_of_count(GG_BOOTSTRAP_RESAMPLES));
    put(object, "seed", seed_of(GG_BOOTSTRAP_SEED));
    put(object, "level", gg_json_of_number(0.95));
    put(object, "rule", json_string(bootstrap_rule));
    return object;
}

static json_t *summary_of(const gg_study *study) {
    const gg_summary *summary = study->summary;
    char headline[GG_HEADLINE_SIZE];
    json_t *root = json_object(), *instances = json_object();
    gg_headline(summary, headline);
    put(root, "format", json_string("goagap-summary"));
    put(root, "version", gg_json_of_count(GG_SUMMARY_VERSION));
    put(root, "headline", gg_json_of_text(headline));
    put(root, "subject", gg_json_of_text(gg_summary_subject(summary)->name));
    put(root, "draws", gg_json_of_count(summary->counts.draws));
    put(root, "networks", gg_json_of_count(summary->counts.networks));
    put(instances, "total", gg_json_of_count(summary->counts.units));
    put(instances, "proven", gg_json_of_count(summary->counts.proven));
    put(instances, "infeasible", gg_json_of_count(summary->counts.infeasible));
    put(instances, "conflicts", gg_json_of_count(summary->counts.conflicts));
    put(root, "instances", instances);
    put(root, "bootstrap", bootstrap_of());
    put(root, "manifest", manifest_of(&summary->results->manifest));
    put(root, "strategies", strategies_of(summary));
    put(root, "panels", panels_of(summary));
    if (summary->fair.count > 0) {
        put(root, "fair_strategies", fair_of(summary, false));
        put(root, "fair_panels", fair_of(summary, true));
    }
    put(root, "slices", slices_of(summary));
    put(root, "cells", cells_of(summary));
    put(root, "pairs", pairs_of(study));
    put(root, "profiles", profiles_of(study));
    put(root, "mistakes", mistakes_of(study));
    put(root, "worst", worst_of(study));
    if (study->comparison.count > 0)
        put(root, "scorecard", gg_json_of_scorecard(&study->scorecard));
    if (study->evaluation.n_items > 0)
        put(root, "uncertainty", gg_json_of_ranking(&study->evaluation));
    return root;
}

gg_status gg_report_json(const gg_study *study, const char *path, gg_error *err) {
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    GG_TRY(gg_outfile_open(path, &out, &stream, err));
    json_t *root = summary_of(study);
    gg_status status = gg_json_write(root, stream, err);
    json_decref(root);
    return gg_outfile_finish(out, status, err);
}
