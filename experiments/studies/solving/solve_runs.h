/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `goagap solve` asks for, and its runs: every strategy on one instance, threshold by
 * threshold.
 */
#pragma once

#include <stdbool.h>

#include "experiments/solution/solution.h"
#include "experiments/studies/solving/perturbation.h"
#include "solvers/solver.h"

/* Thresholds as people write them: one value, a list "0.6,0.7", or a range "0.6:1.0:0.1". */
typedef struct gg_tau_list {
    double *values; /* each in [0, 1] */
    size_t count;
    bool is_list; /* written as a list or range, be it of one value */
} gg_tau_list;

/* Free with gg_tau_list_clear. A range holds both ends when the steps meet the last one. Errors:
 * GG_E_USAGE (what is wrong with which part), GG_E_NOMEM. */
gg_status gg_tau_list_parse(const char *text, gg_tau_list *list, gg_error *err);
void gg_tau_list_clear(gg_tau_list *list);

enum { GG_SOLVE_MOST_SOLVERS = 32 };

/* What the optimum at another decision's expected accuracy is called. */
#define GG_FAIR_NAME "exact-fair"

/* What the command line asked for. */
typedef struct gg_solve_request {
    const char *command;
    const char *instance_path;
    const gg_solver *solvers[GG_SOLVE_MOST_SOLVERS];
    size_t n_solvers;
    gg_solve_options options;
    gg_tau_list taus;           /* empty: the instance's own */
    bool goa_follows_objective; /* goa weighs by the objective, not by alpha */
    uint32_t *random_users;
    const char *accuracy_of; /* a strategy's or the assignment's name: the optimum at its expected
                                accuracy is found beside; NULL: none */
    const char *assignment_path;
    const char *assignment_name;
    const char *output_path;
    bool perturbs;
    gg_perturbation perturbation;
    size_t trials; /* 0: not given */
    bool as_json;
    bool verbose;
} gg_solve_request;

/* Solves at every tau asked for (it is left in the instance) and scores the decision of
 * --assignment beside. *signalled: a signal stopped a strategy. The list is cleared by the caller,
 * failed or not. Errors: those of the strategies and of the assignment's file. */
gg_status gg_solve_runs(const gg_solve_request *asked, gg_instance *instance,
                        gg_solution_list *list, bool *signalled, gg_error *err);

/* `goagap solve --perturb`: from the instance's file to the printed study. Errors: as
 * gg_instance_read and gg_perturbation_compute. */
gg_status gg_solve_perturbed(const gg_solve_request *asked, int *code, gg_error *err);
