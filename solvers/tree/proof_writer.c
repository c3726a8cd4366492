/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/proof_writer.h"

void gg__proof_give_up(gg__proof_writer *w) {
    if (w->certificate != NULL)
        w->certificate->n_nodes = 0;
    w->certificate = NULL;
}

static void give_up_unless(gg__proof_writer *w, gg_status status) {
    if (status != GG_OK)
        gg__proof_give_up(w);
}

void gg__proof_add_node(gg__proof_writer *w, gg__node *node) {
    if (w->certificate != NULL)
        give_up_unless(w, gg_certificate_add_node(w->certificate, &node->proof, NULL));
}

void gg__proof_add_round(gg__proof_writer *w, const double *multipliers) {
    if (w->certificate == NULL)
        return;
    for (size_t k = 0; k < w->certificate->n_users + w->certificate->n_servers; k++)
        w->round[k] = (float)multipliers[k];
    give_up_unless(w, gg_certificate_add_round(w->certificate, w->round, NULL));
}

void gg__proof_add_rounds(gg__proof_writer *w, const gg_certificate *of) {
    for (size_t r = 0; w->certificate != NULL && r < of->n_rounds; r++)
        give_up_unless(w, gg_certificate_copy_round(w->certificate, of, r, NULL));
}

/* Prices of users with no choice left cancel. */
static bool has_price(const gg__proof_writer *w, const gg_box *box, const double *prices,
                      size_t i) {
    const gg_certificate *c = w->certificate;
    for (size_t j = 0; gg_box_has_choice(box, i) && j < c->n_servers; j++)
        if (prices[j * c->n_users + i] != 0.0)
            return true;
    return false;
}

void gg__proof_add_prices(gg__proof_writer *w, const gg_box *box, const double *prices) {
    gg_certificate *c = w->certificate;
    if (c == NULL)
        return;
    size_t n = c->n_users, m = c->n_servers, count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!has_price(w, box, prices, i))
            continue;
        for (size_t j = 0; j < m; j++)
            w->prices[count * m + j] = (float)prices[j * n + i];
        w->users[count++] = (uint32_t)i;
    }
    give_up_unless(w, gg_certificate_add_prices(c, w->users, count, w->prices, NULL));
}

void gg__proof_add_cuts(gg__proof_writer *w, uint32_t server, const double *cuts, size_t count) {
    for (size_t k = 0; w->certificate != NULL && k < count; k++) {
        const gg_proof_cut cut = {server, (float)cuts[k]};
        give_up_unless(w, gg_certificate_add_cut(w->certificate, cut, NULL));
    }
}

void gg__proof_add_state(void *writer, size_t server, uint32_t load, int level, float mu) {
    gg__proof_writer *w = writer;
    const gg_proof_state state = {(uint32_t)server << GG_PROOF_SERVER_SHIFT |
                                      (uint32_t)level << GG_PROOF_LEVEL_SHIFT | load,
                                  mu};
    if (w->certificate != NULL)
        give_up_unless(w, gg_certificate_add_state(w->certificate, state, NULL));
}

void gg__proof_note_row_price(const gg__proof_writer *w, double price_s) {
    if (w->certificate != NULL)
        w->certificate->rounds[w->certificate->n_rounds - 1].row_price_s = price_s;
}

void gg__proof_restart(gg__proof_writer *w) {
    if (w->certificate == NULL)
        return;
    w->certificate->n_nodes = 0;
    w->certificate->n_rounds = 0;
    w->certificate->n_priced = 0;
    w->certificate->n_cuts = 0;
    w->certificate->n_states = 0;
}

void gg__proof_add_split(const gg__proof_writer *w, const gg__node *parent, int half,
                         const gg__node *child) {
    static const gg_split_kind kinds[GG_BRANCH_KINDS] = {GG_SPLIT_INTERFERENCE, GG_SPLIT_LOAD,
                                                         GG_SPLIT_SERVER, GG_SPLIT_LOCAL};
    if (w->certificate == NULL)
        return;
    gg_proof_node *at = &w->certificate->nodes[parent->proof];
    const gg_branch *branch = &parent->branch;
    at->kind = kinds[branch->kind];
    at->server = branch->server;
    at->user = branch->user;
    at->load = branch->load;
    at->interference = branch->interference;
    at->child[half] = child->proof;
}

size_t gg__proof_bytes(const gg__proof_writer *w) {
    const gg_certificate *c = w->certificate;
    return c == NULL ? 0
                     : c->n_nodes * sizeof *c->nodes +
                           c->n_rounds * (c->n_users + c->n_servers) * sizeof(float) +
                           c->n_priced * (c->n_servers + 1) * sizeof(float) +
                           c->n_cuts * sizeof(gg_proof_cut) + c->n_states * sizeof(gg_proof_state);
}
