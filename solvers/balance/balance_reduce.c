/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a balance bound proves: loads, interference and options whose choice would lift it to the
 * threshold are removed.
 */
#include <float.h>
#include <string.h>

#include "models/base/timer.h"
#include "solvers/balance/balance_internal.h"

/* What is left of a server, and how much its users' options may lift V_j. */
typedef struct remains {
    gg__hull hull;
    double slack_s;
} remains;

static inline double lesser(double a, double b) {
    return a < b ? a : b;
}

static inline double greater(double a, double b) {
    return a > b ? a : b;
}

/* The dearest of the values of those who are here, and the cheapest of the others': whoever is made
 * to come takes the place of the one, who is kept away leaves it to the other. */
static gg_beside margin(const gg_balance *bal, size_t j, uint32_t load, const double *q, double t) {
    const gg__server *s = &bal->servers[j];
    const gg_threshold_kernels *kernels = bal->b->kernels;
    double wanted = (double)(load - s->n_forced);
    double below = isinf(t) ? wanted : kernels->below(q, t, s->padded).count;
    if (below == wanted && !isinf(t))
        return kernels->beside(q, t, s->padded);
    double beyond = nextafter(t, INFINITY);
    if (below < wanted && kernels->below(q, beyond, s->padded).count == wanted)
        return (gg_beside){t, kernels->beside(q, beyond, s->padded).over};
    /* All or none are here, or several are at the threshold. */
    return (gg_beside){t, t};
}

/* Free users, at a threshold: made to come, kept away and elsewhere, kept away and home. */
static void price_free(gg_balance *bal, size_t j, const gg__state *state, const double *q, double t,
                       double rise) {
    const gg__server *s = &bal->servers[j];
    const gg_elsewhere users = gg__free_of(s);
    const gg_beside beside = margin(bal, j, state->load, q, t);
    double *on = bal->on + j * bal->p->n, *elsewhere = bal->elsewhere + j * bal->p->n;
    double *home = bal->home + j * bal->p->n;
    for (uint32_t x = 0; x < s->n_free; x++) {
        double e = gg__elsewhere_cost(&users, state->mu, x), least = lesser(e, s->cap[x]);
        double come = rise + greater(q[x] - beside.under, 0.0);
        double away = rise + greater(beside.over - q[x], 0.0);
        on[x] = lesser(on[x], greater(come, 0.0));
        elsewhere[x] = lesser(elsewhere[x], greater(away + (e - least), 0.0));
        home[x] = lesser(home[x], greater(away - least, 0.0));
    }
}

/* Those who cannot come: beyond the free. */
static void price_outside(gg_balance *bal, size_t j, const gg__state *state, double rise) {
    const gg__server *s = &bal->servers[j];
    const gg_elsewhere outside = gg__outside_of(s);
    double *elsewhere = bal->elsewhere + j * bal->p->n + s->n_free;
    double *home = bal->home + j * bal->p->n + s->n_free;
    for (uint32_t x = 0; x < s->n_outside; x++) {
        double e = gg__elsewhere_cost(&outside, state->mu, x), least = lesser(e, 0.0);
        elsewhere[x] = lesser(elsewhere[x], greater(rise + e - least, 0.0));
        home[x] = lesser(home[x], greater(rise - least, 0.0));
    }
}

/* Which options a user has at a server. */
typedef bool option(const gg_box *box, size_t i, size_t j);

static bool may_come(const gg_box *box, size_t i, size_t j) {
    return (box->servers[i] >> j & 1) != 0;
}

static bool may_be_elsewhere(const gg_box *box, size_t i, size_t j) {
    return (box->servers[i] & ~(UINT64_C(1) << j)) != 0;
}

static bool may_stay_home(const gg_box *box, size_t i, size_t j) {
    (void)j;
    return box->local[i];
}

/* A server's row of `rises`, from the order of its columns to that of the users; infinite for those
 * who do not have the option. */
static void spread(gg_balance *bal, size_t j, double *rises, option *has) {
    const gg__server *s = &bal->servers[j];
    double *row = rises + j * bal->p->n, *column = bal->q[LOW];
    memcpy(column, row, bal->p->n * sizeof *column);
    for (size_t i = 0; i < bal->p->n; i++)
        row[i] = INFINITY;
    for (uint32_t x = 0; x < s->n_free + s->n_outside; x++) {
        size_t i = x < s->n_free ? s->user[x] : s->outsider[x - s->n_free];
        if (has(bal->b->box, i, j))
            row[i] = column[x];
    }
}

static void extend(gg__hull *hull, uint32_t load, double from, double to) {
    hull->interference_low = lesser(hull->interference_low, from);
    hull->interference_high = greater(hull->interference_high, to);
    if (load < hull->load_low)
        hull->load_low = load;
    if (load > hull->load_high)
        hull->load_high = load;
}

/* While much is missing hardly any option of many users goes, and pricing them in all the states
 * left would take longer than all else: the whole level counts. */
static void keep_state(gg__scan *scan, const gg__state *state) {
    const gg__server *s = &scan->balance->servers[scan->j];
    extend(&((remains *)scan->context)->hull, state->load, s->level[state->level],
           s->level[state->level + 1]);
}

/* At one multiplier the state's cost is concave in the interference, so it lies above the chord
 * between the ends of its level: what is beyond the allowed at a dear end is cut off. */
static void widen(gg__scan *scan, const gg__state *state, const double at[N_ENDS]) {
    const gg__server *s = &scan->balance->servers[scan->j];
    gg__hull *hull = &((remains *)scan->context)->hull;
    double from = s->level[state->level], to = s->level[state->level + 1], width = to - from;
    double dear = fabs(at[HIGH] - at[LOW]);
    if (at[LOW] > scan->allowed && isfinite(at[LOW]))
        from += width * (at[LOW] - scan->allowed) / dear * (1.0 - 1e-9);
    else if (at[HIGH] > scan->allowed && isfinite(at[HIGH]))
        to -= width * (at[HIGH] - scan->allowed) / dear * (1.0 - 1e-9);
    extend(hull, state->load, from, to);
}

static void price_state(gg__scan *scan, const gg__state *found) {
    gg_balance *bal = scan->balance;
    /* As a certificate has it. */
    gg__state single = *found, *state = &single;
    single.mu = (double)(float)fmax(-FLT_MAX, fmin(found->mu, FLT_MAX));
    if (bal->note != NULL)
        bal->note(bal->note_context, scan->j, state->load, state->level, (float)state->mu);
    const remains *left = scan->context;
    gg__ends ends = gg__ends_of(state);
    gg__ends_look(bal, scan->j, &ends);
    gg__ends_settle(bal, scan->j, &ends);
    for (int end = LOW; end < N_ENDS; end++) {
        /* Below 0 where the multiplier lost digits, which then are a price's as well. */
        double rise = ends.value[end] - bal->servers[scan->j].best.value;
        if (rise > left->slack_s)
            continue;
        price_free(bal, scan->j, state, bal->q[end], ends.t[end], rise);
        price_outside(bal, scan->j, state, rise);
    }
    widen(scan, state, ends.value);
}

static const double RANGES_FINE = 1e-3;

static bool reduce_server(gg_balance *bal, gg_box *box, size_t j, double slack_s, bool options) {
    const gg_bound_problem *p = bal->p;
    gg__server *s = &bal->servers[j];
    remains left = {{UINT32_MAX, 0, INFINITY, -INFINITY}, slack_s};
    gg__scan scan = {.balance = bal,
                     .j = j,
                     .allowed = s->best.value + slack_s,
                     .tolerance_s = options ? fmax(1e-14 * bal->local_sum_s, RANGES_FINE * slack_s)
                                            : RANGES_FINE * slack_s,
                     .hopeless = -INFINITY,
                     .hurries = !options,
                     .known = options ? NULL : &left.hull,
                     .visit = options ? price_state : keep_state,
                     .context = &left};
    for (size_t i = j * p->n; i < (j + 1) * p->n; i++)
        bal->on[i] = bal->elsewhere[i] = bal->home[i] = INFINITY;
    gg__balance_scan(&scan);
    if (scan.is_over)
        return true;
    if (options) {
        spread(bal, j, bal->on, may_come);
        spread(bal, j, bal->elsewhere, may_be_elsewhere);
        spread(bal, j, bal->home, may_stay_home);
    }
    if (left.hull.load_low > left.hull.load_high)
        return false;
    box->load_low[j] = left.hull.load_low;
    box->load_high[j] = left.hull.load_high;
    box->interference_low[j] = fmax(box->interference_low[j], left.hull.interference_low);
    box->interference_high[j] = fmin(box->interference_high[j], left.hull.interference_high);
    return box->interference_low[j] <= box->interference_high[j];
}

/* A user that is on one server is elsewhere at all others; one that is home is on none and
 * elsewhere at none. */
static void cut_options(const gg_balance *bal, gg_box *box, size_t i, double slack_s) {
    const gg_bound_problem *p = bal->p;
    double u = bal->b->multipliers[i], local_s = bal->b->local_s[i];
    double offloads = box->local[i] ? fmax(0.0, u - local_s) : 0.0, others = offloads;
    double stays = fmax(0.0, local_s - u);
    uint64_t servers = box->servers[i];
    int barred = 0; /* servers that the user must be on */
    for (size_t j = 0; j < p->m; j++) {
        bool counts = (servers >> j & 1) != 0 || (servers & ~(UINT64_C(1) << j)) != 0;
        bool settled = !box->local[i] && (servers >> j & 1) == 0;
        if (!counts || settled)
            continue;
        double elsewhere = bal->elsewhere[j * p->n + i];
        barred += isinf(elsewhere);
        others += isinf(elsewhere) ? 0.0 : elsewhere;
        stays += bal->home[j * p->n + i];
    }
    for (uint64_t left = servers; left != 0; left &= left - 1) {
        size_t j = (size_t)__builtin_ctzll(left);
        double elsewhere = bal->elsewhere[j * p->n + i];
        bool own = isinf(elsewhere);
        double rise =
            barred > own ? INFINITY : others - (own ? 0.0 : elsewhere) + bal->on[j * p->n + i];
        if (rise > slack_s)
            box->servers[i] &= ~(UINT64_C(1) << j);
    }
    if (box->local[i] && stays > slack_s)
        box->local[i] = 0;
}

typedef struct reduction {
    gg_box *box;
    double slack_s;
    bool options;
    bool is_empty[GG_BOUND_SERVERS_MAX];
    bool was_stopped; /* not all servers were looked at */
} reduction;

static void part_reduce(gg_balance *bal, size_t j, void *context) {
    reduction *r = context;
    r->is_empty[j] = !gg_time_is_up(bal->b->deadline_s) &&
                     !reduce_server(bal, r->box, j, r->slack_s, r->options);
}

/* The box's loads and interference; false where nothing is left. States are told of in their order.
 */
static bool reduce_servers(gg_balance *bal, reduction *r) {
    size_t m = bal->p->m;
    if (!r->options || bal->note == NULL) {
        r->was_stopped = !gg__balance_each(bal, 0, m, part_reduce, r);
    } else {
        for (size_t j = 0; j < m && !(j > 0 && r->is_empty[j - 1]); j++)
            part_reduce(bal, j, r);
    }
    for (size_t j = 0; j < m; j++)
        if (r->is_empty[j])
            return false;
    return true;
}

/* What a checker may lose of a sum of rises, of the threshold: options are removed only beyond. */
static const double MARGIN = 1e-10;

/* Options of many users are priced when so little is missing, of the threshold. */
static const double OPTIONS_AT = 5e-3;

bool gg_balance_reduce(gg_balance *bal, gg_box *box, double bound_s, double threshold_s) {
    const gg_bound_problem *p = bal->p;
    double slack_s = threshold_s - bound_s;
    if (slack_s <= 0.0)
        return false;
    bool options = !bal->many || slack_s <= OPTIONS_AT * fabs(threshold_s);
    reduction r = {.box = box, .slack_s = slack_s, .options = options};
    if (!reduce_servers(bal, &r))
        return false;
    if (!options || r.was_stopped || gg_time_is_up(bal->b->deadline_s))
        return true;
    for (size_t i = 0; i < p->n; i++)
        if (!gg__is_forced(box, i) && box->servers[i] != 0) {
            cut_options(bal, box, i, slack_s + MARGIN * fabs(threshold_s));
            if (box->servers[i] == 0 && !box->local[i])
                return false;
        }
    return true;
}
