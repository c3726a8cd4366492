/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A half of a node's split, bounded apart from the tree: what comes out depends on the node, the
 * goal and how the root ended alone, so that it may be done in any thread and before its turn.
 */
#pragma once

#include "solvers/tree/tree_internal.h"

typedef enum gg__attempt_state { GG__IDLE, GG__WAITS, GG__RUNS, GG__DONE } gg__attempt_state;

typedef struct gg__attempt {
    gg__attempt_state state;
    const gg__node *parent;
    int half;
    const gg__goal *goal; /* that it was, or will be, bounded against */
    /* What came of it: */
    gg_status status;  /* GG_E_NOMEM: nothing else counts */
    gg__node *child;   /* owned; NULL: taken */
    bool alive;        /* something may be left that costs less than the goal asks */
    bool is_point;     /* a single decision is left of it */
    int32_t *decision; /* n: that one, or else one found near the bound */
    double found_s;    /* what the latter costs as sums have it; INFINITY: none was looked for */
    gg_splits splits;  /* where it may be split in turn, if it is alive and no point */
    gg_certificate *proof; /* a node with its rounds; NULL: none is kept */
    bool proof_lost;       /* it could not be kept */
} gg__attempt;

/* The arrays of a zeroed attempt; clear it in any case. Errors: GG_E_NOMEM. */
gg_status gg__attempt_init(gg__attempt *attempt, const gg__tree *tree, gg_error *err);
void gg__attempt_clear(gg__attempt *attempt);

/* Gives up what came of it: the child, if it was not taken. */
void gg__attempt_reset(gg__attempt *attempt);

/* Bounds the half in a lane, which resumes as the tree's root was left. Of the tree nothing is read
 * that changes while it grows. */
void gg__attempt_run(gg__attempt *attempt, gg__lane *lane, const gg__tree *tree);
