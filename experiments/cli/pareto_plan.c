/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cli/pareto_plan.h"

#include <math.h>
#include <string.h>

#include "experiments/batch/experiment.h"
#include "experiments/batch/unit.h"
#include "experiments/cli/pareto_study.h"
#include "experiments/report/csv_out.h"

enum { STEPS = 101 };

/* Sums over the networks of one preset. */
typedef struct mean_front {
    size_t networks;
    size_t reached[STEPS]; /* networks that reach the accuracy */
    double delay_s[STEPS]; /* per query */
    double bound_s[STEPS]; /* objective per query */
} mean_front;

/* The bound of the last point asked for at most this accuracy holds for it too. */
static double bound_at(const gg_tradeoff *front, double accuracy) {
    double bound_s = 0.0;
    for (size_t k = 0; k < front->count; k++)
        if (front->points[k].required <= accuracy + 1e-12)
            bound_s = fmax(bound_s, front->points[k].lower_bound_s);
    return bound_s;
}

static void add(mean_front *sum, const gg_tradeoff *front, size_t n_users) {
    sum->networks++;
    for (size_t s = 0; s < STEPS; s++) {
        double accuracy = (double)s * GG_PARETO_STEP;
        const gg_tradeoff_point *at = gg_front_at_accuracy(front, accuracy);
        if (at == NULL)
            return;
        sum->reached[s]++;
        sum->delay_s[s] += at->total_delay_s / (double)n_users;
        sum->bound_s[s] += bound_at(front, accuracy) / (double)n_users;
    }
}

/* Steps below which nothing gets cheaper say nothing: only the last of them is written. */
static void write(const mean_front *sum, const char *preset, FILE *stream) {
    double networks = (double)sum->networks;
    for (size_t s = 0; s < STEPS && sum->reached[s] == sum->networks; s++) {
        bool more = s + 1 < STEPS && sum->reached[s + 1] == sum->networks;
        if (more && sum->delay_s[s + 1] == sum->delay_s[s])
            continue;
        gg_csv_put_text(stream, preset);
        gg_csv_put_number(stream, sum->delay_s[s] / networks);
        gg_csv_put_number(stream, (double)s * GG_PARETO_STEP);
        gg_csv_put_number(stream, sum->bound_s[s] / networks);
        gg_csv_put_count(stream, sum->networks);
        fputc('\n', stream);
    }
}

static gg_status add_unit(const gg_experiment *experiment, const gg_unit *unit,
                          const gg_tradeoff_options *options, mean_front *sum, bool *proven,
                          bool *stopped, gg_error *err) {
    gg_instance *network = NULL;
    gg_tradeoff front = {0};
    gg_status status = gg_unit_draw(experiment, unit, &network, err);
    if (status == GG_OK)
        status = gg_tradeoff_compute(network, options, &front, err);
    if (status == GG_OK)
        add(sum, &front, network->n_users);
    for (size_t k = 0; k < front.count; k++)
        *proven = *proven && front.points[k].proven;
    *stopped = *stopped || front.stopped;
    gg_tradeoff_clear(&front);
    gg_instance_free(network);
    return status;
}

gg_status gg_pareto_plan(const char *path, const char *dataset, const gg_tradeoff_options *options,
                         FILE *stream, bool *proven, gg_error *err) {
    gg_plan *plan = NULL;
    gg_experiment *experiment = NULL;
    bool stopped = false;
    *proven = true;
    gg_status status = gg_plan_read(path, dataset, &plan, err);
    if (status == GG_OK)
        status = gg_experiment_open(plan, &experiment, err);
    if (status == GG_OK)
        fputs("preset,delay_per_query_s,accuracy,lower_bound_s,networks\n", stream);
    size_t units = status == GG_OK ? gg_plan_units(plan) : 0;
    mean_front sum = {0};
    for (size_t k = 0; status == GG_OK && k < units && !stopped; k++) {
        gg_unit unit = gg_plan_unit(plan, k);
        gg_row row;
        gg_unit_blank_row(experiment, &unit, 0, &row);
        status = add_unit(experiment, &unit, options, &sum, proven, &stopped, err);
        bool last = k + 1 == units || gg_plan_unit(plan, k + 1).preset != unit.preset;
        if (status == GG_OK && last) {
            write(&sum, row.preset, stream);
            sum = (mean_front){0};
        }
    }
    if (status == GG_OK && stopped)
        status = gg_fail(err, GG_E_SOLVER, "%s: stopped before every network was done", path);
    gg_experiment_close(experiment);
    gg_plan_free(plan);
    return status;
}
