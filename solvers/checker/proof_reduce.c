/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a replayed bound excludes: choices with which it would reach the target.
 */
#include "solvers/checker/outward.h"
#include "solvers/checker/proof_bound.h"

static bool cut_loads(const gg__proof_part *part, gg__proof_box *box, size_t j, double others_s,
                      double target_s) {
    size_t low = box->load_low[j], high = box->load_high[j];
    while (low <= high && gg__add_below(others_s, gg__proof_value_of_load(part, low)) >= target_s)
        low++;
    while (high > low && gg__add_below(others_s, gg__proof_value_of_load(part, high)) >= target_s)
        high--;
    box->load_low[j] = low;
    box->load_high[j] = high;
    return low <= high;
}

/* Below the distance, from the end that costs `dear`, over which the chord to the end that costs
 * `cheap` stays above `needed`. */
static double chord_distance(double width, double dear, double cheap, double needed) {
    double rise = gg__sub_below(dear, needed), fall = gg__sub_above(dear, cheap);
    if (!(rise > 0.0) || !(fall > 0.0))
        return 0.0;
    return gg__greater(0.0, gg__mul_below(width, gg__lesser(1.0, gg__div_below(rise, fall))));
}

/* At one load V_j as a function of the interference is a minimum of concave functions, so it is
 * concave and lies above the chord between the ends of the load's range. What every load excludes
 * is cut off. */
static bool cut_interference(const gg__proof_part *part, gg__proof_box *box, size_t j,
                             double others_s, double target_s) {
    double needed = gg__sub_above(target_s, others_s);
    double lowest = INFINITY, highest = -INFINITY;
    for (size_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
        double at_low = part->value[LOW][load].cost_s, at_high = part->value[HIGH][load].cost_s;
        double low = part->range[LOW][load], high = part->range[HIGH][load];
        double width = gg__greater(0.0, gg__sub_below(high, low));
        if (at_low >= needed && at_high >= needed)
            continue;
        if (at_low > needed)
            low = gg__greater(low,
                              gg__add_below(low, chord_distance(width, at_low, at_high, needed)));
        else if (at_high > needed)
            high = gg__lesser(high,
                              gg__sub_above(high, chord_distance(width, at_high, at_low, needed)));
        lowest = gg__lesser(lowest, low);
        highest = gg__greater(highest, high);
    }
    box->interference_low[j] = gg__greater(box->interference_low[j], lowest);
    box->interference_high[j] = gg__lesser(box->interference_high[j], highest);
    return box->interference_low[j] <= box->interference_high[j];
}

/* With a free user made to come, it replaces the dearest that was taken, unless it is cheaper;
 * kept away, it is replaced by the cheapest that was not. */
static void price_members(gg__proof_bounder *b, const gg__proof_box *box, size_t j,
                          double target_s) {
    gg__proof_part *part = &b->parts[j];
    double *enter = b->enter + j * b->p->n, *leave = b->leave + j * b->p->n;
    for (size_t k = 0; k < part->n_free; k++)
        enter[part->member[k]] = leave[part->member[k]] = INFINITY;
    for (int end = LOW; end < N_ENDS; end++)
        for (size_t load = box->load_low[j]; load <= box->load_high[j]; load++) {
            gg__proof_value value = part->value[end][load];
            double rise = gg__sub_below(value.cost_s, part->least_s);
            /* No decision of interest has this load, whoever comes. */
            if (gg__add_below(b->bound_s, rise) >= target_s)
                continue;
            gg__proof_costs(b, j, end, load);
            for (size_t k = 0; k < part->n_free; k++) {
                size_t i = part->member[k];
                double dearer = gg__greater(0.0, gg__sub_below(b->cost[k], value.last));
                double cheaper = gg__greater(0.0, gg__sub_below(value.next, b->cost[k]));
                enter[i] = gg__lesser(enter[i], gg__add_below(rise, dearer));
                leave[i] = gg__lesser(leave[i], gg__add_below(rise, cheaper));
            }
        }
}

/* Below the bound with user i on the device (option 0) or on server option - 1, and nowhere
 * else. */
static double bound_with(const gg__proof_bounder *b, const gg__proof_box *box, size_t i,
                         size_t option) {
    const gg__proof_problem *p = b->p;
    double u = b->user_price[i], sum = b->bound_s;
    if (option == 0)
        sum = gg__add_below(sum, gg__greater(0.0, gg__sub_below(b->local_s[i], u)));
    else if (gg__proof_allows_local(box, p, i))
        sum = gg__add_below(sum, gg__greater(0.0, gg__sub_below(u, b->local_s[i])));
    for (size_t j = 0; j < p->m; j++)
        if (gg__proof_allows(box, p, i, j))
            sum = gg__add_below(sum,
                                option == 1 + j ? b->enter[j * p->n + i] : b->leave[j * p->n + i]);
    return sum;
}

/* Every option is priced before any is removed: the bound's parts are those of all of them. */
static bool cut_options(gg__proof_bounder *b, gg__proof_box *box, size_t i, double target_s) {
    const gg__proof_problem *p = b->p;
    uint8_t *dear = b->dear;
    size_t n_left = box->n_servers[i] + gg__proof_allows_local(box, p, i);
    if (n_left < 2)
        return n_left == 1;
    for (size_t option = 0; option <= p->m; option++)
        dear[option] = bound_with(b, box, i, option) >= target_s;
    if (dear[0])
        gg__proof_forbid_local(box, p, i);
    for (size_t j = 0; j < p->m; j++)
        if (dear[1 + j])
            gg__proof_forbid(box, p, i, j);
    return box->n_servers[i] > 0 || gg__proof_allows_local(box, p, i);
}

bool gg__proof_reduce(gg__proof_bounder *b, gg__proof_box *box, double target_s) {
    const gg__proof_problem *p = b->p;
    for (size_t j = 0; j < p->m; j++) {
        double others_s = gg__proof_bound_without(b, j);
        if (!cut_loads(&b->parts[j], box, j, others_s, target_s) ||
            !cut_interference(&b->parts[j], box, j, others_s, target_s))
            return false;
        price_members(b, box, j, target_s);
    }
    for (size_t i = 0; i < p->n; i++)
        if (!cut_options(b, box, i, target_s))
            return false;
    return true;
}
