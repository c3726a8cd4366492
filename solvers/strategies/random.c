/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `random`: as many users as goa offloads, chosen at random, assigned greedily.
 */
#include <stdbool.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/greedy/greedy.h"
#include "solvers/solver.h"

/* The first `count` entries of a random order of all users. */
static void draw_users(uint32_t *order, size_t n_users, size_t count, gg_rng rng) {
    for (size_t i = 0; i < n_users; i++)
        order[i] = (uint32_t)i;
    for (size_t k = 0; k < count; k++) {
        size_t other = k + gg_rng_next_below(&rng, (uint32_t)(n_users - k));
        uint32_t chosen = order[other];
        order[other] = order[k];
        order[k] = chosen;
    }
}

/* How many users goa offloads here. */
static gg_status goa_count(const gg_instance *in, gg_objective weights, size_t *count,
                           gg_error *err) {
    gg_decision decision;
    GG_TRY(gg_decision_init(&decision, in, err));
    gg_status status = gg_plan_goa(&decision, weights, gg_greedy_lazy, err);
    *count = gg_count_offloaded(&decision);
    gg_decision_clear(&decision);
    return status;
}

static gg_status offload(const gg_instance *in, const uint32_t *users, size_t count,
                         int32_t *assignment, gg_error *err) {
    gg_decision decision;
    GG_TRY(gg_decision_init(&decision, in, err));
    gg_status status = gg_plan_set(&decision, users, count, gg_greedy_lazy, err);
    memcpy(assignment, decision.server, in->n_users * sizeof *assignment);
    gg_decision_clear(&decision);
    return status;
}

static gg_status solve(const gg_instance *in, const gg_solve_options *options, gg_result *result,
                       gg_error *err) {
    size_t count = options->n_random_users;
    if (gg_instance_infeasible(in)) {
        result->status = GG_INFEASIBLE;
        return GG_OK;
    }
    if (options->random_users != NULL)
        return offload(in, options->random_users, count, result->assignment, err);
    GG_TRY(goa_count(in, options->goa_weights, &count, err));
    uint32_t *drawn = gg_alloc(in->n_users, sizeof *drawn);
    GG_NEED(drawn, err, "out of memory for %zu users", in->n_users);
    draw_users(drawn, in->n_users, count,
               gg_rng_start(options->seed, options->run, GG_STREAM_SOLVER_RANDOM));
    gg_status status = offload(in, drawn, count, result->assignment, err);
    gg_free(drawn);
    return status;
}

const gg_solver gg_solver_random = {.name = "random",
                                    .summary = "a random set as large as goa's; ignores tau",
                                    .may_violate_tau = true,
                                    .solve = solve};
