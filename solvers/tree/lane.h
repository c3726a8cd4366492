/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What bounds boxes, one at a time: each thread of a search has its own.
 */
#pragma once

#include "solvers/balance/balance.h"
#include "solvers/search/search_state.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/proof_writer.h"

/* What a box must reach, and the best decision so far. */
typedef struct gg__goal {
    double threshold_s;       /* what costs at least this is of no interest */
    gg_server_sums incumbent; /* of the best decision */
    struct gg__goal *before;  /* of the incumbent before, owned; NULL: the first */
} gg__goal;

/* Zero but for what gg__lane_init is given; clear it in any case. */
typedef struct gg__lane {
    const gg_tree_search *search;
    const gg_bound_problem *p;
    const gg__goal *goal; /* borrowed */
    gg_bounder *bounder;
    gg_balance *balance; /* NULL: not used (yet) */
    gg__proof_writer proof;
    gg_search *descent; /* for decisions near the bound's; NULL where a row has a price alone */
    double *changes_s;  /* m + 1 */
    int32_t *scratch;   /* n */
    void *memory;       /* of the arrays */
} gg__lane;

/* How a box is bounded: at most so many rounds of so many iterations. So many rounds on end, after
 * the first, that gain less than this share of the slack are the last. */
typedef struct gg__effort {
    int rounds, iterations, patience;
    double worthwhile;
} gg__effort;

/* Errors: GG_E_NOMEM. */
gg_status gg__lane_init(gg__lane *lane, const gg_tree_search *search, gg_error *err);
void gg__lane_clear(gg__lane *lane);

/* From here on with prices, too. Errors: GG_E_NOMEM. */
gg_status gg__lane_add_balance(gg__lane *lane, gg_error *err);

/* One round of either bound; false when nothing of the box is left. */
bool gg__lane_round(gg__lane *lane, gg__node *at, bool priced, int iterations);
bool gg__lane_rounds(gg__lane *lane, gg__node *at, bool priced, gg__effort most);

/* Multipliers and prices, rounded, go to where a node keeps what bounded its box last. */
void gg__lane_store(const gg__lane *lane, gg__node *at);

/* Bounds and shrinks the box of a node below the root, round by round, from its multipliers; false
 * when the node is closed. What comes out depends on the node, the goal and what the lane was to
 * resume alone. */
bool gg__lane_bound(gg__lane *lane, gg__node *at);

/* Of a lane with a descent: what the last ascent chose most often for every user, improved, is
 * `decision` (n); *found_s is what that costs as sums have it, INFINITY where no decision was found
 * that the row takes. Errors: GG_E_NOMEM. */
gg_status gg__lane_try(gg__lane *lane, int32_t *decision, double *found_s, gg_error *err);

/* For tests: whether the search's planted decision is in the box, and that it was there and may
 * only be gone where the bound reaches it. */
bool gg__planted_in(const gg__lane *lane, const gg_box *box);
void gg__check_planted(gg__lane *lane, const gg_box *box, bool was_inside, bool alive);
