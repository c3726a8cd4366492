/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/front/tradeoff.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/timer.h"
#include "solvers/front/front_point.h"

typedef struct work {
    gg__front_program program;
    double *level; /* rising sums of gains to ask for */
    size_t n_levels;
    gg__front_found *list;
    size_t count, capacity;
    gg_tradeoff_line *lines;
    size_t n_lines;
} work;

gg_tradeoff_options gg_tradeoff_options_init(void) {
    return (gg_tradeoff_options){.objective = GG_UNIFORM,
                                 .target = NAN,
                                 .gap = 1e-4,
                                 .time_limit_s = INFINITY,
                                 .node_limit = INT64_MAX,
                                 .seed = 1,
                                 .threads = 1};
}

/* Takes a point over. */
static gg_status keep(work *w, const gg__front_found *fresh, gg_error *err) {
    if (w->count == w->capacity) {
        gg__front_found *grown =
            gg_realloc(w->list, w->capacity, w->capacity * 2 + 16, sizeof *grown);
        if (grown == NULL) {
            gg_free(fresh->point.assignment);
            return gg_fail(err, GG_E_NOMEM, "out of memory for %zu points", w->count);
        }
        w->list = grown;
        w->capacity = w->capacity * 2 + 16;
    }
    w->program.unproven = w->program.unproven || !fresh->point.proven;
    w->list[w->count++] = *fresh;
    return GG_OK;
}

/* What a relaxed solve proves of all decisions, less what rounding may do to it. */
static gg_status add_line(work *w, const gg_offload_row *row, const gg__front_found *solved,
                          gg_error *err) {
    if (!isfinite(solved->bound_s))
        return GG_OK;
    double users = (double)w->program.in.n_users;
    double paid_s = row->price_s * (w->program.local + row->required);
    double rounding_s =
        row->price_s * gg__front_slack(&w->program) + 4.0 * DBL_EPSILON * (users + 1.0) * paid_s;
    gg_tradeoff_line *grown = gg_grow(w->lines, w->n_lines, sizeof *grown);
    GG_NEED(grown, err, "out of memory for %zu prices", w->n_lines + 1);
    w->lines = grown;
    w->lines[w->n_lines++] =
        (gg_tradeoff_line){row->price_s * users, solved->bound_s - paid_s - rounding_s};
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
    const gg__front_found from = w->list[left], to = w->list[right];
    const int32_t *known = to.point.assignment;
    double reached = from.gain, slack = gg__front_slack(&w->program);
    for (size_t k = 0; k < w->n_levels; k++) {
        if (!(w->level[k] > reached + slack && w->level[k] < to.gain - slack))
            continue;
        const gg_offload_row row = {
            .gain = w->program.gain, .required = w->level[k], .price_s = price_s};
        gg__front_found fresh;
        GG_TRY(gg__front_solve(&w->program, &row, known, &fresh, err));
        GG_TRY(gg__front_settle(&w->program, &row, &fresh, err));
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
    const gg__front_found from = w->list[left], to = w->list[right];
    bool supported_only = w->program.options->supported_only;
    double slack = gg__front_slack(&w->program), low = from.gain + slack, high = to.gain - slack;
    if (!(low < high) || (!supported_only && !any_level_between(w, low, high)))
        return GG_OK;
    double price_s =
        fmax(0.0, (to.point.objective_s - from.point.objective_s) / (to.gain - from.gain));
    const gg_offload_row row = {
        .gain = w->program.gain, .required = to.gain, .price_s = price_s, .relaxed = true};
    gg__front_found fresh;
    GG_TRY(gg__front_solve(&w->program, &row, to.point.assignment, &fresh, err));
    gg_status status = add_line(w, &row, &fresh, err);
    if (status != GG_OK) {
        gg_free(fresh.point.assignment);
        return status;
    }
    double chord_s = to.point.objective_s;
    double value_s = fresh.point.objective_s + price_s * (to.gain - fresh.gain);
    bool inside = fresh.gain > low && fresh.gain < high;
    if (!inside || !(value_s < chord_s * (1.0 - fmax(w->program.options->gap, 1e-12)))) {
        gg_free(fresh.point.assignment);
        return supported_only ? GG_OK : fill_between(w, left, right, price_s, err);
    }
    size_t middle = w->count;
    GG_TRY(gg__front_settle(&w->program, &row, &fresh, err));
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
    gg__front_found end;
    GG_TRY(gg__front_solve(&w->program, row, known, &end, err));
    gg_status status = row->relaxed ? add_line(w, row, &end, err) : GG_OK;
    if (status != GG_OK) {
        gg_free(end.point.assignment);
        return status;
    }
    GG_TRY(gg__front_settle(&w->program, row, &end, err));
    end.point.supported = end.point.proven;
    return keep(w, &end, err);
}

static gg_status compute(work *w, const int32_t *all_local, gg_error *err) {
    double most = 0.0;
    const gg_offload_row free_row = {.gain = w->program.gain, .relaxed = true};
    GG_TRY(highest_gain(w, &most, err));
    GG_TRY(add_end(w, &free_row, all_local, err));
    const gg_offload_row top_row = {.gain = w->program.gain, .required = most};
    if (!(w->list[0].gain < most - gg__front_slack(&w->program)))
        return GG_OK;
    GG_TRY(add_end(w, &top_row, w->list[0].point.assignment, err));
    GG_TRY(set_levels(w, w->list[0].gain, w->list[1].gain, err));
    return refine(w, 0, 1, err);
}

static int by_gain(const void *a, const void *b) {
    const gg__front_found *x = a, *y = b;
    if (x->gain != y->gain)
        return x->gain < y->gain ? -1 : 1;
    return (x->point.objective_s > y->point.objective_s) -
           (x->point.objective_s < y->point.objective_s);
}

static int by_price(const void *a, const void *b) {
    const gg_tradeoff_line *x = a, *y = b;
    GG_COMPARE(x->price_s, y->price_s);
    GG_COMPARE(x->bound_s, y->bound_s);
    return 0;
}

/* Hands the lines over, of each price the highest. */
static void keep_lines(work *w, gg_tradeoff *out) {
    qsort(w->lines, w->n_lines, sizeof *w->lines, by_price);
    for (size_t k = 0; k < w->n_lines; k++)
        if (k + 1 == w->n_lines || w->lines[k + 1].price_s > w->lines[k].price_s)
            w->lines[out->n_lines++] = w->lines[k];
    out->lines = w->lines;
    w->lines = NULL;
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
    keep_lines(w, out);
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
        double local = gg__front_correctness(o->p_slm, in->slm_correct, i);
        double served = gg__front_correctness(o->p_llm, in->llm_correct, i);
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
    gg_free(w.lines);
    gg_free(w.level);
    gg_free(gain);
    gg_free(all_local);
    return status;
}

void gg_tradeoff_clear(gg_tradeoff *front) {
    for (size_t k = 0; k < front->count; k++)
        gg_free(front->points[k].assignment);
    gg_free(front->points);
    gg_free(front->lines);
    *front = (gg_tradeoff){0};
}
