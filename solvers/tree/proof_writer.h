/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The certificate of a search, written as its nodes are bounded and split. One that cannot be kept
 * is given up; the search goes on.
 */
#pragma once

#include "solvers/checker/certificate.h"
#include "solvers/tree/open_nodes.h"

typedef struct gg__proof_writer {
    gg_certificate *certificate; /* borrowed; NULL: none is kept (any more) */
    float *round;                /* n + m */
    uint32_t *users;             /* n */
    float *prices;               /* n x m, user-major */
} gg__proof_writer;

/* A node has been made, later than those that are in the certificate. */
void gg__proof_add_node(gg__proof_writer *writer, gg__node *node);

/* The last node was bounded with the rounds of another certificate's only node. */
void gg__proof_add_rounds(gg__proof_writer *writer, const gg_certificate *of);

/* No certificate is kept any more. */
void gg__proof_give_up(gg__proof_writer *writer);

/* The last node was bounded with these multipliers. */
void gg__proof_add_round(gg__proof_writer *writer, const double *multipliers);

/* That round was one of the balance bound over a box, with these prices (m x n, as the solver has
 * them). */
void gg__proof_add_prices(gg__proof_writer *writer, const gg_box *box, const double *prices);

/* Where it cut a server's interference into levels, rising. */
void gg__proof_add_cuts(gg__proof_writer *writer, uint32_t server, const double *cuts,
                        size_t count);

/* A state that the round left; a gg_state_note, of the writer. */
void gg__proof_add_state(void *writer, size_t server, uint32_t load, int level, float mu);

/* That round priced the problem's row so. */
void gg__proof_note_row_price(const gg__proof_writer *writer, double price_s);

/* Nothing of what was written counts: another tree follows. */
void gg__proof_restart(gg__proof_writer *writer);

/* A child is one half of its parent's split. */
void gg__proof_add_split(const gg__proof_writer *writer, const gg__node *parent, int half,
                         const gg__node *child);

size_t gg__proof_bytes(const gg__proof_writer *writer);
