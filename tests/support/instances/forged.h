/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates that nobody should believe: honest ones with damage, and designed ones.
 */
#pragma once

#include "models/base/rng.h"
#include "solvers/checker/certificate.h"

/* A copy with random damage, owned by the caller: multipliers, splits, ranges and the unit changed
 * to anything, users swapped, leaves dropped, doubled and cut off, numbers that are none. Its claim
 * is the original's. */
gg_certificate *mutant_of(const gg_certificate *honest, gg_rng *rng);

/* What is read back after random damage to the bytes of the JSON text; NULL: nothing. */
gg_certificate *misread(const gg_certificate *honest, gg_rng *rng);

/* A certificate made up for an instance: a random tree of splits, or one down to single decisions,
 * whose leaves carry multipliers of any size, many of them improved until they bound well. It
 * claims nothing yet. */
gg_certificate *designed_for(const gg_instance *instance, gg_objective objective, gg_rng *rng);
