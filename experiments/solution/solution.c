/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/solution.h"

#include <math.h>

#include "models/base/alloc.h"

gg_status gg_solution_init(gg_solution *solution, const gg_instance *instance,
                           gg_objective objective, size_t n_entries, gg_error *err) {
    *solution = (gg_solution){.instance = gg_strdup(instance->name),
                              .n_users = instance->n_users,
                              .n_servers = instance->n_servers,
                              .objective = objective,
                              .tau = instance->tau,
                              .gap_tolerance = gg_solve_options_init().gap,
                              .n_entries = n_entries,
                              .entries = gg_alloc(n_entries, sizeof *solution->entries)};
    if (solution->instance != NULL && solution->entries != NULL)
        return GG_OK;
    gg_free(solution->instance);
    gg_free(solution->entries);
    *solution = (gg_solution){0};
    return gg_fail(err, GG_E_NOMEM, "out of memory for %zu results", n_entries);
}

void gg_solution_clear(gg_solution *solution) {
    for (size_t e = 0; e < solution->n_entries; e++) {
        gg_free(solution->entries[e].solver);
        gg_free(solution->entries[e].assignment);
        gg_certificate_free(solution->entries[e].certificate);
        gg_free(solution->entries[e].multipliers);
        gg_free(solution->entries[e].accuracy_of);
    }
    gg_free(solution->entries);
    gg_free(solution->instance);
    *solution = (gg_solution){0};
}

static const gg_metrics unknown_metrics = {.objective_s = NAN,
                                           .total_delay_s = NAN,
                                           .local_delay_s = NAN,
                                           .comm_delay_s = NAN,
                                           .comp_delay_s = NAN,
                                           .measured_total_delay_s = NAN,
                                           .measured_comp_delay_s = NAN,
                                           .accuracy = NAN,
                                           .expected_accuracy = NAN,
                                           .energy_j = NAN};

gg_status gg_solution_take(gg_solution_entry *entry, size_t n_users, gg_result *result,
                           gg_error *err) {
    *entry = (gg_solution_entry){
        .solver = gg_strdup(result->solver),
        .status = result->status,
        .assignment = result->assignment,
        .n_assigned = result->assignment != NULL ? n_users : 0,
        .metrics = result->assignment != NULL ? result->metrics : unknown_metrics,
        .lower_bound_s = result->has_lower_bound ? result->lower_bound_s : NAN,
        .gap = gg_result_gap(result),
        .certificate = result->certificate,
        .multipliers = result->multipliers,
        .nodes = result->nodes,
        .runtime_s = result->runtime_s,
        .stop_reason = result->stop_reason};
    result->assignment = NULL;
    result->certificate = NULL;
    result->multipliers = NULL;
    gg_result_clear(result);
    return entry->solver != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "out of memory for a result");
}

bool gg_solution_competes(const gg_solution_entry *entry, const gg_solution_entry *other) {
    return entry->required_accuracy == 0.0 ||
           other->metrics.expected_accuracy >= entry->required_accuracy - GG_ACCURACY_SLACK;
}

void gg_solution_list_clear(gg_solution_list *list) {
    for (size_t r = 0; r < list->count; r++)
        gg_solution_clear(&list->runs[r]);
    gg_free(list->runs);
    *list = (gg_solution_list){0};
}

void gg_solution_list_drop_certificates(gg_solution_list *list) {
    for (size_t r = 0; r < list->count; r++)
        for (size_t e = 0; e < list->runs[r].n_entries; e++) {
            gg_certificate_free(list->runs[r].entries[e].certificate);
            list->runs[r].entries[e].certificate = NULL;
        }
}
