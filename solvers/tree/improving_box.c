/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/tree/improving_box.h"

#include "models/base/alloc.h"
#include "models/base/timer.h"
#include "solvers/tree/probing.h"

enum { ROUNDS = 10, ITERATIONS = 150 };

/* What costs this much more than the incumbent is fixed away; the incumbent itself stays. */
static const double MARGIN = 1e-6;
/* Time for probing, of what is left. */
static const double PROBING_SHARE = 0.25, PROBING_S_MAX = 10.0;

gg_status gg_improving_box_init(gg_improving_box *f, const gg_instance *in, gg_objective objective,
                                gg_error *err) {
    *f = (gg_improving_box){0};
    gg_status status = gg_bound_problem_new(in, objective, &f->problem, err);
    if (status == GG_OK)
        status = gg_bounder_new(f->problem, &f->bounder, err);
    if (status != GG_OK)
        return status;
    f->box_memory = gg_alloc(gg_box_bytes(f->problem), 1);
    if (f->box_memory == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for %zu users", in->n_users);
    gg_box_place(&f->box, f->problem, f->box_memory);
    return GG_OK;
}

void gg_improving_box_clear(gg_improving_box *f) {
    gg_bounder_free(f->bounder);
    gg_bound_problem_free(f->problem);
    gg_free(f->box_memory);
    *f = (gg_improving_box){0};
}

bool gg_within_gap(double incumbent_s, double lower_bound_s, double gap) {
    if (isinf(incumbent_s))
        return isinf(lower_bound_s);
    return incumbent_s - lower_bound_s <= fmax(gap * incumbent_s, 1e-12);
}

static bool start(gg_improving_box *f, const int32_t *incumbent) {
    gg_box_root(&f->box, f->problem);
    gg_bounder_load(f->bounder, &f->box);
    gg_duals_from(f->bounder, incumbent);
    return gg_box_propagate(&f->box, f->problem);
}

/* The bound over the present box. Outside it everything costs at least the threshold. */
static double ascend(gg_improving_box *f, double threshold_s) {
    gg_bounder_load(f->bounder, &f->box);
    double bound_s = gg_ascend(f->bounder, threshold_s, ITERATIONS);
    f->lower_bound_s = fmax(f->lower_bound_s, fmin(bound_s, threshold_s) * (1.0 - 1e-12));
    return bound_s;
}

bool gg_improving_box_root(gg_improving_box *f, const int32_t *incumbent, double incumbent_s) {
    bool alive = start(f, incumbent);
    if (alive)
        ascend(f, incumbent_s);
    return alive;
}

gg_status gg_fix_by_bound(gg_improving_box *f, const int32_t *incumbent, double incumbent_s,
                          double gap, double deadline_s, bool *alive, gg_error *err) {
    double threshold_s = incumbent_s * (1.0 + MARGIN);
    gg_status status = GG_OK;
    *alive = start(f, incumbent);
    for (int round = 0; *alive && round < ROUNDS; round++) {
        double bound_s = ascend(f, threshold_s);
        *alive = gg_reduce(f->bounder, &f->box, bound_s, threshold_s) &&
                 gg_box_propagate(&f->box, f->problem);
    }
    if (*alive && !gg_within_gap(incumbent_s, f->lower_bound_s, gap)) {
        double left_s = deadline_s - gg_now_s();
        *alive = gg_probe(f->problem, f->bounder, &f->box, threshold_s,
                          gg_now_s() + fmin(PROBING_S_MAX, PROBING_SHARE * left_s), &status, err);
    }
    if (!*alive)
        f->lower_bound_s = incumbent_s;
    return status;
}
