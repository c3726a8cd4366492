/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Multipliers of the bound for many users: from a decision's marginal costs, then by deflected
 * subgradient steps; and the decision they suggest.
 */
#include <string.h>

#include "models/base/timer.h"
#include "solvers/bound/load_bound_internal.h"
#include "solvers/bound/margins.h"

/* Looking at every load costs little with few users, and much with many. */
enum { PATIENCE = 8, CHECK_EVERY = 5, CHECK_EVERY_OF_MANY = 25, FEW_USERS = 3000 };
static const double LAMBDA_SHARE = 0.1, TOLERANCE_OF_GAP = 0.01, LOOSE_START = 0.01;

/* The cheapest usable option of user i at the margin; *at is where. */
static double cheapest(const gg_load_bound *b, size_t i, const gg__margins *margins, int32_t *at) {
    const gg_bound_problem *p = b->p;
    uint64_t usable = 0;
    for (size_t j = 0; j < p->m; j++)
        usable |= (uint64_t)gg_bound_usable(p, i, j) << j;
    double best = gg__cheapest_option(p, margins, b->multipliers + p->n, i, b->charge[i],
                                      b->mandatory[i] ? INFINITY : p->local_s[i], usable, at);
    if (*at == GG_LOCAL && b->mandatory[i])
        *at = 0;
    return best;
}

static void price_users(gg_load_bound *b, const gg__margins *margins) {
    const gg_bound_problem *p = b->p;
    gg__load_set_charges(b);
    for (size_t i = 0; i < p->n; i++) {
        int32_t at;
        double u = cheapest(b, i, margins, &at);
        b->multipliers[i] = isfinite(u) ? u : p->local_s[i];
    }
}

/* What a decision's users on server j pay together at an interference. */
static double transmission_s(const gg_bound_problem *p, size_t j, const int32_t *assignment,
                             uint32_t load, double interference) {
    double sum = 0.0;
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] == (int32_t)j)
            sum += gg_cost_factor(p, i, j, interference);
    return gg_air_share(p, j, load) * sum;
}

/* What users' multipliers are where those above `knee` are bent down to a power, and those of
 * interference are a share. */
static void bend(gg_load_bound *b, const double *from, double knee, double power, double share) {
    const gg_bound_problem *p = b->p;
    for (size_t i = 0; i < p->n; i++)
        b->multipliers[i] = from[i] > knee ? knee * pow(from[i] / knee, power) : from[i];
    for (size_t j = 0; j < p->m; j++)
        b->multipliers[p->n + j] = share * from[p->n + j];
}

/* At the decision's loads a user with a poor channel is very dear, yet a server that served only
 * such users would serve them cheaply: marginal prices promise too much. The gentlest bend of them
 * that bounds best. */
static void temper(gg_load_bound *b, double tolerance_s, double deadline_s) {
    static const double powers[] = {1.0, 0.8, 0.6, 0.4, 0.2, 0.0},
                        shares[] = {1.0, 0.3, 0.1, 0.03, 0.0};
    const gg_bound_problem *p = b->p;
    double mean = 0.0, power = 1.0, share = 1.0, best_s = -INFINITY;
    memcpy(b->best, b->multipliers, (p->n + p->m) * sizeof *b->best);
    for (size_t i = 0; i < p->n; i++)
        mean += log(fmax(b->best[i], 1e-300)) / (double)p->n;
    double knee = exp(mean);
    b->looseness = b->p->n <= FEW_USERS ? 0.02 : 0.1;
    for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) {
        bend(b, b->best, knee, powers[k], share);
        double bound_s = gg_load_bound_s(b, tolerance_s, deadline_s);
        if (bound_s > best_s) {
            best_s = bound_s;
            power = powers[k];
        }
    }
    for (size_t k = 1; k < sizeof shares / sizeof *shares; k++) {
        bend(b, b->best, knee, power, shares[k]);
        double bound_s = gg_load_bound_s(b, tolerance_s, deadline_s);
        if (bound_s > best_s) {
            best_s = bound_s;
            share = shares[k];
        }
    }
    bend(b, b->best, knee, power, share);
    b->looseness = 0.0;
}

/* The price of interference is the slope of the chord over its range: the marginal one, at the low
 * end, would be far above what a server pays at the high end, and the bound beyond recovery. */
void gg_load_duals_from(gg_load_bound *b, const int32_t *assignment, double tolerance_s,
                        double deadline_s) {
    const gg_bound_problem *p = b->p;
    const gg__margins margins = gg__margins_of(p, assignment);
    for (size_t j = 0; j < p->m; j++) {
        gg__load_server *s = &b->servers[j];
        uint32_t load = margins.at.load[j], n = load < s->n ? load : s->n;
        double low = s->range[GG__LOWEST][n], high = s->range[GG__HIGHEST][n];
        b->multipliers[p->n + j] = high > low ? (transmission_s(p, j, assignment, n, high) -
                                                 transmission_s(p, j, assignment, n, low)) /
                                                    (high - low)
                                              : 0.0;
        s->best = (gg__place){n, GG__LOWEST};
    }
    price_users(b, &margins);
    temper(b, tolerance_s, deadline_s);
    b->ambition_s = INFINITY;
}

void gg_load_decide(gg_load_bound *b, int32_t *assignment) {
    const gg_bound_problem *p = b->p;
    gg__margins margins = {.at = gg_server_sums_of(p, assignment)};
    gg__load_set_charges(b);
    for (size_t j = 0; j < p->m; j++) {
        const gg__load_server *s = &b->servers[j];
        margins.at.load[j] = s->best.load;
        double t = s->at[s->best.end];
        margins.per_user[j] = isfinite(t) ? -t : 0.0;
    }
    for (size_t i = 0; i < p->n; i++)
        cheapest(b, i, &margins, &assignment[i]);
}

/* The value with only some loads examined, and the subgradient there. */
static double look(gg_load_bound *b) {
    const gg_bound_problem *p = b->p;
    gg__load_set_charges(b);
    double total = gg__load_users_value(b);
    for (size_t i = 0; i < p->n; i++)
        b->gradient[i] = !b->mandatory[i] && p->local_s[i] < b->multipliers[i] ? 0.0 : 1.0;
    memset(b->gradient + p->n, 0, p->m * sizeof *b->gradient);
    for (size_t j = 0; j < p->m; j++) {
        gg__load_server *s = &b->servers[j];
        gg__load_look_near(b, j);
        total += s->value;
        b->gradient[p->n + j] -= s->range[s->best.end][s->best.load];
        if (s->best.load == 0)
            continue;
        double t = s->at[s->best.end];
        gg__load_value(b, j, s->best, &t);
        for (uint32_t k = 0; k < s->n; k++) {
            if (!(b->r[k] < t))
                continue;
            b->gradient[s->user[k]] -= 1.0;
            for (size_t other = 0; other < p->m; other++)
                if (other != j)
                    b->gradient[p->n + other] += p->power[other * p->n + s->user[k]];
        }
    }
    return total;
}

static void set_scales(gg_load_bound *b) {
    const gg_bound_problem *p = b->p;
    double mean = 0.0;
    for (size_t i = 0; i < p->n; i++)
        mean += fabs(b->multipliers[i]) / (double)p->n;
    for (size_t i = 0; i < p->n; i++)
        b->scale[i] = mean > 0.0 ? fabs(b->multipliers[i]) / mean : 1.0;
    for (size_t j = 0; j < p->m; j++) {
        double lambda = fabs(b->multipliers[p->n + j]);
        b->scale[p->n + j] = mean > 0.0 ? fmax(lambda / mean, 1e-9) : 1.0;
    }
}

static void advance(gg_load_bound *b, double step) {
    const gg_bound_problem *p = b->p;
    for (size_t i = 0; i < p->n; i++)
        b->multipliers[i] += step * b->scale[i] * b->direction[i];
    for (size_t j = 0; j < p->m; j++) {
        double *lambda = &b->multipliers[p->n + j];
        double most = LAMBDA_SHARE * fmax(fabs(*lambda), 1e-12);
        *lambda += fmin(fmax(step * b->scale[p->n + j] * b->direction[p->n + j], -most), most);
    }
}

/* The full bound at the present multipliers, which are kept where it is the best. */
static void check(gg_load_bound *b, double target_s, double tolerance_s, double deadline_s,
                  double *best_s) {
    double fine_s = fmax(tolerance_s, TOLERANCE_OF_GAP * (target_s - *best_s));
    double bound_s = gg_load_bound_s(b, fine_s, deadline_s);
    if (!(bound_s > *best_s))
        return;
    *best_s = bound_s;
    memcpy(b->best, b->multipliers, (b->p->n + b->p->m) * sizeof *b->best);
}

double gg_load_ascend(gg_load_bound *b, double target_s, int steps, double tolerance_s,
                      double deadline_s) {
    size_t total = b->p->n + b->p->m;
    b->looseness = b->p->n <= FEW_USERS ? 0.0 : LOOSE_START;
    double best_s = gg_load_bound_s(b, tolerance_s, deadline_s), near_best_s = best_s;
    b->looseness = 0.0;
    memcpy(b->best, b->multipliers, total * sizeof *b->best);
    memset(b->direction, 0, total * sizeof *b->direction);
    set_scales(b);
    if (isinf(b->ambition_s))
        b->ambition_s = 0.3 * (target_s - best_s);
    int unlucky = 0, check_every = b->p->n <= FEW_USERS ? CHECK_EVERY : CHECK_EVERY_OF_MANY;
    for (int k = 1; k <= steps && !gg_time_is_up(deadline_s); k++) {
        double value_s = look(b);
        if (value_s > near_best_s) {
            near_best_s = value_s;
            unlucky = 0;
            /* What looks as good as the target may do so because the loads that cost least now are
             * far from those looked at: the full bound finds them, and the gradient is there. */
            if (k % check_every == 0 || value_s >= target_s) {
                check(b, target_s, tolerance_s, deadline_s, &best_s);
                value_s = look(b);
                near_best_s = fmin(near_best_s, fmax(best_s, value_s));
            }
        } else if (++unlucky >= PATIENCE) {
            b->ambition_s *= 0.5;
            unlucky = 0;
        }
        double aim_s = fmin(near_best_s + b->ambition_s, target_s);
        double norm = gg__deflect(b->direction, b->gradient, b->scale, total);
        if (!(norm > 0.0) || aim_s <= value_s)
            break;
        advance(b, (aim_s - value_s) / norm);
    }
    memcpy(b->multipliers, b->best, total * sizeof *b->best);
    return best_s;
}
