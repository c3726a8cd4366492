/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances small enough for brute force whose numbers lie where arithmetic goes wrong.
 */
#pragma once

#include "models/instance.h"

/* 1 to 4 users, 1 to 3 servers: gains and powers over more than 20 decades, payloads of nothing,
 * uncertainties at tau, bands of a few hertz; interference is fixed in one of three. */
gg_instance *edgy_instance(uint64_t seed);

/* The same, with SINRs, rates, capacities or delays near the ends of the double range, beyond what
 * files may hold: a replay does not lean on what readers refuse. */
gg_instance *extreme_instance(uint64_t seed);
