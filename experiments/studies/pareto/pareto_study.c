/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/pareto/pareto_study.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

/* Accuracies are sums of many terms: equal ones may differ by their rounding. */
static const double SAME_ACCURACY = 1e-12;

const gg_tradeoff_point *gg_front_at_accuracy(const gg_tradeoff *front, double accuracy) {
    for (size_t k = 0; k < front->count; k++)
        if (front->points[k].accuracy >= accuracy - SAME_ACCURACY)
            return &front->points[k];
    return NULL;
}

const char *gg_accuracy_kind(bool hindsight) {
    return hindsight ? "hindsight" : "expected";
}

const gg_tradeoff_point *gg_front_at_objective(const gg_tradeoff *front, double objective_s) {
    for (size_t k = front->count; k-- > 0;)
        if (front->points[k].objective_s <= objective_s)
            return &front->points[k];
    return NULL;
}

const gg_tau_point *gg_curve_at_accuracy(const gg_tau_curve *curve, double accuracy) {
    const gg_tau_point *best = NULL;
    for (size_t k = 0; k < curve->count; k++) {
        const gg_tau_point *at = &curve->points[k];
        if (at->accuracy >= accuracy - SAME_ACCURACY && isfinite(at->objective_s) &&
            (best == NULL || at->objective_s <= best->objective_s))
            best = at;
    }
    return best;
}

const gg_tau_point *gg_curve_at_objective(const gg_tau_curve *curve, double objective_s) {
    const gg_tau_point *best = NULL;
    for (size_t k = 0; k < curve->count; k++) {
        const gg_tau_point *at = &curve->points[k];
        if (at->objective_s <= objective_s && (best == NULL || at->accuracy >= best->accuracy))
            best = at;
    }
    return best;
}

static gg_status follow(gg_instance *in, const gg_tradeoff_options *options, gg_tau_curve *curve,
                        gg_error *err) {
    const gg_solver *solver = gg_solver_find(curve->solver, err);
    gg_solve_options chosen = gg_solve_options_init();
    gg_status status = solver != NULL ? GG_OK : GG_E_USAGE;
    chosen.objective = options->objective;
    chosen.seed = options->seed;
    for (size_t k = 0; status == GG_OK && k < GG_PARETO_TAUS; k++) {
        gg_result result = {0};
        in->tau = (double)k / (GG_PARETO_TAUS - 1);
        status = gg_solve(solver, in, &chosen, &result, err);
        if (status == GG_OK && result.assignment != NULL)
            curve->points[curve->count++] =
                (gg_tau_point){.tau = in->tau,
                               .accuracy = gg_expected_accuracy(in, options->p_slm, options->p_llm,
                                                                result.assignment),
                               .objective_s = result.metrics.objective_s,
                               .total_delay_s = result.metrics.total_delay_s};
        gg_result_clear(&result);
    }
    return status;
}

/* Both staircases are level between neighbouring accuracies of either. */
static gg_status measure_area(gg_pareto_study *study, gg_error *err) {
    const gg_tradeoff *front = &study->front;
    const gg_tau_curve *goa = &study->curves[0];
    gg_pareto_area *area = &study->area;
    double low = INFINITY, high = -INFINITY;
    double *stops = gg_alloc(front->count + goa->count, sizeof *stops);
    if (stops == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu points", front->count);
    size_t n = 0;
    for (size_t k = 0; k < goa->count; k++)
        if (isfinite(goa->points[k].objective_s)) {
            low = fmin(low, goa->points[k].accuracy);
            high = fmax(high, goa->points[k].accuracy);
            stops[n++] = goa->points[k].accuracy;
        }
    for (size_t k = 0; k < front->count; k++)
        if (front->points[k].accuracy > low && front->points[k].accuracy < high)
            stops[n++] = front->points[k].accuracy;
    qsort(stops, n, sizeof *stops, gg_compare_doubles);
    double front_area = 0.0, last = low, per_query = 1.0 / (double)study->n_users;
    for (size_t k = 0; k < n; k++) {
        const gg_tradeoff_point *best = gg_front_at_accuracy(front, stops[k]);
        const gg_tau_point *own = gg_curve_at_accuracy(goa, stops[k]);
        if (best == NULL || own == NULL)
            break;
        double width = high > low ? stops[k] - last : k + 1 == n;
        area->area_s += width * (own->objective_s - best->objective_s) * per_query;
        front_area += width * best->objective_s * per_query;
        last = stops[k];
        area->known = k + 1 == n;
    }
    double width = high > low ? high - low : 1.0;
    area->from_accuracy = low;
    area->to_accuracy = high;
    area->mean_excess_s = area->area_s / width;
    area->mean_front_s = front_area / width;
    area->area_s = high > low ? area->area_s : 0.0;
    gg_free(stops);
    return GG_OK;
}

gg_status gg_pareto_study_compute(gg_instance *in, const gg_tradeoff_options *options,
                                  gg_pareto_study *out, gg_error *err) {
    static const char *const names[GG_PARETO_CURVES] = {"goa", "dmin", "random"};
    double tau = in->tau;
    *out = (gg_pareto_study){.n_users = in->n_users};
    gg_status status = gg_tradeoff_compute(in, options, &out->front, err);
    for (size_t c = 0; status == GG_OK && c < GG_PARETO_CURVES; c++) {
        out->curves[c].solver = names[c];
        status = follow(in, options, &out->curves[c], err);
    }
    in->tau = tau;
    if (status == GG_OK)
        status = measure_area(out, err);
    if (status != GG_OK)
        gg_pareto_study_clear(out);
    return status;
}

void gg_pareto_study_clear(gg_pareto_study *study) {
    gg_tradeoff_clear(&study->front);
    *study = (gg_pareto_study){0};
}
