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
    gg_free(c->rounds);
    gg_free(c->priced_user);
    gg_free(c->prices);
    gg_free(c->cuts);
    gg_free(c->states);
    gg_free(c->gain);
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
    float *numbers =
        grow(c->multipliers, c->n_rounds, &c->round_capacity, size * sizeof *numbers, err);
    if (numbers == NULL)
        return GG_E_NOMEM;
    c->multipliers = numbers;
    gg_proof_round *rounds =
        grow(c->rounds, c->n_rounds, &c->round_info_capacity, sizeof *rounds, err);
    if (rounds == NULL)
        return GG_E_NOMEM;
    c->rounds = rounds;
    rounds[c->n_rounds] = (gg_proof_round){
        .first_user = c->n_priced, .first_cut = c->n_cuts, .first_state = c->n_states};
    memcpy(c->multipliers + c->n_rounds++ * size, multipliers, size * sizeof *numbers);
    c->nodes[c->n_nodes - 1].n_rounds++;
    return GG_OK;
}

gg_status gg_certificate_add_prices(gg_certificate *c, const uint32_t *users, size_t n_users,
                                    const float *prices, gg_error *err) {
    gg_proof_round *round = &c->rounds[c->n_rounds - 1];
    size_t m = c->n_servers;
    round->has_prices = true;
    for (size_t k = 0; k < n_users; k++) {
        uint32_t *user = grow(c->priced_user, c->n_priced, &c->priced_capacity, sizeof *user, err);
        if (user == NULL)
            return GG_E_NOMEM;
        c->priced_user = user;
        float *row = grow(c->prices, c->n_priced, &c->price_capacity, m * sizeof *row, err);
        if (row == NULL)
            return GG_E_NOMEM;
        c->prices = row;
        user[c->n_priced] = users[k];
        memcpy(row + c->n_priced++ * m, prices + k * m, m * sizeof *row);
        round->n_users++;
    }
    return GG_OK;
}

gg_status gg_certificate_add_cut(gg_certificate *c, gg_proof_cut cut, gg_error *err) {
    gg_proof_cut *cuts = grow(c->cuts, c->n_cuts, &c->cut_capacity, sizeof *cuts, err);
    if (cuts == NULL)
        return GG_E_NOMEM;
    c->cuts = cuts;
    cuts[c->n_cuts++] = cut;
    c->rounds[c->n_rounds - 1].n_cuts++;
    return GG_OK;
}

gg_status gg_certificate_add_state(gg_certificate *c, gg_proof_state state, gg_error *err) {
    gg_proof_state *states = grow(c->states, c->n_states, &c->state_capacity, sizeof *states, err);
    if (states == NULL)
        return GG_E_NOMEM;
    c->states = states;
    states[c->n_states++] = state;
    c->rounds[c->n_rounds - 1].n_states++;
    return GG_OK;
}

gg_status gg_certificate_copy_round(gg_certificate *c, const gg_certificate *from, size_t round,
                                    gg_error *err) {
    const gg_proof_round *r = &from->rounds[round];
    size_t size = from->n_users + from->n_servers;
    GG_TRY(gg_certificate_add_round(c, from->multipliers + round * size, err));
    c->rounds[c->n_rounds - 1].row_price_s = r->row_price_s;
    if (r->has_prices)
        GG_TRY(gg_certificate_add_prices(c, from->priced_user + r->first_user, r->n_users,
                                         from->prices + r->first_user * from->n_servers, err));
    for (size_t k = 0; k < r->n_cuts; k++)
        GG_TRY(gg_certificate_add_cut(c, from->cuts[r->first_cut + k], err));
    for (size_t k = 0; k < r->n_states; k++)
        GG_TRY(gg_certificate_add_state(c, from->states[r->first_state + k], err));
    return GG_OK;
}

gg_status gg_certificate_set_row(gg_certificate *c, const double *gain, double required,
                                 gg_error *err) {
    gg_free(c->gain);
    c->gain = gg_alloc(c->n_users, sizeof *gain);
    GG_NEED(c->gain, err, "out of memory for a certificate");
    memcpy(c->gain, gain, c->n_users * sizeof *gain);
    c->required = required;
    return GG_OK;
}
