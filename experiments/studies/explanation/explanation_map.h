/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A map of a decision: servers, users, links coloured by delay, and what a better decision does
 * otherwise.
 */
#pragma once

#include "experiments/studies/explanation/explanation.h"

/* Draws the map. `positions_csv` (as of goagap instance) says where users and servers are; NULL:
 * each user stands near its strongest server, the nearer the higher its gain ranks there, and the
 * map says so. Errors: GG_E_INPUT (positions that do not fit the instance), GG_E_IO, GG_E_NOMEM. */
gg_status gg_explanation_map(const gg_explanation *explanation, const char *positions_csv,
                             FILE *stream, gg_error *err);
