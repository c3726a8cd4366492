/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/plan.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/shown.h"

void gg_plan_free(gg_plan *plan) {
    if (plan == NULL)
        return;
    for (size_t k = 0; k < plan->n_presets; k++)
        gg_free(plan->presets[k]);
    for (size_t k = 0; k < plan->n_strategies; k++) {
        gg_free(plan->strategies[k].name);
        gg_free(plan->strategies[k].command);
    }
    gg_free(plan->presets);
    gg_free(plan->payloads);
    gg_free(plan->objectives);
    for (size_t k = 0; k < plan->n_sites; k++)
        gg_free(plan->sites[k].path);
    gg_free(plan->sites);
    gg_free(plan->wished_users.values);
    gg_free(plan->wished_servers.values);
    gg_free(plan->wished_taus.values);
    gg_free(plan->users);
    gg_free(plan->servers);
    gg_free(plan->taus);
    gg_free(plan->strategies);
    gg_free(plan->dataset);
    gg_free(plan->uncertainty);
    gg_free(plan->name);
    gg_free(plan->path);
    gg_free(plan);
}

bool gg_plan_holds(const gg_plan *plan, size_t strategy) {
    return plan->strategies[strategy].accuracy_of != GG_PLAN_NOBODY;
}

bool gg_plan_holds_any(const gg_plan *plan) {
    for (size_t k = 0; k < plan->n_strategies; k++)
        if (gg_plan_holds(plan, k))
            return true;
    return false;
}

size_t gg_plan_variants(const gg_plan *plan) {
    return plan->n_presets * (plan->n_payloads > 0 ? plan->n_payloads : 1);
}

size_t gg_plan_units(const gg_plan *plan) {
    if (gg_plan_has_instances(plan))
        return plan->n_sites;
    size_t shapes = plan->n_sites > 0 ? plan->n_sites : plan->n_servers * plan->n_users;
    return plan->runs * shapes * gg_plan_variants(plan);
}

size_t gg_plan_instances_per_unit(const gg_plan *plan) {
    return plan->n_objectives * plan->n_taus;
}

size_t gg_plan_rows_per_unit(const gg_plan *plan) {
    return gg_plan_instances_per_unit(plan) * plan->n_strategies;
}

/* Takes one axis' position off the unit's number. */
static size_t digit(size_t *index, size_t base) {
    size_t value = *index % base;
    *index /= base;
    return value;
}

/* Instances in files are told apart by their numbers. */
static gg_unit instance_unit(const gg_plan *plan, size_t index) {
    const gg_plan_site *site = &plan->sites[index];
    bool listed = plan->site_kind == GG_SITE_LISTED;
    return (gg_unit){.preset = listed ? site->preset : SIZE_MAX,
                     .n_users = plan->users[index],
                     .n_servers = plan->servers[index],
                     .run = listed ? site->run : (uint32_t)index,
                     .site = index,
                     .seed = listed ? site->seed : plan->seed,
                     .tau = site->tau};
}

gg_unit gg_plan_unit(const gg_plan *plan, size_t index) {
    gg_unit unit = {.site = SIZE_MAX, .seed = plan->seed, .tau = NAN};
    if (gg_plan_has_instances(plan))
        return instance_unit(plan, index);
    unit.run = (uint32_t)digit(&index, plan->runs);
    if (plan->n_sites > 0) {
        unit.site = digit(&index, plan->n_sites);
        unit.run += (uint32_t)unit.site * plan->runs;
        unit.n_servers = plan->servers[unit.site];
        unit.n_users = plan->users[unit.site];
        unit.preset = index;
        return unit;
    }
    unit.n_servers = plan->servers[digit(&index, plan->n_servers)];
    unit.n_users = plan->users[digit(&index, plan->n_users)];
    unit.preset = index;
    return unit;
}

gg_case gg_plan_case(const gg_plan *plan, size_t index) {
    gg_case row;
    row.strategy = digit(&index, plan->n_strategies);
    row.tau = plan->taus[digit(&index, plan->n_taus)];
    row.objective = plan->objectives[index];
    return row;
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

static void print_limits(const gg_plan_limits *limits, FILE *stream) {
    fprintf(stream, "gap %.12g", limits->gap);
    if (isfinite(limits->time_s))
        fprintf(stream, ", %.12g s", limits->time_s);
    if (limits->nodes != INT64_MAX)
        fprintf(stream, ", %" PRId64 " nodes", limits->nodes);
}

static bool same_limits(const gg_plan_limits *a, const gg_plan_limits *b) {
    return a->time_s == b->time_s && a->nodes == b->nodes && a->gap == b->gap;
}

typedef void (*put_fn)(FILE *stream, const char *text);

static void put_raw(FILE *stream, const char *text) {
    fputs(text, stream);
}

/* What is not said by the list of names: each strategy that has options of its own. */
static void print_options(const gg_plan *plan, put_fn put, FILE *stream) {
    for (size_t k = 0; k < plan->n_strategies; k++) {
        const gg_plan_strategy *s = &plan->strategies[k];
        bool plain = s->command == NULL && !s->weights_of_objective && s->settings.count == 0 &&
                     strcmp(s->name, s->solver->name) == 0 && !gg_plan_holds(plan, k) &&
                     same_limits(&s->limits, &plan->limits);
        if (plain)
            continue;
        fputs("strategy ", stream);
        put(stream, s->name);
        fputs(s->command != NULL ? ": external " : ": ", stream);
        put(stream, s->command != NULL ? s->command : s->solver->name);
        if (s->weights_of_objective)
            fputs(", weights of the objective", stream);
        if (gg_plan_holds(plan, k)) {
            fputs(", at the accuracy of ", stream);
            put(stream, plan->strategies[s->accuracy_of].name);
        }
        for (size_t i = 0; i < s->settings.count; i++)
            fprintf(stream, ", %s %.12g", s->settings.items[i].parameter->name,
                    s->settings.items[i].value);
        fputs(", ", stream);
        print_limits(&s->limits, stream);
        fputc('\n', stream);
    }
}

static const char *const site_names[] = {[GG_SITE_GAINS] = "measured gains",
                                         [GG_SITE_POSITIONS] = "measured positions",
                                         [GG_SITE_FILE] = "files of instances",
                                         [GG_SITE_LISTED] = "listed instances"};

/* Users and servers, and of what is no instance tau and runs. */
static void print_networks(const gg_plan *plan, FILE *stream) {
    bool has_tau = gg_plan_has_instances(plan);
    print_sizes("users", plan->users, plan->n_users, stream);
    print_sizes("servers", plan->servers, plan->n_servers, stream);
    if (plan->n_sites > 0)
        fprintf(stream, "sites: %s, users and servers of each above\n",
                site_names[plan->site_kind]);
    fputs("tau:", stream);
    for (size_t k = 0; k < (has_tau ? plan->n_sites : plan->n_taus); k++)
        fprintf(stream, " %.12g", has_tau ? plan->sites[k].tau : plan->taus[k]);
    fprintf(stream, "\nruns: %" PRIu32 "\nseed: %" PRIu64 "\n", plan->runs, plan->seed);
}

static void print_grid(const gg_plan *plan, put_fn put, FILE *stream) {
    fputs("preset:", stream);
    for (size_t k = 0; k < plan->n_presets; k++) {
        fputc(' ', stream);
        put(stream, plan->presets[k]);
    }
    if (plan->n_payloads > 0)
        fputs("\npayload:", stream);
    for (size_t k = 0; k < plan->n_payloads; k++)
        fputs(plan->payloads[k] == GG_PAYLOAD_BITS ? " bits" : " bytes-as-bits", stream);
    fputs("\nobjective:", stream);
    for (size_t k = 0; k < plan->n_objectives; k++)
        fprintf(stream, " %s", gg_objective_name(plan->objectives[k]));
    fputc('\n', stream);
    print_networks(plan, stream);
    fputs("solvers:", stream);
    for (size_t k = 0; k < plan->n_strategies; k++) {
        fputc(' ', stream);
        put(stream, plan->strategies[k].name);
    }
    fputs("\nlimits: ", stream);
    print_limits(&plan->limits, stream);
    if (plan->memory_mb > 0)
        fprintf(stream, ", %zu MB", plan->memory_mb);
    fputc('\n', stream);
    print_options(plan, put, stream);
    fprintf(stream, "outputs: assignments %s, %zu networks a part\n",
            plan->assignments ? "yes" : "no", plan->units_per_part);
}

void gg_plan_print_grid(const gg_plan *plan, FILE *stream) {
    print_grid(plan, put_raw, stream);
}

void gg_plan_print_settings(const gg_plan *plan, FILE *stream) {
    print_grid(plan, gg_put_shown, stream);
}

void gg_plan_print(const gg_plan *plan, FILE *stream) {
    gg_plan_print_settings(plan, stream);
    for (size_t k = 0; k < plan->n_sites; k++) {
        if (k > 0 && strcmp(plan->sites[k].path, plan->sites[k - 1].path) == 0)
            continue;
        fputs(plan->site_kind == GG_SITE_GAINS       ? "gains: "
              : plan->site_kind == GG_SITE_POSITIONS ? "positions: "
                                                     : "instances: ",
              stream);
        gg_put_shown(stream, plan->sites[k].path);
        fputc('\n', stream);
    }
    if (plan->dataset != NULL) {
        fputs("dataset: ", stream);
        gg_put_shown(stream, plan->dataset);
        fputs("\nuncertainty: ", stream);
        gg_put_shown(stream, plan->uncertainty);
        fputs(plan->rank_alpha ? " (mid-ranks)\n" : "\n", stream);
    } else {
        fputs("workload: the preset's distributions\n", stream);
    }
    if (plan->latency_scale > 0.0)
        fprintf(stream, "latency_scale: %.12g\n", plan->latency_scale);
    if (plan->slm_median_latency_s > 0.0)
        fprintf(stream, "slm_median_latency_s: %.12g\n", plan->slm_median_latency_s);
}
