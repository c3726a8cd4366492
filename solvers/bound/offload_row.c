/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound/offload_row.h"

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
