/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Branch and bound over boxes with the Lagrangian bound. Anytime: stopped at any moment it has an
 * incumbent and a valid bound. See solvers/EXACT.md.
 */
#pragma once

#include "solvers/bound/problem.h"
#include "solvers/solver.h"

/* A test's hook: a decision that must never be lost. */
typedef struct gg_planted {
    const int32_t *decision; /* n */
    double objective_s;
    bool lost; /* out: it left the boxes although cheaper than the threshold */
} gg_planted;

/* What a search starts from and ends with. */
typedef struct gg_tree_search {
    const gg_bound_problem *problem;
    const gg_solve_options *options;
    double deadline_s;           /* of gg_now_s */
    int32_t *incumbent;          /* n, in and out */
    double incumbent_s;          /* its gg_row_objective_s, in and out */
    double lower_bound_s;        /* out */
    double *root_multipliers;    /* n + m, out: those that the root ended with; NULL: not wanted */
    int64_t nodes;               /* out */
    gg_stop_reason stop;         /* out */
    gg_certificate *certificate; /* empty, takes the proof; NULL: none is kept */
    gg_planted *planted;         /* for tests; NULL: none */
    bool prices_at_once;         /* for tests: the balance bound from the first node on */
    bool root_only;              /* the root alone, for as long as its bound rises */
} gg_tree_search;

/* Errors: GG_E_NOMEM. */
gg_status gg_branch_and_bound(gg_tree_search *search, gg_error *err);
