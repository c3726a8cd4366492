/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The delay-energy plane of one instance at its tau: the supported points of its front, the proven
 * polygon under all decisions, and how far above it strategies are.
 */
#pragma once

#include <stdio.h>

#include "solvers/front/energy_front.h"
#include "solvers/front/tradeoff.h"
#include "solvers/solver.h"

enum { GG_ENERGY_STRATEGIES = 6 };

/* What a strategy decides. */
typedef struct gg_energy_strategy {
    const char *name;
    double delay_s, energy_j; /* sums over users; may be infinite */
    size_t n_offloaded;
    bool breaks_tau; /* others may be below the polygon */
} gg_energy_strategy;

typedef struct gg_energy_study {
    const gg_instance *instance; /* borrowed */
    gg_energy_front front;
    size_t count; /* of strategies that decide something */
    gg_energy_strategy strategies[GG_ENERGY_STRATEGIES];
} gg_energy_study;

/* What is asked of a front of accuracy, asked of one of energy. */
gg_energy_options gg_energy_options_as(const gg_tradeoff_options *asked);

/* Computes everything. Clear with gg_energy_study_clear. Errors as gg_energy_front_compute. */
gg_status gg_energy_study_compute(const gg_instance *instance, const gg_energy_options *options,
                                  gg_energy_study *out, gg_error *err);
void gg_energy_study_clear(gg_energy_study *study);

/* At most 80 columns wide. Errors: GG_E_NOMEM. */
gg_status gg_energy_print(const gg_energy_study *study, FILE *stream, gg_error *err);
gg_status gg_energy_write_json(const gg_energy_study *study, FILE *stream, gg_error *err);

/* A row a point, a vertex of the polygon or a strategy. Errors: GG_E_NOMEM. */
gg_status gg_energy_write_csv(const gg_energy_study *study, FILE *stream, gg_error *err);

/* Errors: GG_E_NOMEM. */
gg_status gg_energy_draw(const gg_energy_study *study, FILE *stream, gg_error *err);

/* How far a decision is above the polygon: its delay over the least that is possible with its
 * energy, less 1. NAN where that is 0 or the energy infinite. */
double gg_energy_above(const gg_energy_study *study, double delay_s, double energy_j);

/* The polygon's vertices as energies and delays, gg_energy_front_vertices of them; the caller
 * releases energy_j, which holds both. Errors: GG_E_NOMEM. */
gg_status gg_energy_polygon(const gg_energy_front *front, size_t *count, double **energy_j,
                            double **delay_s, gg_error *err);
