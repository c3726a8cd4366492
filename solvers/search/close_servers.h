/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decisions that use fewer servers: where interference is most of what users pay for, one server
 * for everybody can cost far less than four, and no path of single moves leads there.
 */
#ifndef GOAGAP_SOLVERS_SEARCH_CLOSE_SERVERS_H
#define GOAGAP_SOLVERS_SEARCH_CLOSE_SERVERS_H

#include "solvers/search/search_state.h"

/* Closes servers of the decision in `search` one after the other, each time the one whose users
 * cost least elsewhere, down to a single one; tries every single one too. Leaves the cheapest
 * decision met, the first included. Every other server is looked at before `deadline_s` (of
 * gg_now_s; INFINITY: none) or a request stops it. O(N M^2) steps. Errors: GG_E_NOMEM. */
gg_status gg_close_servers(gg_search *search, const gg_instance *instance, double deadline_s,
                           gg_error *err);

#endif
