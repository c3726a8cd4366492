/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/improving_box.h"

#include "models/base/alloc.h"
#include "models/base/timer.h"

enum { ROUNDS = 10, ITERATIONS = 150 };

/* What costs this much more than the incumbent is fixed away; the incumbent itself stays. */
static const double MARGIN = 1e-6;
/* Time for probing, of what is left. */
static const double PROBING_SHARE = 0.25, PROBING_S_MAX = 10.0;

gg_status gg_improving_box_init(gg_improving_box *b, const gg_instance *in, gg_objective objective,
                                gg_error *err) {
    *b = (gg_improving_box){0};
    GG_TRY(gg_bound_problem_new(in, objective, NULL, &b->problem, err));
    GG_TRY(gg_bounder_new(b->problem, &b->bounder, err));
    b->box_memory = gg_alloc(gg_box_bytes(b->problem), 1);
    GG_NEED(b->box_memory, err, "out of memory for %zu users", in->n_users);
    gg_box_place(&b->box, b->problem, b->box_memory);
    return GG_OK;
}

void gg_improving_box_clear(gg_improving_box *b) {
    gg_free(b->bounder);
    gg_bound_problem_free(b->problem);
    gg_free(b->box_memory);
    *b = (gg_improving_box){0};
}

bool gg_within_gap(double incumbent_s, double lower_bound_s, double gap) {
    if (isinf(incumbent_s))
        return isinf(lower_bound_s);
    return incumbent_s - lower_bound_s <= fmax(gap * incumbent_s, 1e-12);
}

static bool start(gg_improving_box *b, const int32_t *incumbent) {
    gg_box_root(&b->box, b->problem);
    gg_bounder_load(b->bounder, &b->box);
    gg_duals_from(b->bounder, incumbent);
    return gg_box_propagate(&b->box, b->problem);
}

/* The bound over the present box. Outside it everything costs at least the threshold. */
static double ascend(gg_improving_box *b, double threshold_s) {
    gg_bounder_load(b->bounder, &b->box);
    double bound_s = gg_ascend(b->bounder, threshold_s, ITERATIONS);
    b->lower_bound_s = fmax(b->lower_bound_s, fmin(bound_s, threshold_s) * (1.0 - 1e-12));
    return bound_s;
}

bool gg_improving_box_root(gg_improving_box *b, const int32_t *incumbent, double incumbent_s) {
    bool alive = start(b, incumbent);
    if (alive)
        ascend(b, incumbent_s);
    return alive;
}

gg_status gg_improving_box_shrink(gg_improving_box *b, const int32_t *incumbent, double incumbent_s,
                                  double gap, double deadline_s, bool *alive, gg_error *err) {
    double threshold_s = incumbent_s * (1.0 + MARGIN);
    gg_status status = GG_OK;
    *alive = start(b, incumbent);
    for (int round = 0; *alive && round < ROUNDS; round++) {
        double bound_s = ascend(b, threshold_s);
        *alive = gg_reduce(b->bounder, &b->box, bound_s, threshold_s) &&
                 gg_box_propagate(&b->box, b->problem);
    }
    if (*alive && !gg_within_gap(incumbent_s, b->lower_bound_s, gap)) {
        double left_s = deadline_s - gg_now_s();
        *alive = gg_probe(b->problem, b->bounder, &b->box, threshold_s,
                          gg_now_s() + fmin(PROBING_S_MAX, PROBING_SHARE * left_s), &status, err);
    }
    if (!*alive)
        b->lower_bound_s = incumbent_s;
    return status;
}
