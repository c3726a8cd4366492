/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where one decision differs from a better one: which users, what each of them costs, what it does
 * to the servers.
 */
#pragma once

#include "experiments/report/compared/mistakes.h"
#include "experiments/solution/solution.h"

/* A user decided otherwise. `cost_s` is what the objective falls by when this user alone is decided
 * as in the better decision; negative where others must change too. */
typedef struct gg_difference {
    size_t user;
    gg_mistake_kind kind;
    int32_t decided, better;
    double cost_s;
} gg_difference;

typedef struct gg_server_load {
    size_t load[2]; /* of the decision, of the better one */
    double interference_w[2];
} gg_server_load;

typedef struct gg_explanation {
    const gg_instance *instance; /* borrowed; its tau is the solution's */
    gg_objective objective;
    const gg_solution_entry *decided, *better; /* borrowed */
    double objective_s[2];                     /* by the judge */
    size_t count;
    gg_difference *differences; /* costliest first */
    gg_server_load *servers;    /* M */
} gg_explanation;

/* Explains the result named `solver` against the best other result that keeps tau. The instance
 * gets the solution's tau. Clear with gg_explanation_clear. Errors: GG_E_INPUT (`path`, and what
 * does not fit: no such result, nothing to compare with, another instance's solution), GG_E_NOMEM.
 */
gg_status gg_explain(gg_instance *instance, const gg_solution *solution, const char *path,
                     const char *solver, gg_explanation *out, gg_error *err);
void gg_explanation_clear(gg_explanation *explanation);

/* For people, at most 80 columns; at most `most_rows` users. Errors: GG_E_NOMEM. */
gg_status gg_explanation_print(const gg_explanation *explanation, size_t most_rows, FILE *stream,
                               gg_error *err);

/* Draws a map of the decision: servers, users, links coloured by delay, and what the better
 * decision does otherwise. `positions_csv` (as of goagap instance) says where users and servers
 * are; NULL: each user stands near its strongest server, the nearer the higher its gain ranks
 * there, and the map says so. Errors: GG_E_INPUT (positions that do not fit the instance), GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_explanation_map(const gg_explanation *explanation, const char *positions_csv,
                             FILE *stream, gg_error *err);
