/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state of a search, shared by its queue and what bounds one node.
 */
#pragma once

#include "solvers/balance/balance.h"
#include "solvers/search/local_search.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/open_nodes.h"
#include "solvers/tree/proof_writer.h"

/* Taken off every claimed bound: what double precision may have added to it, with room for a
 * checker that rounds outward, relative. */
static const double GG__ROUNDING = 2e-11;

typedef struct gg__tree {
    gg_tree_search *search;
    const gg_bound_problem *p;
    gg_bounder *bounder;
    gg_balance *balance; /* NULL: not used (yet) */
    gg__open_nodes open;
    uint64_t created;
    double threshold_s;       /* what costs at least this is of no interest */
    gg_server_sums incumbent; /* of the best decision */
    int32_t *scratch;         /* n */
    gg_search *descent; /* for decisions near the bound's; NULL where a row must hold as well */
    double *changes_s;  /* m + 1 */
    gg_branch_scores scores;
    gg__proof_writer proof;
    double root_slack_s; /* how far the root was from the threshold */
    double start_s;
    void *memory; /* of the arrays */
} gg__tree;

/* Many users have prices from the first node on: one multiplier a server would need as many rounds
 * to come near. */
static inline bool gg__tree_has_many(const gg__tree *t) {
    return t->p->n > GG_BALANCE_MANY;
}

/* After the incumbent has changed. */
void gg__tree_update_threshold(gg__tree *t);

/* Decisions near the bound's are improved, and the best becomes the incumbent. */
gg_status gg__tree_try_blend(gg__tree *t, gg_error *err);
bool gg__tree_tries_now(const gg__tree *t, const gg__node *at);

/* Bounds and shrinks a node's box, round by round; *alive is false when the node is closed. A box
 * with one decision left is settled by the judge. */
gg_status gg__tree_bound_node(gg__tree *t, gg__node *at, bool is_root, bool *alive, gg_error *err);

/* Tells whoever wants to know that no decision costs less than `bound_s`. */
gg_verdict gg__tree_report(gg__tree *t, double bound_s);
