/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of certificates share: a proof, and its refusal.
 */
#pragma once

#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"
#include "tests/support/instances/golden_file.h"
#include "tests/support/instances/random_instance.h"

static inline void solve(const gg_instance *in, gg_objective objective, double gap,
                         int64_t node_limit, gg_result *result) {
    gg_solve_options options = gg_solve_options_init();
    gg_error err = {0};
    options.objective = objective;
    options.gap = gap;
    options.node_limit = node_limit;
    options.certify = true;
    assert_success(gg_solve(gg_solver_find("exact", &err), in, &options, result, &err), &err);
}

/* A deep copy, for tampering with. */
static inline gg_certificate *copy(const gg_certificate *from) {
    gg_certificate *to = NULL;
    gg_error err = {0};
    assert_success(
        gg_certificate_new(from->n_users, from->n_servers, from->power_unit_w, &to, &err), &err);
    size_t size = from->n_users + from->n_servers, index;
    for (size_t k = 0; k < from->n_nodes; k++) {
        assert_success(gg_certificate_add_node(to, &index, &err), &err);
        for (size_t r = 0; r < from->nodes[k].n_rounds; r++)
            assert_success(
                gg_certificate_add_round(
                    to, from->multipliers + (from->nodes[k].first_round + r) * size, &err),
                &err);
        to->nodes[k] = from->nodes[k];
    }
    to->bound_s = from->bound_s;
    return to;
}

/* A medium proof with several kinds of nodes, and no prices. */
enum { MEDIUM_USERS = 12, MEDIUM_SERVERS = 3, MEDIUM_ROUND = MEDIUM_USERS + MEDIUM_SERVERS };

typedef struct medium {
    gg_instance *in;
    gg_result result;
} medium;

/* Leaves that nothing bounds without their multipliers: others are single decisions, or empty. */
static inline size_t bounded_leaves(const medium *m) {
    const gg_certificate *c = m->result.certificate;
    size_t leaves = 0;
    for (size_t k = 1; k < c->n_nodes; k++) {
        gg_certificate *without = copy(c);
        gg_error err = {0};
        without->nodes[k].n_rounds = 0;
        leaves += c->nodes[k].kind == GG_SPLIT_NONE &&
                  gg_certificate_check(m->in, GG_WEIGHTED, without, &err) != GG_OK;
        gg_certificate_free(without);
    }
    return leaves;
}

static inline void medium_clear(medium *m) {
    gg_result_clear(&m->result);
    gg_instance_free(m->in);
}

/* Whose tree has leaves enough is the search's to say, and changes with it: the first from a seed
 * on. */
static inline medium medium_proof(void) {
    enum { FROM = 240, MOST = 4000 };
    for (uint64_t seed = FROM; seed < FROM + MOST; seed++) {
        medium m = {.in = random_instance((random_shape){.n_users = MEDIUM_USERS,
                                                         .n_servers = MEDIUM_SERVERS,
                                                         .tau = 0.7,
                                                         .payload_factor = 8.0,
                                                         .capacity_spread = 2.0,
                                                         .power_spread = 2.0},
                                          seed)};
        solve(m.in, GG_WEIGHTED, 1e-9, INT64_MAX, &m.result);
        if (m.result.certificate->n_priced == 0 && bounded_leaves(&m) > 5)
            return m;
        medium_clear(&m);
    }
    fail_msg("no proof of %d users has so many bounded leaves", MEDIUM_USERS);
    return (medium){0};
}
