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

/* How many times longer than alone a user sends: equal shares of the band, or floor(K / n) of its K
 * blocks, in which more users than blocks take turns. */
static double sending_factor(const gg_instance *in, const network *net, size_t j) {
    size_t n = net->load[j];
    if (in->air_model == NULL || in->air_model[j].kind != GG_CURVE_BLOCKS ||
        n > in->air_model[j].blocks)
        return (double)n;
    size_t k = in->air_model[j].blocks, each = (k - k % n) / n;
    return (double)k / (double)each;
}

/* Seconds an output token of one of n users: base_s + n per_query_s, or a table's points with
 * straight lines between them, the last of which goes on. */
static double token_s(const gg_load_curve *model, size_t n) {
    if (model->kind == GG_CURVE_BATCH)
        return (double)n * model->per_query_s + model->base_s;
    size_t right = 1;
    if (model->n_points == 1)
        return model->seconds[0];
    while (right + 1 < model->n_points && model->load[right] < (double)n)
        right++;
    const double *x = &model->load[right - 1], *y = &model->seconds[right - 1];
    return y[0] + (y[1] - y[0]) * (((double)n - x[0]) / (x[1] - x[0]));
}

static double transmission_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    double sinr = in->tx_power_w[i] * in->gain[i * in->n_servers + j] /
                  (net->interference_w[j] + in->noise_w);
    double share_hz = in->bandwidth_hz[j] / sending_factor(in, net, j);
    double rate_bps = share_hz * log2(1.0 + sinr);
    return rate_bps > 0.0 ? in->payload_bits[i] / rate_bps : INFINITY;
}

static double compute_share_flops(const gg_instance *in, const network *net, size_t j) {
    return fmin(in->max_user_capacity_flops, in->server_capacity_flops[j] / (double)net->load[j]);
}

static bool answers_by_tokens(const gg_instance *in, size_t j) {
    return in->server_model != NULL && in->server_model[j].kind != GG_CURVE_SHARE;
}

static double tokens_compute_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    double reading_s = in->prefill_s != NULL ? in->prefill_s[i] : 0.0;
    return reading_s + in->output_tokens[i] * token_s(&in->server_model[j], net->load[j]);
}

static double decided_compute_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    if (answers_by_tokens(in, j))
        return tokens_compute_s(in, net, i, j);
    double work_flop = in->edge_work_ratio * in->local_delay_s[i] * in->local_capacity_flops[i];
    return work_flop / compute_share_flops(in, net, j);
}

/* What output tokens take has been measured. */
static double measured_compute_s(const gg_instance *in, const network *net, size_t i, size_t j) {
    if (answers_by_tokens(in, j))
        return tokens_compute_s(in, net, i, j);
    double work_flop = in->edge_delay_ref_s[i] * in->ref_capacity_flops;
    return work_flop / compute_share_flops(in, net, j);
}

static bool all_by_tokens(const gg_instance *in) {
    for (size_t j = 0; j < in->n_servers; j++)
        if (!answers_by_tokens(in, j))
            return false;
    return in->n_servers > 0;
}

/* Whoever offloads has measured its uncertainty first. */
static double gate_s(const gg_instance *in, size_t i) {
    return in->gate_delay_s != NULL ? in->gate_delay_s[i] : 0.0;
}

gg_status gg_evaluate(const gg_instance *in, gg_objective objective, const int32_t *assignment,
                      gg_metrics *metrics, gg_error *err) {
    network net;
    GG_TRY(gg_instance_check_objective(in, objective, err));
    GG_TRY(network_build(in, assignment, &net, err));
    const gg_objective_kind *kind = gg_objective_kind_of(objective);
    const double joule = gg_objective_joule(objective);
    gg_metrics sum = {0};
    size_t correct = 0;
    double expected = 0.0;
    bool forecast = in->slm_p_correct != NULL && in->llm_p_correct != NULL;
    for (size_t i = 0; i < in->n_users; i++) {
        double delay_s, sending_s = 0.0, computing_s = gate_s(in, i);
        if (assignment[i] == GG_LOCAL) {
            delay_s = computing_s = in->local_delay_s[i];
            sum.local_delay_s += delay_s;
            sum.tau_violations += in->alpha[i] > in->tau;
            correct += in->slm_correct != NULL && in->slm_correct[i];
            expected += forecast ? in->slm_p_correct[i] : 0.0;
        } else {
            size_t j = (size_t)assignment[i];
            double comm_s = transmission_s(in, &net, i, j);
            double comp_s = decided_compute_s(in, &net, i, j);
            delay_s = comm_s + comp_s + computing_s;
            sending_s = comm_s;
            sum.gate_delay_s += computing_s;
            sum.comm_delay_s += comm_s;
            sum.comp_delay_s += comp_s + computing_s;
            if (in->edge_delay_ref_s != NULL || answers_by_tokens(in, j))
                sum.measured_comp_delay_s += measured_compute_s(in, &net, i, j) + computing_s;
            sum.n_offloaded++;
            correct += in->llm_correct != NULL && in->llm_correct[i];
            expected += forecast ? in->llm_p_correct[i] : 0.0;
        }
        /* An infinite delay counts even at weight 0. */
        double weight = kind->by_alpha ? in->alpha[i] : kind->second, cost = weight * delay_s;
        double energy_j = in->device_power_w == NULL
                              ? NAN
                              : in->tx_power_w[i] * sending_s + in->device_power_w[i] * computing_s;
        if (joule != 0.0)
            cost += joule * energy_j;
        sum.objective_s += isinf(delay_s) ? INFINITY : cost;
        sum.energy_j += isinf(delay_s) ? INFINITY : energy_j;
    }
    sum.total_delay_s = sum.local_delay_s + sum.comm_delay_s + sum.comp_delay_s;
    sum.measured_total_delay_s = sum.local_delay_s + sum.comm_delay_s + sum.measured_comp_delay_s;
    if (in->edge_delay_ref_s == NULL && !all_by_tokens(in))
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
                         : transmission_s(in, &net, i, j) + decided_compute_s(in, &net, i, j) +
                               gate_s(in, i);
    }
    network_clear(&net);
    return GG_OK;
}
