/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Solutions as JSON.
 */
#include <math.h>

#include "experiments/output/json_file.h"
#include "experiments/solution/solution.h"

/* A count that exists only where there is a decision. */
static json_t *count(const gg_solution_entry *entry, size_t value) {
    return entry->assignment != NULL ? json_integer((json_int_t)value) : json_null();
}

static json_t *assignment(const gg_solution_entry *entry) {
    return entry->assignment != NULL ? gg_json_of_decision(entry->assignment, entry->n_assigned)
                                     : json_null();
}

static json_t *numbers_json(const gg_solution_entry *entry) {
    const gg_metrics *m = &entry->metrics;
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:I, s:o}",
        "solver", entry->solver, "status", gg_result_status_name(entry->status), "objective_s",
        gg_json_of_number(m->objective_s), "lower_bound_s", gg_json_of_number(entry->lower_bound_s),
        "gap", gg_json_of_number(entry->gap), "assignment", assignment(entry), "n_offloaded",
        count(entry, m->n_offloaded), "total_delay_s", gg_json_of_number(m->total_delay_s),
        "local_delay_s", gg_json_of_number(m->local_delay_s), "comm_delay_s",
        gg_json_of_number(m->comm_delay_s), "comp_delay_s", gg_json_of_number(m->comp_delay_s),
        "measured_total_delay_s", gg_json_of_number(m->measured_total_delay_s),
        "measured_comp_delay_s", gg_json_of_number(m->measured_comp_delay_s), "accuracy",
        gg_json_of_number(m->accuracy), "expected_accuracy",
        gg_json_of_number(m->expected_accuracy), "tau_violations", count(entry, m->tau_violations),
        "nodes", (json_int_t)entry->nodes, "runtime_s", gg_json_of_number(entry->runtime_s));
}

/* Only where it is known: other files are as they were. */
static json_t *add_energy(json_t *object, const gg_solution_entry *entry) {
    if (isnan(entry->metrics.energy_j) ||
        json_object_set_new(object, "energy_j", gg_json_of_number(entry->metrics.energy_j)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

/* Releases the object and returns NULL where memory is short; json_object_set_new refuses NULL. */
static json_t *add_requirement(json_t *object, const gg_solution_entry *entry) {
    if (entry->required_accuracy == 0.0)
        return object;
    if (json_object_set_new(object, "required_accuracy",
                            gg_json_of_number(entry->required_accuracy)) == 0 &&
        json_object_set_new(object, "accuracy_of",
                            entry->accuracy_of != NULL ? json_string(entry->accuracy_of)
                                                       : json_null()) == 0)
        return object;
    json_decref(object);
    return NULL;
}

/* A bound that is not finite needs no proof, and JSON has no word for it. */
static json_t *entry_json(const gg_solution_entry *entry) {
    json_t *object = add_requirement(numbers_json(entry), entry);
    object = object != NULL ? add_energy(object, entry) : NULL;
    if (object == NULL)
        return NULL;
    if (entry->stop_reason != GG_STOP_DONE)
        json_object_set_new(object, "stop_reason",
                            json_string(gg_stop_reason_name(entry->stop_reason)));
    if (entry->certificate == NULL || !isfinite(entry->certificate->bound_s))
        return object;
    /* Releases what it cannot add, and refuses NULL. */
    if (json_object_set_new(object, "certificate", gg_certificate_json(entry->certificate)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *solution_json(const gg_solution *solution) {
    json_t *results = json_array();
    for (size_t e = 0; e < solution->n_entries; e++)
        if (json_array_append_new(results, entry_json(&solution->entries[e])) != 0) {
            json_decref(results);
            return NULL;
        }
    return json_pack(
        "{s:s, s:I, s:I, s:s, s:o, s:o, s:o}", "instance", solution->instance, "n_users",
        (json_int_t)solution->n_users, "n_servers", (json_int_t)solution->n_servers, "objective",
        gg_objective_name(solution->objective), "tau", gg_json_of_number(solution->tau),
        "gap_tolerance", gg_json_of_number(solution->gap_tolerance), "results", results);
}

json_t *gg_solution_list_json(const gg_solution_list *list) {
    if (!list->is_list)
        return solution_json(&list->runs[0]);
    json_t *runs = json_array();
    for (size_t r = 0; r < list->count; r++)
        if (json_array_append_new(runs, solution_json(&list->runs[r])) != 0) {
            json_decref(runs);
            return NULL;
        }
    return json_pack("{s:o}", "runs", runs);
}
