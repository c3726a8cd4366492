/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound_internal.h"

/* Ranges are kept this much wider than they were derived. */
static const double WIDEN = 1e-9;

/* The interference that each load leaves possible. Of the users that must offload and may come
 * here, no more do than the load has room for; of those that may come, no fewer than the load
 * needs. */
void gg__set_ranges(gg_bounder *b, size_t j) {
    const gg_bound_problem *p = b->p;
    const gg_box *box = b->box;
    server_part *part = &b->parts[j];
    const double *power = p->power + j * p->n;
    const uint32_t *rising = p->by_power + j * p->n;
    uint64_t bit = UINT64_C(1) << j;
    uint32_t low = box->load_low[j], high = box->load_high[j];
    uint32_t n_torn = 0, undisturbing = 0;
    double certain = 0.0, all = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        bool here = (box->servers[i] & bit) != 0, elsewhere = (box->servers[i] & ~bit) != 0;
        all += elsewhere ? power[i] : 0.0;
        certain += !box->local[i] && !here ? power[i] : 0.0;
        n_torn += !box->local[i] && here && elsewhere;
        undisturbing += here && !elsewhere && box->local[i];
    }
    /* From the highest load down, the weakest torn users are displaced one by one. */
    double displaced = 0.0;
    uint32_t n_displaced = 0;
    size_t rank = 0;
    for (uint32_t load = high + 1; load-- > low;) {
        uint32_t room = load > part->n_forced ? load - part->n_forced : 0;
        for (; n_displaced + room < n_torn; rank++) {
            uint64_t servers = box->servers[rising[rank]];
            if (box->local[rising[rank]] || (servers & bit) == 0 || servers == bit)
                continue;
            displaced += power[rising[rank]];
            n_displaced++;
        }
        part->range[LOW][load] =
            fmax(box->interference_low[j], (certain + displaced) * (1.0 - WIDEN));
    }
    double kept = 0.0;
    uint32_t n_kept = 0;
    rank = 0;
    for (uint32_t load = low; load <= high; load++) {
        uint32_t needed =
            load > part->n_forced + undisturbing ? load - part->n_forced - undisturbing : 0;
        for (; n_kept < needed && rank < p->n; rank++) {
            uint64_t servers = box->servers[rising[rank]];
            if ((servers & bit) == 0 || (servers & ~bit) == 0)
                continue;
            kept += power[rising[rank]];
            n_kept++;
        }
        part->range[HIGH][load] = fmin(box->interference_high[j], (all - kept) + WIDEN * all);
    }
}
