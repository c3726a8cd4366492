/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The state of a search, shared by its queue and what bounds its root.
 */
#pragma once

#include "solvers/tree/lane.h"

/* Taken off every claimed bound: what double precision may have added to it, with room for a
 * checker that rounds outward, relative. */
static const double GG__ROUNDING = 2e-11;

typedef struct gg__tree {
    gg_tree_search *search;
    const gg_bound_problem *p;
    gg__lane root; /* bounds the root; what bounds other nodes resumes as it ended. Its proof is the
                      search's */
    gg__open_nodes open;
    uint64_t created;
    gg__goal *goal; /* of the incumbent, owned */
    gg_branch_scores scores;
    bool has_digits;     /* prices do */
    double root_slack_s; /* how far the root was from the threshold */
    double start_s;
} gg__tree;

/* Many users have prices from the first node on: one multiplier a server would need as many rounds
 * to come near. */
static inline bool gg__tree_has_many(const gg__tree *t) {
    return t->p->n > GG_BALANCE_MANY;
}

/* After the incumbent has changed. Those before stay until the tree's end. Errors: GG_E_NOMEM. */
gg_status gg__tree_renew_goal(gg__tree *t, gg_error *err);

/* Makes `assignment` (n) the incumbent if it is better. Errors: GG_E_NOMEM. */
gg_status gg__tree_offer(gg__tree *t, const int32_t *assignment, gg_error *err);

/* The same of what the root's lane finds near its bound, if it has a descent. */
gg_status gg__tree_try(gg__tree *t, gg_error *err);

/* Bounds and shrinks the root's box; *alive is false when nothing is left of it. */
gg_status gg__tree_bound_root(gg__tree *t, gg__node *at, bool *alive, gg_error *err);

/* Tells whoever wants to know that no decision costs less than `bound_s`. */
gg_verdict gg__tree_report(gg__tree *t, double bound_s);
