/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys of a preset that hold numbers.
 */
#pragma once

/* Every key that holds one number or a list of two or three:
 * X(section, key, member of gg_preset, count, domain, need). What reads them and what prints them
 * go by these lists. */
#define NETWORK_NUMBERS(X)                                                                         \
    X(network, area_m, area_m, 2, POSITIVE, REQUIRED)                                              \
    X(network, user_height_m, user_height_m, 1, NON_NEGATIVE, OPTIONAL)                            \
    X(network, server_height_m, server_height_m, 1, NON_NEGATIVE, OPTIONAL)                        \
    X(network, min_distance_m, min_distance_m, 1, NON_NEGATIVE, OPTIONAL)

#define RADIO_NUMBERS(X)                                                                           \
    X(radio, light_speed_m_s, light_speed_m_s, 1, POSITIVE, REQUIRED)                              \
    X(radio, carrier_hz, carrier_hz, 1, POSITIVE, REQUIRED)                                        \
    X(radio, shadowing_los_db, shadowing_los_db, 1, NON_NEGATIVE, OPTIONAL)                        \
    X(radio, shadowing_nlos_db, shadowing_nlos_db, 1, NON_NEGATIVE, OPTIONAL)                      \
    X(radio, rician_k_db, rician_k_db, 1, NUMBER, OPTIONAL)                                        \
    X(radio, noise_w_hz, noise_w_hz, 1, POSITIVE, REQUIRED)                                        \
    X(radio, noise_figure_db, noise_figure_db, 1, NON_NEGATIVE, OPTIONAL)                          \
    X(radio, tx_power_w, tx_power_w, 1, NON_NEGATIVE, REQUIRED)

#define COMPUTE_NUMBERS(X)                                                                         \
    X(compute, max_user_capacity_flops, max_user_capacity_flops, 1, POSITIVE, REQUIRED)            \
    X(compute, server_capacity_flops, server_capacity_flops, 1, POSITIVE, REQUIRED)                \
    X(compute, server_capacity_spread, server_capacity_spread, 2, POSITIVE, REQUIRED)              \
    X(compute, local_capacity_flops, local_capacity_flops, 1, POSITIVE, REQUIRED)                  \
    X(compute, local_capacity_spread, local_capacity_spread, 2, POSITIVE, REQUIRED)                \
    X(compute, ref_capacity_flops, ref_capacity_flops, 1, POSITIVE, REQUIRED)                      \
    X(compute, edge_work_ratio, edge_work_ratio, 1, POSITIVE, REQUIRED)

/* What other servers, gates and energy need: printed only where it matters. */
#define COMPUTE_MORE_NUMBERS(X)                                                                    \
    X(compute, device_power_w, device_power_w, 1, NON_NEGATIVE, OPTIONAL)

#define WORKLOAD_MORE_NUMBERS(X)                                                                   \
    X(workload, output_tokens, workload.output_tokens, 1, NON_NEGATIVE, OPTIONAL)                  \
    X(workload, slm_output_tokens, workload.slm_output_tokens, 1, NON_NEGATIVE, OPTIONAL)          \
    X(workload, prefill_s_per_byte, workload.prefill_s_per_byte, 1, NON_NEGATIVE, OPTIONAL)

#define WORKLOAD_NUMBERS(X)                                                                        \
    X(workload, prompt_floor_bytes, workload.prompt_floor_bytes, 1, NON_NEGATIVE, REQUIRED)        \
    X(workload, prompt_log_mean, workload.prompt_log_mean, 1, NUMBER, REQUIRED)                    \
    X(workload, prompt_log_sd, workload.prompt_log_sd, 1, NON_NEGATIVE, REQUIRED)                  \
    X(workload, slm_delay_s, workload.slm_delay_s, 1, POSITIVE, REQUIRED)                          \
    X(workload, slm_length_share, workload.slm_length_share, 1, UNIT, REQUIRED)                    \
    X(workload, slm_delay_cv, workload.slm_delay_cv, 1, NON_NEGATIVE, REQUIRED)                    \
    X(workload, llm_delay_s, workload.llm_delay_s, 1, POSITIVE, REQUIRED)                          \
    X(workload, llm_length_share, workload.llm_length_share, 1, UNIT, REQUIRED)                    \
    X(workload, llm_delay_cv, workload.llm_delay_cv, 1, NON_NEGATIVE, REQUIRED)                    \
    X(workload, alpha_length_correlation, workload.alpha_length_correlation, 1, CORRELATION,       \
      REQUIRED)                                                                                    \
    X(workload, slm_correct, workload.slm_correct, 3, NUMBER, REQUIRED)                            \
    X(workload, llm_correct, workload.llm_correct, 3, NUMBER, REQUIRED)
