/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/draw/workload_model.h"

#include <math.h>

#include "models/base/rng.h"

double gg_workload_alpha(const gg_workload_model *model, double above) {
    size_t k = 1;
    while (k + 1 < model->n_survival && model->survival[k][1] > above)
        k++;
    const double *left = model->survival[k - 1], *right = model->survival[k];
    double along = (left[1] - above) / (left[1] - right[1]);
    return fmin(1.0, fmax(0.0, left[0] + along * (right[0] - left[0])));
}

/* P(N(0, 1) > z). */
static double normal_above(double z) {
    return 0.5 * erfc(z * 0.70710678118654752440);
}

/* exp of a normal, with mean 1 and coefficient of variation `cv`. */
static double lognormal_mean_one(double cv, double normal) {
    double variance = log1p(cv * cv);
    return exp(sqrt(variance) * normal - 0.5 * variance);
}

static double delay_s(double mean_s, double length_share, double cv, double relative_length,
                      double normal) {
    return mean_s * ((1.0 - length_share) + length_share * relative_length) *
           lognormal_mean_one(cv, normal);
}

static double probability(const double model[3], double alpha, double zx) {
    return fmin(1.0, fmax(0.0, model[0] + model[1] * alpha + model[2] * zx));
}

gg_query gg_workload_query(const gg_workload_model *model, uint64_t seed, uint32_t run,
                           uint32_t user) {
    gg_rng_address at = {seed, run, GG_STREAM_WORKLOAD, user, 0};
    double shape[2], scatter[2];
    gg_rng_normal2(at, shape);
    at.draw = 1;
    gg_rng_normal2(at, scatter);

    double zx = shape[0];
    double r = model->alpha_length_correlation;
    double za = r * zx + sqrt(1.0 - r * r) * shape[1];
    double variance = model->prompt_log_sd * model->prompt_log_sd;
    double x = exp(model->prompt_log_mean + model->prompt_log_sd * zx);
    double relative_length = x / exp(model->prompt_log_mean + 0.5 * variance);
    double alpha = gg_workload_alpha(model, normal_above(za));

    at.stream = GG_STREAM_CORRECT;
    at.draw = 0;
    double slm_luck = gg_rng_uniform(at);
    at.draw = 1;
    double llm_luck = gg_rng_uniform(at);
    double slm_p = probability(model->slm_correct, alpha, zx);
    double llm_p = probability(model->llm_correct, alpha, zx);
    double llm_delay_s = delay_s(model->llm_delay_s, model->llm_length_share, model->llm_delay_cv,
                                 relative_length, scatter[1]);
    double reading = model->slm_length_share * relative_length;
    double writing = 1.0 - model->slm_length_share;
    double first = writing / fmax(1.0, model->slm_output_tokens);
    return (gg_query){
        .prompt_bytes = round(model->prompt_floor_bytes + x),
        .slm_delay_s = delay_s(model->slm_delay_s, model->slm_length_share, model->slm_delay_cv,
                               relative_length, scatter[0]),
        .llm_delay_s = llm_delay_s,
        .alpha = alpha,
        .slm_correct = slm_luck < slm_p,
        .llm_correct = llm_luck < llm_p,
        .slm_p_correct = slm_p,
        .llm_p_correct = llm_p,
        .output_tokens = model->output_tokens * llm_delay_s / model->llm_delay_s,
        .first_token_share = (reading + first) / (reading + writing),
    };
}
