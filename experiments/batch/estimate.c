/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/estimate.h"

#include <math.h>
#include <stdlib.h>

#include "experiments/batch/unit.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/timer.h"

static const double CUT_S = 1.0, GROWTH = 1.2;

/* The first network of a size. */
typedef struct size_cost {
    size_t unit;
    double pairs; /* users times servers */
} size_cost;

/* What the network measured last took: drawing it, and each strategy on one instance. */
typedef struct costs {
    double pairs;
    double drawing_s;
    double *solving_s; /* n_strategies */
} costs;

static int compare(const void *left, const void *right) {
    const size_cost *a = left, *b = right;
    GG_COMPARE(a->pairs, b->pairs);
    GG_COMPARE(a->unit, b->unit);
    return 0;
}

static size_cost first_of_size(const gg_experiment *experiment, size_t size) {
    const gg_plan *plan = experiment->plan;
    size_t index = size * plan->runs;
    gg_unit unit = gg_plan_unit(plan, index);
    size_t servers = unit.n_servers == GG_PLAN_PRESET_SERVERS
                         ? experiment->presets[unit.preset]->servers
                         : unit.n_servers;
    return (size_cost){.unit = index, .pairs = (double)unit.n_users * (double)(servers + 1)};
}

/* One tau in the middle of the axis stands for all: Delta costs the same for all, and proofs are
 * neither at their easiest nor at their hardest there. */
static gg_status measure(const gg_experiment *experiment, const size_cost *size, costs *last,
                         gg_estimate *out, gg_error *err) {
    const gg_plan *plan = experiment->plan;
    gg_unit unit = gg_plan_unit(plan, size->unit);
    gg_instance *network = NULL;
    double start_s = gg_now_s();
    gg_status status = gg_unit_draw(experiment, &unit, &network, err);
    last->pairs = size->pairs;
    last->drawing_s = gg_now_s() - start_s;
    for (size_t s = 0; status == GG_OK && s < plan->n_strategies; s++) {
        double solving_s = 0.0;
        bool known = plan->strategies[s].command == NULL;
        for (size_t o = 0; known && o < plan->n_objectives; o++) {
            gg_row row;
            int16_t *assignment;
            gg_references references = {0};
            size_t index = (o * plan->n_taus + plan->n_taus / 2) * plan->n_strategies + s;
            double begin_s = gg_now_s();
            gg_unit_solve(experiment, &unit, index, network, &references, &row, &assignment);
            double took_s = gg_now_s() - begin_s;
            out->cut = out->cut || took_s >= CUT_S;
            out->failed += row.failure[0] != '\0';
            solving_s += took_s;
            gg_free(assignment);
            gg_references_clear(&references);
        }
        last->solving_s[s] = solving_s / (double)plan->n_objectives;
    }
    gg_instance_free(network);
    return status;
}

/* Seconds of all rows of a network of another size; *one_tau_s: of one tau. */
static double extrapolate(const gg_plan *plan, const costs *last, double pairs, double *one_tau_s) {
    double growth = pow(pairs / last->pairs, GROWTH), solving_s = 0.0;
    for (size_t s = 0; s < plan->n_strategies; s++)
        solving_s += fmin(last->solving_s[s] * growth, plan->strategies[s].limits.time_s);
    solving_s *= (double)plan->n_objectives;
    *one_tau_s = last->drawing_s * growth + solving_s;
    return last->drawing_s * growth + solving_s * (double)plan->n_taus;
}

/* `sample` is the experiment with strategies that stop early, `plan` the true one. */
static gg_status measure_sizes(const gg_experiment *sample, const gg_plan *plan, double budget_s,
                               const size_cost *sizes, costs *last, gg_estimate *out,
                               gg_error *err) {
    double start_s = gg_now_s(), one_tau_s = 0.0;
    for (size_t k = 0; k < out->sizes; k++) {
        if (k > 0)
            extrapolate(sample->plan, last, sizes[k].pairs, &one_tau_s);
        if (k == 0 || (out->measured == k && gg_now_s() - start_s + one_tau_s < budget_s)) {
            GG_TRY(measure(sample, &sizes[k], last, out, err));
            out->measured++;
        }
        out->processor_s += plan->runs * extrapolate(plan, last, sizes[k].pairs, &one_tau_s);
    }
    return GG_OK;
}

/* A copy of the plan's strategies that stop after CUT_S. */
static gg_plan_strategy *hurried(const gg_plan *plan) {
    gg_plan_strategy *strategies = gg_alloc(plan->n_strategies, sizeof *strategies);
    for (size_t s = 0; strategies != NULL && s < plan->n_strategies; s++) {
        strategies[s] = plan->strategies[s];
        strategies[s].limits.time_s = fmin(strategies[s].limits.time_s, CUT_S);
    }
    return strategies;
}

gg_status gg_estimate_plan(const gg_experiment *experiment, double budget_s, gg_estimate *out,
                           gg_error *err) {
    gg_plan plan = *experiment->plan;
    gg_experiment sample = *experiment;
    *out = (gg_estimate){.sizes = gg_plan_units(&plan) / plan.runs, .cut_s = CUT_S};
    sample.plan = &plan;
    for (size_t s = 0; s < plan.n_strategies; s++)
        if (plan.strategies[s].command != NULL)
            out->not_run += gg_plan_units(&plan) * gg_plan_instances_per_unit(&plan);
    plan.strategies = hurried(experiment->plan);
    size_cost *sizes = gg_alloc(out->sizes, sizeof *sizes);
    costs last = {.solving_s = gg_alloc(plan.n_strategies, sizeof *last.solving_s)};
    gg_status status = plan.strategies != NULL && sizes != NULL && last.solving_s != NULL
                           ? GG_OK
                           : gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan.path);
    if (status == GG_OK) {
        for (size_t k = 0; k < out->sizes; k++)
            sizes[k] = first_of_size(&sample, k);
        qsort(sizes, out->sizes, sizeof *sizes, compare);
        status = measure_sizes(&sample, experiment->plan, budget_s, sizes, &last, out, err);
    }
    gg_free(plan.strategies);
    gg_free(sizes);
    gg_free(last.solving_s);
    return status;
}
