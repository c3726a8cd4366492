/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every decision of a box that could cost less than a limit if nobody disturbed anybody more than
 * the box says: small problems, listed whole.
 */
#pragma once

#include "solvers/bound/box.h"

/* Release with gg_enumeration_clear. */
typedef struct gg_enumeration {
    size_t count, n;
    int8_t *server; /* count x n: a server, or GG_LOCAL */
    bool complete;  /* false: too many, the list is empty */
} gg_enumeration;

/* `list` may be cleared whatever comes out. Errors: GG_E_NOMEM. */
gg_status gg_enumeration_init(gg_enumeration *list, const gg_bound_problem *problem,
                              const gg_box *box, double limit_s, gg_error *err);
void gg_enumeration_clear(gg_enumeration *list);
