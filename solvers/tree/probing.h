/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Probing: tries parts of a box on their own, and cuts off those the bound closes.
 */
#pragma once

#include "solvers/bound/bound.h"

/* Shrinks `box` by probing the ends of every server's interference and load and every option of
 * every user, pass after pass while a pass still removes something and until `deadline_s` (of
 * gg_now_s). False when nothing that costs less than `threshold_s` is left. Errors: GG_E_NOMEM in
 * *status. */
bool gg_probe(const gg_bound_problem *problem, gg_bounder *bounder, gg_box *box, double threshold_s,
              double deadline_s, gg_status *status, gg_error *err);
