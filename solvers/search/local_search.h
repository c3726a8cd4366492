/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Descent to a local optimum by moves (to another server, home, to a server) and swaps.
 */
#pragma once

#include "models/base/rng.h"
#include "solvers/search/search_state.h"

/* Whether a change of the objective is more than rounding. */
static inline bool gg_improves(double change_s, double objective_s) {
    return change_s < -1e-12 * objective_s;
}

/* Sends from 2 to spread + 1 random users to random options, where those are allowed. */
void gg_kick(gg_search *search, const gg_instance *instance, uint32_t spread, gg_rng *rng);

/* What the gains of who offloads must add up to at least. */
typedef struct gg_gain_floor {
    const double *gain; /* N, of any sign */
    double required;
} gg_gain_floor;

/* Descends from the state as loaded until no move, and for up to GG_SWAP_USERS_MAX users no swap,
 * improves the objective (gg_improves; as gg_search_try_moves and gg_search_next_swap see it) and
 * stays above `floor` (NULL: there is none; else the state is above it); stops early at
 * `deadline_s` (of gg_now_s; INFINITY: none) or when a stop is requested, and then gives false.
 * Needs scratch of M + 1 doubles. */
bool gg_descend(gg_search *search, const gg_instance *instance, const gg_gain_floor *floor,
                double deadline_s, double *scratch);

/* Decisions that use fewer servers: where interference is most of what users pay for, one server
 * for everybody can cost far less than four, and no path of single moves leads there. Closes
 * servers of the decision in `search` one after the other, each time the one whose users cost least
 * elsewhere, down to a single one; tries every single one too. Leaves the cheapest decision met,
 * the first included. Stops between two trials when `deadline_s` (of gg_now_s; INFINITY: none) has
 * passed or a stop was requested. O(M^2) trials of O(N M) steps each. Errors: GG_E_NOMEM. */
gg_status gg_close_servers(gg_search *search, const gg_instance *instance, double deadline_s,
                           gg_error *err);
