/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What moves would change, by the search state's expansions.
 */
#include <math.h>

#include "solvers/search/search_state_internal.h"

bool gg_search_allows(const gg_search *s, size_t user, int32_t target) {
    return target == GG_LOCAL ? !gg_is_mandatory(s->in, user)
                              : s->usable[user * s->n_servers + (size_t)target] != 0;
}

/* Cost of server j without user i, after the user has left it (for another server or home). */
static double cost_without_s(gg_search *s, size_t i, size_t j, bool goes_home) {
    const gg__server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w + (goes_home ? 0.0 : gg__disturbing(s, i, j));
    double factors = gg__factors_at(s, j, interference_w, i, GG__NOBODY);
    return gg__server_cost_s(s, j, sums->load - 1, factors, sums->work - gg__work(s, i, j),
                             sums->fixed_s - gg__fixed(s, i, j));
}

static double cost_with_s(gg_search *s, size_t i, size_t j, bool from_home) {
    const gg__server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w - (from_home ? 0.0 : gg__disturbing(s, i, j));
    double factors = gg__factors_at(s, j, interference_w, GG__NOBODY, i);
    return gg__server_cost_s(s, j, sums->load + 1, factors, sums->work + gg__work(s, i, j),
                             sums->fixed_s + gg__fixed(s, i, j));
}

double gg__disturbed_change_s(gg_search *s, size_t j, double power_w) {
    const gg__server_sums *sums = &s->sums[j];
    if (sums->load == 0 || power_w == 0.0)
        return 0.0;
    double factors = gg__factors_at(s, j, sums->interference_w + power_w, GG__NOBODY, GG__NOBODY);
    return gg__server_cost_s(s, j, sums->load, factors, sums->work, sums->fixed_s) - sums->cost_s;
}

void gg_search_try_moves(gg_search *s, size_t i, double *change_s) {
    int32_t from = s->server[i];
    bool home = from == GG_LOCAL;
    double leave_home_s = 0.0, leave_server_s = 0.0, go_home_s = INFINITY;
    if (home) {
        leave_home_s = -s->weighted_local_s[i];
        for (size_t k = 0; k < s->n_servers; k++)
            leave_home_s += s->scratch[k] = gg__disturbed_change_s(s, k, gg__disturbing(s, i, k));
    } else {
        double now_s = s->sums[from].cost_s;
        leave_server_s = cost_without_s(s, i, (size_t)from, false) - now_s;
        if (!gg_is_mandatory(s->in, i)) {
            go_home_s = cost_without_s(s, i, (size_t)from, true) - now_s + s->weighted_local_s[i];
            for (size_t k = 0; k < s->n_servers; k++)
                if (k != (size_t)from)
                    go_home_s += gg__disturbed_change_s(s, k, -gg__disturbing(s, i, k));
        }
    }
    change_s[0] = home ? 0.0 : go_home_s;
    for (size_t j = 0; j < s->n_servers; j++) {
        if ((int32_t)j == from)
            change_s[1 + j] = 0.0;
        else if (!gg_search_allows(s, i, (int32_t)j))
            change_s[1 + j] = INFINITY;
        else
            change_s[1 + j] = cost_with_s(s, i, j, home) - s->sums[j].cost_s +
                              (home ? leave_home_s - s->scratch[j] : leave_server_s);
    }
}
