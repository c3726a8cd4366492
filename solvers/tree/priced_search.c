/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/priced_search.h"

#include <string.h>

#include "models/base/alloc.h"
#include "solvers/bound/offload_row.h"

/* Local delays are positive: whom the price pays to stay keeps this little. Such a user is best
 * local whatever the others do. */
static const double LEAST_S = 1e-15;

/* Weights and prices become part of what the users send, compute and wait. */
static void put_prices(const gg_bound_problem *p, gg_instance *in) {
    for (size_t i = 0; i < p->n; i++) {
        double weight = gg_weight(in, p->objective, i);
        double local_s = fmax(gg_row_local_s(p, i, p->row.price_s), LEAST_S);
        in->payload_bits[i] = weight * in->payload_bits[i];
        /* Keeps the work at the edge, which is in proportion to both. */
        in->local_capacity_flops[i] =
            weight * in->local_delay_s[i] * in->local_capacity_flops[i] / local_s;
        in->local_delay_s[i] = local_s;
    }
}

gg_status gg_priced_search(const gg_bound_problem *p, gg_iterations limits, int32_t *decision,
                           gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = GG_UNIFORM;
    options.goa_weights = GG_UNIFORM;
    options.known = decision;
    double objective_s;
    int64_t done;
    gg_instance *in = NULL;
    int32_t *best = gg_alloc(p->n, sizeof *best);
    gg_status status = best != NULL ? gg_instance_copy(p->instance, &in, err)
                                    : gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", p->n);
    if (status == GG_OK) {
        put_prices(p, in);
        status = gg_iterate(in, &options, limits, best, &objective_s, &done, err);
    }
    if (status == GG_OK)
        memcpy(decision, best, p->n * sizeof *best);
    gg_free(best);
    gg_instance_free(in);
    return status;
}
