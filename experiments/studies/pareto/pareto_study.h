/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accuracy-delay plane of one instance: its exact front, what strategies reach over tau, and
 * how far goa's curve is from the front.
 */
#pragma once

#include <stdio.h>

#include "solvers/front/tradeoff.h"
#include "solvers/solver.h"

/* What a strategy decides at one tau. */
typedef struct gg_tau_point {
    double tau;
    double accuracy;
    double objective_s; /* may be infinite */
    double total_delay_s;
} gg_tau_point;

enum { GG_PARETO_CURVES = 3, GG_PARETO_TAUS = 21 };

typedef struct gg_tau_curve {
    const char *solver;
    size_t count; /* 0: the strategy finds nothing feasible at any tau */
    gg_tau_point points[GG_PARETO_TAUS];
} gg_tau_curve;

/* Between goa's curve and the front, over the accuracies that goa's curve spans: each is the
 * cheapest decision of at least that accuracy. Delays are objectives per query. */
typedef struct gg_pareto_area {
    bool known;
    double from_accuracy, to_accuracy;
    double area_s;        /* seconds times accuracy */
    double mean_excess_s; /* area over width; the difference itself where the width is 0 */
    double mean_front_s;  /* the front's own mean there */
} gg_pareto_area;

typedef struct gg_pareto_study {
    size_t n_users;
    gg_tradeoff front;
    gg_tau_curve curves[GG_PARETO_CURVES]; /* goa, dmin, random */
    gg_pareto_area area;
} gg_pareto_study;

/* Computes everything. tau of the instance is changed on the way and set back. Clear with
 * gg_pareto_study_clear. Errors as gg_tradeoff_compute. */
gg_status gg_pareto_study_compute(gg_instance *instance, const gg_tradeoff_options *options,
                                  gg_pareto_study *out, gg_error *err);
void gg_pareto_study_clear(gg_pareto_study *study);

/* The front's cheapest point of at least an accuracy, or within an objective the most accurate one;
 * NULL when there is none. */
const gg_tradeoff_point *gg_front_at_accuracy(const gg_tradeoff *front, double accuracy);
const gg_tradeoff_point *gg_front_at_objective(const gg_tradeoff *front, double objective_s);

/* The same along a curve; of equal ones the largest tau. */
const gg_tau_point *gg_curve_at_accuracy(const gg_tau_curve *curve, double accuracy);
const gg_tau_point *gg_curve_at_objective(const gg_tau_curve *curve, double objective_s);

/* "expected" or "hindsight": what an accuracy is, in files. */
const char *gg_accuracy_kind(bool hindsight);

/* What a plan's delay is weighed against: the accuracy that can be expected, that by the recorded
 * flags, or the energy of the devices. */
typedef enum gg_front_kind { GG_FRONT_EXPECTED, GG_FRONT_HINDSIGHT, GG_FRONT_ENERGY } gg_front_kind;

/* Computes the front of every network and writes, for each preset, the least mean delay per query
 * for each mean accuracy that decisions of all its networks reach: the vertices of the lower convex
 * hull, about 0.1 % of accuracy apart; no strategy's means of that kind lie beyond. Against energy
 * it is the least delay for each mean energy (energy_per_query_j) at the plan's only tau. Columns
 * preset, delay_per_query_s, accuracy, lower_bound_s (what no decisions of that mean accuracy have
 * less of in the mean objective per query, proven: front_floor.h), networks, delay_low_s and
 * delay_high_s (95 % interval of the mean delay at the price for accuracy that leads there; draws
 * are resampled whole), kind. *proven is false when a limit left a point unproven. Errors as
 * gg_plan_read, gg_experiment_open, gg_unit_draw, gg_tradeoff_compute, gg_energy_front_compute;
 * GG_E_INPUT without what the kind needs, GG_E_USAGE for energy at several tau. */
gg_status gg_pareto_plan(const char *path, const char *dataset, const gg_tradeoff_options *options,
                         gg_front_kind kind, FILE *stream, bool *proven, gg_error *err);

/* What is shown, and what was asked about it. */
typedef struct gg_pareto_view {
    const gg_instance *instance;
    const gg_pareto_study *study;
    gg_objective objective;
    bool hindsight;         /* accuracy is by the recorded flags, not expected */
    double target_accuracy; /* NAN: not asked */
    double target_delay_s;  /* objective per query; NAN: not asked */
} gg_pareto_view;

/* At most 80 columns wide. Errors: GG_E_NOMEM. */
gg_status gg_pareto_print(const gg_pareto_view *view, FILE *stream, gg_error *err);
gg_status gg_pareto_write_json(const gg_pareto_view *view, FILE *stream, gg_error *err);

/* A row a point; the report draws delay_per_query_s and accuracy of such a file. */
void gg_pareto_write_csv(const gg_pareto_view *view, FILE *stream);

void gg_pareto_draw(const gg_pareto_view *view, FILE *stream);
