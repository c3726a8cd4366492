/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/row_start.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/tree/row_search.h"

enum { MOST_CHORDS = 12 };

/* A decision with its gain and its objective by the judge. */
typedef struct end {
    int32_t *decision; /* n */
    double gain;
    double objective_s;
} end;

typedef struct row_start {
    const gg_bound_problem *p;
    gg_iterations limits;
    /* Of the chord: right meets the row; left does not, unless it is all that is needed. */
    end left, right;
    end fresh, best; /* best: the cheapest that meets the row, which the chord may leave behind */
    int32_t *memory;
} row_start;

static bool meets_row(const row_start *s, const end *at) {
    return at->gain >= s->p->row.required;
}

static gg_status measure(row_start *s, end *at, gg_error *err) {
    const gg_bound_problem *p = s->p;
    gg_metrics metrics;
    GG_TRY(gg_evaluate(p->instance, p->objective, at->decision, &metrics, err));
    at->objective_s = metrics.tau_violations > 0 ? INFINITY : metrics.objective_s;
    at->gain = 0.0;
    for (size_t i = 0; i < p->n; i++)
        if (at->decision[i] != GG_LOCAL)
            at->gain += p->row.gain[i];
    if (meets_row(s, at) && at->objective_s < s->best.objective_s) {
        memcpy(s->best.decision, at->decision, p->n * sizeof *at->decision);
        s->best.objective_s = at->objective_s;
    }
    return GG_OK;
}

static void exchange(end *a, end *b) {
    end kept = *a;
    *a = *b;
    *b = kept;
}

/* Searches under the row from a decision; what is found moves `right` where it is cheaper. */
static gg_status search_from(row_start *s, const int32_t *from, gg_error *err) {
    double found_s;
    memcpy(s->fresh.decision, from, s->p->n * sizeof *from);
    GG_TRY(gg_row_search(s->p, s->limits, s->fresh.decision, &found_s, err));
    GG_TRY(measure(s, &s->fresh, err));
    if (meets_row(s, &s->fresh) && s->fresh.objective_s < s->right.objective_s)
        exchange(&s->fresh, &s->right);
    return GG_OK;
}

/* Descends at the price of the chord between the ends, and moves the end on whose side the result
 * lies; *again is false once the chord supports what there is. */
static gg_status shorten_chord(row_start *s, double *price_s, bool *again, gg_error *err) {
    const gg_iterations once = {.at_most = 0, .deadline_s = s->limits.deadline_s};
    const double wide = s->right.gain - s->left.gain;
    gg_bound_problem priced = *s->p;
    double found_s;
    *again = false;
    *price_s = wide > 0.0 ? fmax(0.0, (s->right.objective_s - s->left.objective_s) / wide) : 0.0;
    if (*price_s == 0.0 || !isfinite(*price_s))
        return GG_OK;
    priced.row.relaxed = true;
    priced.row.price_s = *price_s;
    memcpy(s->fresh.decision, s->right.decision, s->p->n * sizeof *s->right.decision);
    GG_TRY(gg_row_search(&priced, once, s->fresh.decision, &found_s, err));
    GG_TRY(measure(s, &s->fresh, err));
    double chord_s = s->right.objective_s - *price_s * s->right.gain;
    if (!(s->fresh.objective_s - *price_s * s->fresh.gain < chord_s - 1e-9 * fabs(chord_s)))
        return GG_OK;
    *again = true;
    exchange(&s->fresh, meets_row(s, &s->fresh) ? &s->right : &s->left);
    return GG_OK;
}

static gg_status search(row_start *s, const int32_t *known, double *price_s, gg_error *err) {
    bool again = true;
    *price_s = 0.0;
    GG_TRY(measure(s, &s->left, err));
    if (meets_row(s, &s->left))
        return GG_OK;
    if (known != NULL) {
        memcpy(s->fresh.decision, known, s->p->n * sizeof *known);
        GG_TRY(measure(s, &s->fresh, err));
        if (meets_row(s, &s->fresh))
            exchange(&s->fresh, &s->right);
    }
    if (isinf(s->right.objective_s) && isfinite(s->left.objective_s))
        GG_TRY(search_from(s, s->left.decision, err));
    for (int k = 0; k < MOST_CHORDS && again && !gg_time_is_up(s->limits.deadline_s); k++)
        GG_TRY(shorten_chord(s, price_s, &again, err));
    if (isfinite(s->left.objective_s))
        GG_TRY(search_from(s, s->left.decision, err));
    return isfinite(s->right.objective_s) ? search_from(s, s->right.decision, err) : GG_OK;
}

gg_status gg_row_start(const gg_bound_problem *p, const int32_t *known, gg_iterations limits,
                       int32_t *decision, double *value_s, double *price_s, gg_error *err) {
    row_start s = {.p = p, .limits = limits, .memory = gg_alloc(4 * p->n, sizeof *s.memory)};
    GG_NEED(s.memory, err, "out of memory for %zu users", p->n);
    s.left.decision = s.memory;
    s.right = (end){.decision = s.memory + p->n, .objective_s = INFINITY};
    s.fresh.decision = s.memory + 2 * p->n;
    s.best = (end){.decision = s.memory + 3 * p->n, .objective_s = INFINITY};
    memcpy(s.left.decision, decision, p->n * sizeof *decision);
    gg_status status = search(&s, known, price_s, err);
    *value_s = s.best.objective_s;
    if (isfinite(s.best.objective_s))
        memcpy(decision, s.best.decision, p->n * sizeof *decision);
    gg_free(s.memory);
    return status;
}
