/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every form that costs may have: server and air curves, gates and the energy of devices, drawn.
 */
#pragma once

#include "models/instance.h"

/* Gives an instance curves, gate delays and powers, drawn from the seed: each of them in part of
 * all instances, the powers of devices in all. */
void give_forms(gg_instance *instance, uint64_t seed);

/* Any objective. */
gg_objective any_objective(uint64_t seed);
