/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/proof_problem.h"

#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "solvers/checker/outward.h"

typedef struct ranked {
    double power_w;
    uint32_t user;
} ranked;

static int rising(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return (x->power_w > y->power_w) - (x->power_w < y->power_w);
}

static void rank_users(gg__proof_problem *p, size_t j, ranked *scratch) {
    for (size_t i = 0; i < p->n; i++)
        scratch[i] = (ranked){p->power_w[j * p->n + i], (uint32_t)i};
    qsort(scratch, p->n, sizeof *scratch, rising);
    for (size_t i = 0; i < p->n; i++)
        p->by_power[j * p->n + i] = scratch[i].user;
}

static double at_least_zero(double x) {
    return x > 0.0 ? x : 0.0;
}

static double fixed_w(const gg__proof_problem *p, size_t j) {
    const double *fixed = p->instance->fixed_interference_w;
    return fixed != NULL ? fixed[j] : 0.0;
}

/* The judge's SINR falls, rounded, as users' interference rises: without any it is largest. */
static double largest_sinr(const gg__proof_problem *p, size_t i, size_t j) {
    return p->signal_w[j * p->n + i] / (fixed_w(p, j) + p->instance->noise_w);
}

/* In every decision the judge's SINR and rate are finite, and a rate that is not zero, which takes
 * a logarithm of at least 2^-52, has all its digits. */
static bool rate_is_sound(const gg__proof_problem *p, size_t i, size_t j) {
    double band_hz = p->instance->bandwidth_hz[j];
    double fastest = gg__mul_above(band_hz, gg__log2_1p_above(largest_sinr(p, i, j)));
    /* Blocks at most double the share of the band that a user is without. */
    double parts = p->instance->air_model != NULL ? 2.0 * (double)p->n : (double)p->n;
    return isfinite(fastest) && band_hz / parts * 0x1p-52 >= DBL_MIN;
}

/* Below what a second costs that a device of so many watts spends. */
static double with_energy(double w, double joule, const double *watts, size_t i) {
    return joule == 0.0 ? w : at_least_zero(gg__add_below(w, gg__mul_below(joule, watts[i])));
}

static bool by_tokens(const gg_instance *in, size_t j) {
    return in->server_model != NULL && in->server_model[j].kind != GG_CURVE_SHARE;
}

static double fixed_below(const gg_instance *in, double w, double home, size_t i, size_t j) {
    double gate = in->gate_delay_s != NULL ? gg__mul_below(home, in->gate_delay_s[i]) : 0.0;
    double reading =
        in->prefill_s != NULL && by_tokens(in, j) ? gg__mul_below(w, in->prefill_s[i]) : 0.0;
    return at_least_zero(gg__add_below(at_least_zero(gate), at_least_zero(reading)));
}

static void fill(gg__proof_problem *p, gg_objective objective, ranked *scratch) {
    const gg_instance *in = p->instance;
    const double joule = gg_objective_joule(objective);
    for (size_t i = 0; i < p->n; i++) {
        double w = gg_weight(in, objective, i);
        double home = with_energy(w, joule, in->device_power_w, i);
        double sending = with_energy(w, joule, in->tx_power_w, i);
        double served_s = at_least_zero(gg__mul_below(w, in->local_delay_s[i]));
        double ratio = at_least_zero(gg__mul_below(served_s, in->edge_work_ratio));
        p->local_s[i] = at_least_zero(gg__mul_below(home, in->local_delay_s[i]));
        p->work[i] = at_least_zero(gg__mul_below(ratio, in->local_capacity_flops[i]));
        if (p->tokens != NULL)
            p->tokens[i] = at_least_zero(gg__mul_below(w, in->output_tokens[i]));
        double bits = at_least_zero(gg__mul_below(sending, in->payload_bits[i]));
        for (size_t j = 0; j < p->m; j++) {
            p->signal_w[j * p->n + i] = in->tx_power_w[i] * gg_gain(in, i, j);
            p->power_w[j * p->n + i] = gg_disturbing_w(in, i, j);
            if (p->fixed_s != NULL)
                p->fixed_s[j * p->n + i] = fixed_below(in, w, home, i, j);
            if (rate_is_sound(p, i, j))
                p->bits_s[j * p->n + i] = at_least_zero(gg__div_below(bits, in->bandwidth_hz[j]));
        }
    }
    for (size_t j = 0; j < p->m; j++)
        rank_users(p, j, scratch);
}

gg_status gg__proof_problem_new(const gg_instance *in, gg_objective objective,
                                gg__proof_problem **out, gg_error *err) {
    size_t n = in->n_users, m = in->n_servers;
    bool tokens = in->server_model != NULL && in->output_tokens != NULL;
    bool fixed = in->gate_delay_s != NULL || in->prefill_s != NULL;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg__proof_problem, signal_w, n * m),
        GG_ARRAY(gg__proof_problem, power_w, n * m),
        GG_ARRAY(gg__proof_problem, by_power, n * m),
        GG_ARRAY(gg__proof_problem, bits_s, n * m),
        GG_ARRAY(gg__proof_problem, work, n),
        GG_ARRAY(gg__proof_problem, tokens, tokens ? n : 0),
        GG_ARRAY(gg__proof_problem, fixed_s, fixed ? n * m : 0),
        GG_ARRAY(gg__proof_problem, local_s, n),
    };
    ranked *scratch = gg_alloc(n, sizeof *scratch);
    gg__proof_problem *p = *out = scratch != NULL ? GG_RECORD_NEW(gg__proof_problem, arrays) : NULL;
    if (p != NULL) {
        if (!tokens)
            p->tokens = NULL;
        if (!fixed)
            p->fixed_s = NULL;
        p->instance = in;
        p->n = n;
        p->m = m;
        fill(p, objective, scratch);
    }
    gg_free(scratch);
    return p != NULL ? GG_OK
                     : gg_fail(err, GG_E_NOMEM, "out of memory for the proof of %zu users", n);
}

bool gg__proof_usable(const gg__proof_problem *p, size_t i, size_t j) {
    return 1.0 + largest_sinr(p, i, j) > 1.0;
}

double gg__proof_air(const gg__proof_problem *p, size_t j, size_t load) {
    const gg_load_curve *air = p->instance->air_model;
    if (air == NULL || air[j].kind != GG_CURVE_BLOCKS || load == 0 || load > air[j].blocks)
        return (double)load;
    return gg__div_below((double)air[j].blocks, (double)(air[j].blocks / load));
}

double gg__proof_work(const gg__proof_problem *p, size_t i, size_t j) {
    return p->tokens != NULL && by_tokens(p->instance, j) ? p->tokens[i] : p->work[i];
}

double gg__proof_fixed(const gg__proof_problem *p, size_t i, size_t j) {
    return p->fixed_s != NULL ? p->fixed_s[j * p->n + i] : 0.0;
}

/* Below the seconds a token of one of `load` users. */
static double token_below(const gg_load_curve *model, size_t load) {
    double n = load > 0 ? (double)load : 1.0;
    if (model->kind == GG_CURVE_BATCH)
        return gg__add_below(model->base_s, gg__mul_below(n, model->per_query_s));
    uint32_t end = 1;
    while (end + 1 < model->n_points && model->load[end] < n)
        end++;
    if (model->n_points == 1)
        return model->seconds[0];
    double width = model->load[end] - model->load[end - 1], along = n - model->load[end - 1];
    double rise = at_least_zero(gg__sub_below(model->seconds[end], model->seconds[end - 1]));
    return gg__add_below(model->seconds[end - 1],
                         gg__mul_below(rise, at_least_zero(gg__div_below(along, width))));
}

/* No load from first to before last is one at which the line of a table or of blocks turns. */
static bool turns_nowhere(const gg_load_curve *curve, size_t first, size_t last) {
    if (curve->kind == GG_CURVE_BLOCKS && first <= curve->blocks)
        return last <= curve->blocks && curve->blocks / first == curve->blocks / last;
    for (uint32_t k = 1; curve->kind == GG_CURVE_TABLE && k + 1 < curve->n_points; k++)
        if ((double)first < curve->load[k] && curve->load[k] < (double)last)
            return false;
    return true;
}

bool gg__proof_is_straight(const gg__proof_problem *p, size_t j, size_t first, size_t last) {
    const gg_instance *in = p->instance;
    if (first == last)
        return true;
    if ((in->server_model != NULL || in->air_model != NULL) && first == 0)
        return false;
    if (in->air_model != NULL && !turns_nowhere(&in->air_model[j], first, last))
        return false;
    if (by_tokens(in, j))
        return turns_nowhere(&in->server_model[j], first, last);
    return gg__mul_above((double)last, in->max_user_capacity_flops) <=
               in->server_capacity_flops[j] ||
           gg__mul_below((double)first, in->max_user_capacity_flops) >=
               in->server_capacity_flops[j];
}

double gg__proof_seconds_per_work(const gg__proof_problem *p, size_t j, size_t load) {
    if (by_tokens(p->instance, j))
        return at_least_zero(token_below(&p->instance->server_model[j], load));
    double alone = gg__div_below(1.0, p->instance->max_user_capacity_flops);
    double shared = gg__div_below((double)load, p->instance->server_capacity_flops[j]);
    return at_least_zero(alone > shared ? alone : shared);
}

double gg__proof_cost_factor(const gg__proof_problem *p, size_t i, size_t j,
                             double interference_w) {
    double disturbance_w = gg__add_below(interference_w, p->instance->noise_w);
    if (p->instance->fixed_interference_w != NULL)
        disturbance_w = gg__add_below(disturbance_w, fixed_w(p, j));
    if (!(disturbance_w > 0.0))
        return 0.0;
    double sinr = gg__div_above(p->signal_w[j * p->n + i], disturbance_w);
    double efficiency = gg__add_above(gg__log2_1p_above(sinr), 0x1p-51);
    return at_least_zero(gg__div_below(p->bits_s[j * p->n + i], efficiency));
}
