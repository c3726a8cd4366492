/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/lane.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/bound/offload_row.h"
#include "solvers/search/local_search.h"
#include "solvers/tree/row_search.h"

static const gg__effort AT_NODE = {3, 40, 1, 0.3}, PRICED_AT_NODE = {2, 40, 1, 0.3};

gg_status gg__lane_init(gg__lane *lane, const gg_tree_search *search, gg_error *err) {
    const gg_bound_problem *p = search->problem;
    const gg_record_array arrays[] = {
        GG_ARRAY(gg__lane, scratch, p->n), GG_ARRAY(gg__lane, changes_s, p->m + 1),
        GG_ARRAY(gg__lane, proof.round, p->n + p->m), GG_ARRAY(gg__lane, proof.users, p->n),
        GG_ARRAY(gg__lane, proof.prices, p->n * p->m)};
    lane->search = search;
    lane->p = p;
    lane->memory = GG_ARRAYS_NEW(lane, arrays);
    GG_NEED(lane->memory, err, "out of memory for branch and bound");
    GG_TRY(gg_bounder_new(p, &lane->bounder, err));
    if (p->row.gain == NULL || gg_held_to_row(p))
        GG_TRY(gg_search_new(p->instance, p->objective, &lane->descent, err));
    gg_bounder_deadline(lane->bounder, search->deadline_s);
    return GG_OK;
}

void gg__lane_clear(gg__lane *lane) {
    gg_balance_free(lane->balance);
    gg_free(lane->descent);
    gg_free(lane->bounder);
    gg_free(lane->memory);
}

gg_status gg__lane_add_balance(gg__lane *lane, gg_error *err) {
    GG_TRY(gg_balance_new(lane->bounder, &lane->balance, err));
    if (lane->search->certificate != NULL)
        gg_balance_note_states(lane->balance, gg__proof_add_state, &lane->proof);
    return GG_OK;
}

static void blend(const gg__lane *l, int32_t *decision) {
    const float *frequency = gg_bounder_choices(l->bounder).frequency;
    size_t options = l->p->m + 1;
    for (size_t i = 0; i < l->p->n; i++) {
        size_t best = gg_search_allows(l->descent, i, GG_LOCAL) ? 0 : 1;
        for (size_t option = best + 1; option < options; option++)
            if (frequency[i * options + option] > frequency[i * options + best])
                best = option;
        decision[i] = (int32_t)best - 1;
    }
}

gg_status gg__lane_try(gg__lane *l, int32_t *decision, double *found_s, gg_error *err) {
    const gg_iterations once = {.at_most = 0, .deadline_s = l->search->deadline_s};
    blend(l, decision);
    /* A row leaves good decisions far apart: the bound finds them, not kicks of those known. */
    if (gg_held_to_row(l->p))
        return gg_row_search(l->p, once, decision, found_s, err);
    gg_search_load(l->descent, decision);
    gg_descend(l->descent, l->p->instance, NULL, once.deadline_s, l->changes_s);
    memcpy(decision, gg_search_assignment(l->descent), l->p->n * sizeof *decision);
    *found_s = gg_search_objective_s(l->descent);
    return GG_OK;
}

bool gg__planted_in(const gg__lane *lane, const gg_box *box) {
    const gg_planted *planted = lane->search->planted;
    return planted != NULL && gg_box_contains(box, lane->p, planted->decision);
}

void gg__check_planted(gg__lane *lane, const gg_box *box, bool was_inside, bool alive) {
    gg_planted *planted = lane->search->planted;
    if (was_inside && planted->objective_s < lane->goal->threshold_s &&
        (!alive || !gg__planted_in(lane, box)))
        planted->lost = true;
}

static double priced_round(gg__lane *l, gg__node *at, int iterations, bool *alive) {
    gg_balance_load(l->balance, &at->box);
    double bound_s = gg_balance_ascend(l->balance, l->goal->threshold_s, iterations);
    gg__proof_add_round(&l->proof, gg_bounder_multipliers(l->bounder));
    gg__proof_add_prices(&l->proof, &at->box, gg_balance_prices(l->balance));
    for (uint32_t j = 0; j < l->p->m; j++) {
        size_t count;
        const double *cuts = gg_balance_cuts(l->balance, j, &count);
        gg__proof_add_cuts(&l->proof, j, cuts, count);
    }
    *alive = bound_s == -INFINITY ||
             gg_balance_reduce(l->balance, &at->box, bound_s, l->goal->threshold_s);
    return bound_s;
}

bool gg__lane_round(gg__lane *l, gg__node *at, bool priced, int iterations) {
    double bound_s;
    bool alive;
    if (priced) {
        bound_s = priced_round(l, at, iterations, &alive);
    } else {
        gg_bounder_load(l->bounder, &at->box);
        bound_s = gg_ascend(l->bounder, l->goal->threshold_s, iterations);
        gg__proof_add_round(&l->proof, gg_bounder_multipliers(l->bounder));
        alive = gg_reduce(l->bounder, &at->box, bound_s, l->goal->threshold_s);
    }
    gg__proof_note_row_price(&l->proof, gg_bounder_price_s(l->bounder));
    at->bound_s = fmax(at->bound_s, bound_s);
    return alive && gg_box_propagate(&at->box, l->p);
}

bool gg__lane_rounds(gg__lane *l, gg__node *at, bool priced, gg__effort most) {
    int idle = 0;
    for (int round = 0; round < most.rounds; round++) {
        double before_s = at->bound_s;
        if (gg_box_is_point(&at->box, l->p, l->scratch))
            break;
        if (!gg__lane_round(l, at, priced, most.iterations))
            return false;
        if (gg_time_is_up(l->search->deadline_s))
            break;
        double gained_s = at->bound_s - before_s, missing_s = l->goal->threshold_s - at->bound_s;
        idle = gained_s < most.worthwhile * missing_s ? idle + 1 : 0;
        if (round > 0 && idle >= most.patience)
            break;
    }
    return true;
}

/* The multipliers and prices that a node's box was bounded with last, and their pace. */
static void load_multipliers(gg__lane *l, const gg__node *at) {
    const gg_bound_problem *p = l->p;
    for (size_t k = 0; k < p->n + p->m; k++)
        gg_bounder_multipliers(l->bounder)[k] = (double)at->multipliers[k];
    for (size_t k = 0; at->prices != NULL && k < p->n * p->m; k++)
        gg_balance_prices(l->balance)[k] = (double)at->prices[k];
    if (at->prices != NULL)
        gg_balance_set_pace(l->balance, at->pace);
    else
        gg_bounder_set_pace(l->bounder, at->pace);
}

void gg__lane_store(const gg__lane *l, gg__node *at) {
    const gg_bound_problem *p = l->p;
    for (size_t k = 0; k < p->n + p->m; k++)
        at->multipliers[k] = (float)gg_bounder_multipliers(l->bounder)[k];
    for (size_t k = 0; at->prices != NULL && k < p->n * p->m; k++)
        at->prices[k] = (float)gg_balance_prices(l->balance)[k];
    at->pace = at->prices != NULL ? gg_balance_pace(l->balance) : gg_bounder_pace(l->bounder);
}

bool gg__lane_bound(gg__lane *l, gg__node *at) {
    bool planted = gg__planted_in(l, &at->box), priced = at->prices != NULL;
    bool alive = gg_box_propagate(&at->box, l->p);
    gg_bounder_set_price(l->bounder, at->row_price_s);
    load_multipliers(l, at);
    if (alive)
        alive = gg__lane_rounds(l, at, priced, priced ? PRICED_AT_NODE : AT_NODE);
    at->row_price_s = gg_bounder_price_s(l->bounder);
    gg__check_planted(l, &at->box, planted, alive);
    gg__lane_store(l, at);
    return alive;
}
