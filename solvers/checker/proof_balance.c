/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/proof_balance.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "solvers/checker/outward.h"

enum { COLUMNS = GG__PROOF_LEVELS + 1 + 5 };

gg_status gg__proof_balance_new(gg__proof_bounder *b, gg__proof_balance **out, gg_error *err) {
    size_t n = b->p->n, m = b->p->m;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg__proof_balance, parts, m),
        GG_ARRAY(gg__proof_balance, users, m * n),
        GG_ARRAY(gg__proof_balance, columns, m * COLUMNS * n),
        GG_ARRAY(gg__proof_balance, ranges, m * N_ENDS * (n + 1)),
        GG_ARRAY(gg__proof_balance, memos, m * (n + 1) * GG__PROOF_LEVELS),
        GG_ARRAY(gg__proof_balance, prices, m * n),
        GG_ARRAY(gg__proof_balance, total, n),
        GG_ARRAY(gg__proof_balance, term, n),
        GG_ARRAY(gg__proof_balance, away, n),
        GG_ARRAY(gg__proof_balance, here, n),
        GG_ARRAY(gg__proof_balance, gap, n),
        GG_ARRAY(gg__proof_balance, sorted, n),
        GG_ARRAY(gg__proof_balance, on, m * n),
        GG_ARRAY(gg__proof_balance, elsewhere, m * n),
        GG_ARRAY(gg__proof_balance, home, m * n),
    };
    gg__proof_balance *bal = *out = GG_RECORD_NEW(gg__proof_balance, arrays);
    GG_NEED(bal, err, "out of memory for the proof of %zu users", n);
    bal->b = b;
    bal->p = b->p;
    for (size_t j = 0; j < m; j++) {
        double *column = bal->columns + j * COLUMNS * n;
        double *rest = column + (GG__PROOF_LEVELS + 1) * n;
        double *ranges = bal->ranges + j * N_ENDS * (n + 1);
        bal->parts[j] = (gg__balance_part){.user = bal->users + j * n,
                                           .factor = column,
                                           .power_w = rest,
                                           .price = rest + n,
                                           .cap = rest + 2 * n,
                                           .base = rest + 3 * n,
                                           .work = rest + 4 * n,
                                           .range = {ranges, ranges + n + 1},
                                           .memo = bal->memos + j * (n + 1) * GG__PROOF_LEVELS};
    }
    return GG_OK;
}

/* Any cuts of the range will do: those of the round that lie in it and rise, as many as there is
 * room for. */
static void set_levels(const gg__proof_balance *bal, const gg__proof_box *box,
                       const gg_certificate *c, const gg_proof_round *round, size_t j) {
    gg__balance_part *part = &bal->parts[j];
    part->n_levels = 1;
    part->level_w[0] = box->interference_low[j];
    part->given_level[0] = 0;
    uint32_t given = 0;
    for (size_t k = round->first_cut; k < round->first_cut + round->n_cuts; k++) {
        double cut_w = (double)c->cuts[k].interference * c->power_unit_w;
        if (c->cuts[k].server != j)
            continue;
        given++;
        if (!(cut_w > part->level_w[part->n_levels - 1])) {
            part->given_level[part->n_levels - 1] = given;
        } else if (part->n_levels < GG__PROOF_LEVELS && cut_w < box->interference_high[j]) {
            part->given_level[part->n_levels] = given;
            part->level_w[part->n_levels++] = cut_w;
        }
    }
    part->level_w[part->n_levels] = box->interference_high[j];
}

/* Below what the prices charge user i on server j, less its multiplier. */
static double base_of(const gg__proof_balance *bal, size_t i, size_t j) {
    double others = gg__sub_below(bal->total[i], bal->prices[j * bal->p->n + i]);
    double base = gg__sub_below(others, bal->b->user_price[i]);
    return bal->p->fixed_s != NULL ? gg__add_below(base, gg__proof_fixed(bal->p, i, j)) : base;
}

static void add_forced(gg__proof_balance *bal, size_t i, size_t j) {
    gg__balance_part *part = &bal->parts[j];
    part->n_forced++;
    part->forced_work = gg__add_below(part->forced_work, gg__proof_work(bal->p, i, j));
    part->forced_base = gg__add_below(part->forced_base, base_of(bal, i, j));
    for (size_t edge = 0; edge <= part->n_levels; edge++)
        part->forced_factor[edge] = gg__add_below(
            part->forced_factor[edge], gg__proof_cost_factor(bal->p, i, j, part->level_w[edge]));
}

/* A user's column: it may be elsewhere (or have no other server), and home. */
static void add_column(gg__proof_balance *bal, size_t x, size_t i, size_t j, bool elsewhere,
                       bool home) {
    gg__balance_part *part = &bal->parts[j];
    part->user[x] = (uint32_t)i;
    part->power_w[x] = elsewhere ? bal->p->power_w[j * bal->p->n + i] : 0.0;
    part->loudest_w += part->power_w[x];
    part->price[x] = elsewhere ? bal->prices[j * bal->p->n + i] : 0.0;
    part->cap[x] = elsewhere && !home ? INFINITY : 0.0;
}

static void add_free(gg__proof_balance *bal, const gg__proof_box *box, size_t i, size_t j) {
    gg__balance_part *part = &bal->parts[j];
    size_t x = part->n_free++;
    add_column(bal, x, i, j, box->n_servers[i] > 1, gg__proof_allows_local(box, bal->p, i));
    part->base[x] = base_of(bal, i, j);
    part->work[x] = gg__proof_work(bal->p, i, j);
    for (size_t edge = 0; edge <= part->n_levels; edge++)
        part->factor[edge * bal->p->n + x] =
            gg__proof_cost_factor(bal->p, i, j, part->level_w[edge]);
}

static void add_certain(gg__proof_balance *bal, size_t i, size_t j) {
    gg__balance_part *part = &bal->parts[j];
    double power_w = bal->p->power_w[j * bal->p->n + i];
    part->loudest_w += power_w;
    part->certain_low_w = gg__add_below(part->certain_low_w, power_w);
    part->certain_high_w = gg__add_above(part->certain_high_w, power_w);
    part->certain_price = gg__add_above(part->certain_price, bal->prices[j * bal->p->n + i]);
}

static void gather(gg__proof_balance *bal, const gg__proof_box *box, size_t j) {
    const gg__proof_problem *p = bal->p;
    gg__balance_part *part = &bal->parts[j];
    part->n_free = part->n_outside = part->n_forced = 0;
    bal->away_of = NULL;
    part->spread = 0.0;
    part->forced_work = part->forced_base = part->loudest_w = 0.0;
    part->certain_low_w = part->certain_high_w = part->certain_price = 0.0;
    memset(part->forced_factor, 0, sizeof part->forced_factor);
    memset(part->near, 0, sizeof part->near);
    memset(part->memo, 0, (p->n + 1) * GG__PROOF_LEVELS * sizeof *part->memo);
    gg__proof_ranges(box, p, j, part->range[LOW], part->range[HIGH]);
    for (size_t i = 0; i < p->n; i++) {
        if (gg__proof_is_forced(box, p, i, j))
            add_forced(bal, i, j);
        else if (gg__proof_allows(box, p, i, j))
            add_free(bal, box, i, j);
        else if (gg__role_of(box, p, i, j) == GG__CERTAIN)
            add_certain(bal, i, j);
    }
    for (size_t i = 0; i < p->n; i++)
        if (!gg__proof_allows(box, p, i, j) && gg__role_of(box, p, i, j) == GG__POSSIBLE)
            add_column(bal, part->n_free + part->n_outside++, i, j, true, true);
}

/* Prices of whom the round does not name are 0. */
static void take_prices(gg__proof_balance *bal, const gg_certificate *c, size_t round) {
    const gg_proof_round *at = &c->rounds[round];
    size_t n = bal->p->n, m = bal->p->m;
    memset(bal->prices, 0, m * n * sizeof *bal->prices);
    memset(bal->total, 0, n * sizeof *bal->total);
    for (size_t k = 0; k < at->n_users; k++) {
        size_t i = c->priced_user[at->first_user + k];
        const float *row = c->prices + (at->first_user + k) * m;
        for (size_t j = 0; j < m; j++)
            bal->prices[j * n + i] = (double)row[j];
    }
    for (size_t j = 0; j < m; j++)
        for (size_t i = 0; i < n; i++)
            if (bal->prices[j * n + i] != 0.0)
                bal->total[i] = gg__add_below(bal->total[i], bal->prices[j * n + i]);
}

/* Multipliers of states, which any will do for, from the certificate. */
static void take_states(gg__proof_balance *bal, const gg_certificate *c,
                        const gg_proof_round *round) {
    for (size_t k = round->first_state; k < round->first_state + round->n_states; k++) {
        uint32_t place = c->states[k].place, load = place % (1U << GG_PROOF_LEVEL_SHIFT);
        size_t j = place >> GG_PROOF_SERVER_SHIFT;
        uint32_t level = place % (1U << GG_PROOF_SERVER_SHIFT) >> GG_PROOF_LEVEL_SHIFT;
        double mu = (double)c->states[k].mu / c->power_unit_w;
        if (j >= bal->p->m || load > bal->p->n || !isfinite(mu))
            continue;
        gg__balance_part *part = &bal->parts[j];
        for (size_t own = 0; own < part->n_levels; own++)
            if (part->given_level[own] == level)
                part->memo[load * GG__PROOF_LEVELS + own] =
                    (gg__proof_memo){.mu = mu, .is_given = true};
    }
}

static void keep_least(gg__balance_scan *scan, const gg__balance_state *state) {
    gg__balance_part *part = &scan->balance->parts[scan->server];
    double value_s = gg__lesser(state->at[LOW], state->at[HIGH]);
    if (value_s < part->least_s) {
        part->least_s = value_s;
        part->least_load = state->load;
        part->least_at_w = part->level_w[state->level];
    }
    scan->needed_s = part->least_s - scan->balance->slack_s;
}

/* Of many users V_j need not be known to the last: it is taken too low, in all by this share of the
 * bound. */
enum { MANY_USERS = 2000 };
static const double SLACK = 1e-4;

double gg__proof_balance_bound(gg__proof_balance *bal, const gg__proof_box *box,
                               const gg_certificate *c, size_t round) {
    const gg__proof_problem *p = bal->p;
    gg__proof_take_users(bal->b, box, c->multipliers + round * (p->n + p->m));
    take_prices(bal, c, round);
    bal->scale_s = 0.0;
    for (size_t i = 0; i < p->n; i++)
        bal->scale_s += fabs(bal->b->local_s[i]);
    bal->bound_s = bal->b->users_s;
    for (size_t j = 0; j < p->m; j++) {
        set_levels(bal, box, c, &c->rounds[round], j);
        gather(bal, box, j);
    }
    take_states(bal, c, &c->rounds[round]);
    bal->prices_options = c->rounds[round].n_states > 0;
    bal->slack_s = p->n > MANY_USERS ? SLACK * fabs(c->bound_s) / (double)p->m : 0.0;
    for (size_t j = 0; j < p->m; j++) {
        gg__balance_scan scan = {.balance = bal,
                                 .box = box,
                                 .server = j,
                                 .needed_s = INFINITY,
                                 .hurries = true,
                                 .visit = keep_least};
        bal->parts[j].least_s = INFINITY;
        gg__balance_scan_all(&scan);
        if (bal->slack_s > 0.0)
            bal->parts[j].least_s = gg__sub_below(bal->parts[j].least_s, bal->slack_s);
        bal->bound_s = gg__add_below(bal->bound_s, bal->parts[j].least_s);
    }
    return bal->bound_s;
}
