/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of several servers at a time.
 */
#include <stdatomic.h>

#include "models/base/alloc.h"
#include "solvers/balance/balance_internal.h"

gg_status gg_balance_share(gg_balance *bal, const gg_hands *hands, gg_error *err) {
    double *q = gg_alloc(hands->width * N_ENDS * gg_padded(bal->p->n), sizeof *q);
    GG_NEED(q, err, "out of memory for the bound of %zu users", bal->p->n);
    gg_free(bal->hands_q);
    bal->hands_q = q;
    bal->hands = *hands;
    return GG_OK;
}

void gg_balance_free(gg_balance *bal) {
    if (bal != NULL)
        gg_free(bal->hands_q);
    gg_free(bal);
}

typedef struct sharing {
    gg_balance *balance;
    size_t first;
    gg__server_task part;
    void *context;
    atomic_uint_fast64_t work;
} sharing;

static void do_part(void *of, size_t k, size_t who) {
    sharing *r = of;
    gg_balance own = *r->balance;
    for (size_t end = 0; end < N_ENDS; end++)
        own.q[end] = own.hands_q + (N_ENDS * who + end) * gg_padded(own.p->n);
    own.work = 0;
    r->part(&own, r->first + k, r->context);
    atomic_fetch_add_explicit(&r->work, own.work, memory_order_relaxed);
}

void gg__balance_each(gg_balance *bal, size_t first, size_t last, gg__server_task part,
                      void *context) {
    if (bal->hands.width == 0) {
        for (size_t j = first; j < last; j++)
            part(bal, j, context);
        return;
    }
    sharing r = {.balance = bal, .first = first, .part = part, .context = context};
    bal->hands.each(bal->hands.context, last - first, do_part, &r);
    bal->work += r.work;
}
