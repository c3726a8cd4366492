/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search/search_state_internal.h"

#include "models/base/alloc.h"
#include "models/base/record.h"

/* For more than GG_SWAP_USERS_MAX users; for fewer every change renews the sums it touches. */
static const double DRIFT_ALLOWED = 1e-3;
static const double LN2 = 0.6931471805599453;

static void add_user(gg_search *s, size_t i, size_t j, double sign) {
    gg__server_sums *sums = &s->sums[j];
    gg__expansion e = gg__expand_near(s, i, j);
    sums->sum.a0 += sign * e.a0;
    sums->sum.a1 += sign * e.a1;
    sums->sum.a2 += sign * e.a2;
    sums->work += sign * gg__work(s, i, j);
    sums->fixed_s += sign * gg__fixed(s, i, j);
    sums->version++;
}

static void renew(gg_search *s, size_t j) {
    gg__server_sums *sums = &s->sums[j];
    const uint32_t *members = s->members + j * s->n_users;
    double origin_w = sums->interference_w + sums->floor_w;
    if (origin_w != sums->origin_w) {
        sums->origin_w = origin_w;
        sums->per_origin_w = 1.0 / origin_w;
        sums->origin++;
    }
    sums->version++;
    sums->sum = (gg__expansion){0.0, 0.0, 0.0};
    sums->work = sums->fixed_s = 0.0;
    for (uint32_t k = 0; k < sums->load; k++)
        add_user(s, members[k], j, 1.0);
}

static void renew_cost(gg_search *s, size_t j) {
    gg__server_sums *sums = &s->sums[j];
    double factors = gg__factors_at(s, j, sums->interference_w, GG__NOBODY, GG__NOBODY);
    sums->cost_s = gg__server_cost_s(s, j, sums->load, factors, sums->work, sums->fixed_s);
}

/* What a user costs at the objective's prices, apart from radio and loads. */
static void price_user(gg_search *s, gg_objective objective, size_t i) {
    const gg_instance *in = s->in;
    double w = gg_weight(in, objective, i), joule = gg_objective_joule(objective);
    s->weighted_local_s[i] = gg_home_price(in, w, joule, i) * in->local_delay_s[i];
    s->weighted_work[i] = gg_weighted_edge_work(in, w, i);
    if (s->weighted_tokens != NULL)
        s->weighted_tokens[i] = w * in->output_tokens[i];
    s->weighted_bits[i] = gg_price_of_second(w, joule, in->tx_power_w[i]) * in->payload_bits[i];
    for (size_t j = 0; s->fixed != NULL && j < s->n_servers; j++)
        s->fixed[i * s->n_servers + j] = gg_fixed_cost(in, w, joule, i, j);
}

/* Everybody is home. */
static void start_users(gg_search *s, gg_objective objective) {
    const size_t m = s->n_servers;
    for (size_t i = 0; i < s->n_users; i++) {
        price_user(s, objective, i);
        s->server[i] = GG_LOCAL;
        s->local_s += s->weighted_local_s[i];
        for (size_t j = 0; j < m; j++) {
            double power_w = gg_received_w(s->in, i, j);
            s->power_w[i * m + j] = power_w;
            s->usable[i * m + j] = gg_has_rate(power_w, gg_floor_w(s->in, j));
        }
    }
}

static void start_servers(gg_search *s) {
    for (size_t j = 0; j < s->n_servers; j++) {
        s->sums[j].per_flop = 1.0 / s->in->server_capacity_flops[j];
        s->sums[j].floor_w = gg_floor_w(s->in, j);
        s->sums[j].bits_scale = LN2 / s->in->bandwidth_hz[j];
        s->sums[j].weakest_w[0] = s->sums[j].weakest_w[1] = INFINITY;
        renew(s, j);
    }
}

gg_status gg_search_new(const gg_instance *in, gg_objective objective, gg_search **out,
                        gg_error *err) {
    *out = NULL;
    size_t n = in->n_users, m = in->n_servers, n_pairs;
    const bool swaps = n <= GG_SWAP_USERS_MAX;
    const bool tokens = in->server_model != NULL && in->output_tokens != NULL;
    const bool fixed = in->gate_delay_s != NULL || in->prefill_s != NULL;
    if (gg_size_multiply(n, m, &n_pairs) != 0)
        n_pairs = SIZE_MAX;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_search, weighted_local_s, n),
        GG_ARRAY(gg_search, weighted_work, n),
        GG_ARRAY(gg_search, weighted_tokens, tokens ? n : 0),
        GG_ARRAY(gg_search, weighted_bits, n),
        GG_ARRAY(gg_search, fixed, fixed ? n_pairs : 0),
        GG_ARRAY(gg_search, power_w, n_pairs),
        GG_ARRAY(gg_search, usable, n_pairs),
        GG_ARRAY(gg_search, factor, swaps ? n_pairs : 0),
        GG_ARRAY(gg_search, server, n),
        GG_ARRAY(gg_search, members, n_pairs),
        GG_ARRAY(gg_search, place, n),
        GG_ARRAY(gg_search, sums, m),
        GG_ARRAY(gg_search, scratch, m),
        GG_ARRAY(gg_search, trades.share_s, swaps ? n_pairs + n : 0),
        GG_ARRAY(gg_search, trades.from_a_s, m + 1),
        GG_ARRAY(gg_search, trades.come_s, swaps ? n_pairs : 0),
        GG_ARRAY(gg_search, trades.disturb_s, swaps ? n_pairs : 0),
        GG_ARRAY(gg_search, trades.leave_s, swaps ? 2 * n : 0),
        GG_ARRAY(gg_search, trades.version, m),
    };
    gg_search *s = GG_RECORD_NEW(gg_search, arrays);
    GG_NEED(s, err, "out of memory for a search over %zu users", n);
    s->in = in;
    s->n_users = n;
    s->n_servers = m;
    s->is_fixed = in->fixed_interference_w != NULL;
    if (!swaps)
        s->factor = NULL;
    if (!tokens)
        s->weighted_tokens = NULL;
    if (!fixed)
        s->fixed = NULL;
    start_users(s, objective);
    s->drift_allowed = swaps ? 0.0 : DRIFT_ALLOWED;
    s->per_user_flop = 1.0 / in->max_user_capacity_flops;
    start_servers(s);
    *out = s;
    return GG_OK;
}

static void note_power(gg__server_sums *sums, double power_w) {
    double *weakest_w = sums->weakest_w;
    if (power_w < weakest_w[0]) {
        weakest_w[1] = weakest_w[0];
        weakest_w[0] = power_w;
    } else if (power_w < weakest_w[1]) {
        weakest_w[1] = power_w;
    }
}

static void add_member(gg_search *s, size_t i, size_t j) {
    gg__server_sums *sums = &s->sums[j];
    s->place[i] = sums->load;
    s->members[j * s->n_users + sums->load++] = (uint32_t)i;
    note_power(sums, gg__power(s, i, j));
}

static void remove_member(gg_search *s, size_t i, size_t j) {
    gg__server_sums *sums = &s->sums[j];
    uint32_t *members = s->members + j * s->n_users;
    uint32_t last = members[--sums->load];
    members[s->place[i]] = last;
    s->place[last] = s->place[i];
    if (gg__power(s, i, j) > sums->weakest_w[1])
        return;
    sums->weakest_w[0] = sums->weakest_w[1] = INFINITY;
    for (uint32_t k = 0; k < sums->load; k++)
        note_power(sums, gg__power(s, members[k], j));
}

/* Shares in trades are of the decision as it was. */
static void forget_trades(gg_search *s) {
    s->trades.are_known = false;
    s->trades.vain = 0;
}

void gg_search_load(gg_search *s, const int32_t *assignment) {
    forget_trades(s);
    s->local_s = 0.0;
    for (size_t j = 0; j < s->n_servers; j++) {
        s->sums[j].load = 0;
        s->sums[j].weakest_w[0] = s->sums[j].weakest_w[1] = INFINITY;
        s->sums[j].interference_w = 0.0;
    }
    for (size_t i = 0; i < s->n_users; i++) {
        s->server[i] = assignment[i];
        if (assignment[i] == GG_LOCAL) {
            s->local_s += s->weighted_local_s[i];
            continue;
        }
        add_member(s, i, (size_t)assignment[i]);
        for (size_t k = 0; k < s->n_servers; k++)
            if (k != (size_t)assignment[i])
                s->sums[k].interference_w += gg__disturbing(s, i, k);
    }
    for (size_t j = 0; j < s->n_servers; j++) {
        renew(s, j);
        renew_cost(s, j);
    }
}

const int32_t *gg_search_assignment(const gg_search *s) {
    return s->server;
}

double gg_search_measure_s(const gg_search *s) {
    double total_s = s->local_s;
    for (size_t j = 0; j < s->n_servers; j++)
        total_s += s->sums[j].cost_s;
    return total_s;
}

double gg_search_objective_s(const gg_search *s) {
    double measure_s = gg_search_measure_s(s);
    return measure_s < GG__NO_RATE ? measure_s : INFINITY;
}

static void settle(gg_search *s, size_t j) {
    const gg__server_sums *sums = &s->sums[j];
    double ratio = (sums->interference_w + sums->floor_w) * sums->per_origin_w;
    if (s->drift_allowed == 0.0 || !(fabs(ratio - 1.0) <= s->drift_allowed))
        renew(s, j);
    renew_cost(s, j);
}

/* Interference of server j summed afresh: running differences lose the small terms. */
static void sum_interference(gg_search *s, size_t j) {
    double total_w = 0.0;
    for (size_t k = 0; k < s->n_servers; k++) {
        const uint32_t *members = s->members + k * s->n_users;
        for (uint32_t r = 0; k != j && r < s->sums[k].load; r++)
            total_w += gg__disturbing(s, members[r], j);
    }
    s->sums[j].interference_w = total_w;
}

static void disturb(gg_search *s, size_t j, double power_w) {
    gg__server_sums *sums = &s->sums[j];
    double before_w = sums->interference_w;
    sums->interference_w += power_w;
    if (s->drift_allowed == 0.0 || sums->interference_w < 0.5 * before_w)
        sum_interference(s, j);
}

/* The share of local users, summed afresh where running differences lose the small terms. */
static void change_local(gg_search *s, double change_s) {
    double before_s = s->local_s;
    s->local_s += change_s;
    if (s->drift_allowed > 0.0 && s->local_s >= 0.5 * before_s)
        return;
    s->local_s = 0.0;
    for (size_t i = 0; i < s->n_users; i++)
        if (s->server[i] == GG_LOCAL)
            s->local_s += s->weighted_local_s[i];
}

/* What a user that dominated its server's sums leaves behind is their rounding. */
static void leave(gg_search *s, size_t i, size_t j) {
    gg__server_sums *sums = &s->sums[j];
    double before = sums->sum.a0;
    remove_member(s, i, j);
    add_user(s, i, j, -1.0);
    if (!(sums->sum.a0 > 1e-4 * before))
        renew(s, j);
}

void gg_search_move(gg_search *s, size_t i, int32_t target) {
    int32_t from = s->server[i];
    if (from == target)
        return;
    forget_trades(s);
    s->server[i] = target;
    if (from == GG_LOCAL) {
        change_local(s, -s->weighted_local_s[i]);
    } else {
        leave(s, i, (size_t)from);
    }
    if (target == GG_LOCAL) {
        change_local(s, s->weighted_local_s[i]);
    } else {
        add_member(s, i, (size_t)target);
        add_user(s, i, (size_t)target, 1.0);
    }
    for (size_t k = 0; k < s->n_servers; k++) {
        bool was_foreign = from != GG_LOCAL && (size_t)from != k;
        bool is_foreign = target != GG_LOCAL && (size_t)target != k;
        bool changes = was_foreign != is_foreign && !s->is_fixed;
        if (changes)
            disturb(s, k, is_foreign ? gg__power(s, i, k) : -gg__power(s, i, k));
        if (changes || (int32_t)k == from || (int32_t)k == target)
            settle(s, k);
    }
}
