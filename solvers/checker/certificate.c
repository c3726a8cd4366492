/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/certificate.h"

#include <string.h>

#include "models/base/alloc.h"

gg_status gg_certificate_new(size_t n_users, size_t n_servers, double power_unit_w,
                             gg_certificate **out, gg_error *err) {
    *out = gg_alloc(1, sizeof **out);
    GG_NEED(*out, err, "out of memory for a certificate");
    **out =
        (gg_certificate){.n_users = n_users, .n_servers = n_servers, .power_unit_w = power_unit_w};
    return GG_OK;
}

void gg_certificate_free(gg_certificate *c) {
    if (c == NULL)
        return;
    gg_free(c->nodes);
    gg_free(c->multipliers);
    gg_free(c);
}

/* Room for one more element of `size` bytes. */
static void *grow(void *block, size_t used, size_t *capacity, size_t size, gg_error *err) {
    if (used < *capacity)
        return block;
    size_t wanted = *capacity * 2 + 16, bytes;
    void *grown = NULL;
    if (gg_size_multiply(wanted, size, &bytes) == 0 && bytes <= GG_CERTIFICATE_BYTES_MAX)
        grown = gg_realloc(block, *capacity, wanted, size);
    if (grown == NULL)
        gg_fail(err, GG_E_NOMEM, "the certificate would be larger than %d bytes",
                GG_CERTIFICATE_BYTES_MAX);
    else
        *capacity = wanted;
    return grown;
}

gg_status gg_certificate_add_node(gg_certificate *c, size_t *index, gg_error *err) {
    gg_proof_node *nodes = grow(c->nodes, c->n_nodes, &c->node_capacity, sizeof *nodes, err);
    if (nodes == NULL)
        return GG_E_NOMEM;
    c->nodes = nodes;
    *index = c->n_nodes++;
    c->nodes[*index] = (gg_proof_node){.first_round = c->n_rounds};
    return GG_OK;
}

gg_status gg_certificate_add_round(gg_certificate *c, const float *multipliers, gg_error *err) {
    size_t size = c->n_users + c->n_servers;
    float *rounds =
        grow(c->multipliers, c->n_rounds, &c->round_capacity, size * sizeof *rounds, err);
    if (rounds == NULL)
        return GG_E_NOMEM;
    c->multipliers = rounds;
    memcpy(c->multipliers + c->n_rounds++ * size, multipliers, size * sizeof *rounds);
    c->nodes[c->n_nodes - 1].n_rounds++;
    return GG_OK;
}
