/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A decision in the making: who is where, with the loads and interference that follow, and what
 * one more user would change. Every greedy strategy decides with the same Delta.
 */
#ifndef GOAGAP_MODELS_DECISION_H
#define GOAGAP_MODELS_DECISION_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "models/instance.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gg_decision {
    const gg_instance *instance; /* borrowed */
    int32_t *server;             /* N: a server or GG_LOCAL */
    uint32_t *load;              /* M */
    double *interference_w;      /* M: summed in the order users were placed */
} gg_decision;

/* Everybody local. The instance must outlive the decision. Errors: GG_E_NOMEM. */
gg_status gg_decision_init(gg_decision *decision, const gg_instance *instance, gg_error *err);
void gg_decision_clear(gg_decision *decision);

/* Places a local user on a server. */
void gg_decision_place(gg_decision *decision, size_t user, size_t server);

/* Transmission time of `user` to `server` at a load and interference: D / R with
 * R = (B / n) log2(1 + SINR); infinite at rate zero. */
static inline double gg_comm_delay_s(const gg_instance *in, size_t user, size_t server,
                                     uint32_t load, double interference_w) {
    double sinr = in->tx_power_w[user] * gg_gain(in, user, server) / (interference_w + in->noise_w);
    double rate_bps = in->bandwidth_hz[server] / (double)load * log2(1.0 + sinr);
    return rate_bps > 0.0 ? in->payload_bits[user] / rate_bps : INFINITY;
}

/* Edge compute time as strategies estimate it: kappa tL CL / min(Cmax, C / n). */
static inline double gg_comp_delay_s(const gg_instance *in, size_t user, size_t server,
                                     uint32_t load) {
    double share_flops = in->server_capacity_flops[server] / (double)load;
    if (share_flops > in->max_user_capacity_flops)
        share_flops = in->max_user_capacity_flops;
    return in->edge_work_ratio * in->local_delay_s[user] * in->local_capacity_flops[user] /
           share_flops;
}

/* Delta_ij of the paper's greedy algorithm: the change of `user`'s own weighted delay if it joined
 * `server` now. The harm to users already placed is not in it. Infinite at rate zero whatever the
 * weight. */
static inline double gg_delta_s(const gg_decision *decision, double weight, size_t user,
                                size_t server) {
    const gg_instance *in = decision->instance;
    uint32_t load = decision->load[server] + 1;
    double comm_s = gg_comm_delay_s(in, user, server, load, decision->interference_w[server]);
    if (isinf(comm_s))
        return INFINITY;
    return weight * (comm_s + gg_comp_delay_s(in, user, server, load) - in->local_delay_s[user]);
}

#ifdef __cplusplus
}
#endif
#endif
