/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `goagap solve --perturb`: from the instance's file to the printed study.
 */
#pragma once

#include "experiments/studies/solving/perturbation.h"

typedef struct gg_perturbed_request {
    const char *command;
    const char *instance_path;
    const gg_solver *const *solvers;
    size_t n_solvers;
    gg_solve_options options;
    double tau; /* NAN: the instance's */
    gg_perturbation by;
    size_t trials;
    bool as_json;
} gg_perturbed_request;

/* Returns the program's exit code; says why where it fails. */
int gg_solve_perturbed(const gg_perturbed_request *asked);
