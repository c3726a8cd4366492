/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/greedy/greedy_internal.h"

#include <math.h>

#include "models/base/alloc.h"

bool gg__greedy_before(gg__choice a, gg__choice b) {
    if (a.delta_s != b.delta_s)
        return a.delta_s < b.delta_s;
    return a.rank != b.rank ? a.rank < b.rank : a.server < b.server;
}

gg_status gg_greedy_scan(gg_decision *decision, const gg_greedy *plan, gg_error *err) {
    size_t n_servers = decision->instance->n_servers;
    bool *placed = gg_alloc(plan->n_candidates, sizeof *placed);
    GG_NEED(placed, err, "out of memory in the greedy scan");
    for (size_t left = n_servers > 0 ? plan->n_candidates : 0; left > 0; left--) {
        gg__choice best = GG__NO_CHOICE;
        for (uint32_t rank = 0; rank < plan->n_candidates; rank++) {
            if (placed[rank])
                continue;
            uint32_t user = plan->candidates[rank];
            for (size_t j = 0; j < n_servers; j++) {
                gg__choice pair = {gg_delta_s(decision, plan->weight[user], user, j), rank, j};
                if (gg__greedy_before(pair, best))
                    best = pair;
            }
        }
        if (plan->only_gains && !(best.delta_s < 0.0))
            break;
        placed[best.rank] = true;
        gg_decision_place(decision, plan->candidates[best.rank], best.server);
    }
    gg_free(placed);
    return GG_OK;
}
