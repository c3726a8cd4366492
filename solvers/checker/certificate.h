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

/* Node 0 is the root: everything that tau and usable channels allow. At each node the rounds are
 * replayed in order: multipliers, bound, reduction against `bound_s`, propagation. */
typedef struct gg_certificate {
    size_t n_users, n_servers;
    double power_unit_w; /* interference and its multipliers are in this unit of power */
    double bound_s;      /* what the proof shows: no decision costs less */
    size_t n_nodes, node_capacity;
    gg_proof_node *nodes;
    size_t n_rounds, round_capacity;
    float *multipliers; /* n_rounds x (N + M): users' rows in seconds, then servers' in seconds per
                           power unit */
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
GG_C_END
