/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/improving_box.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"
#include "models/base/timer.h"
#include "solvers/tree/branching.h"

enum { TRIAL_ROUNDS = 2, TRIAL_ITERATIONS = 40, BASE_ITERATIONS = 80, PASSES_MAX = 12 };

typedef struct prober {
    const gg_bound_problem *p;
    gg_bounder *bounder;
    gg_box *box, trial;
    char *trial_memory;
    double *multipliers; /* n + m: where every trial starts */
    double threshold_s, deadline_s;
    size_t removed; /* in this pass */
} prober;

/* True when the bound closes the trial box. */
static bool closes(prober *s) {
    if (!gg_box_propagate(&s->trial, s->p))
        return true;
    memcpy(gg_bounder_multipliers(s->bounder), s->multipliers,
           (s->p->n + s->p->m) * sizeof *s->multipliers);
    for (int round = 0; round < TRIAL_ROUNDS; round++) {
        gg_bounder_load(s->bounder, &s->trial);
        double bound_s = gg_ascend(s->bounder, s->threshold_s, TRIAL_ITERATIONS);
        if (!gg_reduce(s->bounder, &s->trial, bound_s, s->threshold_s) ||
            !gg_box_propagate(&s->trial, s->p))
            return true;
    }
    return false;
}

/* Tries one half of a split; if it closes, the other half is the box. False when that is empty. */
static bool try_half(prober *s, const gg_branch *branch, int half, bool *closed) {
    gg_box_copy(&s->trial, s->box, s->p);
    gg_branch_apply(branch, &s->trial, half);
    *closed = closes(s);
    if (!*closed)
        return true;
    s->removed++;
    gg_branch_apply(branch, s->box, 1 - half);
    return gg_box_propagate(s->box, s->p);
}

/* Cuts ever smaller pieces off one end of a server's interference. */
static bool probe_interference(prober *s, uint32_t j, int half) {
    bool closed = false;
    for (double share = 0.5; share > 0.02 && !gg_time_is_up(s->deadline_s);
         share *= closed ? 1.0 : 0.5) {
        double low = s->box->interference_low[j], high = s->box->interference_high[j];
        double piece = share * (high - low);
        if (!(piece > 1e-6 * (high + s->p->noise[j])))
            return true;
        const gg_branch branch = {.kind = GG_BRANCH_INTERFERENCE,
                                  .server = j,
                                  .interference = half == 0 ? low + piece : high - piece};
        if (!try_half(s, &branch, half, &closed))
            return false;
    }
    return true;
}

static bool probe_load(prober *s, uint32_t j, int half) {
    bool closed = true;
    while (closed && s->box->load_low[j] < s->box->load_high[j] && !gg_time_is_up(s->deadline_s)) {
        const gg_branch branch = {.kind = GG_BRANCH_LOAD,
                                  .server = j,
                                  .load =
                                      half == 0 ? s->box->load_low[j] : s->box->load_high[j] - 1};
        if (!try_half(s, &branch, half, &closed))
            return false;
    }
    return true;
}

static bool probe_user(prober *s, uint32_t i) {
    bool closed;
    if (gg_box_has_choice(s->box, i) && s->box->local[i]) {
        const gg_branch branch = {.kind = GG_BRANCH_LOCAL, .user = i};
        if (!try_half(s, &branch, 0, &closed))
            return false;
    }
    for (uint32_t j = 0; j < s->p->m; j++) {
        if (!gg_box_has_choice(s->box, i) || (s->box->servers[i] >> j & 1) == 0)
            continue;
        const gg_branch branch = {.kind = GG_BRANCH_SERVER, .user = i, .server = j};
        if (!try_half(s, &branch, 0, &closed))
            return false;
    }
    return true;
}

static bool renew_multipliers(prober *s) {
    gg_bounder_load(s->bounder, s->box);
    double bound_s = gg_ascend(s->bounder, s->threshold_s, BASE_ITERATIONS);
    bool alive =
        gg_reduce(s->bounder, s->box, bound_s, s->threshold_s) && gg_box_propagate(s->box, s->p);
    memcpy(s->multipliers, gg_bounder_multipliers(s->bounder),
           (s->p->n + s->p->m) * sizeof *s->multipliers);
    return alive;
}

static bool one_pass(prober *s) {
    bool alive = renew_multipliers(s);
    for (uint32_t j = 0; alive && j < s->p->m; j++)
        for (int half = 0; alive && half < 2; half++)
            alive = probe_interference(s, j, half) && probe_load(s, j, half);
    if (alive)
        alive = renew_multipliers(s);
    for (uint32_t i = 0; alive && i < s->p->n && !gg_time_is_up(s->deadline_s); i++)
        alive = probe_user(s, i);
    return alive;
}

bool gg_probe(const gg_bound_problem *p, gg_bounder *bounder, gg_box *box, double threshold_s,
              double deadline_s, gg_status *status, gg_error *err) {
    prober s = {.p = p,
                .bounder = bounder,
                .box = box,
                .threshold_s = threshold_s,
                .deadline_s = deadline_s};
    const gg_record_array arrays[] = {GG_ARRAY(prober, trial_memory, gg_box_bytes(p)),
                                      GG_ARRAY(prober, multipliers, p->n + p->m)};
    void *memory = GG_ARRAYS_NEW(&s, arrays);
    bool alive = true;
    *status = memory != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "out of memory for probing");
    if (memory == NULL)
        return true;
    gg_box_place(&s.trial, p, s.trial_memory);
    memcpy(s.multipliers, gg_bounder_multipliers(bounder), (p->n + p->m) * sizeof *s.multipliers);
    for (int pass = 0; pass < PASSES_MAX && alive && !gg_time_is_up(deadline_s); pass++) {
        s.removed = 0;
        alive = one_pass(&s);
        if (s.removed == 0)
            break;
    }
    gg_free(memory);
    return alive;
}
