/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finite decisions where interference can leave users without a rate. Who may stay local costs the
 * least there, and disturbs nobody: whether a finite decision exists is a question of the users
 * that must offload alone.
 */
#pragma once

#include "solvers/search/local_search.h"

typedef enum gg_finiteness {
    GG_SOME_FINITE, /* and here is one */
    GG_NONE_FINITE, /* every decision that respects tau is infinite */
    GG_FINITE_UNKNOWN
} gg_finiteness;

/* Steps after which a search gives up, some tenths of a second. */
#define GG_FINITE_STEPS UINT64_C(100000000)

/* Looks for a decision (n entries) that respects tau and is finite as the judge has it; with enough
 * steps it finds one or none exists. Errors: GG_E_NOMEM. */
gg_status gg_find_finite(const gg_instance *instance, uint64_t steps, int32_t *assignment,
                         gg_finiteness *answer, gg_error *err);

/* Where the search stands at an infinite decision, it takes over a finite one if that is found.
 * Errors: GG_E_NOMEM. */
gg_status gg_make_finite(gg_search *search, const gg_instance *instance, gg_error *err);

/* gg_descend, and where that ends at an infinite decision, again from a finite one if that is
 * found. *finished is what gg_descend gives. Errors: GG_E_NOMEM. */
gg_status gg_descend_to_finite(gg_search *search, const gg_instance *instance, double deadline_s,
                               double *scratch, bool *finished, gg_error *err);
