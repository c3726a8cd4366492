/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decisions that use fewer servers: where interference is most of what users pay for, one server
 * for everybody can cost far less than four, and no path of single moves leads there.
 */
#pragma once

#include "solvers/search/search_state.h"

/* Closes servers of the decision in `search` one after the other, each time the one whose users
 * cost least elsewhere, down to a single one; tries every single one too. Leaves the cheapest
 * decision met, the first included. Stops between two trials when `deadline_s` (of gg_now_s;
 * INFINITY: none) has passed or a stop was requested. O(M^2) trials of O(N M) steps each. Errors:
 * GG_E_NOMEM. */
gg_status gg_close_servers(gg_search *search, const gg_instance *instance, double deadline_s,
                           gg_error *err);
