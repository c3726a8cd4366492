/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A proof of a lower bound: the branching tree with the multipliers that closed or shrank each box.
 * Whoever replays it needs the instance and nothing else. See solvers/EXACT.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* How a box is split. Half 0 and half 1 together cover it. */
typedef enum gg_split_kind {
    GG_SPLIT_NONE,         /* a leaf */
    GG_SPLIT_INTERFERENCE, /* at `server`: at most | at least `interference` */
    GG_SPLIT_LOAD,         /* at `server`: at most `load` users | more */
    GG_SPLIT_SERVER,       /* `user` is on `server` | is not */
    GG_SPLIT_LOCAL         /* `user` is local | is not */
} gg_split_kind;

typedef struct gg_proof_node {
    gg_split_kind kind;
    uint32_t server, user, load;
    double interference; /* in power units */
    size_t child[2];     /* indices of nodes, larger than this node's own */
    size_t first_round, n_rounds;
} gg_proof_node;

/* Where a server's interference is cut into levels, in power units. */
typedef struct gg_proof_cut {
    uint32_t server;
    float interference;
} gg_proof_cut;

/* A state of a server that a round left, and the multiplier of its balance, seconds per power unit,
 * that options were priced with. The place is server 2^26 + level 2^21 + load. */
typedef struct gg_proof_state {
    uint32_t place;
    float mu;
} gg_proof_state;
enum { GG_PROOF_SERVER_SHIFT = 26, GG_PROOF_LEVEL_SHIFT = 21 };

/* What a round has besides its multipliers. With prices it is of the balance bound, with the cuts
 * of every server, rising, and what users pay for disturbing each server, of those for whom that is
 * not nothing; its servers' multipliers do not count. */
typedef struct gg_proof_round {
    bool has_prices;
    size_t first_user, n_users;   /* in `priced_user` */
    size_t first_cut, n_cuts;     /* in `cuts` */
    size_t first_state, n_states; /* in `states` */
    double row_price_s;           /* of the row, per unit of gain; 0 where there is none */
} gg_proof_round;

/* Node 0 is the root: everything that tau and usable channels allow. At each node the rounds are
 * replayed in order: multipliers, bound, reduction against `bound_s`, propagation. With a row the
 * proof is about those decisions alone whose offloaded users' gains sum to at least `required`. */
typedef struct gg_certificate {
    size_t n_users, n_servers;
    double power_unit_w; /* interference and its multipliers are in this unit of power */
    double bound_s;      /* what the proof shows: no decision costs less */
    size_t n_nodes, node_capacity;
    gg_proof_node *nodes;
    size_t n_rounds, round_capacity;
    float *multipliers; /* n_rounds x (N + M): users' rows in seconds, then servers' in seconds per
                           power unit */
    size_t round_info_capacity;
    gg_proof_round *rounds; /* n_rounds */
    size_t n_priced, priced_capacity, price_capacity;
    uint32_t *priced_user; /* n_priced */
    float *prices;         /* n_priced x M, seconds */
    size_t n_cuts, cut_capacity;
    gg_proof_cut *cuts; /* n_cuts */
    size_t n_states, state_capacity;
    gg_proof_state *states; /* n_states */
    double *gain;           /* N: of the row; NULL: none */
    double required;
} gg_certificate;

/* Certificates larger than this are not kept: the search goes on without one. */
enum { GG_CERTIFICATE_BYTES_MAX = 256 * 1024 * 1024 };

/* An empty one, owned by the caller. Errors: GG_E_NOMEM. */
gg_status gg_certificate_new(size_t n_users, size_t n_servers, double power_unit_w,
                             gg_certificate **out, gg_error *err);
void gg_certificate_free(gg_certificate *certificate);

/* Appends a leaf without rounds; *index is its place. Errors: GG_E_NOMEM (also when the largest
 * size is reached). */
gg_status gg_certificate_add_node(gg_certificate *certificate, size_t *index, gg_error *err);

/* Appends a round (N + M multipliers, copied) to the node added last. Errors: GG_E_NOMEM. */
gg_status gg_certificate_add_round(gg_certificate *certificate, const float *multipliers,
                                   gg_error *err);

/* Makes the round added last one of the balance bound, with prices for these users (increasing;
 * n_users x M prices, copied). Errors: GG_E_NOMEM. */
gg_status gg_certificate_add_prices(gg_certificate *certificate, const uint32_t *users,
                                    size_t n_users, const float *prices, gg_error *err);

/* Adds a cut, or a state, to the round added last. Errors: GG_E_NOMEM. */
gg_status gg_certificate_add_cut(gg_certificate *certificate, gg_proof_cut cut, gg_error *err);

gg_status gg_certificate_add_state(gg_certificate *certificate, gg_proof_state state,
                                   gg_error *err);

/* Appends a round of another certificate (of as many users and servers) to the node added last,
 * with all that it has. Errors: GG_E_NOMEM. */
gg_status gg_certificate_copy_round(gg_certificate *certificate, const gg_certificate *from,
                                    size_t round, gg_error *err);

/* What the proof holds decisions to: N gains (copied), and what those of the offloaded must sum to.
 * Errors: GG_E_NOMEM. */
gg_status gg_certificate_set_row(gg_certificate *certificate, const double *gain, double required,
                                 gg_error *err);
GG_C_END
