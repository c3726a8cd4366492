/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The greedy assignment all published strategies are made of: again and again, the pair (user,
 * server) with the smallest Delta. Two implementations that decide alike bit for bit: a plain scan,
 * and a lazy one with a heap of stale values per server.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/decision.h"

/* Which users to assign and when to stop. */
typedef struct gg_greedy {
    const uint32_t
        *candidates; /* local users; ties go to the earlier one, then to the lower server */
    size_t n_candidates;
    const double *weight; /* N, by user id */
    bool only_gains;      /* stop at the first smallest Delta >= 0, instead of placing everybody */
} gg_greedy;

typedef gg_status (*gg_greedy_fn)(gg_decision *decision, const gg_greedy *plan, gg_error *err);

/* Scans every pair at each step: O(n^2 M) evaluations of Delta. Errors: GG_E_NOMEM. */
gg_status gg_greedy_scan(gg_decision *decision, const gg_greedy *plan, gg_error *err);

/* Re-evaluates only pairs whose stale Delta could be the smallest. Sound because Delta only grows
 * while users are placed. Memory: 16 bytes a pair, 40 a candidate. Errors: GG_E_NOMEM. */
gg_status gg_greedy_lazy(gg_decision *decision, const gg_greedy *plan, gg_error *err);

/* The published strategies as plans of the greedy assignment: who is placed, with which weights,
 * and when it stops. All of these start from an initialised decision with everybody local. Errors:
 * GG_E_NOMEM. */

/* GOA: mandatory users first, then whoever gains. `weights` is the paper's choice with GG_WEIGHTED.
 */
gg_status gg_plan_goa(gg_decision *decision, gg_objective weights, gg_greedy_fn greedy,
                      gg_error *err);

/* Everybody offloads, weights alpha. */
gg_status gg_plan_edge(gg_decision *decision, gg_greedy_fn greedy, gg_error *err);

/* Whoever gains offloads, weights 1; alpha and tau are ignored. */
gg_status gg_plan_dmin(gg_decision *decision, gg_greedy_fn greedy, gg_error *err);

/* The `n_users` given users offload, weights 1; ties go by their order. */
gg_status gg_plan_set(gg_decision *decision, const uint32_t *users, size_t n_users,
                      gg_greedy_fn greedy, gg_error *err);

/* Number of users that a decision offloads. */
size_t gg_count_offloaded(const gg_decision *decision);
