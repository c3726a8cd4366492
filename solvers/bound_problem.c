/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/bound_problem.h"

#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "solvers/offload_row.h"

typedef struct ranked {
    double power;
    uint32_t user;
} ranked;

static int by_power(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->power != y->power)
        return x->power < y->power ? -1 : 1;
    return (x->user > y->user) - (x->user < y->user);
}

static void fill(gg_bound_problem *p, ranked *scratch) {
    const gg_instance *in = p->instance;
    double largest_w = 0.0, total_w = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        double w = gg_weight(in, p->objective, i);
        p->local_s[i] = w * in->local_delay_s[i];
        p->work[i] = w * in->edge_work_ratio * in->local_delay_s[i] * in->local_capacity_flops[i];
        bool any = false;
        for (size_t j = 0; j < p->m; j++) {
            double power_w = in->tx_power_w[i] * gg_gain(in, i, j);
            p->signal[j * p->n + i] = power_w;
            p->bits_s[j * p->n + i] = w * in->payload_bits[i] / in->bandwidth_hz[j];
            total_w += power_w;
            largest_w = fmax(largest_w, power_w);
            any = any || gg_bound_usable(p, i, j);
        }
        p->no_finite = p->no_finite || (gg_is_mandatory(in, i) && !any);
    }
    p->power_unit_w = total_w > 0.0 ? total_w / (double)p->m : in->noise_w;
    for (size_t j = 0; j < p->m; j++) {
        p->noise[j] = gg_floor_w(in, j) / p->power_unit_w;
        for (size_t i = 0; i < p->n; i++) {
            p->signal[j * p->n + i] /= p->power_unit_w;
            p->power[j * p->n + i] = gg_disturbing_w(in, i, j) / p->power_unit_w;
            scratch[i] = (ranked){p->power[j * p->n + i], (uint32_t)i};
        }
        qsort(scratch, p->n, sizeof *scratch, by_power);
        for (size_t i = 0; i < p->n; i++)
            p->by_power[j * p->n + i] = scratch[i].user;
    }
}

gg_status gg_bound_problem_new(const gg_instance *in, gg_objective objective,
                               gg_bound_problem **out, gg_error *err) {
    *out = NULL;
    if (in->n_servers > GG_BOUND_SERVERS_MAX)
        return gg_fail(err, GG_E_INPUT, "%zu servers; the bound handles at most %d", in->n_servers,
                       GG_BOUND_SERVERS_MAX);
    gg_bound_problem *p = gg_alloc(1, sizeof *p);
    ranked *scratch = gg_alloc(in->n_users, sizeof *scratch);
    if (p == NULL || scratch == NULL)
        goto no_memory;
    p->instance = in;
    p->objective = objective;
    p->n = in->n_users;
    p->m = in->n_servers;
    p->noise = gg_alloc(p->m, sizeof(double));
    p->signal = gg_alloc(p->n * p->m, sizeof(double));
    p->power = gg_alloc(p->n * p->m, sizeof(double));
    p->bits_s = gg_alloc(p->n * p->m, sizeof(double));
    p->work = gg_alloc(p->n, sizeof(double));
    p->local_s = gg_alloc(p->n, sizeof(double));
    p->by_power = gg_alloc(p->n * p->m, sizeof *p->by_power);
    if (p->noise == NULL || p->signal == NULL || p->power == NULL || p->bits_s == NULL ||
        p->work == NULL || p->local_s == NULL || p->by_power == NULL)
        goto no_memory;
    fill(p, scratch);
    gg_free(scratch);
    *out = p;
    return GG_OK;

no_memory:
    gg_free(scratch);
    gg_bound_problem_free(p);
    return gg_fail(err, GG_E_NOMEM, "out of memory for the bound of %zu users", in->n_users);
}

void gg_bound_problem_free(gg_bound_problem *p) {
    if (p == NULL)
        return;
    gg_free(p->noise);
    gg_free(p->signal);
    gg_free(p->power);
    gg_free(p->bits_s);
    gg_free(p->work);
    gg_free(p->local_s);
    gg_free(p->by_power);
    gg_free(p);
}

size_t gg_box_bytes(const gg_bound_problem *p) {
    size_t per_server = 2 * sizeof(double) + 2 * sizeof(uint32_t);
    size_t per_user = sizeof(uint64_t) + sizeof(uint8_t);
    return (p->m * per_server + p->n * per_user + 7) / 8 * 8;
}

void gg_box_place(gg_box *box, const gg_bound_problem *p, void *memory) {
    box->servers = memory;
    box->interference_low = (double *)(box->servers + p->n);
    box->interference_high = box->interference_low + p->m;
    box->load_low = (uint32_t *)(box->interference_high + p->m);
    box->load_high = box->load_low + p->m;
    box->local = (uint8_t *)(box->load_high + p->m);
}

void gg_box_copy(gg_box *to, const gg_box *from, const gg_bound_problem *p) {
    memcpy(to->servers, from->servers, gg_box_bytes(p));
}

/* Interference ranges are kept this much wider than they were derived. */
static const double WIDEN = 1e-9;

void gg_box_root(gg_box *box, const gg_bound_problem *p) {
    for (size_t i = 0; i < p->n; i++) {
        box->servers[i] = 0;
        for (size_t j = 0; j < p->m; j++)
            if (gg_bound_usable(p, i, j))
                box->servers[i] |= UINT64_C(1) << j;
        box->local[i] = !gg_is_mandatory(p->instance, i);
    }
    for (size_t j = 0; j < p->m; j++) {
        box->load_low[j] = 0;
        box->load_high[j] = (uint32_t)p->n;
        box->interference_low[j] = 0.0;
        double sum = 0.0;
        for (size_t i = 0; i < p->n; i++)
            sum += p->power[j * p->n + i];
        box->interference_high[j] = sum * (1.0 + WIDEN);
    }
}

/* Counts over a box that the rules of propagation need. */
typedef struct tally {
    uint32_t allowed[GG_BOUND_SERVERS_MAX], forced[GG_BOUND_SERVERS_MAX];
    uint32_t must_offload, may_offload;
    uint64_t load_low_sum, load_high_sum;
    bool empty; /* some user has no option */
} tally;

static tally count(const gg_box *box, const gg_bound_problem *p) {
    tally t = {0};
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        t.may_offload += servers != 0;
        t.must_offload += !box->local[i];
        t.empty = t.empty || (servers == 0 && !box->local[i]);
        if (!box->local[i] && servers != 0 && (servers & (servers - 1)) == 0)
            t.forced[__builtin_ctzll(servers)]++;
        for (; servers != 0; servers &= servers - 1)
            t.allowed[__builtin_ctzll(servers)]++;
    }
    for (size_t j = 0; j < p->m; j++) {
        t.load_low_sum += box->load_low[j];
        t.load_high_sum += box->load_high[j];
    }
    return t;
}

/* Loads against the users' options, and against the number of users that offload at all. */
static bool tighten_loads(gg_box *box, const gg_bound_problem *p, tally *t, bool *changed) {
    for (size_t j = 0; j < p->m; j++) {
        uint64_t others_low = t->load_low_sum - box->load_low[j];
        uint64_t others_high = t->load_high_sum - box->load_high[j];
        uint32_t low = box->load_low[j], high = box->load_high[j];
        if (t->forced[j] > low)
            low = t->forced[j];
        if (t->must_offload > others_high && t->must_offload - others_high > low)
            low = (uint32_t)(t->must_offload - others_high);
        if (t->allowed[j] < high)
            high = t->allowed[j];
        if (others_low > t->may_offload)
            return false;
        if (t->may_offload - others_low < high)
            high = (uint32_t)(t->may_offload - others_low);
        if (low > high)
            return false;
        if (low == box->load_low[j] && high == box->load_high[j])
            continue;
        t->load_low_sum = others_low + low;
        t->load_high_sum = others_high + high;
        box->load_low[j] = low;
        box->load_high[j] = high;
        *changed = true;
    }
    return true;
}

static void tighten_options(gg_box *box, const gg_bound_problem *p, const tally *t, bool *changed) {
    uint64_t full = 0, all_here = 0;
    for (size_t j = 0; j < p->m; j++) {
        if (t->allowed[j] == t->forced[j])
            continue;
        if (box->load_high[j] == t->forced[j])
            full |= UINT64_C(1) << j;
        else if (box->load_low[j] == t->allowed[j])
            all_here |= UINT64_C(1) << j;
    }
    bool all_offload = t->load_low_sum == t->may_offload && t->may_offload > t->must_offload;
    bool no_more = t->load_high_sum == t->must_offload && t->may_offload > t->must_offload;
    if (full == 0 && all_here == 0 && !all_offload && !no_more)
        return;
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        bool forced = !box->local[i] && (servers & (servers - 1)) == 0;
        if (forced)
            continue;
        servers &= ~full;
        if ((servers & all_here) != 0) {
            servers &= all_here;
            *changed = *changed || box->local[i];
            box->local[i] = 0;
        }
        if (all_offload && box->servers[i] != 0 && box->local[i]) {
            box->local[i] = 0;
            *changed = true;
        }
        if (no_more && box->local[i])
            servers = 0;
        *changed = *changed || servers != box->servers[i];
        box->servers[i] = servers;
    }
}

/* Who can disturb server j: users that must be on another server, may be, or must offload but could
 * also sit on j. */
typedef struct disturbance {
    double low, high;   /* range of the interference that the options allow */
    double certain;     /* from users that must be on another server */
    bool high_is_total; /* high is the sum over all users that may disturb */
} disturbance;

static disturbance disturbance_range(const gg_box *box, const gg_bound_problem *p, size_t j,
                                     const tally *t) {
    const double *power = p->power + j * p->n;
    const uint32_t *rising = p->by_power + j * p->n;
    uint64_t bit = UINT64_C(1) << j;
    uint64_t elsewhere_low = t->load_low_sum - box->load_low[j];
    uint64_t elsewhere_high = t->load_high_sum - box->load_high[j];
    uint32_t certain_count = 0, either_count = 0;
    disturbance d = {0};
    for (size_t i = 0; i < p->n; i++) {
        if (box->local[i])
            continue;
        if ((box->servers[i] & bit) == 0) {
            d.certain += power[i];
            certain_count++;
        } else if (box->servers[i] != bit) {
            either_count++;
        }
    }
    /* Of the users that must offload and may sit here, at most room_here do. */
    uint32_t room_here =
        box->load_high[j] - (t->forced[j] < box->load_high[j] ? t->forced[j] : box->load_high[j]);
    uint32_t either_elsewhere = either_count > room_here ? either_count - room_here : 0;
    uint64_t needed = elsewhere_low > certain_count ? elsewhere_low - certain_count : 0;
    double least_either = 0.0, least_any = 0.0;
    for (size_t r = 0; r < p->n && (either_elsewhere > 0 || needed > 0); r++) {
        size_t i = rising[r];
        bool possible = (box->servers[i] & ~bit) != 0;
        bool is_certain = !box->local[i] && (box->servers[i] & bit) == 0;
        if (!possible || is_certain)
            continue;
        if (needed > 0) {
            least_any += power[i];
            needed--;
        }
        if (!box->local[i] && either_elsewhere > 0) {
            least_either += power[i];
            either_elsewhere--;
        }
    }
    d.low = d.certain + fmax(least_either, least_any);
    uint64_t left = elsewhere_high;
    d.high_is_total = true;
    for (size_t r = p->n; r-- > 0;) {
        size_t i = rising[r];
        if ((box->servers[i] & ~bit) == 0)
            continue;
        if (left == 0) {
            d.high_is_total = false;
            break;
        }
        d.high += power[i];
        left--;
    }
    return d;
}

/* Options that would take server j's interference out of its range. */
static void tighten_disturbers(gg_box *box, const gg_bound_problem *p, size_t j,
                               const disturbance *d, bool *changed) {
    const double *power = p->power + j * p->n;
    uint64_t bit = UINT64_C(1) << j;
    double most = box->interference_high[j] * (1.0 + WIDEN);
    double least = box->interference_low[j] * (1.0 - WIDEN);
    for (size_t i = 0; i < p->n; i++) {
        uint64_t elsewhere = box->servers[i] & ~bit;
        if (elsewhere == 0)
            continue;
        bool is_certain = !box->local[i] && elsewhere == box->servers[i];
        if (!is_certain && d->certain + power[i] > most) {
            box->servers[i] &= bit;
            *changed = true;
        } else if (!is_certain && d->high_is_total &&
                   d->high * (1.0 + (double)p->n * 0x1p-52) - power[i] < least * (1.0 - WIDEN) &&
                   (box->local[i] || (box->servers[i] & bit) != 0)) {
            box->servers[i] = elsewhere;
            box->local[i] = 0;
            *changed = true;
        }
    }
}

static bool tighten_interference(gg_box *box, const gg_bound_problem *p, const tally *t,
                                 bool *changed) {
    for (size_t j = 0; j < p->m; j++) {
        disturbance d = disturbance_range(box, p, j, t);
        double low = d.low * (1.0 - WIDEN), high = d.high * (1.0 + WIDEN);
        if (low > box->interference_low[j]) {
            *changed = *changed || low > box->interference_low[j] * (1.0 + 1e-6);
            box->interference_low[j] = low;
        }
        if (high < box->interference_high[j]) {
            *changed = *changed || high < box->interference_high[j] * (1.0 - 1e-6);
            box->interference_high[j] = high;
        }
        if (box->interference_low[j] > box->interference_high[j])
            return false;
        tighten_disturbers(box, p, j, &d, changed);
    }
    return true;
}

enum { ROUNDS_MAX = 20 };

bool gg_box_propagate(gg_box *box, const gg_bound_problem *p) {
    bool changed = true;
    for (int round = 0; changed && round < ROUNDS_MAX; round++) {
        changed = false;
        if (!gg_row_tighten(box, p, &changed))
            return false;
        tally t = count(box, p);
        if (t.empty || !tighten_loads(box, p, &t, &changed))
            return false;
        tighten_options(box, p, &t, &changed);
        if (changed)
            continue;
        if (!tighten_interference(box, p, &t, &changed))
            return false;
    }
    return !count(box, p).empty;
}

bool gg_box_contains(const gg_box *box, const gg_bound_problem *p, const int32_t *assignment) {
    uint32_t load[GG_BOUND_SERVERS_MAX] = {0};
    double interference[GG_BOUND_SERVERS_MAX] = {0};
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] == GG_LOCAL) {
            if (!box->local[i])
                return false;
            continue;
        }
        size_t at = (size_t)assignment[i];
        if ((box->servers[i] >> at & 1) == 0)
            return false;
        load[at]++;
        for (size_t j = 0; j < p->m; j++)
            if (j != at)
                interference[j] += p->power[j * p->n + i];
    }
    for (size_t j = 0; j < p->m; j++) {
        if (load[j] < box->load_low[j] || load[j] > box->load_high[j])
            return false;
        if (interference[j] < box->interference_low[j] ||
            interference[j] > box->interference_high[j])
            return false;
    }
    return true;
}

bool gg_box_is_point(const gg_box *box, const gg_bound_problem *p, int32_t *assignment) {
    for (size_t i = 0; i < p->n; i++) {
        uint64_t servers = box->servers[i];
        if (box->local[i] ? servers != 0 : (servers & (servers - 1)) != 0)
            return false;
        assignment[i] = box->local[i] ? GG_LOCAL : __builtin_ctzll(servers);
    }
    return true;
}
