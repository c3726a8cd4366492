/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/packaging/struct_layout.h"

#include "experiments/packaging/goagap.h"

/* The kind of a member by its type. Enumerations are unsigned ints. */
#define KIND(member)                                                                               \
    _Generic((member), double: "double", bool: "bool", int: "int", unsigned: "unsigned", long: "long", \
             unsigned long: "unsigned long", uint8_t: "uint8_t", char *: "text", const char *: "text", \
             default: sizeof(member) == sizeof(void *) ? "pointer" : "struct")
#define AS(type, member, kind)                                                                     \
    { #type, #member, kind, offsetof(type, member), sizeof(((type *)NULL)->member), sizeof(type) }
#define CONSTANT(name)                                                                             \
    { "constants", #name, "constant", name, sizeof(int), 0 }
#define MEMBER(type, member) AS(type, member, KIND(((type *)NULL)->member))

static const struct {
    const char *type, *name, *kind;
    size_t at, size, whole;
} members[] = {
    MEMBER(gg_error, status),
    AS(gg_error, message, "chars"),
    MEMBER(gg_stop_watch, ask),
    MEMBER(gg_stop_watch, context),
    MEMBER(gg_stop_watch, stopped),
    MEMBER(gg_instance, name),
    MEMBER(gg_instance, n_users),
    MEMBER(gg_instance, n_servers),
    MEMBER(gg_workload, n_queries),
    MEMBER(gg_workload, alpha),
    MEMBER(gg_workload, prompt_bytes),
    MEMBER(gg_workload, slm_latency_s),
    MEMBER(gg_workload, llm_latency_s),
    MEMBER(gg_workload, slm_device_flops),
    MEMBER(gg_workload, llm_device_flops),
    MEMBER(gg_workload, slm_correct),
    MEMBER(gg_workload, llm_correct),
    MEMBER(gg_workload, slm_p_correct),
    MEMBER(gg_workload, llm_p_correct),
    MEMBER(gg_workload, slm_tokens),
    MEMBER(gg_workload, llm_tokens),
    MEMBER(gg_draw, n_users),
    MEMBER(gg_draw, n_servers),
    MEMBER(gg_draw, default_servers),
    MEMBER(gg_draw, tau),
    MEMBER(gg_draw, default_tau),
    MEMBER(gg_draw, seed),
    MEMBER(gg_draw, run),
    MEMBER(gg_draw, workload),
    MEMBER(gg_draw, latency_scale),
    MEMBER(gg_draw, positions_csv),
    MEMBER(gg_draw, gains_csv),
    MEMBER(gg_solver, name),
    MEMBER(gg_solver, summary),
    MEMBER(gg_solver, may_violate_tau),
    MEMBER(gg_solver, proves),
    MEMBER(gg_solver, meets_accuracy),
    MEMBER(gg_solver, parameters),
    MEMBER(gg_progress, incumbent_s),
    MEMBER(gg_progress, lower_bound_s),
    MEMBER(gg_progress, nodes),
    MEMBER(gg_progress, elapsed_s),
    MEMBER(gg_solve_options, objective),
    MEMBER(gg_solve_options, goa_weights),
    MEMBER(gg_solve_options, gap),
    MEMBER(gg_solve_options, time_limit_s),
    MEMBER(gg_solve_options, memory_limit_bytes),
    MEMBER(gg_solve_options, node_limit),
    MEMBER(gg_solve_options, threads),
    MEMBER(gg_solve_options, seed),
    MEMBER(gg_solve_options, run),
    MEMBER(gg_solve_options, random_users),
    MEMBER(gg_solve_options, n_random_users),
    MEMBER(gg_solve_options, known),
    MEMBER(gg_solve_options, least_accuracy),
    MEMBER(gg_solve_options, settings),
    MEMBER(gg_solve_options, certify),
    MEMBER(gg_solve_options, progress),
    MEMBER(gg_solve_options, progress_context),
    MEMBER(gg_metrics, objective_s),
    MEMBER(gg_metrics, total_delay_s),
    MEMBER(gg_metrics, local_delay_s),
    MEMBER(gg_metrics, comm_delay_s),
    MEMBER(gg_metrics, comp_delay_s),
    MEMBER(gg_metrics, measured_total_delay_s),
    MEMBER(gg_metrics, measured_comp_delay_s),
    MEMBER(gg_metrics, accuracy),
    MEMBER(gg_metrics, expected_accuracy),
    MEMBER(gg_metrics, n_offloaded),
    MEMBER(gg_metrics, tau_violations),
    MEMBER(gg_metrics, gate_delay_s),
    MEMBER(gg_metrics, energy_j),
    MEMBER(gg_result, status),
    MEMBER(gg_result, stop_reason),
    MEMBER(gg_result, assignment),
    MEMBER(gg_result, has_lower_bound),
    MEMBER(gg_result, lower_bound_s),
    MEMBER(gg_result, nodes),
    MEMBER(gg_result, runtime_s),
    MEMBER(gg_result, certificate),
    MEMBER(gg_result, metrics),
    MEMBER(gg_certificate, bound_s),
    MEMBER(gg_certificate, n_nodes),
    MEMBER(gg_tradeoff_options, objective),
    MEMBER(gg_tradeoff_options, p_slm),
    MEMBER(gg_tradeoff_options, p_llm),
    MEMBER(gg_tradeoff_options, n_levels),
    MEMBER(gg_tradeoff_options, target),
    MEMBER(gg_tradeoff_options, gap),
    MEMBER(gg_tradeoff_options, time_limit_s),
    MEMBER(gg_tradeoff_options, node_limit),
    MEMBER(gg_tradeoff_options, seed),
    MEMBER(gg_tradeoff_point, assignment),
    MEMBER(gg_tradeoff_point, accuracy),
    MEMBER(gg_tradeoff_point, objective_s),
    MEMBER(gg_tradeoff_point, lower_bound_s),
    MEMBER(gg_tradeoff_point, required),
    MEMBER(gg_tradeoff_point, total_delay_s),
    MEMBER(gg_tradeoff_point, proven),
    MEMBER(gg_tradeoff_point, supported),
    MEMBER(gg_tradeoff_point, nodes),
    MEMBER(gg_tradeoff, count),
    MEMBER(gg_tradeoff, points),
    MEMBER(gg_tradeoff, complete),
    MEMBER(gg_tradeoff, stopped),
    MEMBER(gg_aggregate, kind),
    MEMBER(gg_aggregate, quantile),
    MEMBER(gg_uncertainty_options, measure),
    MEMBER(gg_uncertainty_options, top_k),
    MEMBER(gg_uncertainty_options, aggregate),
    MEMBER(gg_uncertainty_options, temperature),
    MEMBER(gg_uncertainty_options, drop_eos),
    MEMBER(gg_uncertainty_options, ignore_classes),
    MEMBER(gg_uncertainty_options, threads),
    MEMBER(gg_logit_array, dtype),
    MEMBER(gg_logit_array, logits),
    MEMBER(gg_logit_array, width),
    MEMBER(gg_logit_array, stride),
    MEMBER(gg_logit_array, tokens),
    MEMBER(gg_estimate, value),
    MEMBER(gg_estimate, low),
    MEMBER(gg_estimate, high),
    MEMBER(gg_strings, count),
    MEMBER(gg_strings, text),
    MEMBER(gg_strings, start),
    MEMBER(gg_ranking, n),
    CONSTANT(GG_N_NAMED_METRICS),
    CONSTANT(GG_N_METRICS),
    CONSTANT(GG_COLUMN_TASK),
    CONSTANT(GG_COLUMN_PROMPT_BYTES),
    CONSTANT(GG_COLUMN_CORRECT),
    CONSTANT(GG_COLUMN_LATENCY),
    CONSTANT(GG_COLUMN_ANSWER_TOKENS),
    CONSTANT(GG_COLUMN_TOKENS),
    CONSTANT(GG_COLUMN_TOKEN_CLASS),
};

bool gg_layout_member(size_t k, const char **type, const char **name, const char **kind, size_t *at,
                      size_t *size, size_t *whole) {
    if (k >= sizeof members / sizeof *members)
        return false;
    *type = members[k].type;
    *name = members[k].name;
    *kind = members[k].kind;
    *at = members[k].at;
    *size = members[k].size;
    *whole = members[k].whole;
    return true;
}
