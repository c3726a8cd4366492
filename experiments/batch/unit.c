/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/unit.h"

#include <math.h>
#include <string.h>

#include "data/dataset/instance_file.h"
#include "experiments/batch/external.h"
#include "models/base/alloc.h"
#include "models/base/timer.h"

void gg_unit_blank_row(const gg_experiment *experiment, const gg_unit *unit, size_t index,
                       gg_row *row) {
    const gg_plan *plan = experiment->plan;
    const gg_preset *preset = unit->preset != SIZE_MAX ? experiment->presets[unit->preset] : NULL;
    const gg_case asked = gg_plan_case(plan, index);
    size_t n_servers =
        unit->n_servers == GG_PLAN_PRESET_SERVERS ? preset->servers : unit->n_servers;
    *row = gg_row_blank();
    row->n_users = (uint32_t)unit->n_users;
    row->n_servers = (uint32_t)n_servers;
    row->tau = isnan(unit->tau) ? asked.tau : unit->tau;
    row->run = unit->run;
    row->seed = unit->seed;
    row->objective = gg_objective_name(asked.objective);
    row->preset =
        preset != NULL ? gg_preset_name(preset) : gg_plan_file_name(&plan->sites[unit->site]);
    row->solver = plan->strategies[asked.strategy].name;
    row->status = gg_result_status_name(GG_FAILED);
    row->stop_reason = gg_stop_reason_name(GG_STOP_DONE);
}

/* The file of a network, where it is one of that kind. */
static const char *unit_file(const gg_plan *plan, const gg_unit *unit, gg_site_kind kind) {
    return unit->site < plan->n_sites && plan->site_kind == kind ? plan->sites[unit->site].path
                                                                 : NULL;
}

/* A listed draw must be the instance that the list's values are of. */
static gg_status check_listed(const gg_plan *plan, const gg_unit *unit, const gg_instance *instance,
                              gg_error *err) {
    char hex[GG_LISTED_DIGEST];
    if (unit->site >= plan->n_sites || plan->sites[unit->site].listed[0] == '\0')
        return GG_OK;
    gg_listed_digest(instance, hex);
    return strcmp(hex, plan->sites[unit->site].listed) == 0
               ? GG_OK
               : gg_fail(err, GG_E_INPUT, "%s: the draw is another instance than the list's",
                         plan->sites[unit->site].path);
}

gg_status gg_unit_draw(const gg_experiment *experiment, const gg_unit *unit, gg_instance **out,
                       gg_error *err) {
    const gg_plan *plan = experiment->plan;
    const char *file = unit_file(plan, unit, GG_SITE_FILE);
    if (file != NULL)
        return gg_instance_read(file, out, NULL, NULL, err);
    gg_draw draw = {
        .n_users = unit->n_users,
        .default_servers = unit->n_servers == GG_PLAN_PRESET_SERVERS,
        .n_servers = unit->n_servers == GG_PLAN_PRESET_SERVERS ? 0 : unit->n_servers,
        .tau = isnan(unit->tau) ? plan->taus[0] : unit->tau,
        .seed = unit->seed,
        .run = unit->run,
        .gains_csv = unit_file(plan, unit, GG_SITE_GAINS),
        .positions_csv = unit_file(plan, unit, GG_SITE_POSITIONS),
        .workload = experiment->workload,
        .latency_scale = experiment->latency_scale,
    };
    GG_TRY(gg_scenario_draw(experiment->presets[unit->preset], &draw, out, err));
    gg_status status = check_listed(plan, unit, *out, err);
    if (status != GG_OK) {
        gg_instance_free(*out);
        *out = NULL;
    }
    return status;
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
    row->expected_accuracy = m->expected_accuracy;
    row->energy_j = m->energy_j;
    row->tau_violations = (uint32_t)m->tau_violations;
}

static void set_result(const gg_result *result, gg_row *row) {
    row->status = gg_result_status_name(result->status);
    row->stop_reason = gg_stop_reason_name(result->stop_reason);
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

/* Somebody's command in place of gg_solve. */
static gg_status ask_external(const gg_plan_strategy *strategy, const gg_instance *instance,
                              const gg_solve_options *options, gg_result *result, gg_error *err) {
    if (gg_instance_infeasible(instance)) {
        result->status = GG_INFEASIBLE;
        return GG_OK;
    }
    double start_s = gg_now_s();
    gg_status status =
        gg_external_solve(strategy->command, instance, options, &result->assignment, err);
    result->runtime_s = gg_now_s() - start_s;
    if (status == GG_OK)
        status =
            gg_evaluate(instance, options->objective, result->assignment, &result->metrics, err);
    return status;
}

void gg_references_clear(gg_references *references) {
    for (size_t k = 0; k < references->count; k++)
        gg_result_clear(&references->of[k]);
    gg_free(references->of);
    *references = (gg_references){0};
}

/* A row being solved. */
typedef struct solving {
    const gg_experiment *experiment;
    const gg_unit *unit;
    gg_case asked;
    const gg_instance *network;
    gg_references *references;
    gg_course *course; /* of the row's strategy */
} solving;

static gg_verdict follow(void *course, const gg_progress *now) {
    gg_course_add(course, (gg_course_point){now->elapsed_s, now->lower_bound_s, now->incumbent_s});
    return GG_CONTINUE;
}

static const char *course_of(gg_course *course, const gg_result *result) {
    if (result->runtime_s < GG_COURSE_FROM_S || !result->has_lower_bound ||
        result->status == GG_INFEASIBLE)
        return "";
    gg_course_add(course, (gg_course_point){result->runtime_s, result->lower_bound_s,
                                            result->metrics.objective_s});
    return gg_course_text(course);
}

static gg_status decide(const solving *now, size_t strategy, const gg_result *reference,
                        gg_result *result, gg_error *err) {
    const gg_plan *plan = now->experiment->plan;
    const gg_plan_strategy *s = &plan->strategies[strategy];
    gg_solve_options options = gg_solve_options_init();
    options.objective = now->asked.objective;
    options.goa_weights = s->weights_of_objective ? now->asked.objective : GG_WEIGHTED;
    options.settings = s->settings;
    options.gap = s->limits.gap;
    options.time_limit_s = s->limits.time_s;
    options.node_limit = s->limits.nodes;
    options.seed = now->unit->seed;
    options.run = now->unit->run;
    if (strategy == now->asked.strategy) {
        options.progress = follow;
        options.progress_context = now->course;
    }
    if (reference != NULL) {
        options.known = reference->assignment;
        options.least_accuracy = reference->metrics.expected_accuracy;
    }
    return s->solver != NULL ? gg_solve(s->solver, now->network, &options, result, err)
                             : ask_external(s, now->network, &options, result, err);
}

/* Keeps a copy of what a strategy decides where others are held to it. Without memory for that it
 * is decided again. */
static void remember(const solving *now, size_t strategy, const gg_result *result) {
    const gg_plan *plan = now->experiment->plan;
    gg_references *kept = now->references;
    bool wanted = false;
    for (size_t k = 0; k < plan->n_strategies; k++)
        wanted = wanted || plan->strategies[k].accuracy_of == strategy;
    if (!wanted || result->assignment == NULL)
        return;
    if (kept->of == NULL)
        kept->of = gg_alloc(plan->n_strategies, sizeof *kept->of);
    if (kept->of == NULL)
        return;
    kept->count = plan->n_strategies;
    gg_result *copy = &kept->of[strategy];
    size_t n = now->network->n_users;
    if (copy->assignment == NULL)
        copy->assignment = gg_alloc(n, sizeof *copy->assignment);
    copy->metrics = result->metrics;
    if (copy->assignment != NULL)
        memcpy(copy->assignment, result->assignment, n * sizeof *copy->assignment);
}

/* The decision to whose accuracy the strategy is held; *out is NULL where it is infeasible, as this
 * one is then. */
static gg_status find_reference(const solving *now, size_t strategy, gg_result *decided,
                                const gg_result **out, gg_error *err) {
    gg_references *kept = now->references;
    *out = kept->of != NULL ? &kept->of[strategy] : NULL;
    if (*out != NULL && (*out)->assignment != NULL)
        return GG_OK;
    gg_status status = decide(now, strategy, NULL, decided, err);
    if (status != GG_OK)
        gg_error_prefix(err, now->experiment->plan->strategies[strategy].name);
    *out = decided;
    return status;
}

static gg_status solve_held(const solving *now, gg_result *result, gg_row *row, gg_error *err) {
    const gg_plan *plan = now->experiment->plan;
    size_t of = plan->strategies[now->asked.strategy].accuracy_of;
    const gg_result *reference;
    gg_result decided = {0};
    gg_status status = find_reference(now, of, &decided, &reference, err);
    if (status == GG_OK && reference->assignment == NULL) {
        result->status = GG_INFEASIBLE;
    } else if (status == GG_OK) {
        row->fair_reference = plan->strategies[of].name;
        row->fair_accuracy = reference->metrics.expected_accuracy;
        status = decide(now, now->asked.strategy, reference, result, err);
    }
    gg_result_clear(&decided);
    return status;
}

/* What the list says: no decision, so that no more is known of it. */
static void set_known(const gg_known *known, gg_row *row) {
    if (isnan(known->value_s)) {
        gg_row_fail(row, "the list has no value");
        return;
    }
    bool proven = known->value_s - known->bound_s <= 1e-9 * known->value_s + 1e-12;
    row->status = gg_result_status_name(proven ? GG_OPTIMAL : GG_FEASIBLE);
    row->objective_s = known->value_s;
    row->lower_bound_s = fmin(known->bound_s, known->value_s);
    row->gap = known->value_s > 0.0 ? 1.0 - row->lower_bound_s / known->value_s : 0.0;
    row->runtime_s = 0.0;
}

void gg_unit_solve(const gg_experiment *experiment, const gg_unit *unit, size_t index,
                   gg_instance *network, gg_references *references, gg_row *row,
                   int16_t **assignment) {
    const gg_plan *plan = experiment->plan;
    gg_course course = {0};
    const solving now = {experiment, unit, gg_plan_case(plan, index), network, references, &course};
    size_t instance = index / plan->n_strategies;
    gg_result result = {0};
    gg_error err = {0};
    *assignment = NULL;
    gg_unit_blank_row(experiment, unit, index, row);
    network->tau = row->tau;
    if (plan->strategies[now.asked.strategy].solver == &gg_plan_known) {
        set_known(&plan->sites[unit->site].known[now.asked.objective], row);
        return;
    }
    if (references->instance != instance)
        gg_references_clear(references);
    references->instance = instance;
    gg_status status = gg_plan_holds(plan, now.asked.strategy)
                           ? solve_held(&now, &result, row, &err)
                           : decide(&now, now.asked.strategy, NULL, &result, &err);
    if (status == GG_OK) {
        set_result(&result, row);
        row->course = course_of(&course, &result);
        remember(&now, now.asked.strategy, &result);
        if (plan->assignments && result.assignment != NULL)
            *assignment = narrow(result.assignment, network->n_users);
    } else {
        gg_row_fail(row, err.message);
        if (status == GG_E_NOMEM)
            row->stop_reason = gg_stop_reason_name(GG_STOP_MEMORY);
    }
    gg_result_clear(&result);
}
