/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What moves and swaps would change, by the search state's expansions.
 */
#include "models/delay.h"
#include "solvers/search/search_state_internal.h"

/* exp(-GG__REACH) and exp(GG__REACH); what a short series for the logarithm is good for. */
static const double NEAR_LOW = 0.8187307530779818, NEAR_HIGH = 1.2214027581601699;
static const double VERY_NEAR = 0.01;

/* ln(ratio) for ratios within reach of 1, to 1e-10. */
static double log_near_one(double ratio) {
    double x = ratio - 1.0;
    if (fabs(x) <= VERY_NEAR)
        return x * (1.0 - x * (0.5 - x * (1.0 / 3.0 - x * (0.25 - x * 0.2))));
    double z = x / (ratio + 1.0), z2 = z * z;
    return 2.0 * z * (1.0 + z2 * (1.0 / 3.0 + z2 * (0.2 + z2 * (1.0 / 7.0))));
}

static double user_factor(gg_search *s, size_t i, size_t j, double dy) {
    gg__user_factor *f = &s->factor[i * s->n_servers + j];
    if (f->origin != s->sums[j].origin) {
        f->at = gg__expand(s, i, j, s->sums[j].origin_w);
        f->origin = s->sums[j].origin;
    }
    return gg__at(&f->at, dy);
}

static double sum_of_factors(const gg_search *s, size_t j, double disturbance_w) {
    const uint32_t *members = s->members + j * s->n_users;
    double total = 0.0;
    for (uint32_t k = 0; k < s->sums[j].load; k++)
        total += gg__factor(s, members[k], j, disturbance_w);
    return total;
}

static void expand_region(gg_search *s, size_t j, gg__region *region, double origin_w) {
    const gg__server_sums *sums = &s->sums[j];
    const uint32_t *members = s->members + j * s->n_users;
    region->sum = (gg__expansion){0.0, 0.0, 0.0};
    region->version = sums->version;
    for (uint32_t k = 0; k < sums->load; k++) {
        gg__expansion e = gg__expand(s, members[k], j, origin_w);
        region->sum.a0 += e.a0;
        region->sum.a1 += e.a1;
        region->sum.a2 += e.a2;
    }
}

/* The sum beyond the reach of the origin: a server that loses or gains its main disturber. */
static double far_factors(gg_search *s, size_t j, double disturbance_w) {
    gg__server_sums *sums = &s->sums[j];
    double y = log(disturbance_w * sums->per_origin_w);
    double step = nearbyint(y / (2.0 * GG__REACH));
    double index = step + GG__REGIONS / 2;
    if (!(index >= 0.0 && index < GG__REGIONS))
        return sum_of_factors(s, j, disturbance_w);
    gg__region *region = &sums->regions[(size_t)index];
    if (region->version != sums->version)
        expand_region(s, j, region, sums->origin_w * exp(2.0 * GG__REACH * step));
    return gg__at(&region->sum, y - 2.0 * GG__REACH * step);
}

static bool lacks_rate(double power_w, double disturbance_w) {
    return !(power_w > 0x1p-52 * disturbance_w) && !gg_has_rate(power_w, disturbance_w);
}

/* Of server j's users, `out` left out and `in` added, those who have no rate, as the judge has it.
 * Mostly even the weakest has one. */
static double count_rateless(const gg_search *s, size_t j, double disturbance_w, size_t out,
                             size_t in) {
    const gg__server_sums *sums = &s->sums[j];
    const uint32_t *members = s->members + j * s->n_users;
    bool weakest_leaves = out != GG__NOBODY && gg__power(s, out, j) == sums->weakest_w[0];
    double weakest_w = sums->weakest_w[weakest_leaves];
    bool comes = in != GG__NOBODY && lacks_rate(gg__power(s, in, j), disturbance_w);
    double count = comes ? 1.0 : 0.0;
    if (weakest_w > 0x1p-52 * disturbance_w)
        return count;
    for (uint32_t k = 0; k < sums->load; k++)
        if (members[k] != out && lacks_rate(gg__power(s, members[k], j), disturbance_w))
            count += 1.0;
    return count;
}

double gg__factors_at(gg_search *s, size_t j, double interference_w, size_t out, size_t in) {
    const gg__server_sums *sums = &s->sums[j];
    double disturbance_w = (interference_w > 0.0 ? interference_w : 0.0) + sums->floor_w;
    double ratio = disturbance_w * sums->per_origin_w;
    bool near = ratio >= NEAR_LOW && ratio <= NEAR_HIGH;
    double dy = near ? log_near_one(ratio) : 0.0;
    double total = near ? gg__at(&sums->sum, dy) : far_factors(s, j, disturbance_w);
    bool cached = near && s->factor != NULL;
    if (out != GG__NOBODY)
        total -= cached ? user_factor(s, out, j, dy) : gg__factor(s, out, j, disturbance_w);
    if (in != GG__NOBODY)
        total += cached ? user_factor(s, in, j, dy) : gg__factor(s, in, j, disturbance_w);
    return total + GG__NO_RATE * count_rateless(s, j, disturbance_w, out, in);
}

static bool allows(const gg_search *s, size_t user, int32_t target) {
    return target == GG_LOCAL ? !gg_is_mandatory(s->in, user)
                              : s->usable[user * s->n_servers + (size_t)target] != 0;
}

bool gg_search_allows(const gg_search *s, size_t user, int32_t target) {
    return allows(s, user, target);
}

/* Cost of server j without user i, after the user has left it (for another server or home). */
static double cost_without_s(gg_search *s, size_t i, size_t j, bool goes_home) {
    const gg__server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w + (goes_home ? 0.0 : gg__disturbing(s, i, j));
    double factors = gg__factors_at(s, j, interference_w, i, GG__NOBODY);
    return gg__server_cost_s(s, j, sums->load - 1, factors, sums->work - s->weighted_work[i]);
}

static double cost_with_s(gg_search *s, size_t i, size_t j, bool from_home) {
    const gg__server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w - (from_home ? 0.0 : gg__disturbing(s, i, j));
    double factors = gg__factors_at(s, j, interference_w, GG__NOBODY, i);
    return gg__server_cost_s(s, j, sums->load + 1, factors, sums->work + s->weighted_work[i]);
}

/* Change of server j's cost when its interference changes by `power_w` and its users stay. */
static double disturbed_change_s(gg_search *s, size_t j, double power_w) {
    const gg__server_sums *sums = &s->sums[j];
    if (sums->load == 0)
        return 0.0;
    double factors = gg__factors_at(s, j, sums->interference_w + power_w, GG__NOBODY, GG__NOBODY);
    return gg__server_cost_s(s, j, sums->load, factors, sums->work) - sums->cost_s;
}

void gg_search_try_moves(gg_search *s, size_t i, double *change_s) {
    int32_t from = s->server[i];
    bool home = from == GG_LOCAL;
    double leave_home_s = 0.0, leave_server_s = 0.0, go_home_s = INFINITY;
    if (home) {
        leave_home_s = -s->weighted_local_s[i];
        for (size_t k = 0; k < s->n_servers; k++)
            leave_home_s += s->scratch[k] = disturbed_change_s(s, k, gg__disturbing(s, i, k));
    } else {
        double now_s = s->sums[from].cost_s;
        leave_server_s = cost_without_s(s, i, (size_t)from, false) - now_s;
        if (!gg_is_mandatory(s->in, i)) {
            go_home_s = cost_without_s(s, i, (size_t)from, true) - now_s + s->weighted_local_s[i];
            for (size_t k = 0; k < s->n_servers; k++)
                if (k != (size_t)from)
                    go_home_s += disturbed_change_s(s, k, -gg__disturbing(s, i, k));
        }
    }
    change_s[0] = home ? 0.0 : go_home_s;
    for (size_t j = 0; j < s->n_servers; j++) {
        if ((int32_t)j == from)
            change_s[1 + j] = 0.0;
        else if (!allows(s, i, (int32_t)j))
            change_s[1 + j] = INFINITY;
        else
            change_s[1 + j] = cost_with_s(s, i, j, home) - s->sums[j].cost_s +
                              (home ? leave_home_s - s->scratch[j] : leave_server_s);
    }
}

/* Cost change of server j when user `out` leaves it and `in` takes the place; the leaver interferes
 * here only if it goes to another server, the comer did only if it came from one. */
static double replace_change_s(gg_search *s, size_t j, size_t out, bool out_home, size_t in,
                               bool in_home) {
    const gg__server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w + (out_home ? 0.0 : gg__disturbing(s, out, j)) -
                            (in_home ? 0.0 : gg__disturbing(s, in, j));
    double factors = gg__factors_at(s, j, interference_w, out, in);
    double work = sums->work - s->weighted_work[out] + s->weighted_work[in];
    return gg__server_cost_s(s, j, sums->load, factors, work) - sums->cost_s;
}

double gg_search_try_swap(gg_search *s, size_t a, size_t b) {
    int32_t at_a = s->server[a], at_b = s->server[b];
    if (at_a == at_b)
        return 0.0;
    if (!allows(s, a, at_b) || !allows(s, b, at_a))
        return INFINITY;
    if (at_a == GG_LOCAL || at_b == GG_LOCAL) {
        size_t comes = at_a == GG_LOCAL ? a : b, leaves = at_a == GG_LOCAL ? b : a;
        size_t j = (size_t)s->server[leaves];
        double change_s = s->weighted_local_s[leaves] - s->weighted_local_s[comes] +
                          replace_change_s(s, j, leaves, true, comes, true);
        for (size_t k = 0; k < s->n_servers; k++)
            if (k != j)
                change_s += disturbed_change_s(
                    s, k, gg__disturbing(s, comes, k) - gg__disturbing(s, leaves, k));
        return change_s;
    }
    return replace_change_s(s, (size_t)at_a, a, false, b, false) +
           replace_change_s(s, (size_t)at_b, b, false, a, false);
}
