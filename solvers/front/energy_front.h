/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Delay against the energy of the devices, of the decisions that keep tau. What sending costs
 * depends on who else is on the server, so that a limit on energy is no linear row over users, as
 * one on accuracy is. But for every price the delay and that price's worth of energy have a proven
 * least sum: its decision is a supported point of the front (a vertex of the convex hull), and its
 * bound a line that no decision is below. Prices are those that make two neighbours equal, until
 * nothing new is found; all lines together are a polygon below every decision, the unsupported
 * points between, which no price reaches, included.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
typedef struct gg_energy_options {
    double gap;          /* relative tolerance of "proven", and of what is new */
    double time_limit_s; /* for the whole front; INFINITY: none */
    int64_t node_limit;  /* for each price */
    size_t most_prices;  /* the ends included, at least 2; the widest gaps are closed first */
    uint64_t seed;
    size_t threads; /* of each price's search; 0: one for each core. Nothing but the time changes */
} gg_energy_options;

gg_energy_options gg_energy_options_init(void);

/* Sums over the users, by the judge. */
typedef struct gg_energy_point {
    int32_t *assignment; /* n, owned */
    double delay_s;
    double energy_j;
    double price_s_j; /* at which it was found; INFINITY: as the least energy */
    bool proven;      /* least at that price within the gap */
    int64_t nodes;
} gg_energy_point;

/* No decision has a smaller delay + price energy; where the price is INFINITY, less energy. */
typedef struct gg_energy_line {
    double price_s_j;
    double bound; /* in s; of energy alone in J */
} gg_energy_line;

/* Points by rising energy and falling delay, each a vertex of the hull of all that were found;
 * lines by rising price. */
typedef struct gg_energy_front {
    size_t count;
    gg_energy_point *points;
    size_t n_lines;
    gg_energy_line *lines;
    bool complete; /* up to the gap there is no other supported point */
    bool proven;   /* every line is as high as its decision, within the gap */
    bool stopped;  /* by a signal */
} gg_energy_front;

/* Computes the front; prices are rounded to single precision, as the objective's are. Clear with
 * gg_energy_front_clear. Errors: GG_E_INPUT (no device_power_w, more than 64 servers), GG_E_SOLVER
 * (no decision keeps tau, or none of finite delay was found), GG_E_NOMEM. */
gg_status gg_energy_front_compute(const gg_instance *instance, const gg_energy_options *options,
                                  gg_energy_front *out, gg_error *err);
void gg_energy_front_clear(gg_energy_front *front);

/* What no decision of at most this energy has less delay than, by the lines; INFINITY where there
 * is no such decision. */
double gg_energy_front_bound_s(const gg_energy_front *front, double energy_j);

/* The energies at which the polygon under all decisions has its vertices, rising; room for n_lines.
 * Beyond the last it is level. */
size_t gg_energy_front_vertices(const gg_energy_front *front, double *energy_j);
GG_C_END
