/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tradeoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/branch_and_bound.h"
#include "solvers/offload_row.h"
#include "solvers/priced_instance.h"
#include "solvers/row_search.h"

enum { START_ITERATIONS = 40 };

/* A point with its sum of gains over all-local. */
typedef struct found {
    gg_tradeoff_point point;
    double gain;
} found;

typedef struct work {
    gg_instance in; /* the caller's arrays, tau lifted */
    const gg_tradeoff_options *options;
    double *gain;  /* n */
    double local;  /* sum of what local answers score */
    double *level; /* rising sums of gains to ask for */
    size_t n_levels;
    double deadline_s;
    found *list;
    size_t count, capacity;
    bool stopped, unproven;
} work;

gg_tradeoff_options gg_tradeoff_options_init(void) {
    return (gg_tradeoff_options){.objective = GG_UNIFORM,
                                 .target = NAN,
                                 .gap = 1e-4,
                                 .time_limit_s = INFINITY,
                                 .node_limit = INT64_MAX,
                                 .seed = 1};
}

static double score(const double *p, const uint8_t *flags, size_t i) {
    return p != NULL ? p[i] : (double)flags[i];
}

double gg_expected_accuracy(const gg_instance *in, const double *p_slm, const double *p_llm,
                            const int32_t *assignment) {
    double sum = 0.0;
    for (size_t i = 0; i < in->n_users; i++)
        sum += assignment[i] == GG_LOCAL ? score(p_slm, in->slm_correct, i)
                                         : score(p_llm, in->llm_correct, i);
    return sum / (double)in->n_users;
}

static double gain_of(const work *w, const int32_t *assignment) {
    double gain = 0.0;
    for (size_t i = 0; i < w->in.n_users; i++)
        if (assignment[i] != GG_LOCAL)
            gain += w->gain[i];
    return gain;
}

/* ---- one program ---- */

/* The better start of what is known and what a search finds; its value is left in *value_s. */
static gg_status find_start(const work *w, const gg_bound_problem *p, const int32_t *known,
                            int32_t *start, double *value_s, gg_error *err) {
    size_t bytes = w->in.n_users * sizeof *start;
    const gg_iterations few = {
        .at_most = START_ITERATIONS, .deadline_s = w->deadline_s, .seed = w->options->seed};
    int32_t *other = gg_alloc(w->in.n_users, sizeof *other);
    gg_metrics metrics;
    double searched_s;
    if (other == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", w->in.n_users);
    memcpy(other, known, bytes);
    memcpy(start, known, bytes);
    gg_status status = gg_evaluate(&w->in, p->objective, known, &metrics, err);
    if (status == GG_OK) {
        *value_s = gg_row_objective_s(p, known, metrics.objective_s);
        status = p->row.relaxed ? gg_priced_search(p, few, other, err)
                                : gg_row_search(p, few, other, &searched_s, err);
    }
    if (status == GG_OK)
        status = gg_evaluate(&w->in, p->objective, other, &metrics, err);
    if (status == GG_OK) {
        double other_s = gg_row_objective_s(p, other, metrics.objective_s);
        if (other_s < *value_s) {
            *value_s = other_s;
            memcpy(start, other, bytes);
        }
    }
    gg_free(other);
    return status;
}

/* Branch and bound on a problem from a finite start; fills the point's proof. */
static gg_status search_tree(work *w, const gg_bound_problem *p, double value_s, found *to,
                             gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = p->objective;
    options.gap = w->options->gap;
    options.node_limit = w->options->node_limit;
    gg_tree_search search = {.problem = p,
                             .options = &options,
                             .deadline_s = w->deadline_s,
                             .incumbent = to->point.assignment,
                             .incumbent_s = value_s};
    gg_status status = gg_branch_and_bound(&search, err);
    if (status != GG_OK)
        return status;
    to->gain = gain_of(w, to->point.assignment);
    to->point.nodes = search.nodes;
    to->point.proven = search.stop == GG_STOP_DONE;
    to->point.lower_bound_s = search.lower_bound_s;
    w->stopped = w->stopped || search.stop == GG_STOP_SIGNAL;
    w->unproven = w->unproven || !to->point.proven;
    return GG_OK;
}

/* Minimises the objective under a row, or with it relaxed, and fills a point that the caller then
 * owns. */
static gg_status solve(work *w, const gg_offload_row *row, const int32_t *known, found *to,
                       gg_error *err) {
    size_t n = w->in.n_users;
    double value_s = INFINITY;
    gg_bound_problem *p = NULL;
    gg_metrics metrics;
    *to = (found){.point.assignment = gg_alloc(n, sizeof *to->point.assignment)};
    gg_status status = gg_bound_problem_new(&w->in, w->options->objective, &p, err);
    if (status == GG_OK && to->point.assignment == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", n);
    if (status == GG_OK) {
        gg_bound_problem_require(p, row);
        status = find_start(w, p, known, to->point.assignment, &value_s, err);
    }
    if (status == GG_OK && !isfinite(value_s))
        status = gg_fail(err, GG_E_SOLVER,
                         "%s: no decision of finite delay was found for an "
                         "accuracy of %.6g",
                         w->in.name, (w->local + row->required) / (double)n);
    if (status == GG_OK)
        status = search_tree(w, p, value_s, to, err);
    if (status == GG_OK)
        status = gg_evaluate(&w->in, p->objective, to->point.assignment, &metrics, err);
    gg_bound_problem_free(p);
    if (status != GG_OK) {
        gg_free(to->point.assignment);
        *to = (found){0};
        return status;
    }
    double asked = row->relaxed ? to->gain : row->required;
    if (row->relaxed)
        to->point.lower_bound_s -= row->price_s * (row->required - to->gain);
    to->point.required = (w->local + asked) / (double)n;
    to->point.objective_s = metrics.objective_s;
    to->point.total_delay_s = metrics.total_delay_s;
    to->point.lower_bound_s = fmax(0.0, fmin(to->point.lower_bound_s, metrics.objective_s));
    to->point.accuracy =
        gg_expected_accuracy(&w->in, w->options->p_slm, w->options->p_llm, to->point.assignment);
    return GG_OK;
}

/* ---- the front ---- */

/* Takes a point over. */
static gg_status keep(work *w, const found *fresh, gg_error *err) {
    if (w->count == w->capacity) {
        found *grown = gg_realloc(w->list, w->capacity, w->capacity * 2 + 16, sizeof *grown);
        if (grown == NULL) {
            gg_free(fresh->point.assignment);
            return gg_fail(err, GG_E_NOMEM, "out of memory for %zu points", w->count);
        }
        w->list = grown;
        w->capacity = w->capacity * 2 + 16;
    }
    w->list[w->count++] = *fresh;
    return GG_OK;
}

static bool any_level_between(const work *w, double low, double high) {
    for (size_t k = 0; k < w->n_levels; k++)
        if (w->level[k] > low && w->level[k] < high)
            return true;
    return false;
}

/* Every level strictly between two neighbouring supported points, at the price of their chord. What
 * is optimal for a level is so for every level up to its own. */
static gg_status fill_between(work *w, size_t left, size_t right, double price_s, gg_error *err) {
    const found from = w->list[left], to = w->list[right];
    const int32_t *known = to.point.assignment;
    double reached = from.gain;
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < w->n_levels; k++) {
        if (!(w->level[k] > reached && w->level[k] < to.gain))
            continue;
        const gg_offload_row row = {.gain = w->gain, .required = w->level[k], .price_s = price_s};
        found fresh;
        status = solve(w, &row, known, &fresh, err);
        if (status != GG_OK)
            break;
        double chord_s = from.point.objective_s + price_s * (fresh.gain - from.gain);
        fresh.point.supported = fresh.point.proven && from.point.supported && to.point.supported &&
                                fresh.point.objective_s <= chord_s * (1.0 + w->options->gap);
        if (fresh.point.proven)
            reached = fmax(reached, fresh.gain);
        status = keep(w, &fresh, err);
    }
    return status;
}

/* Supported points between two of them, as far as levels lie there. Numbers, not addresses: the
 * list grows. */
static gg_status refine(work *w, size_t left, size_t right, gg_error *err) {
    const found from = w->list[left], to = w->list[right];
    if (!any_level_between(w, from.gain, to.gain))
        return GG_OK;
    double price_s =
        fmax(0.0, (to.point.objective_s - from.point.objective_s) / (to.gain - from.gain));
    const gg_offload_row row = {
        .gain = w->gain, .required = to.gain, .price_s = price_s, .relaxed = true};
    found fresh;
    gg_status status = solve(w, &row, to.point.assignment, &fresh, err);
    if (status != GG_OK)
        return status;
    double chord_s = to.point.objective_s;
    double value_s = fresh.point.objective_s + price_s * (to.gain - fresh.gain);
    bool inside = fresh.gain > from.gain && fresh.gain < to.gain;
    if (!inside || !(value_s < chord_s * (1.0 - fmax(w->options->gap, 1e-12)))) {
        gg_free(fresh.point.assignment);
        return fill_between(w, left, right, price_s, err);
    }
    fresh.point.supported = fresh.point.proven;
    size_t middle = w->count;
    status = keep(w, &fresh, err);
    if (status == GG_OK)
        status = refine(w, left, middle, err);
    return status == GG_OK ? refine(w, middle, right, err) : status;
}

static gg_status highest_gain(const work *w, double *most, gg_error *err) {
    gg_bound_problem *p = NULL;
    gg_box box;
    gg_status status = gg_bound_problem_new(&w->in, w->options->objective, &p, err);
    if (status != GG_OK)
        return status;
    const gg_offload_row row = {.gain = w->gain};
    gg_bound_problem_require(p, &row);
    void *memory = gg_alloc(gg_box_bytes(p), 1);
    if (memory != NULL) {
        gg_box_place(&box, p, memory);
        gg_box_root(&box, p);
        *most = gg_most_gain(&box, p);
    } else {
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", p->n);
    }
    gg_free(memory);
    gg_bound_problem_free(p);
    return status;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static gg_status set_levels(work *w, double low, double high, gg_error *err) {
    size_t asked = w->options->n_levels;
    size_t between = asked > 2 ? asked - 2 : 0;
    if (asked == 0 && high > low)
        between = (size_t)lround(high - low) - 1;
    w->level = gg_alloc(between + 1, sizeof *w->level);
    if (w->level == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu levels", between);
    for (size_t k = 0; k < between; k++)
        w->level[w->n_levels++] = low + (high - low) * (double)(k + 1) / (double)(between + 1);
    for (size_t k = 0; asked == 0 && k < between; k++)
        w->level[k] = round(w->level[k]);
    double extra = w->options->target * (double)w->in.n_users - w->local;
    if (extra > low && extra < high)
        w->level[w->n_levels++] = asked == 0 ? ceil(extra - 1e-9) : extra;
    qsort(w->level, w->n_levels, sizeof *w->level, by_value);
    return GG_OK;
}

static gg_status compute(work *w, gg_error *err) {
    size_t n = w->in.n_users;
    double most = 0.0;
    int32_t *all_local = gg_alloc(n, sizeof *all_local);
    if (all_local == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", n);
    for (size_t i = 0; i < n; i++)
        all_local[i] = GG_LOCAL;
    const gg_offload_row free_row = {.gain = w->gain, .relaxed = true};
    found end;
    gg_status status = highest_gain(w, &most, err);
    if (status == GG_OK)
        status = solve(w, &free_row, all_local, &end, err);
    if (status == GG_OK) {
        end.point.supported = end.point.proven;
        status = keep(w, &end, err);
    }
    /* The sum may have been rounded up beyond what any order of adding reaches. */
    const gg_offload_row top_row = {.gain = w->gain,
                                    .required = most - (double)n * (double)n * 0x1p-52};
    if (status == GG_OK && w->list[0].gain < top_row.required) {
        status = solve(w, &top_row, w->list[0].point.assignment, &end, err);
        if (status == GG_OK) {
            end.point.supported = end.point.proven;
            status = keep(w, &end, err);
        }
        if (status == GG_OK)
            status = set_levels(w, w->list[0].gain, w->list[1].gain, err);
        if (status == GG_OK)
            status = refine(w, 0, 1, err);
    }
    gg_free(all_local);
    return status;
}

static int by_gain(const void *a, const void *b) {
    const found *x = a, *y = b;
    if (x->gain != y->gain)
        return x->gain < y->gain ? -1 : 1;
    return (x->point.objective_s > y->point.objective_s) -
           (x->point.objective_s < y->point.objective_s);
}

/* Hands the points over that no other dominates. */
static gg_status hand_over(work *w, gg_tradeoff *out, gg_error *err) {
    out->points = gg_alloc(w->count, sizeof *out->points);
    if (out->points == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu points", w->count);
    qsort(w->list, w->count, sizeof *w->list, by_gain);
    double best_s = INFINITY;
    for (size_t k = w->count; k-- > 0;) {
        gg_tradeoff_point *point = &w->list[k].point;
        if (!(point->objective_s < best_s * (1.0 - 1e-12)) && isfinite(best_s))
            continue;
        best_s = point->objective_s;
        out->points[out->count++] = *point;
        point->assignment = NULL;
    }
    for (size_t k = 0; k < out->count / 2; k++) {
        gg_tradeoff_point swapped = out->points[k];
        out->points[k] = out->points[out->count - 1 - k];
        out->points[out->count - 1 - k] = swapped;
    }
    out->stopped = w->stopped;
    out->complete = w->options->n_levels == 0 && !w->unproven;
    return GG_OK;
}

static gg_status set_gains(work *w, gg_error *err) {
    const gg_instance *in = &w->in;
    const gg_tradeoff_options *o = w->options;
    if (o->p_slm == NULL && (in->slm_correct == NULL || in->llm_correct == NULL))
        return gg_fail(err, GG_E_INPUT,
                       "%s: has no slm_correct and llm_correct; a front needs them or "
                       "probabilities",
                       in->name);
    if (o->p_slm != NULL && o->n_levels == 0)
        return gg_fail(err, GG_E_USAGE, "with probabilities the number of accuracies is needed");
    for (size_t i = 0; i < in->n_users; i++) {
        double local = score(o->p_slm, in->slm_correct, i);
        w->gain[i] = score(o->p_llm, in->llm_correct, i) - local;
        w->local += local;
    }
    return GG_OK;
}

gg_status gg_tradeoff_compute(const gg_instance *instance, const gg_tradeoff_options *options,
                              gg_tradeoff *out, gg_error *err) {
    *out = (gg_tradeoff){0};
    work w = {.in = *instance,
              .options = options,
              .gain = gg_alloc(instance->n_users, sizeof *w.gain),
              .deadline_s = gg_now_s() + options->time_limit_s};
    w.in.tau = 1.0;
    gg_status status =
        w.gain == NULL ? gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", instance->n_users)
                       : set_gains(&w, err);
    if (status == GG_OK)
        status = compute(&w, err);
    if (status == GG_OK)
        status = hand_over(&w, out, err);
    for (size_t k = 0; k < w.count; k++)
        gg_free(w.list[k].point.assignment);
    gg_free(w.list);
    gg_free(w.level);
    gg_free(w.gain);
    return status;
}

void gg_tradeoff_clear(gg_tradeoff *front) {
    for (size_t k = 0; k < front->count; k++)
        gg_free(front->points[k].assignment);
    gg_free(front->points);
    *front = (gg_tradeoff){0};
}
