/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/front/tradeoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/tree/branch_and_bound.h"
#include "solvers/tree/row_search.h"

/* What all points of a front share. */
typedef struct program {
    gg_instance in; /* the caller's arrays, tau lifted */
    const gg_tradeoff_options *options;
    const double *gain; /* n: what offloading adds to the sum of correct answers */
    double local;       /* that sum with every answer local */
    double deadline_s;
    bool stopped;  /* by a signal, at some point */
    bool unproven; /* a point was left so */
} program;

/* A point with its sum of gains over all-local. */
typedef struct found {
    gg_tradeoff_point point;
    double gain;
} found;

enum { START_ITERATIONS = 40 };

/* P(correct) of one user's answer: of the probabilities, or where there are none the flag. */
static double correctness(const double *p, const uint8_t *flags, size_t i) {
    return p != NULL ? p[i] : (double)flags[i];
}

double gg_expected_accuracy(const gg_instance *in, const double *p_slm, const double *p_llm,
                            const int32_t *assignment) {
    double sum = 0.0;
    for (size_t i = 0; i < in->n_users; i++)
        sum += assignment[i] == GG_LOCAL ? correctness(p_slm, in->slm_correct, i)
                                         : correctness(p_llm, in->llm_correct, i);
    return sum / (double)in->n_users;
}

static double gain_of(const program *w, const int32_t *assignment) {
    double gain = 0.0;
    for (size_t i = 0; i < w->in.n_users; i++)
        if (assignment[i] != GG_LOCAL)
            gain += w->gain[i];
    return gain;
}

/* A decision's value under the problem's row, by the judge. */
static gg_status value_of(const gg_bound_problem *p, const int32_t *decision, double *value_s,
                          gg_error *err) {
    gg_metrics metrics;
    GG_TRY(gg_evaluate(p->instance, p->objective, decision, &metrics, err));
    *value_s = gg_row_objective_s(p, decision, metrics.objective_s);
    return GG_OK;
}

/* The better of `start` and what a search finds from it; its value is left in *value_s. */
static gg_status find_start(const program *w, const gg_bound_problem *p, int32_t *start,
                            int32_t *other, double *value_s, gg_error *err) {
    size_t bytes = w->in.n_users * sizeof *start;
    const gg_iterations few = {
        .at_most = START_ITERATIONS, .deadline_s = w->deadline_s, .seed = w->options->seed};
    double searched_s, other_s;
    memcpy(other, start, bytes);
    GG_TRY(value_of(p, start, value_s, err));
    GG_TRY(p->row.relaxed ? gg_priced_search(p, few, other, err)
                          : gg_row_search(p, few, other, &searched_s, err));
    GG_TRY(value_of(p, other, &other_s, err));
    if (other_s < *value_s) {
        *value_s = other_s;
        memcpy(start, other, bytes);
    }
    return GG_OK;
}

/* Branch and bound on a problem from a finite start; fills the point's proof. */
static gg_status search_tree(program *w, const gg_bound_problem *p, double value_s, found *to,
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
    GG_TRY(gg_branch_and_bound(&search, err));
    to->gain = gain_of(w, to->point.assignment);
    to->point.nodes = search.nodes;
    to->point.proven = search.stop == GG_STOP_DONE;
    to->point.lower_bound_s = search.lower_bound_s;
    w->stopped = w->stopped || search.stop == GG_STOP_SIGNAL;
    w->unproven = w->unproven || !to->point.proven;
    return GG_OK;
}

static gg_status solve(program *w, const gg_bound_problem *p, int32_t *scratch, found *to,
                       gg_error *err) {
    double n = (double)w->in.n_users, value_s = INFINITY;
    const gg_offload_row *row = &p->row;
    gg_tradeoff_point *point = &to->point;
    gg_metrics metrics;
    GG_TRY(find_start(w, p, point->assignment, scratch, &value_s, err));
    if (!isfinite(value_s))
        return gg_fail(err, GG_E_SOLVER,
                       "%s: no decision of finite delay was found for an "
                       "accuracy of %.6g",
                       w->in.name, (w->local + row->required) / n);
    GG_TRY(search_tree(w, p, value_s, to, err));
    GG_TRY(gg_evaluate(&w->in, p->objective, point->assignment, &metrics, err));
    double asked = row->relaxed ? to->gain : row->required;
    if (row->relaxed)
        point->lower_bound_s -= row->price_s * (row->required - to->gain);
    point->required = (w->local + asked) / n;
    point->objective_s = metrics.objective_s;
    point->total_delay_s = metrics.total_delay_s;
    point->lower_bound_s = fmax(0.0, fmin(point->lower_bound_s, metrics.objective_s));
    point->accuracy =
        gg_expected_accuracy(&w->in, w->options->p_slm, w->options->p_llm, point->assignment);
    return GG_OK;
}

/* Minimises the objective under a row, or with it relaxed, from a `known` decision, and fills a
 * point that the caller then owns. Errors: GG_E_SOLVER (no finite decision found), GG_E_INPUT (more
 * than 64 servers), GG_E_NOMEM. */
static gg_status solve_point(program *w, const gg_offload_row *row, const int32_t *known, found *to,
                             gg_error *err) {
    size_t n = w->in.n_users;
    const gg_bound_problem *p = NULL;
    GG_TRY(gg_bound_problem_new(&w->in, w->options->objective, row, &p, err));
    int32_t *scratch = gg_alloc(n, sizeof *scratch);
    *to = (found){.point.assignment = gg_alloc(n, sizeof *scratch)};
    gg_status status = GG_OK;
    if (scratch == NULL || to->point.assignment == NULL) {
        status = gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", n);
    } else {
        memcpy(to->point.assignment, known, n * sizeof *known);
        status = solve(w, p, scratch, to, err);
    }
    gg_bound_problem_free(p);
    gg_free(scratch);
    if (status != GG_OK)
        gg_free(to->point.assignment);
    return status;
}

typedef struct work {
    program program;
    double *level; /* rising sums of gains to ask for */
    size_t n_levels;
    found *list;
    size_t count, capacity;
} work;

gg_tradeoff_options gg_tradeoff_options_init(void) {
    return (gg_tradeoff_options){.objective = GG_UNIFORM,
                                 .target = NAN,
                                 .gap = 1e-4,
                                 .time_limit_s = INFINITY,
                                 .node_limit = INT64_MAX,
                                 .seed = 1};
}

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
    for (size_t k = 0; k < w->n_levels; k++) {
        if (!(w->level[k] > reached && w->level[k] < to.gain))
            continue;
        const gg_offload_row row = {
            .gain = w->program.gain, .required = w->level[k], .price_s = price_s};
        found fresh;
        GG_TRY(solve_point(&w->program, &row, known, &fresh, err));
        double chord_s = from.point.objective_s + price_s * (fresh.gain - from.gain);
        fresh.point.supported =
            fresh.point.proven && from.point.supported && to.point.supported &&
            fresh.point.objective_s <= chord_s * (1.0 + w->program.options->gap);
        if (fresh.point.proven)
            reached = fmax(reached, fresh.gain);
        GG_TRY(keep(w, &fresh, err));
    }
    return GG_OK;
}

/* Supported points between two of them, as far as levels lie there. Numbers, not addresses: the
 * list grows. */
static gg_status refine(work *w, size_t left, size_t right, gg_error *err) {
    const found from = w->list[left], to = w->list[right];
    bool supported_only = w->program.options->supported_only;
    if (!supported_only && !any_level_between(w, from.gain, to.gain))
        return GG_OK;
    double price_s =
        fmax(0.0, (to.point.objective_s - from.point.objective_s) / (to.gain - from.gain));
    const gg_offload_row row = {
        .gain = w->program.gain, .required = to.gain, .price_s = price_s, .relaxed = true};
    found fresh;
    GG_TRY(solve_point(&w->program, &row, to.point.assignment, &fresh, err));
    double chord_s = to.point.objective_s;
    double value_s = fresh.point.objective_s + price_s * (to.gain - fresh.gain);
    bool inside = fresh.gain > from.gain && fresh.gain < to.gain;
    if (!inside || !(value_s < chord_s * (1.0 - fmax(w->program.options->gap, 1e-12)))) {
        gg_free(fresh.point.assignment);
        return supported_only ? GG_OK : fill_between(w, left, right, price_s, err);
    }
    fresh.point.supported = fresh.point.proven;
    size_t middle = w->count;
    GG_TRY(keep(w, &fresh, err));
    GG_TRY(refine(w, left, middle, err));
    return refine(w, middle, right, err);
}

static gg_status highest_gain(const work *w, double *most, gg_error *err) {
    const gg_bound_problem *p = NULL;
    gg_box box;
    const gg_offload_row row = {.gain = w->program.gain};
    GG_TRY(gg_bound_problem_new(&w->program.in, w->program.options->objective, &row, &p, err));
    void *memory = gg_alloc(gg_box_bytes(p), 1);
    if (memory != NULL) {
        gg_box_place(&box, p, memory);
        gg_box_root(&box, p);
        *most = gg_most_gain(&box, p);
    }
    gg_bound_problem_free(p);
    gg_free(memory);
    return memory != NULL
               ? GG_OK
               : gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", w->program.in.n_users);
}

static gg_status set_levels(work *w, double low, double high, gg_error *err) {
    size_t asked = w->program.options->supported_only ? 2 : w->program.options->n_levels;
    size_t between = asked > 2 ? asked - 2 : 0;
    if (asked == 0 && high > low)
        between = (size_t)lround(high - low) - 1;
    w->level = gg_alloc(between + 1, sizeof *w->level);
    GG_NEED(w->level, err, "out of memory for %zu levels", between);
    for (size_t k = 0; k < between; k++)
        w->level[w->n_levels++] = low + (high - low) * (double)(k + 1) / (double)(between + 1);
    for (size_t k = 0; asked == 0 && k < between; k++)
        w->level[k] = round(w->level[k]);
    double extra = w->program.options->target * (double)w->program.in.n_users - w->program.local;
    if (extra > low && extra < high)
        w->level[w->n_levels++] = asked == 0 ? ceil(extra - 1e-9) : extra;
    qsort(w->level, w->n_levels, sizeof *w->level, gg_compare_doubles);
    return GG_OK;
}

/* One end of the front. */
static gg_status add_end(work *w, const gg_offload_row *row, const int32_t *known, gg_error *err) {
    found end;
    GG_TRY(solve_point(&w->program, row, known, &end, err));
    end.point.supported = end.point.proven;
    return keep(w, &end, err);
}

static gg_status compute(work *w, const int32_t *all_local, gg_error *err) {
    double n = (double)w->program.in.n_users, most = 0.0;
    const gg_offload_row free_row = {.gain = w->program.gain, .relaxed = true};
    GG_TRY(highest_gain(w, &most, err));
    GG_TRY(add_end(w, &free_row, all_local, err));
    /* The sum may have been rounded up beyond what any order of adding reaches. */
    const gg_offload_row top_row = {.gain = w->program.gain, .required = most - n * n * 0x1p-52};
    if (!(w->list[0].gain < top_row.required))
        return GG_OK;
    GG_TRY(add_end(w, &top_row, w->list[0].point.assignment, err));
    GG_TRY(set_levels(w, w->list[0].gain, w->list[1].gain, err));
    return refine(w, 0, 1, err);
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
    GG_NEED(out->points, err, "out of memory for %zu points", w->count);
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
    out->stopped = w->program.stopped;
    out->complete = w->program.options->n_levels == 0 && !w->program.options->supported_only &&
                    !w->program.unproven;
    return GG_OK;
}

static gg_status set_gains(work *w, double *gain, gg_error *err) {
    const gg_instance *in = &w->program.in;
    const gg_tradeoff_options *o = w->program.options;
    if (o->p_slm == NULL && (in->slm_correct == NULL || in->llm_correct == NULL))
        return gg_fail(err, GG_E_INPUT,
                       "%s: has no slm_correct and llm_correct; a front needs them or "
                       "probabilities",
                       in->name);
    if (o->p_slm != NULL && o->n_levels == 0 && !o->supported_only)
        return gg_fail(err, GG_E_USAGE, "with probabilities the number of accuracies is needed");
    for (size_t i = 0; i < in->n_users; i++) {
        double local = correctness(o->p_slm, in->slm_correct, i);
        double served = correctness(o->p_llm, in->llm_correct, i);
        if (!(local >= 0.0 && local <= 1.0 && served >= 0.0 && served <= 1.0))
            return gg_fail(err, GG_E_INPUT, "user %zu: %g or %g is no probability", i, local,
                           served);
        gain[i] = served - local;
        w->program.local += local;
    }
    return GG_OK;
}

gg_status gg_tradeoff_compute(const gg_instance *instance, const gg_tradeoff_options *options,
                              gg_tradeoff *out, gg_error *err) {
    size_t n = instance->n_users;
    *out = (gg_tradeoff){0};
    double *gain = gg_alloc(n, sizeof *gain);
    int32_t *all_local = gg_alloc(n, sizeof *all_local);
    work w = {.program = {.in = *instance,
                          .options = options,
                          .gain = gain,
                          .deadline_s = gg_now_s() + options->time_limit_s}};
    w.program.in.tau = 1.0;
    gg_status status = gain == NULL || all_local == NULL
                           ? gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", n)
                           : set_gains(&w, gain, err);
    for (size_t i = 0; status == GG_OK && i < n; i++)
        all_local[i] = GG_LOCAL;
    if (status == GG_OK)
        status = compute(&w, all_local, err);
    if (status == GG_OK)
        status = hand_over(&w, out, err);
    for (size_t k = 0; k < w.count; k++)
        gg_free(w.list[k].point.assignment);
    gg_free(w.list);
    gg_free(w.level);
    gg_free(gain);
    gg_free(all_local);
    return status;
}

void gg_tradeoff_clear(gg_tradeoff *front) {
    for (size_t k = 0; k < front->count; k++)
        gg_free(front->points[k].assignment);
    gg_free(front->points);
    *front = (gg_tradeoff){0};
}
