/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One network's front as part of a plan's: of accuracy, or of the energy that the devices save.
 */
#pragma once

#include "experiments/studies/pareto/pareto_study.h"

typedef struct gg_network_front {
    gg_tradeoff front; /* of energy: accuracy is what is saved a query, in J, of negative sign; the
                          lines' prices belong to it */
    double most;       /* no decision is more accurate, or saves more */
} gg_network_front;

/* The front is cleared with gg_tradeoff_clear, also after an error. Errors: as gg_tradeoff_compute,
 * gg_energy_front_compute; GG_E_INPUT without what the kind needs. */
gg_status gg_network_front_compute(const gg_instance *instance, const gg_tradeoff_options *options,
                                   gg_front_kind kind, gg_network_front *out, gg_error *err);
