/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where to split a box: at an interference, a load, a user's server, or a user's being local.
 */
#pragma once

#include "solvers/bound/bound.h"

typedef enum gg_branch_kind {
    GG_BRANCH_INTERFERENCE,
    GG_BRANCH_LOAD,
    GG_BRANCH_SERVER,
    GG_BRANCH_LOCAL,
    GG_BRANCH_KINDS
} gg_branch_kind;

/* A split into two halves that together cover the box. */
typedef struct gg_branch {
    gg_branch_kind kind;
    uint32_t server;     /* interference, load, server */
    uint32_t user;       /* server, local */
    double interference; /* at most this | at least this */
    uint32_t load;       /* at most this | more */
} gg_branch;

/* Applies one half (0 or 1) to a box. */
void gg_branch_apply(const gg_branch *branch, gg_box *box, int half);

/* How well each kind of split has done so far, by size of the gap. */
enum { GG_GAP_SIZES = 7 };
typedef struct gg_branch_scores {
    double size[GG_GAP_SIZES][GG_BRANCH_KINDS]; /* logarithm of the tree left; small is good */
    uint32_t tried[GG_GAP_SIZES][GG_BRANCH_KINDS];
} gg_branch_scores;

/* Class of a relative gap: 0 above 10 %, one more per power of ten below. */
int gg_gap_size(double relative_gap);

/* Credits a split with the shares of the slack that its halves closed (each in [0, 1]). */
void gg_branch_credit(gg_branch_scores *scores, int gap_size, gg_branch_kind kind, double first,
                      double second);

/* The best place of each kind, in a box after an ascent. */
typedef struct gg_splits {
    gg_branch branch[GG_BRANCH_KINDS];
    bool exists[GG_BRANCH_KINDS];
    bool is_wide; /* a range of interference is so wide that it goes first, whatever records say */
    bool home_first; /* decisions are held to a row: who stays home decides whether it is met */
} gg_splits;

/* Of the bounder's loaded box. `lambda`: the interference multipliers (m); `interference`: the
 * incumbent's (m). */
gg_splits gg_branch_places(const gg_bound_problem *problem, const gg_box *box, gg_choices choices,
                           const double *lambda, const double *interference);

/* Picks the kind of the best record. False when there is none: every user has one option and
 * nothing can be split. */
bool gg_branch_pick(const gg_splits *splits, const gg_branch_scores *scores, int gap_size,
                    gg_branch *branch);
