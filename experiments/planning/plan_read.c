/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/planning/plan.h"

#include <inttypes.h>
#include <string.h>

#include "data/dataset/uncertainty_store.h"
#include "experiments/planning/axis.h"
#include "experiments/planning/plan_source.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/yaml.h"

/* Larger files are no plans; the limit keeps a mistaken path from filling the memory. */
enum { LARGEST_PLAN = 1 << 20 };

/* Of a plan that does not say: a part of cheap networks takes a second, not a sync each. */
enum { UNITS_PER_PART = 50 };

static gg_status expand(const gg__plan_source *from, const char *key, const gg_plan_list *list,
                        gg_axis_domain domain, double **values, size_t *count) {
    if (list->count == 0)
        return gg__plan_complain(from, key, GG_E_INPUT, "missing: a plan needs this list");
    gg_error inner = {0};
    char hint[GG_COMMA_HINT], pair[48] = "", reason[sizeof inner.message + sizeof hint];
    gg_status status = gg_axis_expand(list->items, list->count, domain, values, count, &inner);
    if (status == GG_OK)
        return GG_OK;
    /* [0,8] is two numbers, of which the second cannot be. */
    if (!domain.whole && list->count == 2)
        snprintf(pair, sizeof pair, "%.20s,%.20s", list->items[0], list->items[1]);
    snprintf(reason, sizeof reason, "%s%s", inner.message, gg_comma_hint(pair, hint));
    return gg__plan_complain(from, key, status, reason);
}

static gg_status expand_sizes(const gg__plan_source *from, const char *key,
                              const gg_plan_list *list, gg_axis_domain domain, size_t **sizes,
                              size_t *count) {
    double *values = NULL;
    GG_TRY(expand(from, key, list, domain, &values, count));
    *sizes = gg_alloc(*count, sizeof **sizes);
    for (size_t k = 0; *sizes != NULL && k < *count; k++)
        (*sizes)[k] = (size_t)values[k];
    gg_free(values);
    return *sizes != NULL ? GG_OK : gg__plan_no_memory(from);
}

static gg_status read_servers(const gg__plan_source *from, const gg_plan_list *list,
                              gg_plan *plan) {
    if (list->count > 0)
        return expand_sizes(from, "servers", list, (gg_axis_domain){0, GG_MAX_SERVERS, 1},
                            &plan->servers, &plan->n_servers);
    plan->servers = gg_alloc(1, sizeof *plan->servers);
    if (plan->servers == NULL)
        return gg__plan_no_memory(from);
    plan->servers[0] = GG_PLAN_PRESET_SERVERS;
    plan->n_servers = 1;
    return GG_OK;
}

static gg_status read_presets(const gg__plan_source *from, const gg_plan_list *list,
                              gg_plan *plan) {
    if (list->count == 0)
        return gg__plan_complain(from, "preset", GG_E_INPUT, "missing: a plan needs this list");
    GG_TRY(gg__plan_refuse_twice(from, "preset", list));
    plan->presets = gg_alloc(list->count, sizeof *plan->presets);
    if (plan->presets == NULL)
        return gg__plan_no_memory(from);
    for (; plan->n_presets < list->count; plan->n_presets++)
        GG_TRY(gg__plan_text(from, list->items[plan->n_presets], &plan->presets[plan->n_presets]));
    return GG_OK;
}

static gg_status read_payloads(const gg__plan_source *from, const gg_plan_list *list,
                               gg_plan *plan) {
    if (list->count == 0)
        return GG_OK;
    plan->payloads = gg_alloc(list->count, sizeof *plan->payloads);
    if (plan->payloads == NULL)
        return gg__plan_no_memory(from);
    for (; plan->n_payloads < list->count; plan->n_payloads++) {
        const char *text = list->items[plan->n_payloads];
        if (strcmp(text, "bits") != 0 && strcmp(text, "bytes-as-bits") != 0)
            return gg__plan_none_of(from, "payload", text, "bits, bytes-as-bits");
        plan->payloads[plan->n_payloads] =
            strcmp(text, "bits") == 0 ? GG_PAYLOAD_BITS : GG_PAYLOAD_BYTES_AS_BITS;
    }
    return gg__plan_refuse_twice(from, "payload", list);
}

static gg_status read_objectives(const gg__plan_source *from, const gg_plan_list *list,
                                 gg_plan *plan) {
    size_t count = list->count > 0 ? list->count : 1;
    plan->objectives = gg_alloc(count, sizeof *plan->objectives);
    if (plan->objectives == NULL)
        return gg__plan_no_memory(from);
    plan->n_objectives = count;
    plan->objectives[0] = GG_WEIGHTED;
    for (size_t k = 0; k < list->count; k++) {
        gg_error inner = {0};
        if (gg_objective_parse(list->items[k], &plan->objectives[k], &inner) != GG_OK)
            return gg__plan_complain(from, "objective", GG_E_INPUT, inner.message);
    }
    return gg__plan_refuse_twice(from, "objective", list);
}

/* The values of an axis that chooses among instances. */
static gg_status read_wish(const gg__plan_source *from, const char *key, const gg_plan_list *list,
                           gg_axis_domain domain, gg_plan_wish *wish) {
    return list->count > 0 ? expand(from, key, list, domain, &wish->values, &wish->count) : GG_OK;
}

/* Instances have their own of all axes but the objective. */
static gg_status read_wishes(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan) {
    static const char reason[] = "has no meaning beside instances, which are whole";
    const struct {
        const char *key;
        bool stands;
    } refused[] = {{"payload", yaml->payload.count > 0},
                   {"runs", yaml->runs != NULL},
                   {"dataset", yaml->dataset != NULL},
                   {"latency_scale", yaml->latency_scale != NULL}};
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
        if (refused[k].stands)
            return gg__plan_complain(from, refused[k].key, GG_E_INPUT, reason);
    GG_TRY(read_wish(from, "users", &yaml->users, (gg_axis_domain){1, GG_MAX_USERS, 1},
                     &plan->wished_users));
    GG_TRY(read_wish(from, "servers", &yaml->servers, (gg_axis_domain){0, GG_MAX_SERVERS, 1},
                     &plan->wished_servers));
    GG_TRY(read_wish(from, "tau", &yaml->tau, (gg_axis_domain){0, 1, 0}, &plan->wished_taus));
    plan->taus = gg_alloc(1, sizeof *plan->taus);
    plan->n_taus = 1;
    return plan->taus != NULL ? GG_OK : gg__plan_no_memory(from);
}

static gg_status read_axes(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan) {
    GG_TRY(gg__plan_sites(from, yaml, plan));
    if (!gg_plan_has_instances(plan) || yaml->preset.count > 0)
        GG_TRY(read_presets(from, &yaml->preset, plan));
    GG_TRY(read_payloads(from, &yaml->payload, plan));
    GG_TRY(read_objectives(from, &yaml->objective, plan));
    if (gg_plan_has_instances(plan))
        return read_wishes(from, yaml, plan);
    if (plan->n_sites == 0) {
        GG_TRY(expand_sizes(from, "users", &yaml->users, (gg_axis_domain){1, GG_MAX_USERS, 1},
                            &plan->users, &plan->n_users));
        GG_TRY(read_servers(from, &yaml->servers, plan));
    }
    return expand(from, "tau", &yaml->tau, (gg_axis_domain){0, 1, 0}, &plan->taus, &plan->n_taus);
}

static gg_status read_counts(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan) {
    int64_t runs = 1, seed = 1;
    if (yaml->runs == NULL && plan->n_sites == 0)
        return gg__plan_complain(from, "runs", GG_E_INPUT,
                                 "missing: how many networks a cell draws");
    GG_TRY(gg__plan_integer(from, "runs", yaml->runs, 1, UINT32_MAX, &runs));
    GG_TRY(gg__plan_integer(from, "seed", yaml->seed, 0, INT64_MAX, &seed));
    plan->runs = (uint32_t)runs;
    plan->seed = (uint64_t)seed;
    return GG_OK;
}

static gg_status read_limits(const gg__plan_source *from, const gg_plan_yaml *yaml, gg_plan *plan) {
    gg_solve_options defaults = gg_solve_options_init();
    plan->limits = (gg_plan_limits){defaults.time_limit_s, defaults.node_limit, defaults.gap};
    if (yaml->limits == NULL)
        return GG_OK;
    int64_t memory_mb = 0;
    const gg_limit_texts *texts = yaml->limits;
    GG_TRY(gg__plan_number(from, "time_s", texts->time_s, 0.0, &plan->limits.time_s));
    GG_TRY(gg__plan_integer(from, "nodes", texts->nodes, 0, INT64_MAX, &plan->limits.nodes));
    GG_TRY(gg__plan_number(from, "gap", texts->gap, 0.0, &plan->limits.gap));
    GG_TRY(gg__plan_integer(from, "memory_mb", texts->memory_mb, 1, INT64_C(1) << 30, &memory_mb));
    plan->memory_mb = (size_t)memory_mb;
    return GG_OK;
}

static gg_status read_workload(const gg__plan_source *from, const gg_plan_yaml *yaml,
                               const char *dataset, gg_plan *plan) {
    const double positive = 5e-324;
    if (dataset != NULL)
        GG_TRY(gg__plan_text(from, dataset, &plan->dataset));
    else if (yaml->dataset != NULL)
        GG_TRY(gg__plan_locate(from, yaml->dataset, &plan->dataset));
    GG_TRY(gg__plan_text(from, yaml->uncertainty, &plan->uncertainty));
    GG_TRY(gg__plan_flag(from, "rank_alpha", yaml->rank_alpha, &plan->rank_alpha));
    GG_TRY(gg__plan_number(from, "latency_scale", yaml->latency_scale, positive,
                           &plan->latency_scale));
    GG_TRY(gg__plan_number(from, "slm_median_latency_s", yaml->slm_median_latency_s, positive,
                           &plan->slm_median_latency_s));
    if (plan->dataset != NULL && plan->uncertainty == NULL)
        GG_TRY(gg__plan_text(from, GG_UNCERTAINTY_USUAL, &plan->uncertainty));
    if (yaml->latency_scale != NULL && yaml->slm_median_latency_s != NULL)
        return gg__plan_complain(from, "slm_median_latency_s", GG_E_INPUT,
                                 "cannot stand beside latency_scale: both set the same scale");
    if (plan->dataset == NULL) {
        const char *orphan = yaml->uncertainty != NULL            ? "uncertainty"
                             : yaml->rank_alpha != NULL           ? "rank_alpha"
                             : yaml->slm_median_latency_s != NULL ? "slm_median_latency_s"
                                                                  : NULL;
        if (orphan != NULL)
            return gg__plan_complain(from, orphan, GG_E_INPUT, "has no meaning without a dataset");
    }
    return GG_OK;
}

static gg_status read_outputs(const gg__plan_source *from, const gg_output_texts *outputs,
                              gg_plan *plan) {
    int64_t units_per_part = UNITS_PER_PART;
    if (outputs != NULL) {
        GG_TRY(gg__plan_flag(from, "assignments", outputs->assignments, &plan->assignments));
        GG_TRY(gg__plan_integer(from, "units_per_part", outputs->units_per_part, 1, 1000000,
                                &units_per_part));
    }
    plan->units_per_part = (size_t)units_per_part;
    return GG_OK;
}

static gg_status read_name(const gg__plan_source *from, const char *name, gg_plan *plan) {
    if (name != NULL)
        return gg__plan_text(from, name, &plan->name);
    const char *slash = strrchr(from->path, '/');
    GG_TRY(gg__plan_text(from, slash != NULL ? slash + 1 : from->path, &plan->name));
    char *dot = strrchr(plan->name, '.');
    if (dot != NULL && dot != plan->name)
        *dot = '\0';
    return GG_OK;
}

static gg_status check_size(const gg__plan_source *from, const gg_plan *plan) {
    size_t units = plan->runs;
    const size_t axes[] = {gg_plan_has_instances(plan) ? 1 : gg_plan_variants(plan),
                           plan->n_objectives, plan->n_users,
                           plan->n_sites > 0 ? 1 : plan->n_servers, plan->n_taus};
    for (size_t k = 0; k < sizeof axes / sizeof *axes; k++)
        if (gg_size_multiply(units, axes[k], &units) != 0 || units > UINT32_MAX)
            return gg_fail(from->err, GG_E_INPUT, "%s: the grid has more than 2^32 instances",
                           from->path);
    return GG_OK;
}

static gg_status fill(const gg__plan_source *from, const gg_plan_yaml *yaml, const char *dataset,
                      gg_plan *plan) {
    GG_TRY(gg__plan_text(from, from->path, &plan->path));
    GG_TRY(read_name(from, yaml->name, plan));
    GG_TRY(read_axes(from, yaml, plan));
    GG_TRY(read_counts(from, yaml, plan));
    GG_TRY(read_limits(from, yaml, plan));
    GG_TRY(gg__plan_strategies(from, yaml, plan));
    GG_TRY(read_workload(from, yaml, dataset, plan));
    GG_TRY(read_outputs(from, yaml->outputs, plan));
    return check_size(from, plan);
}

gg_status gg_plan_parse(const char *text, size_t size, const char *path, const char *dataset,
                        gg_plan **out, gg_error *err) {
    gg__plan_source from = {path, text, size, 1, err};
    gg_plan_yaml *yaml = NULL;
    *out = NULL;
    GG_TRY(gg_plan_yaml_load(text, size, path, &yaml, err));
    gg_plan *plan = gg_alloc(1, sizeof *plan);
    gg_status status = plan != NULL ? fill(&from, yaml, dataset, plan) : gg__plan_no_memory(&from);
    gg_plan_yaml_free(yaml);
    if (status == GG_OK)
        *out = plan;
    else
        gg_plan_free(plan);
    return status;
}

/* No text has a byte of 0, every HDF5 file has many. */
static gg_status refuse_binary(const char *text, size_t size, const char *path, gg_error *err) {
    const char *zero = memchr(text, 0, size);
    size_t line = 1;
    if (zero == NULL)
        return GG_OK;
    for (const char *at = text; at < zero; at++)
        line += *at == '\n';
    return gg_fail(err, GG_E_INPUT, "%s:%zu: is no plan, which is a text in YAML", path, line);
}

gg_status gg_plan_read(const char *path, const char *dataset, gg_plan **out, gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    *out = NULL;
    gg_error unread = {0};
    gg_status status = gg_yaml_read_text(path, LARGEST_PLAN, &text, &size, &unread);
    if (status == GG_E_INPUT)
        gg_fail(err, status, "%s: is no plan: larger than %d bytes", path, LARGEST_PLAN);
    else if (status != GG_OK)
        gg_fail(err, status, "%s", unread.message);
    if (status == GG_OK)
        status = refuse_binary(text, size, path, err);
    if (status == GG_OK)
        status = gg_plan_parse(text, size, path, dataset, out, err);
    gg_free(text);
    if (status == GG_OK && (status = gg_plan_read_sites(*out, err)) != GG_OK) {
        gg_plan_free(*out);
        *out = NULL;
    }
    return status;
}
