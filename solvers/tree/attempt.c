/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/attempt.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"

gg_status gg__attempt_init(gg__attempt *a, const gg__tree *t, gg_error *err) {
    const gg_bound_problem *p = t->p;
    a->decision = gg_alloc(p->n, sizeof *a->decision);
    GG_NEED(a->decision, err, "out of memory for branch and bound");
    return t->root.proof.certificate != NULL
               ? gg_certificate_new(p->n, p->m, p->power_unit_w, &a->proof, err)
               : GG_OK;
}

void gg__attempt_reset(gg__attempt *a) {
    gg_free(a->child);
    a->child = NULL;
}

void gg__attempt_clear(gg__attempt *a) {
    gg__attempt_reset(a);
    gg_free(a->decision);
    gg_certificate_free(a->proof);
}

/* The child begins as its half of the parent, with the parent's multipliers and pace. */
static gg_status make_child(gg__attempt *a, const gg_bound_problem *p) {
    const gg__node *parent = a->parent;
    gg__node *child = a->child = gg__node_new(p, 0, parent->prices != NULL);
    if (child == NULL)
        return GG_E_NOMEM;
    gg_box_copy(&child->box, &parent->box, p);
    memcpy(child->multipliers, parent->multipliers, (p->n + p->m) * sizeof *child->multipliers);
    if (child->prices != NULL)
        memcpy(child->prices, parent->prices, p->n * p->m * sizeof *child->prices);
    child->bound_s = parent->bound_s;
    child->row_price_s = parent->row_price_s;
    child->pace = parent->pace;
    gg_branch_apply(&parent->branch, &child->box, a->half);
    return GG_OK;
}

/* Decisions near the bound's are looked for below the first nodes and then below every so many. */
enum { TRY_FIRST = 4, TRY_EVERY = 16 };

static bool tries_below(const gg__node *parent) {
    return parent->number < TRY_FIRST || parent->number % TRY_EVERY == 0;
}

/* Everything that the lane's votes are needed for. */
static gg_status look_around(gg__attempt *a, gg__lane *lane) {
    const gg_bound_problem *p = lane->p;
    a->is_point = gg_box_is_point(&a->child->box, p, a->decision);
    if (a->is_point)
        return GG_OK;
    a->splits = gg_branch_places(p, &a->child->box, gg_bounder_choices(lane->bounder),
                                 gg_bounder_multipliers(lane->bounder) + p->n,
                                 a->goal->incumbent.interference);
    return lane->descent != NULL && tries_below(a->parent)
               ? gg__lane_try(lane, a->decision, &a->found_s, NULL)
               : GG_OK;
}

/* Rounds are written down as those of a certificate's only node. */
static void start_proof(gg__attempt *a, gg__lane *lane) {
    gg__node unused;
    lane->proof.certificate = a->proof;
    gg__proof_restart(&lane->proof);
    gg__proof_add_node(&lane->proof, &unused);
}

void gg__attempt_run(gg__attempt *a, gg__lane *lane, const gg__tree *t) {
    gg__attempt_reset(a);
    a->found_s = INFINITY;
    a->status = make_child(a, lane->p);
    if (a->status != GG_OK)
        return;
    start_proof(a, lane);
    lane->goal = a->goal;
    gg_bounder_resume(lane->bounder, t->root.bounder);
    if (lane->balance != NULL)
        gg_balance_resume(lane->balance, t->root.balance);
    a->alive = gg__lane_bound(lane, a->child);
    if (a->alive)
        a->status = look_around(a, lane);
    a->proof_lost = a->proof != NULL && lane->proof.certificate == NULL;
}
