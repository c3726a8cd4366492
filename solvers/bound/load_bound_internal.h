/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The work space of the bound for many users, shared by its evaluation and ascent.
 */
#pragma once

#include "solvers/bound/load_bound.h"
#include "solvers/bound/load_kernel.h"
#include "solvers/bound/threshold_kernel.h"

/* The ends of the interference at a load. */
enum { GG__LOWEST, GG__HIGHEST, GG__RANGE_ENDS };

/* A place in a server's part. */
typedef struct gg__place {
    uint32_t load;
    int end;
} gg__place;

/* One server's part: columns over the users that can reach it. */
typedef struct gg__load_server {
    uint32_t n;
    size_t padded;
    uint32_t *user; /* n */
    double *signal, *power, *bits, *work, *base;
    double *range[GG__RANGE_ENDS]; /* n + 1: interference at each load */
    uint32_t kink;                 /* up to this load the processor is not shared */
    gg__place best;                /* the last one */
    uint32_t stride;               /* how far from it the next are tried */
    double value;                  /* V_j there */
    double at[GG__RANGE_ENDS];     /* last thresholds */
} gg__load_server;

struct gg_load_bound {
    const gg_bound_problem *p;
    const gg_threshold_kernels *kernels;
    gg_load_costs_fn costs;
    gg__load_server *servers; /* m */
    double *columns;          /* of the servers */
    double *ranges;           /* likewise */
    uint32_t *users;          /* likewise */
    uint8_t *mandatory;       /* n */
    double *multipliers;      /* n + m: n of the users' rows, then m of the servers' interference */
    double *best;             /* n + m */
    double *gradient, *direction; /* n + m */
    double *scale;                /* n + m */
    double *charge;               /* n */
    double *r;                    /* padded n */
    double ambition_s;
    double looseness; /* further tolerance, as a share of V_j: where a bound is not claimed */
};

/* Charges and the servers' base columns at the present multipliers. */
void gg__load_set_charges(gg_load_bound *b);

/* What the users' multipliers are worth. */
double gg__load_users_value(const gg_load_bound *b);

/* V_j at one place, from below; the threshold used goes to *t (in: a guess), the reduced costs to
 * b->r. */
double gg__load_value(gg_load_bound *b, size_t j, gg__place at, double *t);

/* V_j about the last best place, which is renewed. */
void gg__load_look_near(gg_load_bound *b, size_t j);
