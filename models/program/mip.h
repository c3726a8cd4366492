/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The offloading problem as a mixed-integer linear program, in neutral rows and columns: indexed by
 * load and interference level, each level costed at its lower end. Its optimum is a lower bound on
 * the true one, and comes as close as the levels are fine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* Which part of the problem the program covers. Arrays are the caller's. */
typedef struct gg_mip_domain {
    uint32_t *load_low, *load_high; /* M: allowed numbers of users on a server */
    size_t *n_levels;               /* M, >= 1 */
    double **level_w;               /* M x (n_levels + 1): rising interference levels' ends */
    uint64_t *servers;              /* N: allowed servers, bit j */
    uint8_t *local;                 /* N: local allowed */
} gg_mip_domain;

/* What a column stands for. Users and servers count from 0. */
typedef enum gg_mip_kind {
    GG_MIP_LOCAL, /* user answers locally */
    GG_MIP_STATE, /* server has this load and interference level */
    GG_MIP_SERVED /* user is on the server while it is in that state */
} gg_mip_kind;

typedef struct gg_mip_column {
    gg_mip_kind kind;
    uint32_t user, server, load, level;
    double cost_s;
} gg_mip_column;

/* What a row says. */
typedef enum gg_mip_row_kind {
    GG_MIP_ONE_PLACE,        /* user: exactly one option */
    GG_MIP_ONE_STATE,        /* server: exactly one state */
    GG_MIP_LOAD,             /* state: as many users as its load */
    GG_MIP_LINK,             /* user is served in a state only if the server is in it */
    GG_MIP_INTERFERENCE_LOW, /* server: interference not below its level */
    GG_MIP_INTERFERENCE_HIGH /* server: nor above it */
} gg_mip_row_kind;

typedef struct gg_mip_row {
    gg_mip_row_kind kind;
    uint32_t user, server, load, level;
    double low, high; /* infinite where open */
} gg_mip_row;

/* All columns are binary. Entries are column-wise: those of column c are start[c] .. start[c+1]-1.
 */
typedef struct gg_mip {
    size_t n_columns, n_rows, n_entries;
    gg_mip_column *columns;
    gg_mip_row *rows;
    size_t *start;
    uint32_t *row;
    double *value;
} gg_mip;

/* Builds the program. Interference rows are divided by the server's highest level. The caller
 * releases it with gg_mip_clear. Errors: GG_E_NOMEM, GG_E_INPUT (more than 2^31 entries, an
 * objective that counts energy where powers are not known). */
gg_status gg_mip_build(const gg_instance *instance, gg_objective objective,
                       const gg_mip_domain *domain, gg_mip *mip, gg_error *err);
void gg_mip_clear(gg_mip *mip);

/* The column values (n_columns, 0 or 1) that an assignment inside the domain stands for; false when
 * it lies outside. */
bool gg_mip_point(const gg_mip *mip, const gg_instance *instance, const gg_mip_domain *domain,
                  const int32_t *assignment, double *values, gg_error *err);

/* The assignment (N) that column values stand for. */
void gg_mip_assignment(const gg_mip *mip, const gg_instance *instance, const double *values,
                       int32_t *assignment);
GG_C_END
