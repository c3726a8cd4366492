/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rounds of certificates that nobody should believe.
 */
#pragma once

#include "models/base/rng.h"
#include "solvers/checker/certificate.h"

/* A tenth: zero and the ends of the range; else of any size and either sign. */
double any_number(gg_rng *rng);

/* Mostly a little beside a number, now and then anything, now and then no number at all. */
double disturbed(double number, gg_rng *rng);

/* What gg_certificate_add_... do; they fail the test when memory is short. */
void forge_round(gg_certificate *c, const float *multipliers);
void forge_prices(gg_certificate *c, const uint32_t *users, size_t count, const float *prices);
void forge_cut(gg_certificate *c, gg_proof_cut cut);
void forge_state(gg_certificate *c, gg_proof_state state);

/* Copies round r, prices and all, to the node added last. */
void copy_round(gg_certificate *to, const gg_certificate *from, size_t r);

/* Changes what a round has, and the prices, cuts and states of any. */
void damage_round(gg_certificate *c, gg_rng *rng);
void damage_prices(gg_certificate *c, gg_rng *rng);
