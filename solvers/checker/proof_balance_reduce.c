/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a replayed balance bound excludes: choices with which it would reach the target.
 */
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_balance.h"

static void lower(double *least, double rise) {
    *least = gg__lesser(*least, gg__greater(0.0, rise));
}

/* With a user kept away its part of the state's cost is that of being elsewhere, or home. */
static void price_leaving(gg__balance_scan *scan, const gg__balance_state *s, size_t end) {
    gg__proof_balance *bal = scan->balance;
    const gg__balance_part *part = &bal->parts[scan->server];
    size_t taken = s->load - part->n_forced;
    double rise =
        gg__sub_below(gg__balance_value(bal, scan->server, s, s->level + end), part->least_s);
    for (size_t x = 0; x < part->n_free + part->n_outside; x++) {
        size_t i = part->user[x], at = scan->server * bal->p->n + i;
        bool is_free = x < part->n_free;
        double cost = gg__sub_below(gg__mul_below(s->mu, part->power_w[x]), part->price[x]);
        if (is_free && taken == part->n_free)
            continue;
        if (scan->box->n_servers[i] > (is_free ? 1 : 0))
            lower(&bal->elsewhere[at], gg__add_below(rise, gg__sub_below(cost, bal->term[x])));
        if (gg__proof_allows_local(scan->box, bal->p, i))
            lower(&bal->home[at], gg__add_below(rise, gg__sub_below(0.0, bal->term[x])));
    }
}

/* With a user made to come it is that of being here. */
static void price_coming(gg__balance_scan *scan, const gg__balance_state *s, size_t end) {
    gg__proof_balance *bal = scan->balance;
    const gg__balance_part *part = &bal->parts[scan->server];
    size_t n = bal->p->n, taken = s->load - part->n_forced;
    double rise =
        gg__sub_below(gg__balance_value(bal, scan->server, s, s->level + end), part->least_s);
    for (size_t x = 0; taken > 0 && x < part->n_free; x++) {
        double here = taken == part->n_free ? bal->here[x] : gg__sub_below(bal->here[x], s->t);
        lower(&bal->on[scan->server * n + part->user[x]],
              gg__add_below(rise, gg__sub_below(here, bal->term[x])));
    }
}

/* Any threshold will do for each: the dearest of who is here for those who come, the cheapest of
 * who is not for those who leave. */
static void price_users(gg__balance_scan *scan, const gg__balance_state *state, size_t end) {
    gg__balance_state s = *state;
    s.t = s.t_at[end];
    price_coming(scan, &s, end);
    s.t = s.next_at[end];
    price_leaving(scan, &s, end);
}

/* Below the distance, from the end that costs `dear`, over which the chord to the end that costs
 * `cheap` stays above `needed`. */
static double distance(double width, double dear, double cheap, double needed) {
    double rise = gg__sub_below(dear, needed), fall = gg__sub_above(dear, cheap);
    if (!(rise > 0.0) || !(fall > 0.0))
        return 0.0;
    return gg__greater(0.0, gg__mul_below(width, gg__lesser(1.0, gg__div_below(rise, fall))));
}

static void extend(gg__proof_hull *left, size_t load, double low, double high) {
    left->lowest = gg__lesser(left->lowest, low);
    left->highest = gg__greater(left->highest, high);
    left->load_low = load < left->load_low ? load : left->load_low;
    left->load_high = load > left->load_high ? load : left->load_high;
}

/* Where the round priced no options: the whole level counts. */
static void keep_state(gg__balance_scan *scan, const gg__balance_state *state) {
    const gg__balance_part *part = &scan->balance->parts[scan->server];
    extend(scan->context, state->load, part->level_w[state->level],
           part->level_w[state->level + 1]);
}

static void keep(gg__balance_scan *scan, const gg__balance_state *s) {
    const gg__balance_part *part = &scan->balance->parts[scan->server];
    gg__proof_hull *left = scan->context;
    double low = part->level_w[s->level], high = part->level_w[s->level + 1];
    double width = gg__greater(0.0, gg__sub_below(high, low));
    if (s->at[LOW] > scan->needed_s)
        low = gg__add_below(low, distance(width, s->at[LOW], s->at[HIGH], scan->needed_s));
    else if (s->at[HIGH] > scan->needed_s)
        high = gg__sub_above(high, distance(width, s->at[HIGH], s->at[LOW], scan->needed_s));
    extend(left, s->load, low, high);
    for (size_t end = LOW; end < N_ENDS; end++)
        if (!(s->at[end] >= scan->needed_s))
            price_users(scan, s, end);
}

static bool cut_server(gg__proof_balance *bal, gg__proof_box *box, size_t j, double target_s) {
    double others_s = bal->b->users_s;
    for (size_t k = 0; k < bal->p->m; k++)
        if (k != j)
            others_s = gg__add_below(others_s, bal->parts[k].least_s);
    gg__proof_hull left = {SIZE_MAX, 0, INFINITY, -INFINITY};
    gg__balance_scan scan = {.balance = bal,
                             .box = box,
                             .server = j,
                             .needed_s = gg__sub_above(target_s, others_s),
                             .hurries = !bal->prices_options,
                             .takes_given = bal->prices_options,
                             .known = bal->prices_options ? NULL : &left,
                             .visit = bal->prices_options ? keep : keep_state,
                             .context = &left};
    for (size_t i = 0; i < bal->p->n; i++) {
        size_t at = j * bal->p->n + i;
        bal->on[at] = bal->elsewhere[at] = bal->home[at] = INFINITY;
    }
    gg__balance_scan_all(&scan);
    if (left.load_low > left.load_high)
        return false;
    box->load_low[j] = left.load_low;
    box->load_high[j] = left.load_high;
    box->interference_low[j] = gg__greater(box->interference_low[j], left.lowest);
    box->interference_high[j] = gg__lesser(box->interference_high[j], left.highest);
    return box->interference_low[j] <= box->interference_high[j];
}

/* Below the bound with user i on the device (option 0) or on server option - 1, and nowhere else.
 * A server that the user cannot be on, although it must be on one, knows that already. */
static double bound_with(const gg__proof_balance *bal, const gg__proof_box *box, size_t i,
                         size_t option) {
    const gg__proof_problem *p = bal->p;
    bool local = gg__proof_allows_local(box, p, i);
    double u = bal->b->user_price[i], local_s = bal->b->local_s[i], sum = bal->bound_s;
    if (option == 0)
        sum = gg__add_below(sum, gg__greater(0.0, gg__sub_below(local_s, u)));
    else if (local)
        sum = gg__add_below(sum, gg__greater(0.0, gg__sub_below(u, local_s)));
    for (size_t j = 0; j < p->m; j++) {
        size_t at = j * p->n + i;
        if (!local && !gg__proof_allows(box, p, i, j))
            continue;
        sum = gg__add_below(sum, option == 0       ? bal->home[at]
                                 : option == 1 + j ? bal->on[at]
                                                   : bal->elsewhere[at]);
    }
    return sum;
}

static bool cut_options(gg__proof_balance *bal, gg__proof_box *box, size_t i, double target_s) {
    const gg__proof_problem *p = bal->p;
    uint8_t *dear = bal->b->dear;
    size_t n_left = box->n_servers[i] + gg__proof_allows_local(box, p, i);
    if (n_left < 2)
        return n_left == 1;
    for (size_t option = 0; option <= p->m; option++)
        dear[option] = bound_with(bal, box, i, option) >= target_s;
    if (dear[0])
        gg__proof_forbid_local(box, p, i);
    for (size_t j = 0; j < p->m; j++)
        if (dear[1 + j])
            gg__proof_forbid(box, p, i, j);
    return box->n_servers[i] > 0 || gg__proof_allows_local(box, p, i);
}

bool gg__proof_balance_reduce(gg__proof_balance *bal, gg__proof_box *box, double target_s) {
    for (size_t j = 0; j < bal->p->m; j++)
        if (!cut_server(bal, box, j, target_s))
            return false;
    for (size_t i = 0; bal->prices_options && i < bal->p->n; i++)
        if (!cut_options(bal, box, i, target_s))
            return false;
    return true;
}
