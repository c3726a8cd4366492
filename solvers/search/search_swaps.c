/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What swaps would change, and which are worth a look.
 *
 * 1 / ln(1 + p / s) is concave in s, so the cost of a server's users is concave in the interference
 * there: taking a disturbance away and then adding another costs at least what the two cost alone.
 * So the two shares of a trade, each as if the other user were gone and the loads the same, add up
 * to no more than the trade: most are known not to pay from two numbers.
 */
#include <math.h>

#include "solvers/search/search_state_internal.h"

static double work_of(const gg_search *s, size_t i, size_t j) {
    return i != GG__NOBODY ? gg__work(s, i, j) : 0.0;
}

static double fixed_of(const gg_search *s, size_t i, size_t j) {
    return i != GG__NOBODY ? gg__fixed(s, i, j) : 0.0;
}

/* Whoever is on another server disturbs. */
static double disturbing(const gg_search *s, size_t i, size_t j, bool is_home) {
    return i != GG__NOBODY && !is_home ? gg__disturbing(s, i, j) : 0.0;
}

/* Cost change of server j at its load when user `out` leaves it and `in` takes the place, either of
 * them GG__NOBODY; the leaver interferes here only if it goes to another server, the comer did only
 * if it came from one. */
static double replace_change_s(gg_search *s, size_t j, size_t out, bool out_home, size_t in,
                               bool in_home) {
    const gg__server_sums *sums = &s->sums[j];
    double interference_w =
        sums->interference_w + disturbing(s, out, j, out_home) - disturbing(s, in, j, in_home);
    double factors = gg__factors_at(s, j, interference_w, out, in);
    double work = sums->work - work_of(s, out, j) + work_of(s, in, j);
    double fixed_s = sums->fixed_s - fixed_of(s, out, j) + fixed_of(s, in, j);
    return gg__server_cost_s(s, j, sums->load, factors, work, fixed_s) - sums->cost_s;
}

double gg_search_try_swap(gg_search *s, size_t a, size_t b) {
    int32_t at_a = s->server[a], at_b = s->server[b];
    if (at_a == at_b)
        return 0.0;
    if (!gg_search_allows(s, a, at_b) || !gg_search_allows(s, b, at_a))
        return INFINITY;
    if (at_a == GG_LOCAL || at_b == GG_LOCAL) {
        size_t comes = at_a == GG_LOCAL ? a : b, leaves = at_a == GG_LOCAL ? b : a;
        size_t j = (size_t)s->server[leaves];
        double change_s = s->weighted_local_s[leaves] - s->weighted_local_s[comes] +
                          replace_change_s(s, j, leaves, true, comes, true);
        for (size_t k = 0; k < s->n_servers; k++)
            if (k != j)
                change_s += gg__disturbed_change_s(
                    s, k, gg__disturbing(s, comes, k) - gg__disturbing(s, leaves, k));
        return change_s;
    }
    return replace_change_s(s, (size_t)at_a, a, false, b, false) +
           replace_change_s(s, (size_t)at_b, b, false, a, false);
}

/* Where a rate is lost costs jump, and nothing is concave. */
static double known_s(double change_s) {
    return change_s < 1e-6 * GG__NO_RATE ? change_s : -INFINITY;
}

static void renew_member(gg_search *s, size_t i, size_t j) {
    double *leave_s = s->trades.leave_s;
    size_t n = s->n_users;
    leave_s[i] = known_s(replace_change_s(s, j, i, true, GG__NOBODY, true));
    leave_s[n + i] =
        s->is_fixed ? leave_s[i] : known_s(replace_change_s(s, j, i, false, GG__NOBODY, true));
}

static void renew_parts(gg_search *s, size_t j) {
    gg__trades *t = &s->trades;
    size_t n = s->n_users;
    t->version[j] = s->sums[j].version;
    for (size_t i = 0; i < n; i++) {
        bool home = s->server[i] == GG_LOCAL;
        double *come_s = &t->come_s[j * n + i], *disturb_s = &t->disturb_s[j * n + i];
        *come_s = *disturb_s = 0.0;
        if (s->server[i] == (int32_t)j) {
            renew_member(s, i, j);
        } else if (s->sums[j].load > 0) {
            double power_w = gg__disturbing(s, i, j);
            *come_s = known_s(replace_change_s(s, j, GG__NOBODY, true, i, home));
            *disturb_s = known_s(gg__disturbed_change_s(s, j, home ? power_w : -power_w));
        }
    }
}

static double all_disturbed_s(const gg_search *s, size_t i) {
    double all_s = 0.0;
    for (size_t j = 0; !s->is_fixed && j < s->n_servers; j++)
        all_s += s->trades.disturb_s[j * s->n_users + i];
    return all_s;
}

static void share_out(gg_search *s, size_t i) {
    const gg__trades *t = &s->trades;
    size_t n = s->n_users;
    bool home = s->server[i] == GG_LOCAL;
    double local_s = s->weighted_local_s[i], disturbed_s = all_disturbed_s(s, i);
    t->share_s[i] = gg_is_mandatory(s->in, i) ? INFINITY : t->leave_s[i] + disturbed_s + local_s;
    for (size_t j = 0; j < s->n_servers; j++) {
        double others_s =
            home ? disturbed_s - t->disturb_s[j * n + i] - local_s : t->leave_s[n + i];
        t->share_s[(1 + j) * n + i] =
            s->usable[i * s->n_servers + j] ? t->come_s[j * n + i] + others_s : INFINITY;
    }
}

static void renew_shares(gg_search *s) {
    for (size_t j = 0; j < s->n_servers; j++)
        if (s->trades.version[j] != s->sums[j].version)
            renew_parts(s, j);
    for (size_t i = 0; i < s->n_users; i++)
        share_out(s, i);
    s->trades.are_known = true;
}

/* Shares cost as much as so many trades a user. */
static const double WORTH_SHARES = 1.0, WORTH_FIXED = 0.25;

static bool has_shares(gg_search *s) {
    double worth = s->is_fixed ? WORTH_FIXED : WORTH_SHARES;
    if (!s->trades.are_known && (double)s->trades.vain++ >= worth * (double)s->n_users)
        renew_shares(s);
    return s->trades.are_known;
}

size_t gg_search_next_swap(gg_search *s, size_t a, size_t b) {
    if (!has_shares(s))
        return b;
    const int32_t *place = s->server;
    const double *to_a = s->trades.share_s + (size_t)(place[a] + 1) * s->n_users;
    double *from_a = s->trades.from_a_s + 1; /* from home on */
    for (int32_t to = GG_LOCAL; to < (int32_t)s->n_servers; to++)
        from_a[to] =
            to == place[a] ? INFINITY : s->trades.share_s[(size_t)(to + 1) * s->n_users + a];
    while (b < a && from_a[place[b]] + to_a[b] >= 0.0)
        b++;
    return b;
}
