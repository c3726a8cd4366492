/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/proof_box.h"

#include <string.h>

#include "solvers/checker/outward.h"

size_t gg__proof_box_bytes(const gg__proof_problem *p) {
    size_t words = 2 * p->m * sizeof(double) + (2 * p->m + p->n) * sizeof(size_t);
    return (words + p->n * (p->m + 1) + 7) / 8 * 8;
}

gg__proof_box gg__proof_box_at(const gg__proof_problem *p, void *memory) {
    gg__proof_box box = {.interference_low = memory};
    box.interference_high = box.interference_low + p->m;
    box.load_low = (size_t *)(box.interference_high + p->m);
    box.load_high = box.load_low + p->m;
    box.n_servers = box.load_high + p->m;
    box.option = (uint8_t *)(box.n_servers + p->n);
    return box;
}

void gg__proof_box_copy(gg__proof_box *to, const gg__proof_box *from, const gg__proof_problem *p) {
    memcpy(to->interference_low, from->interference_low, gg__proof_box_bytes(p));
}

bool gg__proof_forbid_local(gg__proof_box *box, const gg__proof_problem *p, size_t i) {
    uint8_t *option = &box->option[i * (p->m + 1)];
    bool was = *option;
    *option = 0;
    return was;
}

bool gg__proof_forbid(gg__proof_box *box, const gg__proof_problem *p, size_t i, size_t j) {
    uint8_t *option = &box->option[i * (p->m + 1) + 1 + j];
    bool was = *option;
    *option = 0;
    box->n_servers[i] -= was;
    return was;
}

bool gg__proof_forbid_others(gg__proof_box *box, const gg__proof_problem *p, size_t i, size_t j) {
    bool any = false;
    for (size_t k = 0; k < p->m; k++)
        if (k != j && gg__proof_forbid(box, p, i, k))
            any = true;
    return any;
}

void gg__proof_box_root(gg__proof_box *box, const gg__proof_problem *p) {
    for (size_t i = 0; i < p->n; i++) {
        uint8_t *option = box->option + i * (p->m + 1);
        option[0] = !gg_is_mandatory(p->instance, i);
        box->n_servers[i] = 0;
        for (size_t j = 0; j < p->m; j++) {
            option[1 + j] = gg__proof_usable(p, i, j);
            box->n_servers[i] += option[1 + j];
        }
    }
    for (size_t j = 0; j < p->m; j++) {
        box->load_low[j] = 0;
        box->load_high[j] = p->n;
        box->interference_low[j] = 0.0;
        box->interference_high[j] = 0.0;
        for (size_t i = 0; i < p->n; i++)
            box->interference_high[j] =
                gg__add_above(box->interference_high[j], p->power_w[j * p->n + i]);
    }
}

void gg__proof_box_halve(gg__proof_box *box, const gg__proof_problem *p, const gg_proof_node *node,
                         double power_unit_w, int half) {
    size_t i = node->user, j = node->server;
    /* One number for both halves: however it was rounded, they cover the range. */
    double cut_w = node->interference * power_unit_w;
    switch (node->kind) {
    case GG_SPLIT_INTERFERENCE:
        if (half == 0)
            box->interference_high[j] = fmin(box->interference_high[j], cut_w);
        else
            box->interference_low[j] = fmax(box->interference_low[j], cut_w);
        break;
    case GG_SPLIT_LOAD:
        if (half == 0 && box->load_high[j] > node->load)
            box->load_high[j] = node->load;
        else if (half == 1 && box->load_low[j] <= node->load)
            box->load_low[j] = (size_t)node->load + 1;
        break;
    case GG_SPLIT_SERVER:
        if (half == 0) {
            gg__proof_forbid_local(box, p, i);
            gg__proof_forbid_others(box, p, i, j);
        } else {
            gg__proof_forbid(box, p, i, j);
        }
        break;
    case GG_SPLIT_LOCAL:
        if (half == 0)
            gg__proof_forbid_others(box, p, i, SIZE_MAX);
        else
            gg__proof_forbid_local(box, p, i);
        break;
    case GG_SPLIT_NONE:
        break;
    }
}

bool gg__proof_box_is_point(const gg__proof_box *box, const gg__proof_problem *p,
                            int32_t *assignment) {
    for (size_t i = 0; i < p->n; i++) {
        if (box->n_servers[i] + gg__proof_allows_local(box, p, i) != 1)
            return false;
        assignment[i] = GG_LOCAL;
        for (size_t j = 0; j < p->m; j++)
            if (gg__proof_allows(box, p, i, j))
                assignment[i] = (int32_t)j;
    }
    return true;
}
