/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of several servers at a time.
 */
#include <stdatomic.h>

#include "models/base/timer.h"
#include "solvers/balance/balance_internal.h"

size_t gg_balance_desk(const gg_bound_problem *p) {
    return N_ENDS * gg_padded(p->n);
}

void gg_balance_share(gg_balance *bal, gg_hands hands, double *desks) {
    bal->hands = hands;
    bal->desks = desks;
}

typedef struct sharing {
    gg_balance *balance;
    size_t first;
    gg__server_task part;
    void *context;
    atomic_uint_fast64_t work;
    atomic_bool was_stopped;
} sharing;

static void do_part(void *of, size_t k, size_t who) {
    sharing *r = of;
    gg_balance own = *r->balance;
    for (size_t end = 0; end < N_ENDS; end++)
        own.q[end] = own.desks + (N_ENDS * who + end) * gg_padded(own.p->n);
    own.work = 0;
    r->part(&own, r->first + k, r->context);
    atomic_fetch_add_explicit(&r->work, own.work, memory_order_relaxed);
    if (gg_time_is_up(own.b->deadline_s))
        atomic_store(&r->was_stopped, true);
}

bool gg__balance_each(gg_balance *bal, size_t first, size_t last, gg__server_task part,
                      void *context) {
    if (bal->hands.each == NULL) {
        for (size_t j = first; j < last; j++)
            part(bal, j, context);
        return true;
    }
    sharing r = {.balance = bal, .first = first, .part = part, .context = context};
    bal->hands.each(bal->hands.context, last - first, do_part, &r);
    bal->work += r.work;
    return !r.was_stopped;
}
