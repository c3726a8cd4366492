/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A complete decision with per-server sums, from which the objective's change under a move or swap
 * follows in O(M) without touching the other users. The summed transmission cost of a server is
 * kept as second-order expansions in the logarithm of its interference, renewed when that drifts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/instance.h"

typedef struct gg_search gg_search;

/* Above this many users swaps are left out: their number grows with the square. */
enum { GG_SWAP_USERS_MAX = 2000 };

/* A state with everybody local. The instance must outlive it. Free with gg_free. Errors:
 * GG_E_NOMEM. */
gg_status gg_search_new(const gg_instance *instance, gg_objective objective, gg_search **out,
                        gg_error *err);

/* Takes over an assignment (N entries, copied). */
void gg_search_load(gg_search *search, const int32_t *assignment);

/* The assignment as it stands; borrowed, valid until the next change. */
const int32_t *gg_search_assignment(const gg_search *search);

/* The objective as the sums have it: equal to the judge's but for rounding and, for many users, the
 * drift that the expansions allow (below 1e-6 relative). INFINITY where a user has no rate. */
double gg_search_objective_s(const gg_search *search);

/* The same as a number: an infinite decision costs more than any finite one, and the more the more
 * of its users have no rate. Predicted changes are changes of this. */
double gg_search_measure_s(const gg_search *search);

/* False when tau or an unusable channel (rate zero even without interference) forbids it. */
bool gg_search_allows(const gg_search *search, size_t user, int32_t target);

/* Predicted change of the objective if `user` went to each option: change_s[0] local,
 * change_s[1 + j] server j; INFINITY where forbidden, 0 for where it is. */
void gg_search_try_moves(gg_search *search, size_t user, double *change_s);

/* Predicted change of the objective if two users traded places. */
double gg_search_try_swap(gg_search *search, size_t a, size_t b);

/* The first user from `b` on, and below `a`, whose swap with `a` may lower the objective; `a` if
 * there is none. For up to GG_SWAP_USERS_MAX users. */
size_t gg_search_next_swap(gg_search *search, size_t a, size_t b);

/* Moves a user; O(M), or O(N) where sums are renewed. */
void gg_search_move(gg_search *search, size_t user, int32_t target);
