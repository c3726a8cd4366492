/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The nodes that branch and bound has yet to split, the lowest bound first.
 */
#pragma once

#include "solvers/tree/branching.h"

struct gg__attempt;
struct gg__goal;

/* A box, the multipliers it ended with, its bound, and how it will be split. */
typedef struct gg__node {
    double bound_s;
    uint64_t number; /* order of creation: breaks ties the same way every time */
    size_t proof;    /* its node in the certificate */
    gg_branch branch;
    bool is_point;
    double row_price_s; /* of the problem's row, adapted to the box */
    gg_pace pace;       /* of the bound that the box was bounded with last */
    float *multipliers; /* n + m */
    float *prices;      /* m x n, of the balance bound; NULL: that has not bounded it */
    gg_box box;
    const struct gg__goal *goal;  /* of both halves; NULL until it is in a wave */
    struct gg__attempt *ahead[2]; /* at its halves, before their turn; NULL: none */
} gg__node;

/* Whether it can be split, and something below it may cost less than the threshold. */
static inline bool gg__node_is_left(const gg__node *node, double threshold_s) {
    return !node->is_point && node->bound_s < threshold_s;
}

size_t gg__node_bytes(const gg_bound_problem *problem, bool priced);
/* One block; free with gg_free. With room for prices where they are wanted. NULL when memory is
 * out. */
gg__node *gg__node_new(const gg_bound_problem *problem, uint64_t number, bool priced);

/* A heap that owns its nodes; empty when zeroed. */
typedef struct gg__open_nodes {
    gg__node **heap;
    size_t count, capacity;
} gg__open_nodes;

/* Takes the node over; false, and it stays the caller's, when memory is out. */
bool gg__open_push(gg__open_nodes *open, gg__node *fresh);

/* The node with the lowest bound, of at least one; pop gives it to the caller. */
static inline const gg__node *gg__open_first(const gg__open_nodes *open) {
    return open->heap[0];
}
gg__node *gg__open_pop(gg__open_nodes *open);

void gg__open_clear(gg__open_nodes *open);
