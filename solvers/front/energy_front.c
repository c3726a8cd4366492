/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/front/energy_front.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/timer.h"
#include "solvers/solver.h"

/* The front while it grows: points from the least delay on, as they cost energy. */
typedef struct work {
    const gg_instance *in;
    const gg_energy_options *options;
    const gg_solver *solver;
    double deadline_s;
    gg_energy_front front;
} work;

gg_energy_options gg_energy_options_init(void) {
    return (gg_energy_options){.gap = 1e-4,
                               .time_limit_s = INFINITY,
                               .node_limit = INT64_MAX,
                               .most_prices = SIZE_MAX,
                               .seed = 1,
                               .threads = 1};
}

/* The prices 0 and INFINITY are those of the ends. */
static gg_objective objective_of(double price_s_j) {
    if (price_s_j == 0.0)
        return GG_UNIFORM;
    return isinf(price_s_j) ? GG_ENERGY : gg_objective_delay_energy(price_s_j);
}

/* The price as the objective has it. */
static double rounded(double price_s_j) {
    return gg_objective_joule(gg_objective_delay_energy(price_s_j));
}

static double value_at(const gg_energy_point *point, double price_s_j) {
    return isinf(price_s_j) ? point->energy_j : point->delay_s + price_s_j * point->energy_j;
}

static gg_status add_line(work *w, double price_s_j, double bound, gg_error *err) {
    gg_energy_front *front = &w->front;
    gg_energy_line *grown = gg_grow(front->lines, front->n_lines, sizeof *grown);
    if (grown == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu prices", front->n_lines + 1);
    front->lines = grown;
    front->lines[front->n_lines++] = (gg_energy_line){price_s_j, bound};
    return GG_OK;
}

/* Takes the assignment over. */
static gg_status add_point(work *w, const gg_energy_point *point, gg_error *err) {
    gg_energy_front *front = &w->front;
    gg_energy_point *grown = gg_grow(front->points, front->count, sizeof *grown);
    if (grown == NULL) {
        gg_free(point->assignment);
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu points", front->count + 1);
    }
    front->points = grown;
    front->points[front->count++] = *point;
    return GG_OK;
}

/* Proves the least of delay and energy at a price, from a decision that may be near it; the point's
 * assignment is the caller's. */
static gg_status solve(work *w, double price_s_j, const int32_t *known, gg_energy_point *to,
                       gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    gg_result result = {0};
    options.objective = objective_of(price_s_j);
    options.gap = w->options->gap;
    options.time_limit_s = fmax(0.0, w->deadline_s - gg_now_s());
    options.node_limit = w->options->node_limit;
    options.seed = w->options->seed;
    options.threads = w->options->threads;
    options.known = known;
    gg_status status = gg_solve(w->solver, w->in, &options, &result, err);
    if (status == GG_OK && (result.assignment == NULL || !isfinite(result.metrics.objective_s)))
        status = gg_fail(err, GG_E_SOLVER, "%s: no decision %s", w->in->name,
                         result.assignment == NULL ? "keeps tau" : "of finite delay was found");
    if (status == GG_OK)
        status = add_line(w, price_s_j, result.has_lower_bound ? result.lower_bound_s : 0.0, err);
    if (status == GG_OK) {
        *to = (gg_energy_point){.assignment = result.assignment,
                                .delay_s = result.metrics.total_delay_s,
                                .energy_j = result.metrics.energy_j,
                                .price_s_j = price_s_j,
                                .proven = result.status == GG_OPTIMAL,
                                .nodes = result.nodes};
        result.assignment = NULL;
        w->front.proven = w->front.proven && to->proven;
        w->front.stopped = w->front.stopped || result.stop_reason == GG_STOP_SIGNAL;
    }
    gg_result_clear(&result);
    return status;
}

static int from_least_delay(const void *a, const void *b) {
    const gg_energy_point *x = a, *y = b;
    GG_COMPARE(x->delay_s, y->delay_s);
    GG_COMPARE(x->energy_j, y->energy_j);
    return 0;
}

/* Whether b lies on or above the line from a to c. */
static bool is_above(const gg_energy_point *a, const gg_energy_point *b, const gg_energy_point *c) {
    return (b->delay_s - a->delay_s) * (a->energy_j - c->energy_j) >=
           (c->delay_s - a->delay_s) * (a->energy_j - b->energy_j);
}

/* Leaves the vertices of the hull, from the least delay to the least energy. */
static void keep_hull(gg_energy_front *front) {
    size_t kept = 0;
    qsort(front->points, front->count, sizeof *front->points, from_least_delay);
    for (size_t k = 0; k < front->count; k++) {
        gg_energy_point *hull = front->points, next = front->points[k];
        if (kept > 0 && !(next.energy_j < hull[kept - 1].energy_j)) {
            gg_free(next.assignment);
            continue;
        }
        while (kept > 1 && is_above(&hull[kept - 2], &hull[kept - 1], &next))
            gg_free(hull[--kept].assignment);
        hull[kept++] = next;
    }
    front->count = kept;
}

static bool is_solved(const gg_energy_front *front, double price_s_j) {
    for (size_t k = 0; k < front->n_lines; k++)
        if (front->lines[k].price_s_j == price_s_j)
            return true;
    return false;
}

/* The point that the widest gap begins at whose price is still to be solved; SIZE_MAX: none. */
static size_t widest_gap(const gg_energy_front *front, double *price_s_j) {
    size_t widest = SIZE_MAX;
    double most = 0.0;
    for (size_t k = 0; k + 1 < front->count; k++) {
        const gg_energy_point *a = &front->points[k], *b = &front->points[k + 1];
        double rise_s = b->delay_s - a->delay_s, fall_j = a->energy_j - b->energy_j;
        double price = rise_s / fall_j;
        /* Beyond these no objective has a price; no instance with sensible numbers gets there. */
        if (!(rise_s * fall_j > most) || !(price > 1e-30 && price < 1e30) ||
            is_solved(front, rounded(price)))
            continue;
        most = rise_s * fall_j;
        widest = k;
        *price_s_j = rounded(price);
    }
    return widest;
}

/* One price more; what lies below both neighbours is new. */
static gg_status refine(work *w, size_t left, double price_s_j, gg_error *err) {
    const gg_energy_point *a = &w->front.points[left], *b = &w->front.points[left + 1];
    double chord_s = fmin(value_at(a, price_s_j), value_at(b, price_s_j));
    gg_energy_point fresh;
    GG_TRY(solve(w, price_s_j, a->assignment, &fresh, err));
    if (!(value_at(&fresh, price_s_j) < chord_s * (1.0 - fmax(w->options->gap, 1e-12)))) {
        gg_free(fresh.assignment);
        return GG_OK;
    }
    GG_TRY(add_point(w, &fresh, err));
    keep_hull(&w->front);
    return GG_OK;
}

static gg_status add_end(work *w, double price_s_j, const int32_t *known, gg_error *err) {
    gg_energy_point end;
    GG_TRY(solve(w, price_s_j, known, &end, err));
    return add_point(w, &end, err);
}

static int by_price(const void *a, const void *b) {
    const gg_energy_line *x = a, *y = b;
    GG_COMPARE(x->price_s_j, y->price_s_j);
    return 0;
}

static gg_status compute(work *w, gg_error *err) {
    gg_energy_front *front = &w->front;
    double price_s_j = 0.0;
    GG_TRY(add_end(w, 0.0, NULL, err));
    GG_TRY(add_end(w, INFINITY, front->points[0].assignment, err));
    keep_hull(front);
    for (size_t left; (left = widest_gap(front, &price_s_j)) != SIZE_MAX &&
                      front->n_lines < w->options->most_prices &&
                      gg_stopped_by(w->deadline_s) == GG_STOP_DONE;)
        GG_TRY(refine(w, left, price_s_j, err));
    front->complete = front->proven && widest_gap(front, &price_s_j) == SIZE_MAX;
    front->stopped = front->stopped || gg_stop_requested();
    for (size_t k = 0; k < front->count / 2; k++) {
        gg_energy_point swapped = front->points[k];
        front->points[k] = front->points[front->count - 1 - k];
        front->points[front->count - 1 - k] = swapped;
    }
    qsort(front->lines, front->n_lines, sizeof *front->lines, by_price);
    return GG_OK;
}

gg_status gg_energy_front_compute(const gg_instance *in, const gg_energy_options *options,
                                  gg_energy_front *out, gg_error *err) {
    work w = {.in = in,
              .options = options,
              .solver = gg_solver_find("exact", err),
              .deadline_s = gg_now_s() + options->time_limit_s,
              .front.proven = true};
    *out = (gg_energy_front){0};
    if (w.solver == NULL)
        return GG_E_USAGE;
    GG_TRY(gg_instance_check_objective(in, GG_ENERGY, err));
    gg_status status = compute(&w, err);
    if (status == GG_OK)
        *out = w.front;
    else
        gg_energy_front_clear(&w.front);
    return status;
}

void gg_energy_front_clear(gg_energy_front *front) {
    for (size_t k = 0; k < front->count; k++)
        gg_free(front->points[k].assignment);
    gg_free(front->points);
    gg_free(front->lines);
    *front = (gg_energy_front){0};
}

size_t gg_energy_front_vertices(const gg_energy_front *front, double *energy_j) {
    size_t n = front->n_lines, count = 0;
    const gg_energy_line *line = front->lines;
    if (n < 2 || !isinf(line[n - 1].price_s_j))
        return 0;
    energy_j[count++] = line[n - 1].bound;
    /* The highest line there, and then where a flatter one crosses it first. */
    size_t top = 0;
    for (size_t k = 1; k + 1 < n; k++)
        if (line[k].bound - line[k].price_s_j * energy_j[0] >
            line[top].bound - line[top].price_s_j * energy_j[0])
            top = k;
    while (top > 0) {
        size_t next = 0;
        double nearest_j = INFINITY;
        for (size_t k = 0; k < top; k++) {
            double cross_j =
                (line[top].bound - line[k].bound) / (line[top].price_s_j - line[k].price_s_j);
            if (cross_j < nearest_j) {
                nearest_j = cross_j;
                next = k;
            }
        }
        energy_j[count++] = nearest_j;
        top = next;
    }
    return count;
}

double gg_energy_front_bound_s(const gg_energy_front *front, double energy_j) {
    double most_s = 0.0;
    for (size_t k = 0; k < front->n_lines; k++) {
        const gg_energy_line *line = &front->lines[k];
        if (isinf(line->price_s_j)) {
            if (energy_j < line->bound)
                return INFINITY;
            continue;
        }
        /* Less what the difference may be off by its rounding. */
        double worth_s = line->price_s_j * energy_j;
        most_s = fmax(most_s, line->bound - worth_s - 2.0 * DBL_EPSILON * (line->bound + worth_s));
    }
    return most_s;
}
