/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/offload_row.h"

#include "solvers/bound/bound_internal.h"

double gg_bounder_price_s(const gg_bounder *b) {
    return b->row_price_s;
}

void gg_bounder_set_price(gg_bounder *b, double price_s) {
    const gg_offload_row *row = &b->p->row;
    b->row_price_s = price_s;
    b->row_gains = 0.0;
    b->offset_s = price_s * row->required;
    for (size_t i = 0; i < b->p->n; i++) {
        b->local_s[i] = gg_row_local_s(b->p, i, price_s);
        if (row->gain == NULL)
            continue;
        b->offset_s -= price_s * row->gain[i];
        b->row_gains += fabs(row->gain[i]);
    }
    /* In the offset, and in what users cost at home. */
    b->row_size_s = price_s * (fabs(row->required) + 2.0 * b->row_gains);
}

double gg__row_shortfall(const gg_bounder *b) {
    const gg_offload_row *row = &b->p->row;
    double shortfall = row->required;
    if (!gg_held_to_row(b->p))
        return 0.0;
    for (size_t i = 0; i < b->p->n; i++)
        if (!gg__stays_local(b, i))
            shortfall -= row->gain[i];
    /* A rounding is no shortfall: at that the price would rise without end. */
    double rounding = (double)b->p->n * 0x1p-52 * (fabs(row->required) + b->row_gains);
    return fabs(shortfall) > rounding ? shortfall : 0.0;
}

/* Beside what its gains alone make of it. A tenth takes fronts of 12 users twice as long, a
 * hundredth forty times, and rows of 120 users are left open after 3000 nodes. Three times as much
 * is as good. */
static const double ROW_SCALE = 300.0;
/* All gains together are worth so many times what everybody's local execution costs, at most: from
 * there on a price costs digits alone. */
static const double WORTH_MOST = 1e6;

double gg__row_scale(const gg_bounder *b) {
    double squares = 0.0;
    for (size_t i = 0; gg_held_to_row(b->p) && i < b->p->n; i++)
        if (gg_box_has_choice(b->box, i))
            squares += b->p->row.gain[i] * b->p->row.gain[i];
    return squares > 0.0 ? ROW_SCALE / squares : 0.0;
}

void gg__row_step(gg_bounder *b, double change_s) {
    double all_s = 0.0;
    if (change_s == 0.0)
        return;
    for (size_t i = 0; i < b->p->n; i++)
        all_s += fabs(b->p->local_s[i]);
    double most_s = fmax(WORTH_MOST * all_s / b->row_gains, b->row_price_s);
    gg_bounder_set_price(b, fmax(0.0, fmin(b->row_price_s + change_s, most_s)));
}

double gg_row_objective_s(const gg_bound_problem *p, const int32_t *assignment,
                          double objective_s) {
    const gg_offload_row *row = &p->row;
    if (row->gain == NULL)
        return objective_s;
    double gain = 0.0;
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] != GG_LOCAL)
            gain += row->gain[i];
    if (row->relaxed)
        return objective_s + row->price_s * (row->required - gain);
    return gain >= row->required ? objective_s : INFINITY;
}

/* A user's gain at best: the larger of what its options give. */
static double best_gain(const gg_box *box, const gg_bound_problem *p, size_t i) {
    double gain = p->row.gain[i];
    if (box->servers[i] == 0)
        return 0.0;
    return box->local[i] ? fmax(gain, 0.0) : gain;
}

double gg_most_gain(const gg_box *box, const gg_bound_problem *p) {
    double most = 0.0;
    for (size_t i = 0; i < p->n; i++)
        most += best_gain(box, p, i);
    return most;
}

bool gg_row_tighten(gg_box *box, const gg_bound_problem *p, bool *changed) {
    if (p->row.gain == NULL || p->row.relaxed)
        return true;
    double most = gg_most_gain(box, p), scale = 0.0;
    for (size_t i = 0; i < p->n; i++)
        scale += fabs(p->row.gain[i]);
    double least = p->row.required - scale * (double)p->n * 0x1p-52;
    if (most < least)
        return false;
    for (size_t i = 0; i < p->n; i++) {
        if (!box->local[i] || box->servers[i] == 0 || most - fabs(p->row.gain[i]) >= least)
            continue;
        if (p->row.gain[i] > 0.0)
            box->local[i] = 0;
        else
            box->servers[i] = 0;
        *changed = true;
    }
    return true;
}
