/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/proof_writer.h"

static void give_up_unless(gg__proof_writer *w, gg_status status) {
    if (status == GG_OK)
        return;
    w->certificate->n_nodes = 0;
    w->certificate = NULL;
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

void gg__proof_add_prices(gg__proof_writer *w, const double *multipliers, const double *prices) {
    (void)multipliers;
    (void)prices;
    if (w->certificate) {
        w->certificate->n_nodes = 0;
        w->certificate = NULL;
    }
}

void gg__proof_restart(gg__proof_writer *w) {
    if (w->certificate == NULL)
        return;
    w->certificate->n_nodes = 0;
    w->certificate->n_rounds = 0;
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
                           c->n_rounds * (c->n_users + c->n_servers) * sizeof(float);
}
