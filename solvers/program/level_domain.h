/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The domain of a level-indexed program, made from a box and refined level by level.
 */
#pragma once

#include "models/program/mip.h"
#include "solvers/bound/box.h"

/* Release with gg_level_domain_clear. */
typedef struct gg_level_domain {
    gg_mip_domain mip; /* owned, but for servers and local */
    size_t levels_max; /* of one server */
    double *ends;      /* M x (levels_max + 1) */
    void *memory;      /* of the arrays */
} gg_level_domain;

/* A level that other solvers are to use begins so far below the interference it is made for, in
 * units of the highest: they take rows within their tolerance for satisfied, and would use the
 * level below. */
#define GG_LEVEL_MARGIN 5e-5

/* Room for n_servers servers. `domain` may be cleared whatever comes out. Errors: GG_E_NOMEM. */
gg_status gg_level_domain_init(gg_level_domain *domain, size_t n_servers, size_t levels_max,
                               gg_error *err);
void gg_level_domain_clear(gg_level_domain *domain);

/* What the box allows, with one level a server over its whole range. Borrows the box's options. */
void gg_level_domain_set(gg_level_domain *domain, const gg_bound_problem *problem,
                         const gg_box *box);

/* Begins a level of server j at `begin_w`; false when it would lie outside the range or not further
 * than `apart_w` above the level below, or when there is no room. */
bool gg_level_add(gg_level_domain *domain, size_t j, double begin_w, double apart_w);

/* The interference a server can meet: every value, where its disturbers are few, else a grid.
 * Release with gg_interference_values_clear. */
typedef struct gg_interference_values {
    size_t count;       /* >= 1 */
    double *power;      /* count, rising, in power units, within the box's range */
    uint32_t *optional; /* count: which of the optional disturbers make it, by bit */
    bool complete;      /* these are all values; else a grid, and any value between them occurs */
    uint32_t *bit;      /* n: a user's bit in `optional`; 0 for those that have none */
} gg_interference_values;

/* The values of server j over a box. May be cleared whatever comes out. Errors:
 * GG_E_NOMEM. */
gg_status gg_interference_values_init(gg_interference_values *values,
                                      const gg_bound_problem *problem, const gg_box *box, size_t j,
                                      gg_error *err);
void gg_interference_values_clear(gg_interference_values *values);

/* The most that user i, being on the server, can meet from values first..last: those in which i
 * itself disturbs are not its own. Negative when there is none. */
double gg_interference_met(const gg_interference_values *values, size_t first, size_t last,
                           size_t i);

/* Every decision of a box that could cost less than a limit if nobody disturbed anybody more than
 * the box says: small problems, listed whole. Release with gg_enumeration_clear. */
typedef struct gg_enumeration {
    size_t count, n;
    int8_t *server; /* count x n: a server, or GG_LOCAL */
    bool complete;  /* false: too many, the list is empty */
} gg_enumeration;

/* `list` may be cleared whatever comes out. Errors: GG_E_NOMEM. */
gg_status gg_enumeration_init(gg_enumeration *list, const gg_bound_problem *problem,
                              const gg_box *box, double limit_s, gg_error *err);
void gg_enumeration_clear(gg_enumeration *list);

/* What is known of the optimum's value. */
typedef struct gg_level_stakes {
    double incumbent_s, lower_bound_s;
} gg_level_stakes;

/* Levels that hold for every decision: splits server j's one level, the worst first, until no
 * decision loses more than `target` (a share) or there are at_most levels; fewer levels are a
 * coarsening of more. *error rises to the share that some decision may still lose. Errors:
 * GG_E_NOMEM. */
gg_status gg_level_split(gg_level_domain *domain, const gg_bound_problem *problem,
                         const gg_box *box, size_t j, const gg_level_stakes *stakes, size_t at_most,
                         double target, double *error, gg_error *err);

/* Levels where the program's optimum needs them: its cheapest decision is found among a list of all
 * that matter, and gets a level of its own until it is dear enough. Adds levels until the program's
 * optimum is at least (1 - target) of the true one, or nothing helps; a target of 1 adds none.
 * `list` holds the decisions of the box that may cost less than `incumbent_s`. *error is how far
 * the optimum then lies below, as a share. Errors: GG_E_NOMEM. */
gg_status gg_level_fit(gg_level_domain *domain, const gg_bound_problem *problem,
                       const gg_enumeration *list, double incumbent_s, double target, double *error,
                       gg_error *err);
