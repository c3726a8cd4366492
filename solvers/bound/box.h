/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A box: the part of the solution space that a branch-and-bound node stands for.
 */
#pragma once

#include "solvers/bound/problem.h"

/* What a node stands for. All arrays live in one block after the struct. */
typedef struct gg_box {
    uint32_t *load_low, *load_high;               /* m */
    double *interference_low, *interference_high; /* m, in power units */
    uint64_t *servers;                            /* n: allowed servers, bit j */
    uint8_t *local;                               /* n: local allowed */
} gg_box;

/* Interference ranges are kept this much wider than they were derived. */
static const double GG_BOX_WIDEN = 1e-9;

size_t gg_box_bytes(const gg_bound_problem *problem);
/* Lays a box out over gg_box_bytes bytes of 8-byte aligned memory. */
void gg_box_place(gg_box *box, const gg_bound_problem *problem, void *memory);
void gg_box_copy(gg_box *to, const gg_box *from, const gg_bound_problem *problem);

/* Everything that tau and usable channels allow. */
void gg_box_root(gg_box *box, const gg_bound_problem *problem);

/* Tightens loads, interference and options against each other; false when nothing is left. */
bool gg_box_propagate(gg_box *box, const gg_bound_problem *problem);

/* True when an assignment lies in the box (its loads and interference included). */
bool gg_box_contains(const gg_box *box, const gg_bound_problem *problem, const int32_t *assignment);

/* True when every user has one option left; fills `assignment` (n). */
bool gg_box_is_point(const gg_box *box, const gg_bound_problem *problem, int32_t *assignment);

/* More than one option is left to user i. */
static inline bool gg_box_has_choice(const gg_box *box, size_t i) {
    uint64_t servers = box->servers[i];
    return box->local[i] ? servers != 0 : (servers & (servers - 1)) != 0;
}
