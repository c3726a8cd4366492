/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/greedy/greedy.h"

#include "models/base/alloc.h"
#include "models/base/record.h"

/* Candidate list and weight column, filled for one call of the greedy assignment. */
typedef struct workspace {
    uint32_t *candidates;
    double *weight;
    void *memory; /* of both */
} workspace;

static gg_status workspace_init(workspace *w, const gg_instance *in, gg_objective weights,
                                gg_error *err) {
    const gg_record_array arrays[] = {GG_ARRAY(workspace, candidates, in->n_users),
                                      GG_ARRAY(workspace, weight, in->n_users)};
    w->memory = GG_ARRAYS_NEW(w, arrays);
    GG_NEED(w->memory, err, "out of memory for %zu users", in->n_users);
    for (size_t i = 0; i < in->n_users; i++)
        w->weight[i] = gg_weight(in, weights, i);
    return GG_OK;
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

/* First those of one kind, then those of another; only whoever gains of the last. */
static gg_status in_turn(gg_decision *decision, gg_objective weights, const who *kinds,
                         size_t n_kinds, bool only_gains, gg_greedy_fn greedy, gg_error *err) {
    workspace w;
    gg_status status = workspace_init(&w, decision->instance, weights, err);
    decision->joule = gg_objective_joule(weights);
    for (size_t k = 0; status == GG_OK && k < n_kinds; k++)
        status = assign(decision, &w, kinds[k], only_gains && k + 1 == n_kinds, greedy, err);
    gg_free(w.memory);
    return status;
}

gg_status gg_plan_goa(gg_decision *decision, gg_objective weights, gg_greedy_fn greedy,
                      gg_error *err) {
    static const who kinds[] = {MANDATORY, VOLUNTARY};
    return in_turn(decision, weights, kinds, 2, true, greedy, err);
}

static gg_status whole(gg_decision *decision, gg_objective weights, bool only_gains,
                       gg_greedy_fn greedy, gg_error *err) {
    static const who everybody = EVERYBODY;
    return in_turn(decision, weights, &everybody, 1, only_gains, greedy, err);
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
    GG_TRY(workspace_init(&w, decision->instance, GG_UNIFORM, err));
    decision->joule = 0.0;
    const gg_greedy plan = {users, n_users, w.weight, false};
    gg_status status = greedy(decision, &plan, err);
    gg_free(w.memory);
    return status;
}

size_t gg_count_offloaded(const gg_decision *decision) {
    size_t count = 0;
    for (size_t i = 0; i < decision->instance->n_users; i++)
        count += decision->server[i] != GG_LOCAL;
    return count;
}
