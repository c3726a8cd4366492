/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/box.h"

#include <string.h>

size_t gg_box_bytes(const gg_bound_problem *p) {
    size_t per_server = 2 * sizeof(double) + 2 * sizeof(uint32_t);
    size_t per_user = sizeof(uint64_t) + sizeof(uint8_t);
    return (p->m * per_server + p->n * per_user + 7) / 8 * 8;
}

void gg_box_place(gg_box *box, const gg_bound_problem *p, void *memory) {
    box->servers = memory;
    box->interference_low = (double *)(box->servers + p->n);
    box->interference_high = box->interference_low + p->m;
    box->load_low = (uint32_t *)(box->interference_high + p->m);
    box->load_high = box->load_low + p->m;
    box->local = (uint8_t *)(box->load_high + p->m);
}

void gg_box_copy(gg_box *to, const gg_box *from, const gg_bound_problem *p) {
    memcpy(to->servers, from->servers, gg_box_bytes(p));
}

void gg_box_root(gg_box *box, const gg_bound_problem *p) {
    for (size_t i = 0; i < p->n; i++) {
        box->servers[i] = 0;
        for (size_t j = 0; j < p->m; j++)
            if (gg_bound_usable(p, i, j))
                box->servers[i] |= UINT64_C(1) << j;
        box->local[i] = !gg_is_mandatory(p->instance, i);
    }
    for (size_t j = 0; j < p->m; j++) {
        box->load_low[j] = 0;
        box->load_high[j] = (uint32_t)p->n;
        box->interference_low[j] = 0.0;
        double sum = 0.0;
        for (size_t i = 0; i < p->n; i++)
            sum += p->power[j * p->n + i];
        box->interference_high[j] = sum * (1.0 + GG_BOX_WIDEN);
    }
}

bool gg_box_contains(const gg_box *box, const gg_bound_problem *p, const int32_t *assignment) {
    for (size_t i = 0; i < p->n; i++) {
        int32_t at = assignment[i];
        if (at == GG_LOCAL ? !box->local[i] : (box->servers[i] >> at & 1) == 0)
            return false;
    }
    const gg_server_sums sums = gg_server_sums_of(p, assignment);
    for (size_t j = 0; j < p->m; j++) {
        if (sums.load[j] < box->load_low[j] || sums.load[j] > box->load_high[j])
            return false;
        if (sums.interference[j] < box->interference_low[j] ||
            sums.interference[j] > box->interference_high[j])
            return false;
    }
    return true;
}

bool gg_box_is_point(const gg_box *box, const gg_bound_problem *p, int32_t *assignment) {
    for (size_t i = 0; i < p->n; i++) {
        if (gg_box_has_choice(box, i))
            return false;
        assignment[i] = box->local[i] ? GG_LOCAL : __builtin_ctzll(box->servers[i]);
    }
    return true;
}
