/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/estimate.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "experiments/batch/unit.h"
#include "models/base/alloc.h"
#include "models/base/timer.h"

static const double CUT_S = 1.0, GROWTH = 1.2;

/* One network of each size, and what it took. */
typedef struct size_cost {
    size_t unit;
    double pairs; /* users times servers */
    double seconds;
} size_cost;

static int compare(const void *left, const void *right) {
    const size_cost *a = left, *b = right;
    if (a->pairs != b->pairs)
        return a->pairs < b->pairs ? -1 : 1;
    return a->unit < b->unit ? -1 : 1;
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

/* Time of all rows of a network, from one tau in the middle of the axis: Delta costs the same for
 * all, and proofs are neither at their easiest nor at their hardest there. */
static gg_status measure(const gg_experiment *experiment, size_cost *cost, gg_estimate *out,
                         gg_error *err) {
    const gg_plan *plan = experiment->plan;
    gg_unit unit = gg_plan_unit(plan, cost->unit);
    gg_instance *network = NULL;
    double start_s = gg_now_s(), solving_s = 0.0;
    gg_status status = gg_unit_draw(experiment, &unit, &network, err);
    double drawing_s = gg_now_s() - start_s;
    for (size_t o = 0; status == GG_OK && o < plan->n_objectives; o++) {
        size_t row_index = (o * plan->n_taus + plan->n_taus / 2) * plan->n_strategies;
        for (size_t s = 0; s < plan->n_strategies; s++) {
            gg_row row;
            int16_t *assignment;
            double begin_s = gg_now_s();
            gg_unit_solve(experiment, &unit, row_index + s, network, &row, &assignment);
            double took_s = gg_now_s() - begin_s;
            out->cut = out->cut || took_s >= CUT_S;
            out->failed += row.failure[0] != '\0';
            solving_s += took_s;
            gg_free(assignment);
        }
    }
    gg_instance_free(network);
    cost->seconds = drawing_s + solving_s * (double)plan->n_taus;
    return status;
}

static gg_status measure_sizes(const gg_experiment *experiment, double budget_s, size_cost *costs,
                               gg_estimate *out, gg_error *err) {
    double start_s = gg_now_s(), last_s = 0.0;
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < out->sizes; k++) {
        size_cost *cost = &costs[k];
        double growth = k > 0 ? pow(cost->pairs / costs[k - 1].pairs, GROWTH) : 1.0;
        bool affordable =
            k == 0 || (out->measured == k && gg_now_s() - start_s + last_s * growth < budget_s);
        if (affordable) {
            double begin_s = gg_now_s();
            status = measure(experiment, cost, out, err);
            last_s = gg_now_s() - begin_s;
            out->measured++;
        } else {
            cost->seconds = costs[k - 1].seconds * growth;
        }
        out->processor_s += cost->seconds * experiment->plan->runs;
    }
    return status;
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
    plan.strategies = hurried(experiment->plan);
    size_cost *costs = gg_alloc(out->sizes, sizeof *costs);
    gg_status status = plan.strategies != NULL && costs != NULL
                           ? GG_OK
                           : gg_fail(err, GG_E_NOMEM, "%s: out of memory", plan.path);
    if (status == GG_OK) {
        for (size_t k = 0; k < out->sizes; k++)
            costs[k] = first_of_size(&sample, k);
        qsort(costs, out->sizes, sizeof *costs, compare);
        /* External commands may close their input early. */
        void (*before)(int) = signal(SIGPIPE, SIG_IGN);
        status = measure_sizes(&sample, budget_s, costs, out, err);
        signal(SIGPIPE, before);
    }
    gg_free(plan.strategies);
    gg_free(costs);
    return status;
}
