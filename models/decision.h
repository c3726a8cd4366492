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
    double *interference_w;      /* M: summed in the order users were placed, or the fixed one */
} gg_decision;

/* Everybody local. The instance must outlive the decision. Errors: GG_E_NOMEM. */
gg_status gg_decision_init(gg_decision *decision, const gg_instance *instance, gg_error *err);
void gg_decision_clear(gg_decision *decision);

/* Places a local user on a server. */
void gg_decision_place(gg_decision *decision, size_t user, size_t server);

/* D / R with R = (B / n) log2(1 + SINR); infinite at rate zero. */
static inline double gg__comm_s(double payload_bits, double tx_power_w, double gain,
                                double bandwidth_hz, uint32_t load, double disturbance_w) {
    double sinr = tx_power_w * gain / disturbance_w;
    double rate_bps = bandwidth_hz / (double)load * log2(1.0 + sinr);
    return rate_bps > 0.0 ? payload_bits / rate_bps : INFINITY;
}

/* Work over min(Cmax, C / n). */
static inline double gg__comp_s(double work_flop, double capacity_flops, double most_flops,
                                uint32_t load) {
    double share_flops = capacity_flops / (double)load;
    if (share_flops > most_flops)
        share_flops = most_flops;
    return work_flop / share_flops;
}

/* Transmission time of `user` to `server` at a load and interference. */
static inline double gg_comm_delay_s(const gg_instance *in, size_t user, size_t server,
                                     uint32_t load, double interference_w) {
    return gg__comm_s(in->payload_bits[user], in->tx_power_w[user], gg_gain(in, user, server),
                      in->bandwidth_hz[server], load, interference_w + in->noise_w);
}

/* Work of `user`'s query at the edge as strategies estimate it: kappa tL CL. */
static inline double gg_edge_work_flop(const gg_instance *in, size_t user) {
    return in->edge_work_ratio * in->local_delay_s[user] * in->local_capacity_flops[user];
}

/* Edge compute time of that work. */
static inline double gg_comp_delay_s(const gg_instance *in, size_t user, size_t server,
                                     uint32_t load) {
    return gg__comp_s(gg_edge_work_flop(in, user), in->server_capacity_flops[server],
                      in->max_user_capacity_flops, load);
}

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
static inline double gg_delta_of_terms_s(const gg_decision *decision, const gg_delta_terms *user,
                                         double gain, size_t server) {
    const gg_instance *in = decision->instance;
    uint32_t load = decision->load[server] + 1;
    double comm_s = gg__comm_s(user->payload_bits, user->tx_power_w, gain, in->bandwidth_hz[server],
                               load, decision->interference_w[server] + in->noise_w);
    if (isinf(comm_s))
        return INFINITY;
    double comp_s = gg__comp_s(user->edge_work_flop, in->server_capacity_flops[server],
                               in->max_user_capacity_flops, load);
    return user->weight * (comm_s + comp_s - user->local_delay_s);
}

/* Delta_ij of the paper's greedy algorithm: the change of `user`'s own weighted delay if it joined
 * `server` now. The harm to users already placed is not in it. Infinite at rate zero whatever the
 * weight. */
static inline double gg_delta_s(const gg_decision *decision, double weight, size_t user,
                                size_t server) {
    const gg_delta_terms terms = gg_delta_terms_of(decision->instance, weight, user);
    return gg_delta_of_terms_s(decision, &terms, gg_gain(decision->instance, user, server), server);
}

#ifdef __cplusplus
}
#endif
#endif
