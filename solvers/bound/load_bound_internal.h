/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The work space of the bound for many users, shared by its evaluation and ascent.
 */
#pragma once

#include "solvers/bound/load_bound.h"
#include "solvers/bound/threshold_kernel.h"

/* Columns of one server's users, 64-byte aligned and padded to GG_LANES. */
typedef struct gg_load_columns {
    const double *signal; /* power units */
    const double *bits;   /* w_i D_i / B_j */
    const double *work;
    const double *base; /* what the multipliers charge; INFINITY in the padding */
} gg_load_columns;

/* r_i = air bits_i / log2(1 + signal_i per_disturbance) + per_work work_i + base_i,
 * from below: the logarithm is taken too large, by up to 2e-12 of itself and 2^-50, which makes the
 * quotient no more than gg_cost_factor's. */
typedef void (*gg_load_costs_fn)(double *r, const gg_load_columns *columns, double air,
                                 double per_disturbance, double per_work, size_t padded);

/* Every variant the processor runs, plain first; they agree bit for bit. */
const gg_load_costs_fn *gg_load_costs_all(size_t *count);

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
