/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/search_state.h"

#include <math.h>

#include "models/base/alloc.h"

/* Below this many users every change renews the sums it touches. */
enum { ALWAYS_RENEW_USERS = 2000 };
static const double DRIFT_ALLOWED = 1e-3;
static const double EXPANSION_REACH = 0.2;
static const double PER_LN2 = 1.4426950408889634;

/* A server's summed cost factors. The transmission cost of its n users is n * a(y), where
 * y = ln(interference + noise) and a(y) = a0 + a1 (y - y0) + a2 (y - y0)^2. */
typedef struct server_sums {
    uint32_t load;
    double interference_w;
    double y0;
    double a0, a1, a2;
    double work; /* sum of w_i kappa tL_i CL_i */
} server_sums;

struct gg_search {
    const gg_instance *in;
    size_t n_users, n_servers;
    double *weighted_local_s; /* N: w_i tL_i */
    double *weighted_work;    /* N: w_i kappa tL_i CL_i */
    double *weighted_bits;    /* N: w_i D_i */
    double *power_w;          /* N x M: P_i g_ij */
    int32_t *server;          /* N */
    uint32_t *members;        /* M x N: users of each server */
    uint32_t *place;          /* N: index within its server's members */
    server_sums *sums;        /* M */
    double *scratch;          /* M */
    double local_s;           /* sum of weighted_local_s over local users */
    double drift_allowed;
};

static double power(const gg_search *s, size_t i, size_t j) {
    return s->power_w[i * s->n_servers + j];
}

/* User i's cost factor on server j per unit of load: w_i D_i / (B_j log2(1 + SINR)). */
static double factor(const gg_search *s, size_t i, size_t j, double disturbance_w) {
    return s->weighted_bits[i] /
           (s->in->bandwidth_hz[j] * PER_LN2 * log1p(power(s, i, j) / disturbance_w));
}

/* The same with its first two derivatives in y = ln(disturbance). With L = ln(1 + p/s):
 * dL/dy = -q, q = p/(s + p), dq/dy = -q (1 - q). */
static void expand(const gg_search *s, size_t i, size_t j, double disturbance_w, double sign,
                   server_sums *sums) {
    double p = power(s, i, j);
    double log_term = log1p(p / disturbance_w);
    double a = s->weighted_bits[i] / (s->in->bandwidth_hz[j] * PER_LN2 * log_term);
    double q = p / (disturbance_w + p);
    double slope = q / log_term;
    sums->a0 += sign * a;
    sums->a1 += sign * a * slope;
    sums->a2 += sign * 0.5 * a * slope * (2.0 * slope - (1.0 - q));
}

static double seconds_per_work(const gg_search *s, size_t j, uint32_t load) {
    double shared = (double)load / s->in->server_capacity_flops[j];
    double alone = 1.0 / s->in->max_user_capacity_flops;
    return shared > alone ? shared : alone;
}

static void renew(gg_search *s, size_t j) {
    server_sums *sums = &s->sums[j];
    double disturbance_w = sums->interference_w + s->in->noise_w;
    const uint32_t *members = s->members + j * s->n_users;
    sums->y0 = log(disturbance_w);
    sums->a0 = sums->a1 = sums->a2 = sums->work = 0.0;
    for (uint32_t k = 0; k < sums->load; k++) {
        expand(s, members[k], j, disturbance_w, 1.0, sums);
        sums->work += s->weighted_work[members[k]];
    }
}

/* The sum of the cost factors of server j's present users at another interference: by the expansion
 * near it, user by user beyond its reach (a server that loses or gains its main disturber). */
static double factors_at(const gg_search *s, size_t j, double interference_w) {
    const server_sums *sums = &s->sums[j];
    double disturbance_w = fmax(interference_w, 0.0) + s->in->noise_w;
    double dy = log(disturbance_w) - sums->y0;
    if (fabs(dy) <= EXPANSION_REACH)
        return sums->a0 + dy * (sums->a1 + dy * sums->a2);
    double total = 0.0;
    const uint32_t *members = s->members + j * s->n_users;
    for (uint32_t k = 0; k < sums->load; k++)
        total += factor(s, members[k], j, disturbance_w);
    return total;
}

static double server_cost_s(const gg_search *s, size_t j, uint32_t load, double factors,
                            double work) {
    return load == 0 ? 0.0 : load * factors + seconds_per_work(s, j, load) * work;
}

static double present_cost_s(const gg_search *s, size_t j) {
    const server_sums *sums = &s->sums[j];
    return server_cost_s(s, j, sums->load, factors_at(s, j, sums->interference_w), sums->work);
}

gg_status gg_search_new(const gg_instance *in, gg_objective objective, gg_search **out,
                        gg_error *err) {
    *out = NULL;
    gg_search *s = gg_alloc(1, sizeof *s);
    size_t n = in->n_users, m = in->n_servers, n_pairs;
    if (s == NULL || gg_size_multiply(n, m, &n_pairs) != 0)
        goto no_memory;
    s->in = in;
    s->n_users = n;
    s->n_servers = m;
    s->weighted_local_s = gg_alloc(n, sizeof(double));
    s->weighted_work = gg_alloc(n, sizeof(double));
    s->weighted_bits = gg_alloc(n, sizeof(double));
    s->power_w = gg_alloc(n_pairs, sizeof(double));
    s->server = gg_alloc(n, sizeof *s->server);
    s->members = gg_alloc(n_pairs, sizeof *s->members);
    s->place = gg_alloc(n, sizeof *s->place);
    s->sums = gg_alloc(m, sizeof *s->sums);
    s->scratch = gg_alloc(m, sizeof(double));
    if (s->weighted_local_s == NULL || s->weighted_work == NULL || s->weighted_bits == NULL ||
        s->power_w == NULL || s->server == NULL || s->members == NULL || s->place == NULL ||
        s->sums == NULL || s->scratch == NULL)
        goto no_memory;
    for (size_t i = 0; i < n; i++) {
        double w = gg_weight(in, objective, i);
        s->weighted_local_s[i] = w * in->local_delay_s[i];
        s->weighted_work[i] =
            w * in->edge_work_ratio * in->local_delay_s[i] * in->local_capacity_flops[i];
        s->weighted_bits[i] = w * in->payload_bits[i];
        s->server[i] = GG_LOCAL;
        s->local_s += s->weighted_local_s[i];
        for (size_t j = 0; j < m; j++)
            s->power_w[i * m + j] = in->tx_power_w[i] * gg_gain(in, i, j);
    }
    s->drift_allowed = n <= ALWAYS_RENEW_USERS ? 0.0 : DRIFT_ALLOWED;
    for (size_t j = 0; j < m; j++)
        renew(s, j);
    *out = s;
    return GG_OK;

no_memory:
    gg_search_free(s);
    return gg_fail(err, GG_E_NOMEM, "out of memory for a search over %zu users", n);
}

void gg_search_free(gg_search *s) {
    if (s == NULL)
        return;
    gg_free(s->weighted_local_s);
    gg_free(s->weighted_work);
    gg_free(s->weighted_bits);
    gg_free(s->power_w);
    gg_free(s->server);
    gg_free(s->members);
    gg_free(s->place);
    gg_free(s->sums);
    gg_free(s->scratch);
    gg_free(s);
}

static void add_member(gg_search *s, size_t i, size_t j) {
    server_sums *sums = &s->sums[j];
    s->place[i] = sums->load;
    s->members[j * s->n_users + sums->load++] = (uint32_t)i;
}

static void remove_member(gg_search *s, size_t i, size_t j) {
    server_sums *sums = &s->sums[j];
    uint32_t *members = s->members + j * s->n_users;
    uint32_t last = members[--sums->load];
    members[s->place[i]] = last;
    s->place[last] = s->place[i];
}

void gg_search_load(gg_search *s, const int32_t *assignment) {
    s->local_s = 0.0;
    for (size_t j = 0; j < s->n_servers; j++) {
        s->sums[j].load = 0;
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
                s->sums[k].interference_w += power(s, i, k);
    }
    for (size_t j = 0; j < s->n_servers; j++)
        renew(s, j);
}

const int32_t *gg_search_assignment(const gg_search *s) {
    return s->server;
}

const uint32_t *gg_search_members(const gg_search *s, size_t server, size_t *count) {
    *count = s->sums[server].load;
    return s->members + server * s->n_users;
}

double gg_search_objective_s(gg_search *s) {
    double total_s = s->local_s;
    for (size_t j = 0; j < s->n_servers; j++)
        total_s += present_cost_s(s, j);
    return isnan(total_s) ? INFINITY : total_s;
}

bool gg_search_allows(const gg_search *s, size_t user, int32_t target) {
    if (target == GG_LOCAL)
        return !gg_is_mandatory(s->in, user);
    return 1.0 + power(s, user, (size_t)target) / s->in->noise_w > 1.0;
}

/* Cost of server j without user i, after the user has left it (for another server or home). */
static double cost_without_s(const gg_search *s, size_t i, size_t j, bool goes_home) {
    const server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w + (goes_home ? 0.0 : power(s, i, j));
    double factors =
        factors_at(s, j, interference_w) - factor(s, i, j, interference_w + s->in->noise_w);
    return server_cost_s(s, j, sums->load - 1, factors, sums->work - s->weighted_work[i]);
}

static double cost_with_s(const gg_search *s, size_t i, size_t j, bool from_home) {
    const server_sums *sums = &s->sums[j];
    double interference_w =
        from_home ? sums->interference_w : fmax(0.0, sums->interference_w - power(s, i, j));
    double factors =
        factors_at(s, j, interference_w) + factor(s, i, j, interference_w + s->in->noise_w);
    return server_cost_s(s, j, sums->load + 1, factors, sums->work + s->weighted_work[i]);
}

/* Change of server j's cost when its interference changes by `power_w` and its users stay. */
static double disturbed_change_s(const gg_search *s, size_t j, double power_w) {
    const server_sums *sums = &s->sums[j];
    return sums->load * (factors_at(s, j, sums->interference_w + power_w) -
                         factors_at(s, j, sums->interference_w));
}

void gg_search_try_moves(gg_search *s, size_t i, double *change_s) {
    int32_t from = s->server[i];
    bool home = from == GG_LOCAL;
    double leave_home_s = 0.0, leave_server_s = 0.0, go_home_s = 0.0;
    if (home) {
        leave_home_s = -s->weighted_local_s[i];
        for (size_t k = 0; k < s->n_servers; k++)
            leave_home_s += s->scratch[k] = disturbed_change_s(s, k, power(s, i, k));
    } else {
        double now_s = present_cost_s(s, (size_t)from);
        leave_server_s = cost_without_s(s, i, (size_t)from, false) - now_s;
        go_home_s = cost_without_s(s, i, (size_t)from, true) - now_s + s->weighted_local_s[i];
        for (size_t k = 0; k < s->n_servers; k++)
            if (k != (size_t)from)
                go_home_s += disturbed_change_s(s, k, -power(s, i, k));
    }
    change_s[0] = home ? 0.0 : (gg_search_allows(s, i, GG_LOCAL) ? go_home_s : INFINITY);
    for (size_t j = 0; j < s->n_servers; j++) {
        if ((int32_t)j == from)
            change_s[1 + j] = 0.0;
        else if (!gg_search_allows(s, i, (int32_t)j))
            change_s[1 + j] = INFINITY;
        else
            change_s[1 + j] = cost_with_s(s, i, j, home) - present_cost_s(s, j) +
                              (home ? leave_home_s - s->scratch[j] : leave_server_s);
    }
}

/* Cost change of server j when user `out` leaves it and `in` takes the place; the leaver interferes
 * here only if it goes to another server, the comer did only if it came from one. */
static double replace_change_s(const gg_search *s, size_t j, size_t out, bool out_home, size_t in,
                               bool in_home) {
    const server_sums *sums = &s->sums[j];
    double interference_w = sums->interference_w + (out_home ? 0.0 : power(s, out, j)) -
                            (in_home ? 0.0 : power(s, in, j));
    interference_w = fmax(0.0, interference_w);
    double disturbance_w = interference_w + s->in->noise_w;
    double factors = factors_at(s, j, interference_w) - factor(s, out, j, disturbance_w) +
                     factor(s, in, j, disturbance_w);
    double work = sums->work - s->weighted_work[out] + s->weighted_work[in];
    return server_cost_s(s, j, sums->load, factors, work) - present_cost_s(s, j);
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
                change_s += disturbed_change_s(s, k, power(s, comes, k) - power(s, leaves, k));
        return change_s;
    }
    return replace_change_s(s, (size_t)at_a, a, false, b, false) +
           replace_change_s(s, (size_t)at_b, b, false, a, false);
}

static void renew_if_drifted(gg_search *s, size_t j) {
    const server_sums *sums = &s->sums[j];
    double y = log(sums->interference_w + s->in->noise_w);
    if (s->drift_allowed == 0.0 || fabs(y - sums->y0) > s->drift_allowed)
        renew(s, j);
}

/* Interference of server j summed afresh: running differences lose the small terms. */
static void sum_interference(gg_search *s, size_t j) {
    double total_w = 0.0;
    for (size_t k = 0; k < s->n_servers; k++) {
        const uint32_t *members = s->members + k * s->n_users;
        for (uint32_t r = 0; k != j && r < s->sums[k].load; r++)
            total_w += power(s, members[r], j);
    }
    s->sums[j].interference_w = total_w;
}

static void disturb(gg_search *s, size_t j, double power_w) {
    server_sums *sums = &s->sums[j];
    double before_w = sums->interference_w;
    sums->interference_w += power_w;
    if (s->drift_allowed == 0.0 || sums->interference_w < 0.5 * before_w)
        sum_interference(s, j);
}

void gg_search_move(gg_search *s, size_t i, int32_t target) {
    int32_t from = s->server[i];
    if (from == target)
        return;
    s->server[i] = target;
    if (from == GG_LOCAL) {
        s->local_s -= s->weighted_local_s[i];
    } else {
        server_sums *sums = &s->sums[from];
        remove_member(s, i, (size_t)from);
        expand(s, i, (size_t)from, exp(sums->y0), -1.0, sums);
        sums->work -= s->weighted_work[i];
    }
    if (target == GG_LOCAL) {
        s->local_s += s->weighted_local_s[i];
    } else {
        server_sums *sums = &s->sums[target];
        add_member(s, i, (size_t)target);
        expand(s, i, (size_t)target, exp(sums->y0), 1.0, sums);
        sums->work += s->weighted_work[i];
    }
    for (size_t k = 0; k < s->n_servers; k++) {
        bool was_foreign = from != GG_LOCAL && (size_t)from != k;
        bool is_foreign = target != GG_LOCAL && (size_t)target != k;
        if (was_foreign != is_foreign)
            disturb(s, k, is_foreign ? power(s, i, k) : -power(s, i, k));
        if (was_foreign != is_foreign || (int32_t)k == from || (int32_t)k == target)
            renew_if_drifted(s, k);
    }
}
