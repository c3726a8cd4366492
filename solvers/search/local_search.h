/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Descent to a local optimum by moves (to another server, home, to a server) and swaps.
 */
#ifndef GOAGAP_SOLVERS_SEARCH_LOCAL_SEARCH_H
#define GOAGAP_SOLVERS_SEARCH_LOCAL_SEARCH_H

#include "solvers/search/search_state.h"

/* Above this many users swaps are left out: their number grows with the square. */
enum { GG_SWAP_USERS_MAX = 2000 };

/* Descends from the state as loaded until no move, and for up to GG_SWAP_USERS_MAX users no swap,
 * improves the objective by more than 1e-12 relative; stops early at `deadline_s` (of gg_now_s;
 * INFINITY: none) or when a stop is requested. Needs scratch of M + 1 doubles. */
void gg_descend(gg_search *search, const gg_instance *instance, double deadline_s, double *scratch);

#endif
