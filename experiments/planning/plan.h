/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan: the grid of experiments that one YAML file describes, and the order of its units.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "models/draw/preset.h"
#include "models/instance.h"
#include "solvers/solver.h"

/* In the servers axis: as many as the preset has. */
#define GG_PLAN_PRESET_SERVERS SIZE_MAX

/* In a strategy's accuracy_of. */
#define GG_PLAN_NOBODY SIZE_MAX

/* Limits of a strategy on an instance. */
typedef struct gg_plan_limits {
    double time_s; /* INFINITY: none */
    int64_t nodes; /* INT64_MAX: none */
    double gap;    /* tolerance of "optimal" */
} gg_plan_limits;

/* A strategy of a plan: one of ours or somebody's own command, with its options. */
typedef struct gg_plan_strategy {
    char *name;                /* what the results call it */
    const gg_solver *solver;   /* borrowed from the registry; NULL: an external command */
    char *command;             /* for sh; NULL: one of ours */
    bool weights_of_objective; /* goa's Delta takes the objective's weights, not alpha */
    gg_settings settings;      /* of the solver's own parameters */
    size_t accuracy_of; /* index of the strategy, an earlier one, whose expected accuracy decisions
                           are held to; GG_PLAN_NOBODY: none's */
    gg_plan_limits limits;
} gg_plan_strategy;

/* Where a plan's networks are, that are not drawn on users x servers. */
typedef enum gg_site_kind {
    GG_SITE_GAINS,     /* a file of measured channel gains: one network, or one for each run */
    GG_SITE_POSITIONS, /* the same of positions */
    GG_SITE_FILE,      /* an instance in a file */
    GG_SITE_LISTED     /* a draw that a list of instances names */
} gg_site_kind;

/* What a list knows of an instance with one objective; NAN: nothing. */
typedef struct gg_known {
    double value_s; /* what the best known decision costs */
    double bound_s; /* what none costs less than */
} gg_known;

enum { GG_LISTED_DIGEST = 33 };

typedef struct gg_plan_site {
    char *path;      /* of the file, or of the list */
    char digest[17]; /* hexadecimal: of what the file holds, and of how many runs stand on it */
    /* Of an instance in a file or a list, which is not crossed with presets, tau and runs: */
    size_t preset; /* index into presets; of a file none */
    double tau;
    uint64_t seed;
    uint32_t run;
    gg_known known[2];             /* by objective */
    char listed[GG_LISTED_DIGEST]; /* hexadecimal: gg_listed_digest of the instance */
} gg_plan_site;

/* Which values an axis leaves of what instances have; none: all. */
typedef struct gg_plan_wish {
    size_t count;
    double *values;
} gg_plan_wish;

/* The axes of the grid, each without duplicates, and what all its instances share. */
typedef struct gg_plan {
    char *path; /* where it was read, for messages */
    char *name; /* what the report calls it */
    size_t n_presets;
    char **presets; /* names or paths */
    size_t n_payloads;
    gg_payload *payloads; /* crossed with the presets; NULL: each preset's own reading */
    size_t n_objectives;
    gg_objective *objectives;
    size_t n_users;
    size_t *users;
    size_t n_servers;
    size_t *servers;     /* or GG_PLAN_PRESET_SERVERS */
    size_t n_sites;      /* 0: networks are drawn on users x servers */
    gg_plan_site *sites; /* site k has users[k] and servers[k], which are no axes then; for
                            instances presets and taus are none either */
    gg_site_kind site_kind;
    size_t n_taus;
    double *taus;
    gg_plan_wish wished_users; /* of instances */
    gg_plan_wish wished_servers;
    gg_plan_wish wished_taus;
    uint32_t runs; /* of a cell, or of a site; of an instance 1 */
    uint64_t seed;
    size_t n_strategies;
    gg_plan_strategy *strategies;
    char *dataset;        /* file of the workload, or NULL: the preset's distributions */
    char *uncertainty;    /* which of the dataset's uncertainties is alpha; set with dataset */
    bool rank_alpha;      /* alpha by mid-ranks */
    double latency_scale; /* of both sides; 0: not asked */
    double slm_median_latency_s; /* scale both sides so that the small model's median is this; 0:
                                    not asked */
    gg_plan_limits limits;       /* of strategies that have none of their own */
    size_t memory_mb;            /* that a worker may take beyond its start; 0: no limit */
    bool assignments;            /* store the decisions too */
    size_t units_per_part;       /* networks in one part file: what a kill can lose */
} gg_plan;

/* One network: what is drawn once and shared by all objectives, tau and strategies. */
typedef struct gg_unit {
    size_t preset; /* index into the variants: preset times payload; SIZE_MAX: of a file, none */
    size_t n_users;
    size_t n_servers; /* or GG_PLAN_PRESET_SERVERS */
    uint32_t run;     /* runs of the second site follow those of the first */
    size_t site;      /* index into sites; SIZE_MAX: drawn */
    uint64_t seed;
    double tau; /* of an instance that has one; NAN: as the row asks */
} gg_unit;

/* One row of a network: what is asked of whom. */
typedef struct gg_case {
    gg_objective objective;
    double tau;
    size_t strategy; /* index into strategies */
} gg_case;

/* Reads and checks a plan. `dataset`, unless NULL, replaces the plan's. The plan's own dataset path
 * is looked up beside the plan, then in the current folder. The caller frees *out. Errors: GG_E_IO,
 * GG_E_INPUT (file, line, key, reason; an unknown key is refused with the nearest known one). */
gg_status gg_plan_read(const char *path, const char *dataset, gg_plan **out, gg_error *err);

/* Reads the shapes of the plan's sites. Errors: GG_E_IO, GG_E_INPUT (file, line, reason),
 * GG_E_NOMEM.
 */
gg_status gg_plan_read_sites(gg_plan *plan, gg_error *err);

/* The same from `size` bytes of YAML; `path` names them and locates the dataset. */
gg_status gg_plan_parse(const char *text, size_t size, const char *path, const char *dataset,
                        gg_plan **out, gg_error *err);

/* Releases a plan; accepts NULL. */
void gg_plan_free(gg_plan *plan);

/* Whether decisions of a strategy are held to another's expected accuracy; a plan's, whether any
 * are. */
bool gg_plan_holds(const gg_plan *plan, size_t strategy);
bool gg_plan_holds_any(const gg_plan *plan);

/* Presets times payloads. */
size_t gg_plan_variants(const gg_plan *plan);

/* Number of networks. */
size_t gg_plan_units(const gg_plan *plan);

/* Instances made of one network: objectives times tau. */
size_t gg_plan_instances_per_unit(const gg_plan *plan);

/* Rows of one network: its instances times strategies. */
size_t gg_plan_rows_per_unit(const gg_plan *plan);

/* Network number `index` in the plan's order: runs vary fastest, then servers, users, payload,
 * preset. */
gg_unit gg_plan_unit(const gg_plan *plan, size_t index);

/* The site of a row; n_sites: none. `name` is the row's preset. */
size_t gg_plan_find_site(const gg_plan *plan, const char *name, const gg_unit *row);

/* What rows call the preset of an instance in a file: the file's name. */
const char *gg_plan_file_name(const gg_plan_site *site);

/* Whether the plan's networks are instances, in files or in a list. */
static inline bool gg_plan_has_instances(const gg_plan *plan) {
    return plan->n_sites > 0 && plan->site_kind >= GG_SITE_FILE;
}

/* Stands among the strategies of a plan whose instances a list has values for: it answers with
 * them. */
extern const gg_solver gg_plan_known;

/* The digest by which a list knows an instance: of every number that a decision's cost depends on,
 * the first half of it. */
void gg_listed_digest(const gg_instance *instance, char hex[GG_LISTED_DIGEST]);

/* Row number `index` of a network: strategies vary fastest, then tau, objective. A network that is
 * an instance has its own tau. */
gg_case gg_plan_case(const gg_plan *plan, size_t index);

/* Writes the grid, a line each: axes, seeds, strategies, limits, outputs. Names and commands stand
 * there as they are, whatever is in them: it is for telling grids apart. */
void gg_plan_print_grid(const gg_plan *plan, FILE *stream);

/* The same for people, every setting on one line (shown.h). */
void gg_plan_print_settings(const gg_plan *plan, FILE *stream);

/* Writes the grid and where its queries come from. */
void gg_plan_print(const gg_plan *plan, FILE *stream);
