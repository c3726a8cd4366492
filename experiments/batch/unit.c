/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/unit.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"

/* Copies text into a cell, cut to its size. */
static void set_word(char *cell, size_t size, const char *text) {
    size_t length = strnlen(text, size - 1);
    memcpy(cell, text, length);
    cell[length] = '\0';
}

void gg_unit_blank_row(const gg_experiment *experiment, const gg_unit *unit,
                       const gg_solver *solver, gg_row *row) {
    const gg_preset *preset = experiment->presets[unit->preset];
    size_t n_servers =
        unit->n_servers == GG_PLAN_PRESET_SERVERS ? preset->servers : unit->n_servers;
    *row = (gg_row){
        .n_users = (uint32_t)unit->n_users,
        .n_servers = (uint32_t)n_servers,
        .tau = unit->tau,
        .run = unit->run,
        .seed = experiment->plan->seed,
        .objective_s = NAN,
        .lower_bound_s = NAN,
        .gap = NAN,
        .total_delay_s = NAN,
        .local_delay_s = NAN,
        .comm_delay_s = NAN,
        .comp_delay_s = NAN,
        .measured_total_delay_s = NAN,
        .measured_comp_delay_s = NAN,
        .accuracy = NAN,
        .runtime_s = NAN,
    };
    set_word(row->objective, sizeof row->objective, gg_objective_name(unit->objective));
    set_word(row->preset, sizeof row->preset, gg_preset_name(preset));
    set_word(row->solver, sizeof row->solver, solver->name);
    set_word(row->status, sizeof row->status, gg_result_status_name(GG_FAILED));
    set_word(row->stop_reason, sizeof row->stop_reason, gg_stop_reason_name(GG_STOP_DONE));
}

gg_status gg_unit_draw(const gg_experiment *experiment, const gg_unit *unit, gg_instance **out,
                       gg_error *err) {
    gg_draw draw = {
        .n_users = unit->n_users,
        .default_servers = unit->n_servers == GG_PLAN_PRESET_SERVERS,
        .n_servers = unit->n_servers == GG_PLAN_PRESET_SERVERS ? 0 : unit->n_servers,
        .tau = unit->tau,
        .seed = experiment->plan->seed,
        .run = unit->run,
        .workload = experiment->workload,
        .latency_scale = experiment->latency_scale,
    };
    return gg_scenario_draw(experiment->presets[unit->preset], &draw, out, err);
}

static void set_metrics(const gg_result *result, gg_row *row) {
    const gg_metrics *m = &result->metrics;
    row->objective_s = m->objective_s;
    row->gap = gg_result_gap(result);
    row->n_offloaded = (uint32_t)m->n_offloaded;
    row->total_delay_s = m->total_delay_s;
    row->local_delay_s = m->local_delay_s;
    row->comm_delay_s = m->comm_delay_s;
    row->comp_delay_s = m->comp_delay_s;
    row->measured_total_delay_s = m->measured_total_delay_s;
    row->measured_comp_delay_s = m->measured_comp_delay_s;
    row->accuracy = m->accuracy;
    row->tau_violations = (uint32_t)m->tau_violations;
}

static void set_result(const gg_result *result, gg_row *row) {
    set_word(row->status, sizeof row->status, gg_result_status_name(result->status));
    set_word(row->stop_reason, sizeof row->stop_reason, gg_stop_reason_name(result->stop_reason));
    row->nodes = result->nodes;
    row->runtime_s = result->runtime_s;
    if (result->has_lower_bound)
        row->lower_bound_s = result->lower_bound_s;
    if (result->status != GG_INFEASIBLE)
        set_metrics(result, row);
}

static int16_t *narrow(const int32_t *assignment, size_t n_users) {
    int16_t *copy = gg_alloc(n_users, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n_users; i++)
        copy[i] = (int16_t)assignment[i];
    return copy;
}

void gg_unit_solve(const gg_experiment *experiment, const gg_unit *unit,
                   const gg_instance *instance, const gg_solver *solver, gg_row *row,
                   int16_t **assignment) {
    const gg_plan *plan = experiment->plan;
    gg_solve_options options = gg_solve_options_init();
    options.objective = unit->objective;
    options.gap = plan->gap;
    options.time_limit_s = plan->time_limit_s;
    options.node_limit = plan->node_limit;
    options.seed = plan->seed;
    options.run = unit->run;
    gg_result result = {0};
    gg_error err = {0};
    *assignment = NULL;
    gg_unit_blank_row(experiment, unit, solver, row);
    if (gg_solve(solver, instance, &options, &result, &err) == GG_OK) {
        set_result(&result, row);
        if (plan->assignments && result.assignment != NULL)
            *assignment = narrow(result.assignment, instance->n_users);
    } else {
        set_word(row->failure, sizeof row->failure, err.message);
    }
    gg_result_clear(&result);
}
