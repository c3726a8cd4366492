/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/instances/all_decisions.h"

#include "models/base/alloc.h"
#include "models/evaluate.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/random_instance.h"
#include "tests/support/support.h"

double power_of_ten(gg_rng *rng, double low, double high) {
    return pow(10.0, low + (high - low) * gg_rng_next_uniform(rng));
}

static gg_instance *draw(uint64_t seed, double span) {
    gg_rng rng = gg_rng_start(seed, 20, GG_STREAM_TEST);
    random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, 6),
                          .n_servers = 1 + gg_rng_next_below(&rng, 3),
                          .tau = -1.0,
                          .payload_factor = power_of_ten(&rng, -1.0, 4.0),
                          .capacity_spread = power_of_ten(&rng, 0.0, 1.0),
                          .power_spread = power_of_ten(&rng, 0.0, 1.0),
                          .with_ties = gg_rng_next_below(&rng, 4) == 0};
    gg_instance *in = random_instance(shape, seed);
    size_t n_pairs = in->n_users * in->n_servers;
    uint32_t kind = gg_rng_next_below(&rng, 4);
    for (size_t k = 0; k < n_pairs; k++) {
        if (kind == 1 && gg_rng_next_below(&rng, 8) == 0)
            in->gain[k] = 0.0;
        if (kind == 2)
            in->gain[k] *= power_of_ten(&rng, -0.5 * span, 0.5 * span);
    }
    if (gg_rng_next_below(&rng, 6) == 0)
        in->alpha[0] = 0.0;
    return in;
}

all_decisions all_decisions_of(uint64_t seed, double span) {
    gg_instance *in = draw(seed, span);
    gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
    gg_error err = {0};
    if (seed % 4 == 0) {
        give_forms(in, seed);
        objective = any_objective(seed);
    }
    all_decisions all = {.instance = in, .count = 1, .optimum_s = INFINITY};
    assert_success(gg_bound_problem_new(in, objective, NULL, &all.problem, &err), &err);
    for (size_t i = 0; i < in->n_users; i++)
        all.count *= in->n_servers + 1;
    all.assignment = gg_alloc(all.count * in->n_users, sizeof *all.assignment);
    all.cost_s = gg_alloc(all.count, sizeof *all.cost_s);
    assert_true(all.assignment != NULL && all.cost_s != NULL);
    for (size_t k = 0; k < all.count; k++) {
        int32_t *assignment = all.assignment + k * in->n_users;
        size_t rest = k;
        for (size_t i = 0; i < in->n_users; i++, rest /= in->n_servers + 1)
            assignment[i] = (int32_t)(rest % (in->n_servers + 1)) - 1;
        gg_metrics metrics;
        assert_success(gg_evaluate(in, objective, assignment, &metrics, &err), &err);
        all.cost_s[k] = metrics.tau_violations > 0 ? INFINITY : metrics.objective_s;
        all.optimum_s = fmin(all.optimum_s, all.cost_s[k]);
    }
    return all;
}

void all_decisions_clear(all_decisions *all) {
    gg_bound_problem_free(all->problem);
    gg_instance_free(all->instance);
    gg_free(all->assignment);
    gg_free(all->cost_s);
}

const int32_t *nth_decision(const all_decisions *all, size_t k) {
    return all->assignment + k * all->instance->n_users;
}

gg_box box_new(const gg_bound_problem *problem) {
    gg_box box;
    void *memory = gg_alloc(gg_box_bytes(problem), 1);
    assert_non_null(memory);
    gg_box_place(&box, problem, memory);
    gg_box_root(&box, problem);
    return box;
}

void box_free(gg_box *box) {
    gg_free(box->servers); /* the block begins with them */
}

/* Loads and interference of an assignment, summed in the order of users. */
static void measure(const gg_bound_problem *p, const int32_t *assignment, uint32_t *load,
                    double *interference) {
    for (size_t j = 0; j < p->m; j++) {
        load[j] = 0;
        interference[j] = 0.0;
    }
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] == GG_LOCAL)
            continue;
        load[assignment[i]]++;
        for (size_t j = 0; j < p->m; j++)
            if (j != (size_t)assignment[i])
                interference[j] += p->power[j * p->n + i];
    }
}

static void shrink_options(gg_box *box, const gg_bound_problem *p, const int32_t *assignment,
                           gg_rng *rng, double keep) {
    for (size_t i = 0; i < p->n; i++) {
        if (assignment[i] != GG_LOCAL && gg_rng_next_uniform(rng) > keep)
            box->local[i] = 0;
        for (size_t j = 0; j < p->m; j++)
            if (assignment[i] != (int32_t)j && gg_rng_next_uniform(rng) > keep)
                box->servers[i] &= ~(UINT64_C(1) << j);
    }
}

void shrink_around(gg_box *box, const gg_bound_problem *p, const int32_t *assignment, gg_rng *rng) {
    uint32_t load[GG_BOUND_SERVERS_MAX];
    double interference[GG_BOUND_SERVERS_MAX];
    shrink_options(box, p, assignment, rng, gg_rng_next_uniform(rng));
    measure(p, assignment, load, interference);
    for (size_t j = 0; j < p->m; j++) {
        double at = interference[j];
        uint32_t how = gg_rng_next_below(rng, 6);
        if (how == 0 || how == 1) {
            box->load_low[j] += gg_rng_next_below(rng, load[j] - box->load_low[j] + 1);
            box->load_high[j] -= gg_rng_next_below(rng, box->load_high[j] - load[j] + 1);
        }
        if (how == 1 || how == 2) {
            double low = gg_rng_next_uniform(rng), high = gg_rng_next_uniform(rng);
            box->interference_low[j] = fmin(at, at - low * (at - box->interference_low[j]));
            box->interference_high[j] = fmax(at, at + high * (box->interference_high[j] - at));
        } else if (how == 3) {
            box->interference_low[j] = box->interference_high[j] = at;
        } else if (how == 4) {
            box->load_low[j] = box->load_high[j] = load[j];
        }
    }
    assert_true(gg_box_contains(box, p, assignment));
}

void random_member(const gg_box *box, const gg_bound_problem *p, gg_rng *rng, int32_t *assignment) {
    for (size_t i = 0; i < p->n; i++) {
        uint32_t options = box->local[i] ? 1 : 0;
        options += (uint32_t)__builtin_popcountll(box->servers[i]);
        assert_true(options > 0);
        uint32_t pick = gg_rng_next_below(rng, options);
        assignment[i] = GG_LOCAL;
        uint64_t servers = box->servers[i];
        if (box->local[i] && pick-- == 0)
            continue;
        for (; pick > 0; pick--)
            servers &= servers - 1;
        assignment[i] = __builtin_ctzll(servers);
    }
}
