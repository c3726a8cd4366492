/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The published strategies as plans of the greedy assignment: who is placed, with which weights,
 * and when it stops.
 */
#pragma once

#include "solvers/greedy/greedy.h"

/* All of these start from an initialised decision with everybody local. Errors: GG_E_NOMEM. */

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
