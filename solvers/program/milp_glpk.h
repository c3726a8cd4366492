/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLPK on a mixed-integer program, in a child process: whatever happens in it, an abort included,
 * comes back as a result or an error message.
 */
#pragma once

#include "models/program/mip.h"
#include "solvers/solver.h"

/* Version of the GLPK library in use. */
const char *gg_glpk_version(void);

/* What to do and what came out. Values are 0 or 1 a column. */
typedef struct gg_milp_run {
    const gg_mip *mip;
    const double *start; /* a feasible point, handed over as the first incumbent; NULL: none */
    double gap;          /* relative */
    double deadline_s;   /* of gg_now_s; INFINITY: none */
    int64_t node_limit;  /* 0: none */
    double *values;      /* out, n_columns, the caller's */
    bool has_values;     /* out */
    bool finished;       /* out: solved within the gap, not stopped by a limit */
    bool infeasible;     /* out: no point exists */
    double bound_s;      /* out: no point costs less; -INFINITY when none is known */
    int64_t nodes;       /* out */
} gg_milp_run;

/* Errors: GG_E_SOLVER (GLPK broke; with its own words), GG_E_NOMEM, GG_E_IO (no process). */
gg_status gg_glpk_run(gg_milp_run *run, gg_error *err);
