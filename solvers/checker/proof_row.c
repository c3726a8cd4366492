/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The row that a proof may hold decisions to: what their offloaded users' gains must sum to.
 */
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_box.h"

/* A user's gain at best: the larger of what its options give. */
static double best_gain(const gg__proof_box *box, const gg__proof_problem *p, size_t i) {
    if (box->n_servers[i] == 0)
        return 0.0;
    return gg__proof_allows_local(box, p, i) ? gg__greater(p->gain[i], 0.0) : p->gain[i];
}

bool gg__proof_row_tighten(gg__proof_box *box, const gg__proof_problem *p, bool *changed) {
    double most = 0.0;
    if (p->gain == NULL)
        return true;
    for (size_t i = 0; i < p->n; i++)
        most = gg__add_above(most, best_gain(box, p, i));
    if (most < p->required)
        return false;
    for (size_t i = 0; i < p->n; i++) {
        if (!gg__proof_allows_local(box, p, i) || box->n_servers[i] == 0 ||
            !(gg__sub_above(most, fabs(p->gain[i])) < p->required))
            continue;
        if (p->gain[i] > 0.0)
            gg__proof_forbid_local(box, p, i);
        else
            gg__proof_forbid_others(box, p, i, SIZE_MAX);
        *changed = true;
    }
    return true;
}

bool gg__proof_row_refuses(const gg__proof_problem *p, const int32_t *assignment) {
    double gain = 0.0;
    if (p->gain == NULL)
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] != GG_LOCAL)
            gain = gg__add_above(gain, p->gain[i]);
    return gain < p->required;
}
