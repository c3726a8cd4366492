/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interference at one server that each of its loads leaves possible.
 */
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_box.h"

gg__proof_crowd gg__proof_survey(const gg__proof_box *box, const gg__proof_problem *p, size_t j) {
    gg__proof_crowd c = {0};
    for (size_t i = 0; i < p->n; i++) {
        double power_w = p->power_w[j * p->n + i];
        gg__role is = gg__role_of(box, p, i, j);
        c.n_forced += gg__proof_is_forced(box, p, i, j);
        c.n_torn += is == GG__TORN;
        c.n_tame +=
            is == GG__NEVER && gg__proof_allows(box, p, i, j) && gg__proof_allows_local(box, p, i);
        if (is != GG__NEVER)
            c.all_high = gg__add_above(c.all_high, power_w);
        if (is != GG__CERTAIN)
            continue;
        c.n_certain++;
        c.certain_low = gg__greater(0.0, gg__add_below(c.certain_low, power_w));
        c.certain_high = gg__add_above(c.certain_high, power_w);
    }
    return c;
}

/* Of the torn users no more come to j than it has room for: at least the weakest of the others
 * disturb it. */
static void set_lowest(const gg__proof_box *box, const gg__proof_problem *p, size_t j,
                       const gg__proof_crowd *c, double *lowest) {
    double displaced = 0.0;
    size_t n_displaced = 0, rank = 0;
    for (size_t load = box->load_high[j] + 1; load-- > box->load_low[j];) {
        size_t room = load > c->n_forced ? load - c->n_forced : 0;
        for (; n_displaced + room < c->n_torn && rank < p->n; rank++) {
            size_t i = p->by_power[j * p->n + rank];
            if (gg__role_of(box, p, i, j) != GG__TORN)
                continue;
            displaced = gg__greater(0.0, gg__add_below(displaced, p->power_w[j * p->n + i]));
            n_displaced++;
        }
        lowest[load] =
            gg__greater(box->interference_low[j], gg__add_below(c->certain_low, displaced));
    }
}

/* A load needs users on j who then do not disturb it: at least the weakest of those who may. */
static void set_highest(const gg__proof_box *box, const gg__proof_problem *p, size_t j,
                        const gg__proof_crowd *c, double *highest) {
    double kept = 0.0;
    size_t n_kept = 0, rank = 0;
    for (size_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
        for (; n_kept + c->n_forced + c->n_tame < load && rank < p->n; rank++) {
            size_t i = p->by_power[j * p->n + rank];
            if (!gg__proof_allows(box, p, i, j) || gg__role_of(box, p, i, j) == GG__NEVER)
                continue;
            kept = gg__greater(0.0, gg__add_below(kept, p->power_w[j * p->n + i]));
            n_kept++;
        }
        highest[load] = gg__lesser(box->interference_high[j], gg__sub_above(c->all_high, kept));
    }
}

void gg__proof_ranges(const gg__proof_box *box, const gg__proof_problem *p, size_t j,
                      double *lowest, double *highest) {
    gg__proof_crowd c = gg__proof_survey(box, p, j);
    set_lowest(box, p, j, &c, lowest);
    set_highest(box, p, j, &c, highest);
}
