/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Solution files: from JSON to plain structs, with the key path of whatever is wrong.
 */
#include <math.h>
#include <string.h>

#include "experiments/output/json_file.h"
#include "experiments/solution/solution.h"
#include "models/base/alloc.h"

/* An object of the file, and how to name its members in messages. */
typedef struct place {
    const char *source;
    const char *prefix; /* "runs[1].results[0]." */
    const json_t *object;
    gg_error *err;
} place;

static gg_status bad(const place *at, const char *key, const char *reason) {
    return gg_fail(at->err, GG_E_INPUT, "%s: %s%s: %s", at->source, at->prefix, key, reason);
}

static gg_status read_name(const place *at, const char *key, char **text) {
    const json_t *value = json_object_get(at->object, key);
    if (value == NULL)
        return bad(at, key, "missing");
    if (!json_is_string(value))
        return bad(at, key, "is not a string");
    *text = gg_strdup(json_string_value(value));
    return *text != NULL ? GG_OK : gg_fail(at->err, GG_E_NOMEM, "%s: out of memory", at->source);
}

static gg_status read_integer(const place *at, const char *key, int64_t *integer) {
    const json_t *value = json_object_get(at->object, key);
    if (value == NULL)
        return bad(at, key, "missing");
    if (!json_is_integer(value))
        return bad(at, key, "is not an integer");
    *integer = json_integer_value(value);
    return *integer >= 0 ? GG_OK : bad(at, key, "is negative");
}

static gg_status read_size(const place *at, const char *key, size_t *size) {
    int64_t integer = 0;
    gg_status status = read_integer(at, key, &integer);
    *size = (size_t)integer;
    return status;
}

/* A number, "inf", or null for NAN. */
static gg_status read_number(const place *at, const char *key, double *number) {
    const json_t *value = json_object_get(at->object, key);
    const char *text = json_string_value(value);
    if (value == NULL)
        return bad(at, key, "missing");
    if (json_is_number(value))
        *number = json_number_value(value);
    else if (json_is_null(value))
        *number = NAN;
    else if (text != NULL && strcmp(text, "inf") == 0)
        *number = INFINITY;
    else
        return bad(at, key, "is neither a number nor \"inf\" nor null");
    return GG_OK;
}

static gg_status read_assignment(const place *at, gg_solution_entry *entry) {
    const json_t *value = json_object_get(at->object, "assignment");
    if (value == NULL)
        return bad(at, "assignment", "missing");
    if (json_is_null(value))
        return GG_OK;
    if (!json_is_array(value))
        return bad(at, "assignment", "is neither an array nor null");
    entry->n_assigned = json_array_size(value);
    entry->assignment = gg_alloc(entry->n_assigned, sizeof *entry->assignment);
    if (entry->assignment == NULL)
        return gg_fail(at->err, GG_E_NOMEM, "%s: out of memory", at->source);
    size_t i;
    json_t *element;
    json_array_foreach(value, i, element) {
        json_int_t server = json_is_integer(element) ? json_integer_value(element) : INT32_MAX;
        if (server < INT32_MIN || server >= INT32_MAX) {
            char key[40];
            snprintf(key, sizeof key, "assignment[%zu]", i);
            return bad(at, key, "is not a server's index");
        }
        entry->assignment[i] = (int32_t)server;
    }
    return GG_OK;
}

static gg_status read_status(const place *at, gg_result_status *result) {
    const char *text = json_string_value(json_object_get(at->object, "status"));
    if (text == NULL)
        return bad(at, "status", "missing, or not a string");
    for (gg_result_status s = GG_FEASIBLE; s <= GG_INFEASIBLE; s++)
        if (strcmp(text, gg_result_status_name(s)) == 0) {
            *result = s;
            return GG_OK;
        }
    return bad(at, "status", "is none of feasible, optimal, bounded, infeasible");
}

/* Absent where it is not known, and of older versions. */
static gg_status read_energy(const place *at, gg_solution_entry *entry) {
    entry->metrics.energy_j = NAN;
    return json_object_get(at->object, "energy_j") == NULL
               ? GG_OK
               : read_number(at, "energy_j", &entry->metrics.energy_j);
}

/* What decisions were held to; absent where that is nothing. */
static gg_status read_requirement(const place *at, gg_solution_entry *entry) {
    const json_t *of = json_object_get(at->object, "accuracy_of");
    entry->no_forecast = json_object_get(at->object, "expected_accuracy") == NULL;
    entry->metrics.expected_accuracy = NAN;
    if (!entry->no_forecast)
        GG_TRY(read_number(at, "expected_accuracy", &entry->metrics.expected_accuracy));
    if (json_object_get(at->object, "required_accuracy") == NULL)
        return GG_OK;
    GG_TRY(read_number(at, "required_accuracy", &entry->required_accuracy));
    if (!(entry->required_accuracy > 0.0 && entry->required_accuracy <= 1.0))
        return bad(at, "required_accuracy", "is not in (0, 1]");
    return of != NULL && !json_is_null(of) ? read_name(at, "accuracy_of", &entry->accuracy_of)
                                           : GG_OK;
}

/* Optional. */
static gg_status read_certificate(const place *at, const gg_solution *solution,
                                  gg_solution_entry *entry) {
    const json_t *value = json_object_get(at->object, "certificate");
    if (value == NULL || json_is_null(value))
        return GG_OK;
    char where[512];
    snprintf(where, sizeof where, "%.300s: %scertificate", at->source, at->prefix);
    return gg_certificate_from_json(value, where, solution->n_users, solution->n_servers,
                                    &entry->certificate, at->err);
}

static gg_status read_entry(const place *at, const gg_solution *solution,
                            gg_solution_entry *entry) {
    gg_metrics *m = &entry->metrics;
    const struct {
        const char *key;
        double *number;
    } numbers[] = {{"objective_s", &m->objective_s},
                   {"lower_bound_s", &entry->lower_bound_s},
                   {"gap", &entry->gap},
                   {"total_delay_s", &m->total_delay_s},
                   {"local_delay_s", &m->local_delay_s},
                   {"comm_delay_s", &m->comm_delay_s},
                   {"comp_delay_s", &m->comp_delay_s},
                   {"measured_total_delay_s", &m->measured_total_delay_s},
                   {"measured_comp_delay_s", &m->measured_comp_delay_s},
                   {"accuracy", &m->accuracy},
                   {"runtime_s", &entry->runtime_s}};
    GG_TRY(read_name(at, "solver", &entry->solver));
    GG_TRY(read_status(at, &entry->status));
    GG_TRY(read_assignment(at, entry));
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        GG_TRY(read_number(at, numbers[k].key, numbers[k].number));
    GG_TRY(read_integer(at, "nodes", &entry->nodes));
    /* Without a decision there is nothing to count: null. */
    if (entry->assignment != NULL)
        GG_TRY(read_size(at, "n_offloaded", &m->n_offloaded));
    if (entry->assignment != NULL)
        GG_TRY(read_size(at, "tau_violations", &m->tau_violations));
    GG_TRY(read_requirement(at, entry));
    GG_TRY(read_energy(at, entry));
    return read_certificate(at, solution, entry);
}

static gg_status read_entries(const place *at, gg_solution *solution) {
    const json_t *results = json_object_get(at->object, "results");
    if (!json_is_array(results))
        return bad(at, "results", results == NULL ? "missing" : "is not an array");
    solution->entries = gg_alloc(json_array_size(results), sizeof *solution->entries);
    if (solution->entries == NULL)
        return gg_fail(at->err, GG_E_NOMEM, "%s: out of memory", at->source);
    solution->n_entries = json_array_size(results);
    for (size_t e = 0; e < solution->n_entries; e++) {
        char prefix[96];
        snprintf(prefix, sizeof prefix, "%sresults[%zu].", at->prefix, e);
        const place inner = {at->source, prefix, json_array_get(results, e), at->err};
        if (!json_is_object(inner.object))
            return gg_fail(at->err, GG_E_INPUT, "%s: %sresults[%zu]: is not an object", at->source,
                           at->prefix, e);
        GG_TRY(read_entry(&inner, solution, &solution->entries[e]));
    }
    return GG_OK;
}

static gg_status read_solution(const place *at, gg_solution *solution) {
    if (!json_is_object(at->object))
        return gg_fail(at->err, GG_E_INPUT, "%s: %sis not an object", at->source, at->prefix);
    GG_TRY(read_name(at, "instance", &solution->instance));
    GG_TRY(read_size(at, "n_users", &solution->n_users));
    GG_TRY(read_size(at, "n_servers", &solution->n_servers));
    const char *objective = json_string_value(json_object_get(at->object, "objective"));
    if (objective == NULL || gg_objective_parse(objective, &solution->objective, NULL) != GG_OK)
        return bad(at, "objective",
                   "is none of \"weighted\", \"uniform\", \"energy\" and \"delay+energy:PRICE\"");
    GG_TRY(read_number(at, "tau", &solution->tau));
    if (!(solution->tau >= 0.0 && solution->tau <= 1.0))
        return bad(at, "tau", "is not in [0, 1]");
    /* Files of before it was written hold to the default. */
    solution->gap_tolerance = gg_solve_options_init().gap;
    if (json_object_get(at->object, "gap_tolerance") != NULL)
        GG_TRY(read_number(at, "gap_tolerance", &solution->gap_tolerance));
    if (!(solution->gap_tolerance >= 0.0 && solution->gap_tolerance <= 1.0))
        return bad(at, "gap_tolerance", "is not in [0, 1]");
    return read_entries(at, solution);
}

static gg_status read_runs(const json_t *root, const char *path, gg_solution_list *list,
                           gg_error *err) {
    const json_t *runs = json_object_get(root, "runs");
    list->is_list = runs != NULL;
    if (runs != NULL && (!json_is_array(runs) || json_array_size(runs) == 0))
        return gg_fail(err, GG_E_INPUT, "%s: runs: is not an array of solutions", path);
    size_t count = runs != NULL ? json_array_size(runs) : 1;
    list->runs = gg_alloc(count, sizeof *list->runs);
    if (list->runs == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    list->count = count;
    for (size_t r = 0; r < count; r++) {
        char prefix[40] = "";
        if (runs != NULL)
            snprintf(prefix, sizeof prefix, "runs[%zu].", r);
        const place at = {path, prefix, runs != NULL ? json_array_get(runs, r) : root, err};
        GG_TRY(read_solution(&at, &list->runs[r]));
    }
    return GG_OK;
}

gg_status gg_solution_list_read(const char *path, gg_solution_list *list, gg_error *err) {
    *list = (gg_solution_list){0};
    json_t *root = NULL;
    GG_TRY(gg_json_load(path, &root, err));
    gg_status status = read_runs(root, path, list, err);
    json_decref(root);
    if (status != GG_OK)
        gg_solution_list_clear(list);
    return status;
}
