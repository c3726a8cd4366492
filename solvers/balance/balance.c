/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/balance/balance_internal.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"

double *gg_balance_prices(gg_balance *bal) {
    return bal->prices;
}

const double *gg_balance_multipliers(const gg_balance *bal) {
    return bal->multipliers;
}

uint64_t gg_balance_work(const gg_balance *bal) {
    return bal->work;
}

const double *gg_balance_cuts(const gg_balance *bal, size_t j, size_t *count) {
    *count = (size_t)bal->servers[j].n_levels - 1;
    return bal->servers[j].level + 1;
}

void gg_balance_note_states(gg_balance *bal, gg_state_note *note, void *context) {
    bal->note = note;
    bal->note_context = context;
}

/* Columns of a server: factors at every end of a level, and eight more. */
enum { COLUMNS = GG__LEVELS_MAX + 1 + 8 };

/* What is remembered of a server's states. */
static size_t count_memos(const gg_bound_problem *p) {
    return (p->n / gg__stride(p) + 1) * GG__LEVELS_MAX;
}

void gg_balance_free(gg_balance *bal) {
    gg_free(bal);
}

gg_status gg_balance_new(gg_bounder *b, gg_balance **out, gg_error *err) {
    size_t n = b->p->n, m = b->p->m, padded = gg_padded(n), size = n + n * m + 1;
    size_t memos = count_memos(b->p);
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_balance, servers, m),
        GG_ARRAY(gg_balance, columns, m * COLUMNS * padded),
        GG_ARRAY(gg_balance, users, 2 * m * n),
        GG_ARRAY(gg_balance, memos, m * memos),
        GG_ARRAY(gg_balance, too_wide, m * memos),
        GG_ARRAY(gg_balance, prices, n * m),
        GG_ARRAY(gg_balance, worth, n * m),
        GG_ARRAY(gg_balance, stretch, n * m),
        GG_ARRAY(gg_balance, charge, n),
        GG_ARRAY(gg_balance, best, size),
        GG_ARRAY(gg_balance, gradient, size),
        GG_ARRAY(gg_balance, direction, size),
        GG_ARRAY(gg_balance, scale, size),
        GG_ARRAY(gg_balance, q[LOW], padded),
        GG_ARRAY(gg_balance, q[HIGH], padded),
    };
    gg_balance *bal = *out = GG_RECORD_NEW(gg_balance, arrays);
    GG_NEED(bal, err, "out of memory for the bound of %zu users", n);
    bal->b = b;
    bal->p = b->p;
    bal->many = b->p->n > GG_BALANCE_MANY;
    bal->kernels = gg_balance_kernels_best();
    bal->on = bal->gradient;
    bal->elsewhere = bal->direction;
    bal->home = bal->scale;
    bal->ambition_s = bal->missing_s = INFINITY;
    bal->hopeless_s = -INFINITY;
    for (size_t j = 0; j < m; j++) {
        double *column = bal->columns + j * COLUMNS * padded;
        double *rest = column + (GG__LEVELS_MAX + 1) * padded;
        bal->servers[j] = (gg__server){.user = bal->users + 2 * j * n,
                                       .outsider = bal->users + (2 * j + 1) * n,
                                       .factor = column,
                                       .work = rest,
                                       .base = rest + padded,
                                       .power = rest + 2 * padded,
                                       .price = rest + 3 * padded,
                                       .cap = rest + 4 * padded,
                                       .out_power = rest + 5 * padded,
                                       .out_price = rest + 6 * padded,
                                       .out_cap = rest + 7 * padded,
                                       .range = {b->parts[j].range[LOW], b->parts[j].range[HIGH]},
                                       .memo = bal->memos + j * memos,
                                       .too_wide = bal->too_wide + j * memos};
    }
    return GG_OK;
}

gg_pace gg_balance_pace(const gg_balance *bal) {
    return (gg_pace){bal->ambition_s, bal->missing_s};
}

void gg_balance_set_pace(gg_balance *bal, gg_pace pace) {
    bal->ambition_s = pace.ambition_s;
    bal->missing_s = pace.missing_s;
}

void gg_balance_resume(gg_balance *bal, const gg_balance *as) {
    for (size_t j = 0; j < bal->p->m; j++) {
        bal->servers[j].best = as->servers[j].best;
        bal->servers[j].spacing = as->servers[j].spacing;
    }
    memcpy(bal->worth, as->worth, bal->p->n * bal->p->m * sizeof *bal->worth);
    memcpy(bal->stretch, as->stretch, bal->p->n * bal->p->m * sizeof *bal->stretch);
    bal->persists = as->persists;
    bal->many = as->many;
    bal->slack_s = as->slack_s;
}

/* Levels rise by one ratio from a little above nothing. */
static const double FLOOR_SHARE = 1e-3;

static void set_levels(gg_balance *bal, size_t j) {
    gg__server *s = &bal->servers[j];
    double low = bal->b->box->interference_low[j], high = bal->b->box->interference_high[j];
    double lift = bal->p->noise[j] + FLOOR_SHARE * high, ratio = (high + lift) / (low + lift);
    double wanted = ceil(log(ratio) / log(GG__LEVEL_RATIO));
    s->n_levels = !(wanted > 1.0) ? 1 : wanted < GG__LEVELS_MAX ? (int)wanted : GG__LEVELS_MAX;
    s->level[0] = low;
    int levels = s->n_levels, n = 1;
    for (int k = 1; k < levels; k++) {
        double cut = (double)(float)((low + lift) * pow(ratio, (double)k / levels) - lift);
        if (cut > s->level[n - 1] && cut < high)
            s->level[n++] = cut;
    }
    s->n_levels = n;
    s->level[n] = high;
}

static void add_free(gg_balance *bal, size_t j, size_t i, bool elsewhere) {
    const gg_bound_problem *p = bal->p;
    gg__server *s = &bal->servers[j];
    size_t x = s->n_free++, padded = gg_padded(p->n);
    s->user[x] = (uint32_t)i;
    s->work[x] = gg_work(p, i, j);
    s->power[x] = elsewhere ? p->power[j * p->n + i] : 0.0;
    s->cap[x] = elsewhere && !bal->b->box->local[i] ? INFINITY : 0.0;
    for (int edge = 0; edge <= s->n_levels; edge++)
        s->factor[(size_t)edge * padded + x] = gg_cost_factor(p, i, j, s->level[edge]);
}

static void add_forced(gg_balance *bal, size_t j, size_t i) {
    gg__server *s = &bal->servers[j];
    s->n_forced++;
    s->forced_work += gg_work(bal->p, i, j);
    for (int edge = 0; edge <= s->n_levels; edge++)
        s->forced_factor[edge] += gg_cost_factor(bal->p, i, j, s->level[edge]);
}

static void pad(gg_balance *bal, gg__server *s) {
    size_t padded = gg_padded(bal->p->n);
    s->padded = gg_padded(s->n_free);
    s->padded_outside = gg_padded(s->n_outside);
    for (size_t x = s->n_free; x < s->padded; x++) {
        s->base[x] = INFINITY;
        s->work[x] = s->power[x] = s->price[x] = s->cap[x] = 0.0;
        for (int edge = 0; edge <= s->n_levels; edge++)
            s->factor[(size_t)edge * padded + x] = 0.0;
    }
    for (size_t x = s->n_outside; x < s->padded_outside; x++)
        s->out_power[x] = s->out_price[x] = s->out_cap[x] = 0.0;
}

static void load_server(gg_balance *bal, size_t j) {
    const gg_bound_problem *p = bal->p;
    const gg_box *box = bal->b->box;
    gg__server *s = &bal->servers[j];
    uint64_t bit = UINT64_C(1) << j;
    s->n_free = s->n_forced = s->n_outside = 0;
    s->forced_work = s->certain_power = s->loudest = 0.0;
    memset(s->forced_factor, 0, sizeof s->forced_factor);
    set_levels(bal, j);
    for (size_t i = 0; i < p->n; i++) {
        double power = p->power[j * p->n + i];
        bool here = (box->servers[i] & bit) != 0, elsewhere = (box->servers[i] & ~bit) != 0;
        s->loudest += elsewhere ? power : 0.0;
        if (here && gg__is_forced(box, i)) {
            add_forced(bal, j, i);
        } else if (here) {
            add_free(bal, j, i, elsewhere);
        } else if (elsewhere && !box->local[i]) {
            s->certain_power += power;
        } else if (elsewhere) {
            s->outsider[s->n_outside] = (uint32_t)i;
            s->out_cap[s->n_outside] = 0.0;
            s->out_power[s->n_outside++] = power;
        }
    }
    pad(bal, s);
    s->load_low = box->load_low[j] > s->n_forced ? box->load_low[j] : s->n_forced;
    s->load_high = box->load_high[j];
    if (s->load_high > s->n_free + s->n_forced)
        s->load_high = s->n_free + s->n_forced;
    memset(s->memo, 0, count_memos(p) * sizeof *s->memo);
    memset(s->near, 0, sizeof s->near);
    memset(s->too_wide, 0xFF, count_memos(p) * sizeof *s->too_wide);
    s->n_rivals = s->next_rival = 0;
    if (s->best.load < s->load_low || s->best.load > s->load_high)
        s->best.load = s->load_low + (s->load_high - s->load_low) / 2;
    if (s->best.level >= s->n_levels)
        s->best.level = s->n_levels - 1;
}

void gg_balance_load(gg_balance *bal, const gg_box *box) {
    gg_bounder_load(bal->b, box);
    bal->local_sum_s = 0.0;
    for (size_t i = 0; i < bal->p->n; i++)
        bal->local_sum_s += fabs(bal->b->local_s[i]);
    for (size_t j = 0; j < bal->p->m; j++)
        load_server(bal, j);
}

static void charge_server(gg_balance *bal, size_t j) {
    const gg_bound_problem *p = bal->p;
    gg__server *s = &bal->servers[j];
    const double *price = bal->prices + j * p->n;
    for (uint32_t x = 0; x < s->n_free; x++) {
        size_t i = s->user[x];
        bool elsewhere = (bal->b->box->servers[i] & ~(UINT64_C(1) << j)) != 0;
        s->price[x] = elsewhere ? price[i] : 0.0;
        s->base[x] = bal->charge[i] - price[i] + gg_fixed(p, i, j);
    }
    for (uint32_t x = 0; x < s->n_outside; x++)
        s->out_price[x] = price[s->outsider[x]];
    s->forced_base = s->certain_price = 0.0;
}

/* Users with one option left: on their server they pay what they pay, on all others it is certain
 * that they are elsewhere. */
static void charge_settled(gg_balance *bal, size_t i) {
    const gg_bound_problem *p = bal->p;
    const gg_box *box = bal->b->box;
    if (box->local[i] || box->servers[i] == 0)
        return;
    for (size_t j = 0; j < p->m; j++) {
        double price = bal->prices[j * p->n + i];
        if ((box->servers[i] >> j & 1) == 0)
            bal->servers[j].certain_price += price;
        else if (gg__is_forced(box, i))
            bal->servers[j].forced_base += bal->charge[i] - price + gg_fixed(p, i, j);
    }
}

void gg__balance_charge(gg_balance *bal) {
    const gg_bound_problem *p = bal->p;
    for (size_t i = 0; i < p->n; i++)
        bal->charge[i] = -bal->b->multipliers[i];
    for (size_t j = 0; j < p->m; j++)
        for (size_t i = 0; i < p->n; i++)
            bal->charge[i] += bal->prices[j * p->n + i];
    for (size_t j = 0; j < p->m; j++)
        charge_server(bal, j);
    for (size_t i = 0; i < p->n; i++)
        charge_settled(bal, i);
}
