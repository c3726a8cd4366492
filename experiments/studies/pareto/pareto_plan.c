/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/pareto/pareto_study.h"

#include <math.h>
#include <stdlib.h>

#include "experiments/batch/unit.h"
#include "experiments/output/csv_out.h"
#include "experiments/planning/experiment.h"
#include "models/base/alloc.h"

/* Points nearer than this in accuracy are written as one: no picture tells them apart. */
static const double STEP = 0.001;

/* From one vertex of a network's lower convex hull to the next. */
typedef struct edge {
    double accuracy, objective_s, delay_s, bound_s; /* what they rise by */
} edge;

/* The least delay of several networks together at each accuracy of their answers together: every
 * network pays the same price for accuracy, so the edges of all their hulls are taken from the
 * flattest to the steepest. At equal accuracy in each network the same answers would cost more. */
typedef struct joint_front {
    size_t networks;
    double accuracy, delay_s, bound_s; /* sums; at first of every network at its fastest */
    edge *edges;
    size_t count, capacity;
} joint_front;

static gg_status push(joint_front *to, const gg_tradeoff_point *from, const gg_tradeoff_point *next,
                      double n_users, gg_error *err) {
    if (to->count == to->capacity) {
        size_t capacity = 2 * to->capacity + 64;
        edge *grown = gg_realloc(to->edges, to->capacity, capacity, sizeof *grown);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "out of memory for a front of %zu points", capacity);
        to->edges = grown;
        to->capacity = capacity;
    }
    to->edges[to->count++] =
        (edge){next->accuracy - from->accuracy, (next->objective_s - from->objective_s) / n_users,
               (next->total_delay_s - from->total_delay_s) / n_users,
               (next->lower_bound_s - from->lower_bound_s) / n_users};
    return GG_OK;
}

/* The next vertex of the lower hull after point `k`: where the objective rises least for what the
 * accuracy does, the farthest such. */
static size_t next_vertex(const gg_tradeoff *front, size_t k) {
    size_t best = k + 1;
    double least = INFINITY;
    for (size_t q = k + 1; q < front->count; q++) {
        double slope = (front->points[q].objective_s - front->points[k].objective_s) /
                       (front->points[q].accuracy - front->points[k].accuracy);
        if (slope <= least) {
            least = slope;
            best = q;
        }
    }
    return best;
}

static gg_status add(joint_front *to, const gg_tradeoff *front, size_t n_users, gg_error *err) {
    const gg_tradeoff_point *first = &front->points[0];
    double n = (double)n_users;
    to->networks++;
    to->accuracy += first->accuracy;
    to->delay_s += first->total_delay_s / n;
    to->bound_s += first->lower_bound_s / n;
    for (size_t k = 0, next; k + 1 < front->count; k = next) {
        next = next_vertex(front, k);
        GG_TRY(push(to, &front->points[k], &front->points[next], n, err));
    }
    return GG_OK;
}

static int flatter_first(const void *a, const void *b) {
    const edge *x = a, *y = b;
    double left = x->objective_s * y->accuracy, right = y->objective_s * x->accuracy;
    return (left > right) - (left < right);
}

static void write_point(const joint_front *at, const char *preset, FILE *stream) {
    double networks = (double)at->networks;
    gg_csv_put_text(stream, preset);
    gg_csv_put_number(stream, at->delay_s / networks);
    gg_csv_put_number(stream, at->accuracy / networks);
    gg_csv_put_number(stream, at->bound_s / networks);
    gg_csv_put_count(stream, at->networks);
    fputc('\n', stream);
}

static void write(joint_front *front, const char *preset, FILE *stream) {
    double written = -INFINITY;
    if (front->count > 0)
        qsort(front->edges, front->count, sizeof *front->edges, flatter_first);
    for (size_t k = 0; k <= front->count; k++) {
        if (k == front->count || front->accuracy - written >= STEP * (double)front->networks) {
            write_point(front, preset, stream);
            written = front->accuracy;
        }
        if (k == front->count)
            return;
        front->accuracy += front->edges[k].accuracy;
        front->delay_s += front->edges[k].delay_s;
        front->bound_s += front->edges[k].bound_s;
    }
}

static gg_status add_unit(const gg_experiment *experiment, const gg_unit *unit,
                          const gg_tradeoff_options *options, joint_front *sum, bool *proven,
                          bool *stopped, gg_error *err) {
    gg_instance *network = NULL;
    gg_tradeoff front = {0};
    gg_status status = gg_unit_draw(experiment, unit, &network, err);
    if (status == GG_OK)
        status = gg_tradeoff_compute(network, options, &front, err);
    if (status == GG_OK)
        status = add(sum, &front, network->n_users, err);
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
    joint_front sum = {0};
    for (size_t k = 0; status == GG_OK && k < units && !stopped; k++) {
        gg_unit unit = gg_plan_unit(plan, k);
        gg_row row;
        gg_unit_blank_row(experiment, &unit, 0, &row);
        status = add_unit(experiment, &unit, options, &sum, proven, &stopped, err);
        bool last = k + 1 == units || gg_plan_unit(plan, k + 1).preset != unit.preset;
        if (status == GG_OK && last) {
            write(&sum, row.preset, stream);
            gg_free(sum.edges);
            sum = (joint_front){0};
        }
    }
    if (status == GG_OK && stopped)
        status = gg_fail(err, GG_E_SOLVER, "%s: stopped before every network was done", path);
    gg_free(sum.edges);
    gg_experiment_close(experiment);
    gg_plan_free(plan);
    return status;
}
