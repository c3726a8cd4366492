/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interference at one server that each of its loads leaves possible.
 */
#include "solvers/bound/bound_internal.h"

/* What a user may do to a server. */
typedef struct role {
    bool here, elsewhere, local;
} role;

static role role_of(const gg_box *box, size_t i, size_t j) {
    uint64_t bit = UINT64_C(1) << j;
    return (role){(box->servers[i] & bit) != 0, (box->servers[i] & ~bit) != 0, box->local[i]};
}

/* Of the users that must offload and may come here, no more do than the load has room for: at least
 * the weakest of the others disturb the server. */
static void set_lowest(gg_bounder *b, size_t j) {
    const gg_bound_problem *p = b->p;
    const gg_box *box = b->box;
    const server_part *part = &b->parts[j];
    const double *power = p->power + j * p->n;
    const uint32_t *rising = p->by_power + j * p->n;
    double certain = 0.0, displaced = 0.0;
    uint32_t n_torn = 0, n_displaced = 0;
    size_t rank = 0;
    for (size_t i = 0; i < p->n; i++) {
        role is = role_of(box, i, j);
        certain += !is.local && !is.here ? power[i] : 0.0;
        n_torn += !is.local && is.here && is.elsewhere;
    }
    for (uint32_t load = box->load_high[j] + 1; load-- > box->load_low[j];) {
        uint32_t room = load > part->n_forced ? load - part->n_forced : 0;
        for (; n_displaced + room < n_torn; rank++) {
            role is = role_of(box, rising[rank], j);
            if (is.local || !is.here || !is.elsewhere)
                continue;
            displaced += power[rising[rank]];
            n_displaced++;
        }
        part->range[LOW][load] =
            fmax(box->interference_low[j], (certain + displaced) * (1.0 - GG_BOX_WIDEN));
    }
}

/* A load needs users here who then do not disturb the server: at least the weakest of those who
 * may. */
static void set_highest(gg_bounder *b, size_t j) {
    const gg_bound_problem *p = b->p;
    const gg_box *box = b->box;
    const server_part *part = &b->parts[j];
    const double *power = p->power + j * p->n;
    const uint32_t *rising = p->by_power + j * p->n;
    double all = 0.0, kept = 0.0;
    uint32_t n_tame = part->n_forced, n_kept = 0;
    size_t rank = 0;
    for (size_t i = 0; i < p->n; i++) {
        role is = role_of(box, i, j);
        all += is.elsewhere ? power[i] : 0.0;
        n_tame += is.here && !is.elsewhere && is.local;
    }
    for (uint32_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
        for (; n_tame + n_kept < load && rank < p->n; rank++) {
            role is = role_of(box, rising[rank], j);
            if (!is.here || !is.elsewhere)
                continue;
            kept += power[rising[rank]];
            n_kept++;
        }
        part->range[HIGH][load] =
            fmin(box->interference_high[j], (all - kept) + GG_BOX_WIDEN * all);
    }
}

void gg__set_ranges(gg_bounder *b, size_t j) {
    set_lowest(b, j);
    set_highest(b, j);
}
