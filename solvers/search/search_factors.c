/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cost factors of a server's users at any interference: by expansions where those are near enough.
 */
#include "solvers/search/search_state_internal.h"

/* ln(1 + SINR), kept from 0 where the judge finds no rate any more. */
static double log_term(double power_w, double disturbance_w) {
    double sinr = power_w / disturbance_w;
    return log1p(sinr > 0x1p-60 ? sinr : 0x1p-60);
}

/* User i's cost factor on server j per unit of load. */
static double factor(const gg_search *s, size_t i, size_t j, double disturbance_w) {
    return s->weighted_bits[i] * s->sums[j].bits_scale /
           log_term(gg__power(s, i, j), disturbance_w);
}

/* With L = ln(1 + p/s): dL/dy = -q, q = p/(s + p), dq/dy = -q (1 - q). */
gg__expansion gg__expand(const gg_search *s, size_t i, size_t j, double disturbance_w) {
    double p = gg__power(s, i, j);
    double per_log = 1.0 / log_term(p, disturbance_w);
    double a = s->weighted_bits[i] * s->sums[j].bits_scale * per_log;
    double q = p / (disturbance_w + p);
    double slope = q * per_log;
    return (gg__expansion){a, a * slope, 0.5 * a * slope * (2.0 * slope - (1.0 - q))};
}

static double at(const gg__expansion *e, double dy) {
    return e->a0 + dy * (e->a1 + dy * e->a2);
}

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

gg__expansion gg__expand_near(gg_search *s, size_t i, size_t j) {
    const gg__server_sums *sums = &s->sums[j];
    if (s->factor == NULL)
        return gg__expand(s, i, j, sums->origin_w);
    gg__user_factor *f = &s->factor[i * s->n_servers + j];
    if (f->origin != sums->origin) {
        f->at = gg__expand(s, i, j, sums->origin_w);
        f->origin = sums->origin;
    }
    return f->at;
}

static double user_factor(gg_search *s, size_t i, size_t j, double dy) {
    gg__expansion e = gg__expand_near(s, i, j);
    return at(&e, dy);
}

static double sum_of_factors(const gg_search *s, size_t j, double disturbance_w) {
    const uint32_t *members = s->members + j * s->n_users;
    double total = 0.0;
    for (uint32_t k = 0; k < s->sums[j].load; k++)
        total += factor(s, members[k], j, disturbance_w);
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
    return at(&region->sum, y - 2.0 * GG__REACH * step);
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
    double dy = near && disturbance_w != sums->origin_w ? log_near_one(ratio) : 0.0;
    double total = near ? at(&sums->sum, dy) : far_factors(s, j, disturbance_w);
    bool cached = near && s->factor != NULL;
    if (out != GG__NOBODY)
        total -= cached ? user_factor(s, out, j, dy) : factor(s, out, j, disturbance_w);
    if (in != GG__NOBODY)
        total += cached ? user_factor(s, in, j, dy) : factor(s, in, j, disturbance_w);
    return total + GG__NO_RATE * count_rateless(s, j, disturbance_w, out, in);
}
