/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/plan.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "experiments/batch/axis.h"
#include "experiments/batch/plan_yaml.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/base/yaml.h"

/* Larger files are no plans; the limit keeps a mistaken path from filling the memory. */
enum { LARGEST_PLAN = 1 << 20 };

/* Of a plan that does not say: a part of cheap instances takes a second, not a sync each. */
enum { UNITS_PER_PART = 50 };

/* What is needed to say where in the file something is wrong. */
typedef struct source {
    const char *path;
    const char *text;
    size_t size;
} source;

/* Says what is wrong with a key, and on which line it stands. */
static gg_status complain(const source *from, const char *key, gg_error *err, gg_status status,
                          const char *reason) {
    size_t line = gg_yaml_line(from->text, from->size, key, 1);
    if (line == 0)
        return gg_fail(err, status, "%s: %s: %s", from->path, key, reason);
    return gg_fail(err, status, "%s:%zu: %s: %s", from->path, line, key, reason);
}

static gg_status no_memory(const source *from, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", from->path);
}

static gg_status copy_text(const source *from, const char *text, char **out, gg_error *err) {
    *out = gg_strdup(text);
    return *out != NULL ? GG_OK : no_memory(from, err);
}

static gg_status read_number(const source *from, const char *key, const char *text, double minimum,
                             double *out, gg_error *err) {
    if (text == NULL)
        return GG_OK;
    if (!gg_parse_double(text, out))
        return complain(from, key, err, GG_E_INPUT, "not a number");
    if (!(*out >= minimum))
        return complain(from, key, err, GG_E_INPUT,
                        minimum == 0.0 ? "must not be negative" : "must be positive");
    return GG_OK;
}

static gg_status read_integer(const source *from, const char *key, const char *text,
                              int64_t minimum, int64_t maximum, int64_t *out, gg_error *err) {
    char reason[96];
    if (text == NULL || gg_parse_integer(text, minimum, maximum, out))
        return GG_OK;
    snprintf(reason, sizeof reason, "not a whole number in [%" PRId64 ", %" PRId64 "]", minimum,
             maximum);
    return complain(from, key, err, GG_E_INPUT, reason);
}

static gg_status read_flag(const source *from, const char *key, const char *text, bool *out,
                           gg_error *err) {
    if (text == NULL)
        return GG_OK;
    if (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0)
        *out = true;
    else if (strcmp(text, "no") == 0 || strcmp(text, "false") == 0)
        *out = false;
    else
        return complain(from, key, err, GG_E_INPUT, "neither yes nor no");
    return GG_OK;
}

static gg_status expand(const source *from, const char *key, const gg_plan_list *list,
                        gg_axis_domain domain, double **values, size_t *count, gg_error *err) {
    if (list->count == 0)
        return complain(from, key, err, GG_E_INPUT, "missing: a plan needs this list");
    gg_error inner = {0};
    gg_status status = gg_axis_expand(list->items, list->count, domain, values, count, &inner);
    return status == GG_OK ? GG_OK : complain(from, key, err, status, inner.message);
}

static gg_status expand_sizes(const source *from, const char *key, const gg_plan_list *list,
                              gg_axis_domain domain, size_t **sizes, size_t *count, gg_error *err) {
    double *values = NULL;
    gg_status status = expand(from, key, list, domain, &values, count, err);
    if (status != GG_OK)
        return status;
    *sizes = gg_alloc(*count, sizeof **sizes);
    if (*sizes == NULL)
        status = no_memory(from, err);
    for (size_t k = 0; status == GG_OK && k < *count; k++)
        (*sizes)[k] = (size_t)values[k];
    gg_free(values);
    return status;
}

static gg_status read_servers(const source *from, const gg_plan_list *list, gg_plan *plan,
                              gg_error *err) {
    if (list->count > 0)
        return expand_sizes(from, "servers", list, (gg_axis_domain){0, GG_MAX_SERVERS, 1},
                            &plan->servers, &plan->n_servers, err);
    plan->servers = gg_alloc(1, sizeof *plan->servers);
    if (plan->servers == NULL)
        return no_memory(from, err);
    plan->servers[0] = GG_PLAN_PRESET_SERVERS;
    plan->n_servers = 1;
    return GG_OK;
}

static gg_status refuse_duplicates(const source *from, const char *key, const gg_plan_list *list,
                                   gg_error *err) {
    char reason[160];
    for (unsigned a = 0; a < list->count; a++)
        for (unsigned b = 0; b < a; b++)
            if (strcmp(list->items[a], list->items[b]) == 0) {
                snprintf(reason, sizeof reason, "\"%s\" stands twice", list->items[a]);
                return complain(from, key, err, GG_E_INPUT, reason);
            }
    return GG_OK;
}

static gg_status read_presets(const source *from, const gg_plan_list *list, gg_plan *plan,
                              gg_error *err) {
    if (list->count == 0)
        return complain(from, "preset", err, GG_E_INPUT, "missing: a plan needs this list");
    gg_status status = refuse_duplicates(from, "preset", list, err);
    if (status != GG_OK)
        return status;
    plan->presets = gg_alloc(list->count, sizeof *plan->presets);
    if (plan->presets == NULL)
        return no_memory(from, err);
    for (; status == GG_OK && plan->n_presets < list->count; plan->n_presets++)
        status =
            copy_text(from, list->items[plan->n_presets], &plan->presets[plan->n_presets], err);
    return status;
}

static gg_status read_objectives(const source *from, const gg_plan_list *list, gg_plan *plan,
                                 gg_error *err) {
    size_t count = list->count > 0 ? list->count : 1;
    plan->objectives = gg_alloc(count, sizeof *plan->objectives);
    if (plan->objectives == NULL)
        return no_memory(from, err);
    plan->n_objectives = count;
    plan->objectives[0] = GG_WEIGHTED;
    for (size_t k = 0; k < list->count; k++) {
        gg_error inner = {0};
        if (gg_objective_parse(list->items[k], &plan->objectives[k], &inner) != GG_OK)
            return complain(from, "objective", err, GG_E_INPUT, inner.message);
    }
    return refuse_duplicates(from, "objective", list, err);
}

static gg_status read_solvers(const source *from, const gg_plan_list *list, gg_plan *plan,
                              gg_error *err) {
    if (list->count == 0)
        return complain(from, "solvers", err, GG_E_INPUT, "missing: a plan needs this list");
    plan->solvers = gg_alloc(list->count, sizeof *plan->solvers);
    if (plan->solvers == NULL)
        return no_memory(from, err);
    for (; plan->n_solvers < list->count; plan->n_solvers++) {
        gg_error inner = {0};
        const gg_solver *solver = gg_solver_find(list->items[plan->n_solvers], &inner);
        if (solver == NULL)
            return complain(from, "solvers", err, GG_E_INPUT, inner.message);
        plan->solvers[plan->n_solvers] = solver;
    }
    return refuse_duplicates(from, "solvers", list, err);
}

static gg_status read_axes(const source *from, const gg_plan_yaml *yaml, gg_plan *plan,
                           gg_error *err) {
    gg_status status = read_presets(from, &yaml->preset, plan, err);
    if (status == GG_OK)
        status = read_objectives(from, &yaml->objective, plan, err);
    if (status == GG_OK)
        status = expand_sizes(from, "users", &yaml->users, (gg_axis_domain){1, GG_MAX_USERS, 1},
                              &plan->users, &plan->n_users, err);
    if (status == GG_OK)
        status = read_servers(from, &yaml->servers, plan, err);
    if (status == GG_OK)
        status = expand(from, "tau", &yaml->tau, (gg_axis_domain){0, 1, 0}, &plan->taus,
                        &plan->n_taus, err);
    if (status == GG_OK)
        status = read_solvers(from, &yaml->solvers, plan, err);
    return status;
}

static gg_status read_counts(const source *from, const gg_plan_yaml *yaml, gg_plan *plan,
                             gg_error *err) {
    int64_t runs = 1, seed = 1;
    if (yaml->runs == NULL)
        return complain(from, "runs", err, GG_E_INPUT, "missing: how many networks a cell draws");
    gg_status status = read_integer(from, "runs", yaml->runs, 1, UINT32_MAX, &runs, err);
    if (status == GG_OK)
        status = read_integer(from, "seed", yaml->seed, 0, INT64_MAX, &seed, err);
    plan->runs = (uint32_t)runs;
    plan->seed = (uint64_t)seed;
    return status;
}

static gg_status read_limits(const source *from, const gg_plan_yaml *yaml, gg_plan *plan,
                             gg_error *err) {
    gg_solve_options defaults = gg_solve_options_init();
    plan->time_limit_s = defaults.time_limit_s;
    plan->node_limit = defaults.node_limit;
    plan->gap = defaults.gap;
    if (yaml->limits == NULL)
        return GG_OK;
    gg_status status =
        read_number(from, "time_s", yaml->limits->time_s, 0.0, &plan->time_limit_s, err);
    if (status == GG_OK)
        status =
            read_integer(from, "nodes", yaml->limits->nodes, 0, INT64_MAX, &plan->node_limit, err);
    if (status == GG_OK)
        status = read_number(from, "gap", yaml->limits->gap, 0.0, &plan->gap, err);
    return status;
}

/* A relative dataset stands beside the plan; else it is taken as seen from the current folder. */
static gg_status locate_dataset(const source *from, const char *dataset, char **out,
                                gg_error *err) {
    const char *slash = strrchr(from->path, '/');
    if (dataset[0] == '/' || slash == NULL)
        return copy_text(from, dataset, out, err);
    size_t folder = (size_t)(slash - from->path) + 1, size = folder + strlen(dataset) + 1;
    char *beside = gg_alloc(size, 1);
    if (beside == NULL)
        return no_memory(from, err);
    snprintf(beside, size, "%.*s%s", (int)folder, from->path, dataset);
    if (access(beside, F_OK) == 0) {
        *out = beside;
        return GG_OK;
    }
    gg_free(beside);
    return copy_text(from, dataset, out, err);
}

static gg_status read_workload(const source *from, const gg_plan_yaml *yaml, const char *dataset,
                               gg_plan *plan, gg_error *err) {
    const double positive = 5e-324;
    gg_status status = GG_OK;
    if (dataset != NULL)
        status = copy_text(from, dataset, &plan->dataset, err);
    else if (yaml->dataset != NULL)
        status = locate_dataset(from, yaml->dataset, &plan->dataset, err);
    if (status == GG_OK && yaml->uncertainty != NULL)
        status = copy_text(from, yaml->uncertainty, &plan->uncertainty, err);
    if (status == GG_OK)
        status = read_flag(from, "rank_alpha", yaml->rank_alpha, &plan->rank_alpha, err);
    if (status == GG_OK)
        status = read_number(from, "latency_scale", yaml->latency_scale, positive,
                             &plan->latency_scale, err);
    if (status == GG_OK)
        status = read_number(from, "slm_median_latency_s", yaml->slm_median_latency_s, positive,
                             &plan->slm_median_latency_s, err);
    if (status != GG_OK)
        return status;
    if (plan->dataset != NULL && plan->uncertainty == NULL)
        return complain(from, "uncertainty", err, GG_E_INPUT,
                        "missing: a dataset needs the name of the uncertainty that is alpha");
    if (yaml->latency_scale != NULL && yaml->slm_median_latency_s != NULL)
        return complain(from, "slm_median_latency_s", err, GG_E_INPUT,
                        "cannot stand beside latency_scale: both set the same scale");
    if (plan->dataset == NULL) {
        const char *orphan = yaml->uncertainty != NULL            ? "uncertainty"
                             : yaml->rank_alpha != NULL           ? "rank_alpha"
                             : yaml->slm_median_latency_s != NULL ? "slm_median_latency_s"
                                                                  : NULL;
        if (orphan != NULL)
            return complain(from, orphan, err, GG_E_INPUT, "has no meaning without a dataset");
    }
    return GG_OK;
}

static gg_status read_outputs(const source *from, const gg_plan_outputs *outputs, gg_plan *plan,
                              gg_error *err) {
    int64_t units_per_part = UNITS_PER_PART;
    gg_status status = GG_OK;
    if (outputs != NULL) {
        status = read_flag(from, "assignments", outputs->assignments, &plan->assignments, err);
        if (status == GG_OK)
            status = read_integer(from, "units_per_part", outputs->units_per_part, 1, 1000000,
                                  &units_per_part, err);
    }
    plan->units_per_part = (size_t)units_per_part;
    return status;
}

static gg_status read_name(const source *from, const char *name, gg_plan *plan, gg_error *err) {
    if (name != NULL)
        return copy_text(from, name, &plan->name, err);
    const char *slash = strrchr(from->path, '/');
    gg_status status = copy_text(from, slash != NULL ? slash + 1 : from->path, &plan->name, err);
    char *dot = status == GG_OK ? strrchr(plan->name, '.') : NULL;
    if (dot != NULL && dot != plan->name)
        *dot = '\0';
    return status;
}

static gg_status check_size(const source *from, const gg_plan *plan, gg_error *err) {
    size_t units = plan->runs;
    const size_t axes[] = {plan->n_presets, plan->n_objectives, plan->n_users, plan->n_servers,
                           plan->n_taus};
    for (size_t k = 0; k < sizeof axes / sizeof *axes; k++)
        if (gg_size_multiply(units, axes[k], &units) != 0 || units > UINT32_MAX)
            return gg_fail(err, GG_E_INPUT, "%s: the grid has more than 2^32 instances",
                           from->path);
    return GG_OK;
}

gg_status gg_plan_parse(const char *text, size_t size, const char *path, const char *dataset,
                        gg_plan **out, gg_error *err) {
    source from = {path, text, size};
    gg_plan_yaml *yaml = NULL;
    *out = NULL;
    gg_plan *plan = gg_alloc(1, sizeof *plan);
    gg_status status = plan != NULL ? GG_OK : no_memory(&from, err);
    if (status == GG_OK)
        status = gg_plan_yaml_load(text, size, path, &yaml, err);
    if (status == GG_OK)
        status = copy_text(&from, path, &plan->path, err);
    if (status == GG_OK)
        status = read_name(&from, yaml->name, plan, err);
    if (status == GG_OK)
        status = read_axes(&from, yaml, plan, err);
    if (status == GG_OK)
        status = read_counts(&from, yaml, plan, err);
    if (status == GG_OK)
        status = read_limits(&from, yaml, plan, err);
    if (status == GG_OK)
        status = read_workload(&from, yaml, dataset, plan, err);
    if (status == GG_OK)
        status = read_outputs(&from, yaml->outputs, plan, err);
    if (status == GG_OK)
        status = check_size(&from, plan, err);
    gg_plan_yaml_free(yaml);
    if (status == GG_OK)
        *out = plan;
    else
        gg_plan_free(plan);
    return status;
}

gg_status gg_plan_read(const char *path, const char *dataset, gg_plan **out, gg_error *err) {
    char *text = NULL;
    size_t size = 0;
    *out = NULL;
    gg_status status = gg_yaml_read_text(path, LARGEST_PLAN, &text, &size, err);
    if (status == GG_OK)
        status = gg_plan_parse(text, size, path, dataset, out, err);
    gg_free(text);
    return status;
}
