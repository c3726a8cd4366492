/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every decision of a box that could cost less than a limit if nobody disturbed anybody more than
 * the box says: small problems, listed whole.
 */
#ifndef GOAGAP_SOLVERS_DECISION_LIST_H
#define GOAGAP_SOLVERS_DECISION_LIST_H

#include "solvers/bound_problem.h"

/* Release with gg_decision_list_clear. */
typedef struct gg_decision_list {
    size_t count, n;
    int8_t *server; /* count x n: a server, or GG_LOCAL */
    bool complete;  /* false: too many, the list is empty */
} gg_decision_list;

/* `list` may be cleared whatever comes out. Errors: GG_E_NOMEM. */
gg_status gg_decision_list_init(gg_decision_list *list, const gg_bound_problem *problem,
                                const gg_box *box, double limit_s, gg_error *err);
void gg_decision_list_clear(gg_decision_list *list);

#endif
