/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/offload_row.h"

#include "solvers/bound/bound_internal.h"

double gg_bounder_price_s(const gg_bounder *b) {
    return b->row_price_s;
}

void gg_bounder_set_price(gg_bounder *b, double price_s) {
    const gg_offload_row *row = &b->p->row;
    b->row_price_s = price_s;
    b->offset_s = price_s * row->required;
    for (size_t i = 0; i < b->p->n; i++) {
        b->local_s[i] = gg_row_local_s(b->p, i, price_s);
        if (row->gain != NULL)
            b->offset_s -= price_s * row->gain[i];
    }
}

/* How much of user i is local where the ascent ended. */
static double local_share(const gg_bounder *b, size_t i) {
    if (b->box->servers[i] == 0)
        return 1.0;
    return b->box->local[i] ? (double)b->frequency[i * (b->p->m + 1)] : 0.0;
}

/* Every decision of the box has what the row requires: it is worth nothing there. */
static bool is_met(const gg_bounder *b) {
    double least = 0.0;
    for (size_t i = 0; i < b->p->n; i++) {
        double gain = b->box->servers[i] != 0 ? b->p->row.gain[i] : 0.0;
        least += b->box->local[i] ? fmin(gain, 0.0) : gain;
    }
    return least >= b->p->row.required;
}

/* Largest change of a price at once: a share of it, and a little where it is nothing. */
static const double PRICE_SHARE = 0.5, PRICE_LEAST_S = 1e-9;

void gg_bounder_move_price(gg_bounder *b, double slack_s) {
    const gg_offload_row *row = &b->p->row;
    double shortfall = row->required, price_s = b->row_price_s;
    for (size_t i = 0; i < b->p->n; i++)
        shortfall -= row->gain[i] * (1.0 - local_share(b, i));
    if (shortfall == 0.0)
        return;
    double most_s = PRICE_SHARE * price_s + PRICE_LEAST_S;
    double change_s = fmin(fmax(slack_s / shortfall, -most_s), most_s);
    change_s = is_met(b) ? -price_s : fmax(change_s, -price_s);
    gg_bounder_set_price(b, price_s + change_s);
    for (size_t i = 0; i < b->p->n; i++)
        b->multipliers[i] += change_s * row->gain[i] * local_share(b, i);
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
