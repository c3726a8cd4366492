/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/plan.h"

#include <inttypes.h>
#include <math.h>

#include "models/base/alloc.h"

void gg_plan_free(gg_plan *plan) {
    if (plan == NULL)
        return;
    for (size_t k = 0; k < plan->n_presets; k++)
        gg_free(plan->presets[k]);
    gg_free(plan->presets);
    gg_free(plan->objectives);
    gg_free(plan->users);
    gg_free(plan->servers);
    gg_free(plan->taus);
    gg_free(plan->solvers);
    gg_free(plan->dataset);
    gg_free(plan->uncertainty);
    gg_free(plan->name);
    gg_free(plan->path);
    gg_free(plan);
}

size_t gg_plan_units(const gg_plan *plan) {
    return plan->runs * plan->n_taus * plan->n_servers * plan->n_users * plan->n_objectives *
           plan->n_presets;
}

/* Takes one axis' position off the unit's number. */
static size_t digit(size_t *index, size_t base) {
    size_t value = *index % base;
    *index /= base;
    return value;
}

gg_unit gg_plan_unit(const gg_plan *plan, size_t index) {
    gg_unit unit;
    unit.run = (uint32_t)digit(&index, plan->runs);
    unit.tau = plan->taus[digit(&index, plan->n_taus)];
    unit.n_servers = plan->servers[digit(&index, plan->n_servers)];
    unit.n_users = plan->users[digit(&index, plan->n_users)];
    unit.objective = plan->objectives[digit(&index, plan->n_objectives)];
    unit.preset = index;
    return unit;
}

static void print_sizes(const char *key, const size_t *sizes, size_t count, FILE *stream) {
    fprintf(stream, "%s:", key);
    for (size_t k = 0; k < count; k++)
        if (sizes[k] == GG_PLAN_PRESET_SERVERS)
            fputs(" as the preset has", stream);
        else
            fprintf(stream, " %zu", sizes[k]);
    fputc('\n', stream);
}

void gg_plan_print_grid(const gg_plan *plan, FILE *stream) {
    fputs("preset:", stream);
    for (size_t k = 0; k < plan->n_presets; k++)
        fprintf(stream, " %s", plan->presets[k]);
    fputs("\nobjective:", stream);
    for (size_t k = 0; k < plan->n_objectives; k++)
        fprintf(stream, " %s", gg_objective_name(plan->objectives[k]));
    fputc('\n', stream);
    print_sizes("users", plan->users, plan->n_users, stream);
    print_sizes("servers", plan->servers, plan->n_servers, stream);
    fputs("tau:", stream);
    for (size_t k = 0; k < plan->n_taus; k++)
        fprintf(stream, " %.12g", plan->taus[k]);
    fprintf(stream, "\nruns: %" PRIu32 "\nseed: %" PRIu64 "\nsolvers:", plan->runs, plan->seed);
    for (size_t k = 0; k < plan->n_solvers; k++)
        fprintf(stream, " %s", plan->solvers[k]->name);
    fprintf(stream, "\nlimits: gap %.12g", plan->gap);
    if (isfinite(plan->time_limit_s))
        fprintf(stream, ", %.12g s", plan->time_limit_s);
    if (plan->node_limit != INT64_MAX)
        fprintf(stream, ", %" PRId64 " nodes", plan->node_limit);
    fprintf(stream, "\noutputs: assignments %s, %zu units a part\n",
            plan->assignments ? "yes" : "no", plan->units_per_part);
}

void gg_plan_print(const gg_plan *plan, FILE *stream) {
    gg_plan_print_grid(plan, stream);
    if (plan->dataset != NULL)
        fprintf(stream, "dataset: %s\nuncertainty: %s%s\n", plan->dataset, plan->uncertainty,
                plan->rank_alpha ? " (mid-ranks)" : "");
    else
        fputs("workload: the preset's distributions\n", stream);
    if (plan->latency_scale > 0.0)
        fprintf(stream, "latency_scale: %.12g\n", plan->latency_scale);
    if (plan->slm_median_latency_s > 0.0)
        fprintf(stream, "slm_median_latency_s: %.12g\n", plan->slm_median_latency_s);
}
