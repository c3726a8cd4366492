/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where an ascent of the balance bound starts from.
 */
#include <string.h>

#include "models/base/timer.h"
#include "solvers/balance/balance_internal.h"
#include "solvers/bound/margins.h"

/* How much of a marginal price, in the decision that the bounder's multipliers are from, a price is
 * worth at least: those have fallen, in a wide box, and must be able to rise again. */
static const double WORTH_SHARE = 4.0;

static void set_worth(gg_balance *bal, size_t j, double lambda, double share) {
    const gg_bound_problem *p = bal->p;
    for (size_t i = 0; i < p->n; i++)
        bal->worth[j * p->n + i] = fmax(lambda, share * bal->b->price[j]) * p->power[j * p->n + i];
}

static void set_prices(gg_balance *bal, size_t j, double lambda) {
    const gg_bound_problem *p = bal->p;
    for (size_t i = 0; i < p->n; i++)
        bal->prices[j * p->n + i] = lambda * p->power[j * p->n + i];
    set_worth(bal, j, lambda, WORTH_SHARE);
}

void gg_balance_take_multipliers(gg_balance *bal) {
    bal->ambition_s = bal->missing_s = INFINITY;
    for (size_t j = 0; j < bal->p->m; j++)
        set_prices(bal, j, bal->b->multipliers[bal->p->n + j]);
}

void gg_balance_persist(gg_balance *bal) {
    const gg_bound_problem *p = bal->p;
    for (size_t j = 0; j < p->m; j++)
        set_worth(bal, j, bal->b->multipliers[p->n + j], 1.0);
    for (size_t k = 0; k < p->n * p->m; k++)
        bal->stretch[k] = 1.0;
    bal->ambition_s = INFINITY;
    bal->persists = true;
}

/* What user i costs per user on server j, apart from what it costs others: b_ij, with
 * load times its sum over the server's users being what these pay. */
static double pace(const gg_balance *bal, const gg__margins *margins, size_t i, size_t j) {
    const gg_bound_problem *p = bal->p;
    double work = p->slow == NULL
                      ? p->work[i] / p->instance->server_capacity_flops[j]
                      : gg_work(p, i, j) * gg_seconds_per_work(p, j, (uint32_t)p->n) / (double)p->n;
    return gg_cost_factor(p, i, j, margins->at.interference[j]) + work;
}

/* By Cauchy's inequality the users S of a server pay |S| sum b >= (sum sqrt b)^2 = c^2, which is at
 * least 2 c' sum sqrt b - c'^2 for every c': so each is worth 2 c' sqrt b, whatever the load.
 * Marginal costs at the decision's loads promise too much: a server that served only users of poor
 * channels would serve few and cheaply. */
static void price_users(gg_balance *bal, const int32_t *assignment, const gg__margins *margins,
                        const double *c, double share) {
    const gg_bound_problem *p = bal->p;
    for (size_t i = 0; i < p->n; i++) {
        double charge = 0.0, least = INFINITY;
        if (assignment[i] == GG_LOCAL) {
            bal->b->multipliers[i] = bal->b->local_s[i];
            continue;
        }
        for (size_t j = 0; j < p->m; j++)
            charge += share * bal->b->price[j] * p->power[j * p->n + i];
        for (size_t j = 0; j < p->m; j++) {
            double own = share * bal->b->price[j] * p->power[j * p->n + i];
            if (gg_bound_usable(p, i, j))
                least = fmin(least, 2.0 * c[j] * sqrt(pace(bal, margins, i, j)) + charge - own);
        }
        bal->b->multipliers[i] = isfinite(least) ? least : bal->b->local_s[i];
    }
}

/* Who is local in the decision pays nothing for what it does not do. */
static void price_disturbance(gg_balance *bal, const int32_t *assignment, double share) {
    const gg_bound_problem *p = bal->p;
    for (size_t j = 0; j < p->m; j++) {
        set_prices(bal, j, share * bal->b->price[j]);
        for (size_t i = 0; i < p->n; i++)
            if (assignment[i] == GG_LOCAL)
                bal->prices[j * p->n + i] = 0.0;
    }
}

/* The states that the decision has. */
static void look_at_decision(gg_balance *bal, const gg__margins *margins) {
    for (size_t j = 0; j < bal->p->m; j++) {
        gg__server *s = &bal->servers[j];
        int level = 0;
        while (level + 1 < s->n_levels && s->level[level + 1] < margins->at.interference[j])
            level++;
        uint32_t load = margins->at.load[j];
        s->best.load = load < s->load_low ? s->load_low : load > s->load_high ? s->load_high : load;
        s->best.level = level;
    }
}

/* Shares of the marginal price of interference: the first one tried, and how many each way. Values
 * may be so far off, of the decision's. */
static const double SHARE_FIRST = 0.0625, START_SLACK = 0.01, START_FINE = 1e-4;
enum { SHARES = 12 };

typedef struct start {
    const int32_t *assignment;
    gg__margins margins;
    double c[GG_BOUND_SERVERS_MAX];
} start;

static void set_share(gg_balance *bal, const start *from, double share) {
    price_users(bal, from->assignment, &from->margins, from->c, share);
    price_disturbance(bal, from->assignment, share);
}

static double try_share(gg_balance *bal, const start *from, double value_s, double share) {
    set_share(bal, from, share);
    look_at_decision(bal, &from->margins);
    return gg__balance_evaluate(bal, true, START_FINE * value_s / (double)bal->p->m);
}

void gg_balance_take_decision(gg_balance *bal, const int32_t *assignment, double value_s) {
    const gg_bound_problem *p = bal->p;
    start from = {.assignment = assignment, .margins = gg__margins_of(p, assignment)};
    gg__price_interference(bal->b, assignment, &from.margins);
    for (size_t i = 0; i < p->n; i++)
        if (assignment[i] != GG_LOCAL)
            from.c[assignment[i]] += sqrt(pace(bal, &from.margins, i, (size_t)assignment[i]));
    bal->ambition_s = bal->missing_s = INFINITY;
    bal->slack_s = START_SLACK * value_s / (double)p->m;
    bal->hopeless_s = 0.0;
    double best = SHARE_FIRST, best_s = try_share(bal, &from, value_s, best);
    for (int way = 0; way < 2; way++)
        for (int k = 0; k < SHARES && !gg_time_is_up(bal->b->deadline_s); k++) {
            double share = way == 0 ? best * 0.5 : best * 2.0;
            bal->hopeless_s = fmax(best_s, 0.0);
            double bound_s = try_share(bal, &from, value_s, share);
            /* What is hopeless was not looked at to the end: the next may be the first that is not.
             */
            if (!(bound_s > best_s) && (best_s > 0.0 || way > 0))
                break;
            best = share;
            best_s = bound_s;
        }
    set_share(bal, &from, best);
    bal->slack_s = 0.0;
    bal->hopeless_s = -INFINITY;
}
