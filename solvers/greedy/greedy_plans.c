/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/greedy/greedy_plans.h"

#include "models/base/alloc.h"

/* Candidate list and weight column, filled for one call of the greedy assignment. */
typedef struct workspace {
    uint32_t *candidates;
    double *weight;
} workspace;

static gg_status workspace_init(workspace *w, const gg_instance *in, gg_objective weights,
                                gg_error *err) {
    w->candidates = gg_alloc(in->n_users, sizeof *w->candidates);
    w->weight = gg_alloc(in->n_users, sizeof *w->weight);
    if (w->candidates == NULL || w->weight == NULL) {
        gg_free(w->candidates);
        gg_free(w->weight);
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    }
    for (size_t i = 0; i < in->n_users; i++)
        w->weight[i] = gg_weight(in, weights, i);
    return GG_OK;
}

static void workspace_clear(workspace *w) {
    gg_free(w->candidates);
    gg_free(w->weight);
}

typedef enum who { EVERYBODY, MANDATORY, VOLUNTARY } who;

static gg_status assign(gg_decision *decision, workspace *w, who wanted, bool only_gains,
                        gg_greedy_fn greedy, gg_error *err) {
    const gg_instance *in = decision->instance;
    size_t count = 0;
    for (size_t i = 0; i < in->n_users; i++)
        if (wanted == EVERYBODY || (wanted == MANDATORY) == (gg_is_mandatory(in, i) != 0))
            w->candidates[count++] = (uint32_t)i;
    const gg_greedy plan = {w->candidates, count, w->weight, only_gains};
    return greedy(decision, &plan, err);
}

gg_status gg_plan_goa(gg_decision *decision, gg_objective weights, gg_greedy_fn greedy,
                      gg_error *err) {
    workspace w;
    gg_status status = workspace_init(&w, decision->instance, weights, err);
    if (status != GG_OK)
        return status;
    status = assign(decision, &w, MANDATORY, false, greedy, err);
    if (status == GG_OK)
        status = assign(decision, &w, VOLUNTARY, true, greedy, err);
    workspace_clear(&w);
    return status;
}

static gg_status whole(gg_decision *decision, gg_objective weights, bool only_gains,
                       gg_greedy_fn greedy, gg_error *err) {
    workspace w;
    gg_status status = workspace_init(&w, decision->instance, weights, err);
    if (status != GG_OK)
        return status;
    status = assign(decision, &w, EVERYBODY, only_gains, greedy, err);
    workspace_clear(&w);
    return status;
}

gg_status gg_plan_edge(gg_decision *decision, gg_greedy_fn greedy, gg_error *err) {
    return whole(decision, GG_WEIGHTED, false, greedy, err);
}

gg_status gg_plan_dmin(gg_decision *decision, gg_greedy_fn greedy, gg_error *err) {
    return whole(decision, GG_UNIFORM, true, greedy, err);
}

gg_status gg_plan_set(gg_decision *decision, const uint32_t *users, size_t n_users,
                      gg_greedy_fn greedy, gg_error *err) {
    workspace w;
    gg_status status = workspace_init(&w, decision->instance, GG_UNIFORM, err);
    if (status != GG_OK)
        return status;
    const gg_greedy plan = {users, n_users, w.weight, false};
    status = greedy(decision, &plan, err);
    workspace_clear(&w);
    return status;
}

size_t gg_count_offloaded(const gg_decision *decision) {
    size_t count = 0;
    for (size_t i = 0; i < decision->instance->n_users; i++)
        count += decision->server[i] != GG_LOCAL;
    return count;
}
