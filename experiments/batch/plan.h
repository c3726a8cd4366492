/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan: the grid of experiments that one YAML file describes, and the order of its units.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_PLAN_H
#define GOAGAP_EXPERIMENTS_BATCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "models/instance.h"
#include "solvers/solver.h"

/* In the servers axis: as many as the preset has. */
#define GG_PLAN_PRESET_SERVERS SIZE_MAX

/* The axes of the grid, each without duplicates, and what all its instances share. */
typedef struct gg_plan {
    char *path; /* where it was read, for messages */
    char *name; /* what the report calls it */
    size_t n_presets;
    char **presets; /* names or paths */
    size_t n_objectives;
    gg_objective *objectives;
    size_t n_users;
    size_t *users;
    size_t n_servers;
    size_t *servers; /* or GG_PLAN_PRESET_SERVERS */
    size_t n_taus;
    double *taus;
    uint32_t runs;
    uint64_t seed;
    size_t n_solvers;
    const gg_solver **solvers; /* borrowed from the registry */
    char *dataset;             /* file of the workload, or NULL: the preset's distributions */
    char *uncertainty;         /* which of the dataset's uncertainties is alpha; set with dataset */
    bool rank_alpha;           /* alpha by mid-ranks */
    double latency_scale;      /* of both sides; 0: not asked */
    double
        slm_median_latency_s; /* scale both sides so that the SLM's median is this; 0: not asked */
    double time_limit_s;      /* per instance and strategy; INFINITY: none */
    int64_t node_limit;       /* INT64_MAX: none */
    double gap;               /* tolerance of "optimal" */
    bool assignments;         /* store the decisions too */
    size_t units_per_part;    /* instances in one part file: what a kill can lose */
} gg_plan;

/* One cell of the grid and one run in it: an instance that all strategies solve. */
typedef struct gg_unit {
    size_t preset; /* index into presets */
    gg_objective objective;
    size_t n_users;
    size_t n_servers; /* or GG_PLAN_PRESET_SERVERS */
    double tau;
    uint32_t run;
} gg_unit;

/* Reads and checks a plan. `dataset`, unless NULL, replaces the plan's. The plan's own dataset path
 * is looked up beside the plan, then in the current folder. The caller frees *out. Errors: GG_E_IO,
 * GG_E_INPUT (file, line, key, reason; an unknown key is refused with the nearest known one). */
gg_status gg_plan_read(const char *path, const char *dataset, gg_plan **out, gg_error *err);

/* The same from `size` bytes of YAML; `path` names them and locates the dataset. */
gg_status gg_plan_parse(const char *text, size_t size, const char *path, const char *dataset,
                        gg_plan **out, gg_error *err);

/* Releases a plan; accepts NULL. */
void gg_plan_free(gg_plan *plan);

/* Number of units: cells times runs. */
size_t gg_plan_units(const gg_plan *plan);

/* Unit number `index` in the plan's order: runs vary fastest, then tau, servers, users, objective,
 * preset. */
gg_unit gg_plan_unit(const gg_plan *plan, size_t index);

/* Writes the grid, a line each: axes, seeds, strategies, limits, outputs. */
void gg_plan_print_grid(const gg_plan *plan, FILE *stream);

/* Writes the grid and where its queries come from. */
void gg_plan_print(const gg_plan *plan, FILE *stream);

#endif
