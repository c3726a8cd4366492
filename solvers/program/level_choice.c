/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/level_choice.h"

#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "solvers/program/level_domain.h"
#include "solvers/search/iterated_search.h"
#include "solvers/tree/improving_box.h"

/* Beyond FEW_USERS the program is out of reach of most solvers: more levels would not help. */
enum { START_ITERATIONS = 60, FEW_USERS = 8, LEVELS_OF_MANY = 8 };

/* Within 1 %, the tolerances of other solvers included. */
static const double TARGET_ERROR = 0.0095;
/* Where levels go only where they are needed, this is cheap. */
static const double FITTED_ERROR = 0.004;
static const double ENTRIES_MAX = 1e8;

struct gg_level_choice {
    gg_improving_box improving;
    gg_level_domain domain;
    int32_t *incumbent; /* N */
    double incumbent_s, error;
};

static gg_status find_incumbent(gg_level_choice *c, const gg_instance *in, gg_objective objective,
                                gg_error *err) {
    gg_solve_options options = gg_solve_options_init();
    options.objective = objective;
    const gg_iterations limits = {
        .at_most = START_ITERATIONS, .deadline_s = INFINITY, .seed = options.seed};
    GG_TRY(gg_iterate(in, &options, limits, c->incumbent, &c->incumbent_s, NULL, err));
    return isinf(c->incumbent_s) ? gg_fail(err, GG_E_INFEASIBLE, "no finite decision was found")
                                 : GG_OK;
}

/* Nothing costs less than the incumbent: it alone remains. */
static void pin_incumbent(gg_level_choice *c) {
    gg_box *box = &c->improving.box;
    gg_box_root(box, c->improving.problem);
    for (size_t i = 0; i < c->improving.problem->n; i++) {
        int32_t at = c->incumbent[i];
        box->local[i] = at == GG_LOCAL;
        box->servers[i] = at == GG_LOCAL ? 0 : UINT64_C(1) << at;
    }
    gg_box_propagate(box, c->improving.problem);
}

static gg_status set_box(gg_level_choice *c, bool fixed_by_bound, gg_error *err) {
    if (!fixed_by_bound) {
        gg_improving_box_root(&c->improving, c->incumbent, c->incumbent_s);
        return GG_OK;
    }
    bool alive;
    GG_TRY(gg_improving_box_shrink(&c->improving, c->incumbent, c->incumbent_s, 0.0, INFINITY,
                                   &alive, err));
    if (!alive)
        pin_incumbent(c);
    return GG_OK;
}

/* Entries of the program over the present box and levels. */
static double count_entries(const gg_level_choice *c) {
    const gg_bound_problem *p = c->improving.problem;
    double entries = 0.0;
    for (size_t j = 0; j < p->m; j++) {
        double users = 0.0;
        for (size_t i = 0; i < p->n; i++)
            users += (double)(c->improving.box.servers[i] >> j & 1);
        double loads = c->domain.mip.load_high[j] - (double)c->domain.mip.load_low[j] + 1.0;
        entries += loads * (double)c->domain.mip.n_levels[j] * users * (2.0 + 2.0 * (double)p->m);
    }
    return entries;
}

static gg_status refuse_giant(const gg_level_choice *c, gg_error *err) {
    double entries = count_entries(c);
    if (entries <= ENTRIES_MAX)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT,
                   "the program would have about %.2g entries, more than the %.0g that are "
                   "written: take fewer levels, fewer users, or fix by the bound",
                   entries, ENTRIES_MAX);
}

/* Levels that hold for every decision. */
static gg_status split_levels(gg_level_choice *c, const gg_mip_request *request, gg_error *err) {
    const gg_bound_problem *p = c->improving.problem;
    const gg_level_stakes stakes = {.incumbent_s = c->incumbent_s,
                                    .lower_bound_s =
                                        fmin(c->improving.lower_bound_s, c->incumbent_s)};
    size_t at_most = request->levels > 0 ? request->levels
                     : p->n <= FEW_USERS ? GG_MIP_LEVELS_MAX
                                         : LEVELS_OF_MANY;
    for (size_t j = 0; j < p->m; j++)
        GG_TRY(gg_level_split(&c->domain, p, &c->improving.box, j, &stakes, at_most,
                              request->levels > 0 ? 0.0 : TARGET_ERROR, &c->error, err));
    return GG_OK;
}

static gg_status set_levels(gg_level_choice *c, const gg_mip_request *request, gg_error *err) {
    const gg_bound_problem *p = c->improving.problem;
    gg_level_domain_set(&c->domain, p, &c->improving.box);
    gg_enumeration list;
    gg_status status = gg_enumeration_init(&list, p, &c->improving.box, c->incumbent_s, err);
    bool where_needed = request->levels == 0 && list.complete;
    if (status == GG_OK && !where_needed)
        status = split_levels(c, request, err);
    if (status == GG_OK && list.complete)
        status = gg_level_fit(&c->domain, p, &list, c->incumbent_s,
                              where_needed ? FITTED_ERROR : 1.0, &c->error, err);
    gg_enumeration_clear(&list);
    return status;
}

/* Bound and box, before anything that takes time. */
static gg_status set_up(gg_level_choice *c, const gg_instance *in, const gg_mip_request *request,
                        gg_error *err) {
    if (gg_instance_infeasible(in))
        return gg_fail(err, GG_E_INFEASIBLE,
                       "infeasible: a user must offload and there is no server");
    GG_TRY(gg_improving_box_init(&c->improving, in, request->objective, err));
    if (c->improving.problem->no_finite)
        return gg_fail(err, GG_E_INFEASIBLE,
                       "users that must offload reach no server: every decision costs "
                       "infinitely much");
    c->incumbent = gg_alloc(in->n_users, sizeof *c->incumbent);
    GG_NEED(c->incumbent, err, "out of memory for %zu users", in->n_users);
    GG_TRY(gg_level_domain_init(&c->domain, in->n_servers,
                                request->levels > 0 ? request->levels : GG_MIP_LEVELS_MAX, err));
    gg_box_root(&c->improving.box, c->improving.problem);
    gg_level_domain_set(&c->domain, c->improving.problem, &c->improving.box);
    return request->fixed_by_bound ? GG_OK : refuse_giant(c, err);
}

static gg_status choose(gg_level_choice *c, const gg_instance *in, const gg_mip_request *request,
                        gg_error *err) {
    GG_TRY(set_up(c, in, request, err));
    GG_TRY(find_incumbent(c, in, request->objective, err));
    GG_TRY(set_box(c, request->fixed_by_bound, err));
    GG_TRY(set_levels(c, request, err));
    return refuse_giant(c, err);
}

gg_status gg_mip_choose(const gg_instance *in, const gg_mip_request *request, gg_level_choice **out,
                        gg_error *err) {
    *out = gg_alloc(1, sizeof **out);
    GG_NEED(*out, err, "out of memory for a program's levels");
    gg_status status = choose(*out, in, request, err);
    if (status != GG_OK) {
        gg_level_choice_free(*out);
        *out = NULL;
    }
    return status;
}

void gg_level_choice_free(gg_level_choice *c) {
    if (c == NULL)
        return;
    gg_improving_box_clear(&c->improving);
    gg_level_domain_clear(&c->domain);
    gg_free(c->incumbent);
    gg_free(c);
}

const gg_mip_domain *gg_level_choice_domain(const gg_level_choice *c) {
    return &c->domain.mip;
}

double gg_level_choice_cap_s(const gg_level_choice *c) {
    return c->incumbent_s > 0.0 ? 2.0 * c->incumbent_s : INFINITY;
}

gg_status gg_level_choice_build(const gg_level_choice *c, gg_mip *mip, gg_error *err) {
    const gg_bound_problem *p = c->improving.problem;
    gg_status status = gg_mip_build(p->instance, p->objective, &c->domain.mip, mip, err);
    for (size_t k = 0; status == GG_OK && k < mip->n_columns; k++)
        mip->columns[k].cost_s = fmin(mip->columns[k].cost_s, gg_level_choice_cap_s(c));
    return status;
}

double gg_level_choice_error(const gg_level_choice *c) {
    return fmin(c->error, 1.0);
}

double gg_level_choice_incumbent_s(const gg_level_choice *c) {
    return c->incumbent_s;
}
