/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/priced_search.h"

#include <string.h>

#include "models/base/alloc.h"
#include "solvers/bound/offload_row.h"

/* Local delays are positive: whom the price pays to stay keeps this little. Such a user is best
 * local whatever the others do. */
static const double LEAST_S = 1e-15;

static gg_instance *priced(const gg_bound_problem *p, gg_error *err) {
    const gg_instance *in = p->instance;
    gg_instance *to = NULL;
    if (gg_instance_new("priced", p->n, p->m, 0, 0, &to, err) != GG_OK)
        return NULL;
    to->max_user_capacity_flops = in->max_user_capacity_flops;
    to->noise_w = in->noise_w;
    to->edge_work_ratio = in->edge_work_ratio;
    to->ref_capacity_flops = in->ref_capacity_flops;
    to->tau = in->tau;
    if (in->fixed_interference_w != NULL && gg_instance_fix_interference(to, err) != GG_OK) {
        gg_instance_free(to);
        return NULL;
    }
    for (size_t j = 0; j < p->m; j++) {
        if (in->fixed_interference_w != NULL)
            to->fixed_interference_w[j] = in->fixed_interference_w[j];
        to->bandwidth_hz[j] = in->bandwidth_hz[j];
        to->server_capacity_flops[j] = in->server_capacity_flops[j];
    }
    for (size_t i = 0; i < p->n; i++) {
        double weight = gg_weight(in, p->objective, i);
        to->payload_bits[i] = weight * in->payload_bits[i];
        to->tx_power_w[i] = in->tx_power_w[i];
        to->local_delay_s[i] = fmax(gg_row_local_s(p, i, p->row.price_s), LEAST_S);
        /* Keeps the work at the edge, which is in proportion to both. */
        to->local_capacity_flops[i] =
            weight * in->local_delay_s[i] * in->local_capacity_flops[i] / to->local_delay_s[i];
        to->alpha[i] = in->alpha[i];
    }
    memcpy(to->gain, in->gain, p->n * p->m * sizeof *to->gain);
    return to;
}

gg_status gg_priced_search(const gg_bound_problem *p, gg_iterations limits, int32_t *decision,
                           gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = GG_UNIFORM;
    options.goa_weights = GG_UNIFORM;
    options.known = decision;
    double objective_s;
    int64_t done;
    gg_instance *in = priced(p, err);
    int32_t *best = gg_alloc(p->n, sizeof *best);
    gg_status status = in != NULL && best != NULL
                           ? gg_iterate(in, &options, limits, best, &objective_s, &done, err)
                           : gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", p->n);
    if (status == GG_OK)
        memcpy(decision, best, p->n * sizeof *best);
    gg_free(best);
    gg_instance_free(in);
    return status;
}
