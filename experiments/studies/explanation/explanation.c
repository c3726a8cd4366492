/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/explanation/explanation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/parse.h"

static bool competes(const gg_solution_entry *entry) {
    return entry->assignment != NULL && entry->metrics.tau_violations == 0 &&
           entry->status != GG_INFEASIBLE;
}

/* The cheapest other result; of equal ones the first that is proven. */
static const gg_solution_entry *find_better(const gg_solution *solution,
                                            const gg_solution_entry *decided) {
    const gg_solution_entry *best = NULL;
    for (size_t e = 0; e < solution->n_entries; e++) {
        const gg_solution_entry *entry = &solution->entries[e];
        if (entry == decided || !competes(entry))
            continue;
        double f = entry->metrics.objective_s;
        if (best == NULL || f < best->metrics.objective_s ||
            (f == best->metrics.objective_s && entry->status == GG_OPTIMAL &&
             best->status != GG_OPTIMAL))
            best = entry;
    }
    return best;
}

static gg_status choose(const gg_instance *in, const gg_solution *solution, const char *path,
                        const char *solver, gg_explanation *out, gg_error *err) {
    if (solution->n_users != in->n_users || solution->n_servers != in->n_servers)
        return gg_fail(err, GG_E_INPUT,
                       "%s: is a solution for %zu users and %zu servers, the instance has %zu "
                       "and %zu",
                       path, solution->n_users, solution->n_servers, in->n_users, in->n_servers);
    char known[256] = "";
    for (size_t e = 0; e < solution->n_entries; e++) {
        const gg_solution_entry *entry = &solution->entries[e];
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", e > 0 ? ", " : "", entry->solver);
        if (strcmp(entry->solver, solver) == 0 && out->decided == NULL)
            out->decided = entry;
    }
    if (out->decided == NULL) {
        gg_fail(err, GG_E_INPUT, "%s: has no result of '%.60s'; there are %s", path, solver, known);
        gg_suggest(err, solver, known);
        return GG_E_INPUT;
    }
    if (out->decided->assignment == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: '%.60s' decided nothing", path, solver);
    out->better = find_better(solution, out->decided);
    if (out->better == NULL)
        return gg_fail(
            err, GG_E_INPUT,
            "%s: has nothing to compare '%.60s' with: `goagap solve --solver %.60s,exact' "
            "finds the optimum beside it",
            path, solver, solver);
    for (int side = 0; side < 2; side++) {
        const gg_solution_entry *entry = side == 0 ? out->decided : out->better;
        if (entry->n_assigned != in->n_users)
            return gg_fail(err, GG_E_INPUT, "%s: %s: decides for %zu of %zu users", path,
                           entry->solver, entry->n_assigned, in->n_users);
    }
    return GG_OK;
}

static gg_mistake_kind kind_of(int32_t decided, int32_t better) {
    return better == GG_LOCAL    ? GG_TOO_GREEDY
           : decided == GG_LOCAL ? GG_TOO_CAUTIOUS
                                 : GG_WRONG_SERVER;
}

static gg_status add_differences(gg_explanation *out, int32_t *trial, gg_error *err) {
    const gg_instance *in = out->instance;
    memcpy(trial, out->decided->assignment, in->n_users * sizeof *trial);
    for (size_t i = 0; i < in->n_users; i++) {
        int32_t decided = out->decided->assignment[i], better = out->better->assignment[i];
        gg_metrics metrics;
        if (decided == better)
            continue;
        trial[i] = better;
        GG_TRY(gg_evaluate(in, out->objective, trial, &metrics, err));
        trial[i] = decided;
        double cost_s = metrics.objective_s == out->objective_s[0]
                            ? 0.0
                            : out->objective_s[0] - metrics.objective_s;
        out->differences[out->count++] =
            (gg_difference){i, kind_of(decided, better), decided, better, cost_s};
    }
    return GG_OK;
}

static int costliest_first(const void *a, const void *b) {
    const gg_difference *x = a, *y = b;
    GG_COMPARE(y->cost_s, x->cost_s);
    GG_COMPARE(x->user, y->user);
    return 0;
}

static void add_loads(gg_explanation *out) {
    const gg_instance *in = out->instance;
    for (size_t i = 0; i < in->n_users; i++)
        for (size_t j = 0; j < in->n_servers; j++)
            for (int side = 0; side < 2; side++) {
                int32_t at = (side == 0 ? out->decided : out->better)->assignment[i];
                if (at == (int32_t)j)
                    out->servers[j].load[side]++;
                else if (at != GG_LOCAL)
                    out->servers[j].interference_w[side] += gg_disturbing_w(in, i, j);
            }
    for (size_t j = 0; in->fixed_interference_w != NULL && j < in->n_servers; j++)
        out->servers[j].interference_w[0] = out->servers[j].interference_w[1] =
            in->fixed_interference_w[j];
}

gg_status gg_explain(gg_instance *in, const gg_solution *solution, const char *path,
                     const char *solver, gg_explanation *out, gg_error *err) {
    *out = (gg_explanation){.instance = in, .objective = solution->objective};
    gg_status status = GG_OK;
    GG_TRY(choose(in, solution, path, solver, out, err));
    in->tau = solution->tau;
    int32_t *trial = gg_alloc(in->n_users, sizeof *trial);
    out->differences = gg_alloc(in->n_users, sizeof *out->differences);
    out->servers = gg_alloc(in->n_servers, sizeof *out->servers);
    if (trial == NULL || out->differences == NULL || out->servers == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    for (int side = 0; status == GG_OK && side < 2; side++) {
        gg_metrics metrics;
        status = gg_evaluate(in, out->objective,
                             (side == 0 ? out->decided : out->better)->assignment, &metrics, err);
        if (status == GG_OK)
            out->objective_s[side] = metrics.objective_s;
        else
            gg_error_prefix(err, path);
    }
    if (status == GG_OK)
        status = add_differences(out, trial, err);
    gg_free(trial);
    if (status != GG_OK) {
        gg_explanation_clear(out);
        return status;
    }
    qsort(out->differences, out->count, sizeof *out->differences, costliest_first);
    add_loads(out);
    return GG_OK;
}

void gg_explanation_clear(gg_explanation *explanation) {
    gg_free(explanation->differences);
    gg_free(explanation->servers);
    *explanation = (gg_explanation){0};
}
