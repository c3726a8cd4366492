/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Lagrangian bound of a box, rounded downward, and what it excludes. See solvers/EXACT.md.
 */
#pragma once

#include "solvers/checker/proof_box.h"

/* Ends of an interference range. */
enum { LOW, HIGH, N_ENDS };

/* What a server costs at one load and one end. */
typedef struct gg__proof_value {
    double cost_s; /* below; infinite where no users make this load */
    double last;   /* cost of the dearest free member taken; -infinite: none was */
    double next;   /* cost of the cheapest free member not taken; infinite: all were */
} gg__proof_value;

/* One server's part of the bound. Columns are over its members: all who may choose it, the free
 * ones first. */
typedef struct gg__proof_part {
    size_t n_members, n_free;
    uint32_t *member;               /* n */
    double *factor, *rise;          /* n: below the cost per unit of load at the lower end of the
                                       box's interference, and by how much it rises to the other */
    double *work;                   /* n */
    double *base;                   /* n: below what the multipliers charge */
    double interference[N_ENDS];    /* of the box, W */
    double *range[N_ENDS];          /* n + 1, by load, W */
    gg__proof_value *value[N_ENDS]; /* n + 1, by load; set over the box's loads */
    double least_s;                 /* V_j, below */
} gg__proof_part;

/* The work space of one replay. */
typedef struct gg__proof_bounder {
    const gg__proof_problem *p;
    gg__proof_part *parts;      /* m */
    uint32_t *members;          /* the parts' */
    double *columns;            /* the parts' */
    double *ranges;             /* the parts' */
    gg__proof_value *values;    /* the parts' */
    double *user_price;         /* n: u_i, s */
    double *interference_price; /* m: lambda_j, s/W */
    double *cost;               /* n: reduced costs of one part's members */
    double *term;               /* n: room to work */
    double *enter, *leave;      /* m x n: rises of V_j with user i made to come, or kept away */
    uint8_t *dear;              /* m + 1: options of one user that are to be removed */
    double *local_s;            /* n: what local execution costs, a gain forgone included; below */
    double offset_s;            /* what the row's price adds whatever is decided; below */
    double users_s;             /* the users' part of the bound and the offset, below */
    double bound_s;
} gg__proof_bounder;

/* Borrows the problem. Free with gg_free. Errors: GG_E_NOMEM. */
gg_status gg__proof_bounder_new(const gg__proof_problem *problem, gg__proof_bounder **out,
                                gg_error *err);

/* Charges what is missing of the problem's row at this price, >= 0 and finite, from now on. */
void gg__proof_price_row(gg__proof_bounder *bounder, double price_s);

/* What the users' multipliers (n) contribute: sets b->user_price and b->users_s. */
void gg__proof_take_users(gg__proof_bounder *bounder, const gg__proof_box *box,
                          const float *multipliers);

/* Below the cost G of every decision of the box, by one round's multipliers (N + M, as in a
 * certificate). Any finite multipliers of either sign make a valid bound. */
double gg__proof_bound(gg__proof_bounder *bounder, const gg__proof_box *box,
                       const float *multipliers, double power_unit_w);

/* Removes from the box bounded last what can only cost at least target_s: loads at the ends of
 * their ranges, ends of the interference ranges, users' options. False when nothing is left. */
bool gg__proof_reduce(gg__proof_bounder *bounder, gg__proof_box *box, double target_s);

/* Leaves below n a_ij + W_i m_j(n) + charges in b->cost for every member of server j, at one end of
 * the load's range of interference. */
void gg__proof_costs(gg__proof_bounder *bounder, size_t server, int end, size_t load);

/* The lesser of both ends. */
double gg__proof_value_of_load(const gg__proof_part *part, size_t load);

/* The bound less V_j; all of it for SIZE_MAX. Below. */
double gg__proof_bound_without(const gg__proof_bounder *bounder, size_t server);
