/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/evaluate.h"

#include <math.h>
#include <stdbool.h>

#include "models/base/alloc.h"

/* Loads and interference of a finished assignment. */
typedef struct network {
    size_t *load;           /* M: users on the server */
    double *interference_w; /* M: power received from users of other servers, or the fixed one */
} network;

static void network_clear(network *net) {
    gg_free(net->load);
    gg_free(net->interference_w);
}

static gg_status network_build(const gg_instance *in, const int32_t *assignment, network *net,
                               gg_error *err) {
    *net = (network){.load = gg_alloc(in->n_servers, sizeof *net->load),
                     .interference_w = gg_alloc(in->n_servers, sizeof *net->interference_w)};
    if (net->load == NULL || net->interference_w == NULL) {
        network_clear(net);
        return gg_fail(err, GG_E_NOMEM, "out of memory evaluating an assignment");
    }
    bool is_fixed = in->fixed_interference_w != NULL;
    for (size_t j = 0; is_fixed && j < in->n_servers; j++)
        net->interference_w[j] = in->fixed_interference_w[j];
    for (size_t i = 0; i < in->n_users; i++) {
        int32_t chosen = assignment[i];
        if (chosen < GG_LOCAL || (chosen >= 0 && (size_t)chosen >= in->n_servers)) {
            network_clear(net);
            return gg_fail(err, GG_E_INPUT,
                           "assignment[%zu]: %d is neither -1 nor a server below %zu", i,
                           (int)chosen, in->n_servers);
        }
        if (chosen == GG_LOCAL)
            continue;
        net->load[chosen]++;
        const double *gain = in->gain + i * in->n_servers;
        for (size_t j = 0; !is_fixed && j < in->n_servers; j++)
            if (j != (size_t)chosen)
                net->interference_w[j] += in->tx_power_w[i] * gain[j];
    }
    return GG_OK;
}

static double transmission_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    double sinr = in->tx_power_w[i] * in->gain[i * in->n_servers + j] /
                  (net->interference_w[j] + in->noise_w);
    double share_hz = in->bandwidth_hz[j] / (double)net->load[j];
    double rate_bps = share_hz * log2(1.0 + sinr);
    return rate_bps > 0.0 ? in->payload_bits[i] / rate_bps : INFINITY;
}

static double compute_share_flops(const gg_instance *in, const network *net, size_t j) {
    return fmin(in->max_user_capacity_flops, in->server_capacity_flops[j] / (double)net->load[j]);
}

static double decided_compute_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    double work_flop = in->edge_work_ratio * in->local_delay_s[i] * in->local_capacity_flops[i];
    return work_flop / compute_share_flops(in, net, j);
}

static double measured_compute_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    double work_flop = in->edge_delay_ref_s[i] * in->ref_capacity_flops;
    return work_flop / compute_share_flops(in, net, j);
}

gg_status gg_evaluate(const gg_instance *in, gg_objective objective, const int32_t *assignment,
                      gg_metrics *metrics, gg_error *err) {
    network net;
    GG_TRY(network_build(in, assignment, &net, err));
    gg_metrics sum = {0};
    size_t correct = 0;
    double expected = 0.0;
    bool forecast = in->slm_p_correct != NULL && in->llm_p_correct != NULL;
    for (size_t i = 0; i < in->n_users; i++) {
        double delay_s;
        if (assignment[i] == GG_LOCAL) {
            delay_s = in->local_delay_s[i];
            sum.local_delay_s += delay_s;
            sum.tau_violations += in->alpha[i] > in->tau;
            correct += in->slm_correct != NULL && in->slm_correct[i];
            expected += forecast ? in->slm_p_correct[i] : 0.0;
        } else {
            size_t j = (size_t)assignment[i];
            double comm_s = transmission_s(in, &net, i, j);
            double comp_s = decided_compute_s(in, &net, i, j);
            delay_s = comm_s + comp_s;
            sum.comm_delay_s += comm_s;
            sum.comp_delay_s += comp_s;
            if (in->edge_delay_ref_s != NULL)
                sum.measured_comp_delay_s += measured_compute_s(in, &net, i, j);
            sum.n_offloaded++;
            correct += in->llm_correct != NULL && in->llm_correct[i];
            expected += forecast ? in->llm_p_correct[i] : 0.0;
        }
        /* An infinite delay counts even at weight 0. */
        double weight = objective == GG_WEIGHTED ? in->alpha[i] : 1.0;
        sum.objective_s += isinf(delay_s) ? INFINITY : weight * delay_s;
    }
    sum.total_delay_s = sum.local_delay_s + sum.comm_delay_s + sum.comp_delay_s;
    sum.measured_total_delay_s = sum.local_delay_s + sum.comm_delay_s + sum.measured_comp_delay_s;
    if (in->edge_delay_ref_s == NULL)
        sum.measured_total_delay_s = sum.measured_comp_delay_s = NAN;
    sum.accuracy = in->slm_correct != NULL && in->llm_correct != NULL
                       ? (double)correct / (double)in->n_users
                       : NAN;
    sum.expected_accuracy = forecast ? expected / (double)in->n_users : NAN;
    network_clear(&net);
    *metrics = sum;
    return GG_OK;
}

gg_status gg_evaluate_user_delays(const gg_instance *in, const int32_t *assignment, double *delay_s,
                                  gg_error *err) {
    network net;
    GG_TRY(network_build(in, assignment, &net, err));
    for (size_t i = 0; i < in->n_users; i++) {
        size_t j = (size_t)(assignment[i] < 0 ? 0 : assignment[i]);
        delay_s[i] = assignment[i] == GG_LOCAL
                         ? in->local_delay_s[i]
                         : transmission_s(in, &net, i, j) + decided_compute_s(in, &net, i, j);
    }
    network_clear(&net);
    return GG_OK;
}
