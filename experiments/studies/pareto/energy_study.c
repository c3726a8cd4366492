/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/pareto/energy_study.h"

#include <math.h>

#include "models/base/alloc.h"

gg_energy_options gg_energy_options_as(const gg_tradeoff_options *asked) {
    gg_energy_options options = gg_energy_options_init();
    options.gap = asked->gap;
    options.time_limit_s = asked->time_limit_s;
    options.node_limit = asked->node_limit;
    options.seed = asked->seed;
    options.threads = asked->threads;
    if (asked->n_levels > 0)
        options.most_prices = asked->n_levels;
    return options;
}

/* Those that minimise something do so of either axis. */
static const struct {
    const char *name, *solver;
    gg_objective objective;
} strategies[GG_ENERGY_STRATEGIES] = {{"goa", "goa", GG_UNIFORM},
                                      {"goa-ls", "goa-ls", GG_UNIFORM},
                                      {"goa-ls energy", "goa-ls", GG_ENERGY},
                                      {"dmin", "dmin", GG_UNIFORM},
                                      {"random", "random", GG_UNIFORM},
                                      {"local", "local", GG_UNIFORM}};

static gg_status decide(gg_energy_study *study, size_t s, uint64_t seed, gg_error *err) {
    const gg_solver *solver = gg_solver_find(strategies[s].solver, err);
    gg_solve_options options = gg_solve_options_init();
    gg_result result = {0};
    if (solver == NULL)
        return GG_E_USAGE;
    options.objective = strategies[s].objective;
    options.seed = seed;
    GG_TRY(gg_solve(solver, study->instance, &options, &result, err));
    if (result.assignment != NULL)
        study->strategies[study->count++] =
            (gg_energy_strategy){.name = strategies[s].name,
                                 .delay_s = result.metrics.total_delay_s,
                                 .energy_j = result.metrics.energy_j,
                                 .n_offloaded = result.metrics.n_offloaded,
                                 .breaks_tau = result.metrics.tau_violations > 0};
    gg_result_clear(&result);
    return GG_OK;
}

gg_status gg_energy_study_compute(const gg_instance *in, const gg_energy_options *options,
                                  gg_energy_study *out, gg_error *err) {
    *out = (gg_energy_study){.instance = in};
    gg_status status = gg_energy_front_compute(in, options, &out->front, err);
    for (size_t s = 0; status == GG_OK && s < GG_ENERGY_STRATEGIES; s++)
        status = decide(out, s, options->seed, err);
    if (status != GG_OK)
        gg_energy_study_clear(out);
    return status;
}

void gg_energy_study_clear(gg_energy_study *study) {
    gg_energy_front_clear(&study->front);
    *study = (gg_energy_study){0};
}

double gg_energy_above(const gg_energy_study *study, double delay_s, double energy_j) {
    double bound_s = gg_energy_front_bound_s(&study->front, energy_j);
    return bound_s > 0.0 && isfinite(energy_j) ? delay_s / bound_s - 1.0 : NAN;
}

gg_status gg_energy_polygon(const gg_energy_front *front, size_t *count, double **energy_j,
                            double **delay_s, gg_error *err) {
    *energy_j = gg_alloc(front->n_lines, 2 * sizeof **energy_j);
    GG_NEED(*energy_j, err, "out of memory for %zu prices", front->n_lines);
    *delay_s = *energy_j + front->n_lines;
    *count = gg_energy_front_vertices(front, *energy_j);
    for (size_t k = 0; k < *count; k++)
        (*delay_s)[k] = gg_energy_front_bound_s(front, (*energy_j)[k]);
    return GG_OK;
}
