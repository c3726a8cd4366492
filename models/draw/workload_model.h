/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A synthetic workload: queries whose length, delays, uncertainty and correctness are drawn from
 * distributions, correlated as those of real queries are.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_MAX_SURVIVAL_KNOTS = 64 };

/* The distributions. zx is the standard normal behind a query's length, and
 * x = exp(prompt_log_mean + prompt_log_sd zx) the log-normal part of the prompt. */
typedef struct gg_workload_model {
    double prompt_floor_bytes; /* prompt bytes = round(floor + x) */
    double prompt_log_mean;
    double prompt_log_sd;
    double slm_delay_s;      /* mean on the reference device */
    double slm_length_share; /* [0, 1]: the part of the mean that is proportional to x */
    double slm_delay_cv;     /* log-normal scatter of mean 1 around that */
    double llm_delay_s;
    double llm_length_share;
    double llm_delay_cv;
    double alpha_length_correlation; /* of the normal behind alpha with zx */
    size_t n_survival;
    double survival[GG_MAX_SURVIVAL_KNOTS][2]; /* (a, P(alpha > a)), linear between the knots */
    double slm_correct[3]; /* P(right) = [0] + [1] alpha + [2] zx, clipped to [0, 1] */
    double llm_correct[3];
    double output_tokens;      /* of the large model's answer, mean; in proportion to its delay */
    double slm_output_tokens;  /* of the small model's: of its delay what does not grow with x is
                                  spread over them, and the first token has the rest */
    double prefill_s_per_byte; /* of the prompt, on a server that serves tokens */
} gg_workload_model;

typedef struct gg_query {
    double prompt_bytes;
    double slm_delay_s; /* on the reference device */
    double llm_delay_s;
    double alpha;
    uint8_t slm_correct;
    uint8_t llm_correct;
    double slm_p_correct; /* what the flags are drawn with */
    double llm_p_correct;
    double output_tokens;     /* of the large model */
    double first_token_share; /* of the small model's delay */
} gg_query;

/* The alpha of the model that a share `above` of all queries, in [0, 1], exceeds. */
double gg_workload_alpha(const gg_workload_model *model, double above);

/* The query of a user: a function of the arguments alone. */
gg_query gg_workload_query(const gg_workload_model *model, uint64_t seed, uint32_t run,
                           uint32_t user);
GG_C_END
