/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model's delay, a formula a function: n_j users of server j share its band and its processors
 * in equal parts, and a query takes
 *   D_i / R_ij with R_ij = (B_j / n_j) log2(1 + P_i g_ij / (I_j + sigma2))
 *   kappa tL_i CL_i / min(Cmax, C_j / n_j)
 * to be sent and to be answered ([1] in README.md). Where the instance says so, air_j(n_j) stands
 * for n_j in the rate, and a server that serves by tokens takes prefill_i + o_i token_j(n_j). What
 * an objective makes of the three kinds of seconds (served, sending, at home) is gg_weight and
 * gg_price_of_second.
 *
 * Not used by those who must find an error here: the judge (evaluate.c) and the checker of
 * certificates (solvers/checker/) have an arithmetic of their own. Where a rate is to be bounded or
 * summed up rather than computed (program/mip.c, solvers/search/, solvers/bound/), it is taken with
 * log1p and in another order, and the kernel of loads has lanes without a branch: other roundings,
 * which are theirs.
 */
#pragma once

#include <math.h>
#include <stdbool.h>

#include "models/base/linkage.h"
#include "models/instance.h"

GG_C_BEGIN
/* P_i g_ij. */
static inline double gg_received_w(const gg_instance *in, size_t user, size_t server) {
    return in->tx_power_w[user] * gg_gain(in, user, server);
}

/* False where 1 + SINR rounds to 1. */
static inline bool gg_has_rate(double received_w, double disturbance_w) {
    return 1.0 + received_w / disturbance_w > 1.0;
}

/* How many times longer than alone one of `load` users sends to `server`. */
static inline double gg_air(const gg_instance *in, size_t server, uint32_t load) {
    return in->air_model == NULL ? (double)load : gg_curve_air(&in->air_model[server], load);
}

/* Transmission time to `server` shared by `load` users; infinite at rate zero. log2(1 + SINR), not
 * log1p: recorded decisions depend on its rounding. */
static inline double gg_transmission_s(const gg_instance *in, size_t server, double payload_bits,
                                       double received_w, uint32_t load, double disturbance_w) {
    double sinr = received_w / disturbance_w;
    double rate_bps = in->bandwidth_hz[server] / gg_air(in, server, load) * log2(1.0 + sinr);
    return rate_bps > 0.0 ? payload_bits / rate_bps : INFINITY;
}

/* Work of a user's query at the edge as strategies estimate it: kappa tL CL. */
static inline double gg_edge_work_flop(const gg_instance *in, size_t user) {
    return in->edge_work_ratio * in->local_delay_s[user] * in->local_capacity_flops[user];
}

/* The same times a weight, which comes first in the product. */
static inline double gg_weighted_edge_work(const gg_instance *in, double weight, size_t user) {
    return weight * in->edge_work_ratio * in->local_delay_s[user] * in->local_capacity_flops[user];
}

/* What one of `load` users has of a server: min(Cmax, C / n). */
static inline double gg_compute_share_flops(const gg_instance *in, size_t server, uint32_t load) {
    double share_flops = in->server_capacity_flops[server] / (double)load;
    return share_flops > in->max_user_capacity_flops ? in->max_user_capacity_flops : share_flops;
}

/* What every query takes before it is answered by a server that serves tokens. */
static inline double gg_prefill_s(const gg_instance *in, size_t user, size_t server) {
    return in->prefill_s != NULL && gg_serves_tokens(in, server) ? in->prefill_s[user] : 0.0;
}

/* Time to be answered by a server that serves tokens, one of `load` users. */
static inline double gg_tokens_s(const gg_instance *in, size_t user, size_t server, uint32_t load) {
    return gg_prefill_s(in, user, server) +
           in->output_tokens[user] * gg_curve_token_s(&in->server_model[server], load);
}

/* What whoever offloads has taken before. */
static inline double gg_gate_s(const gg_instance *in, size_t user) {
    return in->gate_delay_s != NULL ? in->gate_delay_s[user] : 0.0;
}

/* What a second of computing on user i's device is worth at prices of a second and of a joule. */
static inline double gg_home_price(const gg_instance *in, double weight, double joule,
                                   size_t user) {
    return joule == 0.0 ? weight : gg_price_of_second(weight, joule, in->device_power_w[user]);
}

/* What user i costs on server j whatever the load: the gate, and the reading of the prompt. */
static inline double gg_fixed_cost(const gg_instance *in, double weight, double joule, size_t user,
                                   size_t server) {
    return gg_home_price(in, weight, joule, user) * gg_gate_s(in, user) +
           weight * gg_prefill_s(in, user, server);
}
GG_C_END
