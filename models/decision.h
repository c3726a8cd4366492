/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A decision in the making: who is where, with the loads and interference that follow, and what
 * one more user would change. Every greedy strategy decides with the same Delta.
 */
#pragma once

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/delay.h"

GG_C_BEGIN
typedef struct gg_decision {
    const gg_instance *instance; /* borrowed */
    int32_t *server;             /* N: a server or GG_LOCAL */
    uint32_t *load;              /* M */
    double *interference_w;      /* M: summed in the order users were placed, or the fixed one */
    double joule;                /* what energy counts for in Delta, beside weighted delays */
} gg_decision;

/* Everybody local. The instance must outlive the decision. Errors: GG_E_NOMEM. */
gg_status gg_decision_init(gg_decision *decision, const gg_instance *instance, gg_error *err);
void gg_decision_clear(gg_decision *decision);

/* Places a local user on a server. */
void gg_decision_place(gg_decision *decision, size_t user, size_t server);

/* What Delta depends on in a user, side by side: who evaluates it often keeps these. */
typedef struct gg_delta_terms {
    double weight;
    double payload_bits;
    double tx_power_w;
    double edge_work_flop;
    double local_delay_s;
} gg_delta_terms;

static inline gg_delta_terms gg_delta_terms_of(const gg_instance *in, double weight, size_t user) {
    return (gg_delta_terms){weight, in->payload_bits[user], in->tx_power_w[user],
                            gg_edge_work_flop(in, user), in->local_delay_s[user]};
}

/* Delta_ij from a user's terms and gain to `server`; see gg_delta_s. */
static inline double gg_delta_of_terms_s(const gg_decision *decision, const gg_delta_terms *terms,
                                         size_t user, double gain, size_t server) {
    const gg_instance *in = decision->instance;
    uint32_t load = decision->load[server] + 1;
    double comm_s = gg_transmission_s(in, server, terms->payload_bits, terms->tx_power_w * gain,
                                      load, decision->interference_w[server] + in->noise_w);
    if (isinf(comm_s))
        return INFINITY;
    double comp_s = gg_serves_tokens(in, server)
                        ? gg_tokens_s(in, user, server, load)
                        : terms->edge_work_flop / gg_compute_share_flops(in, server, load);
    double gate_s = gg_gate_s(in, user);
    double delta = terms->weight * (comm_s + comp_s + gate_s - terms->local_delay_s);
    if (decision->joule == 0.0)
        return delta;
    double energy_j =
        terms->tx_power_w * comm_s + in->device_power_w[user] * (gate_s - terms->local_delay_s);
    return delta + decision->joule * energy_j;
}

/* Delta_ij of the paper's greedy algorithm: the change of `user`'s own weighted delay (and energy)
 * if it joined `server` now. The harm to users already placed is not in it. Infinite at rate zero
 * whatever the weight. */
static inline double gg_delta_s(const gg_decision *decision, double weight, size_t user,
                                size_t server) {
    const gg_delta_terms terms = gg_delta_terms_of(decision->instance, weight, user);
    double gain = gg_gain(decision->instance, user, server);
    return gg_delta_of_terms_s(decision, &terms, user, gain, server);
}
GG_C_END
