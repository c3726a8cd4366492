/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The steps of a replay: a decision of a box costs at least the box's bound, and no step removes it
 * unless it reaches the target.
 *
 * Covers proof_problem, proof_ranges and proof_select.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "solvers/checker/proof_bound.h"
#include "solvers/checker/proof_select.h"
#include "solvers/solver.h"
#include "tests/support/instances/cost_forms.h"
#include "tests/support/instances/random_instance.h"

/* A decision hidden in a box that is cut at random around it. */
typedef struct hunt {
    const gg_instance *in;
    gg_objective objective;
    gg_result found; /* the decision, and a certificate whose multipliers are good ones */
    gg__proof_problem *problem;
    gg__proof_bounder *bounder;
    gg__proof_box box;
    double *interference_w; /* m: the decision's */
    size_t *load;           /* m */
    gg_rng rng;
} hunt;

static void survey(hunt *h) {
    const gg__proof_problem *p = h->problem;
    for (size_t i = 0; i < p->n; i++) {
        int32_t at = h->found.assignment[i];
        for (size_t j = 0; j < p->m; j++) {
            h->load[j] += at == (int32_t)j;
            if (at != GG_LOCAL && at != (int32_t)j)
                h->interference_w[j] += p->power_w[j * p->n + i];
        }
    }
}

static void assert_inside(const hunt *h) {
    const gg__proof_problem *p = h->problem;
    for (size_t i = 0; i < p->n; i++) {
        int32_t at = h->found.assignment[i];
        assert_true(at == GG_LOCAL ? gg__proof_allows_local(&h->box, p, i)
                                   : gg__proof_allows(&h->box, p, i, (size_t)at));
    }
    for (size_t j = 0; j < p->m; j++) {
        assert_in_range(h->load[j], h->box.load_low[j], h->box.load_high[j]);
        /* Its interference is summed to nearest here. */
        assert_true(h->interference_w[j] >= h->box.interference_low[j] * (1.0 - 1e-13));
        assert_true(h->interference_w[j] <= h->box.interference_high[j] * (1.0 + 1e-13));
    }
}

/* A random split, and the half of it that holds the decision. */
static void cut_around(hunt *h) {
    const gg__proof_problem *p = h->problem;
    gg_proof_node node = {.kind = (gg_split_kind)(1 + gg_rng_next_below(&h->rng, 4)),
                          .server = gg_rng_next_below(&h->rng, (uint32_t)p->m),
                          .user = gg_rng_next_below(&h->rng, (uint32_t)p->n),
                          .load = gg_rng_next_below(&h->rng, (uint32_t)p->n)};
    double unit_w = h->found.certificate->power_unit_w, at_w = h->interference_w[node.server];
    node.interference = at_w * (0.5 + gg_rng_next_uniform(&h->rng)) / unit_w;
    int32_t at = h->found.assignment[node.user];
    int half = 0;
    if (node.kind == GG_SPLIT_INTERFERENCE)
        half = at_w > node.interference * unit_w;
    else if (node.kind == GG_SPLIT_LOAD)
        half = h->load[node.server] > node.load;
    else if (node.kind == GG_SPLIT_SERVER)
        half = at != (int32_t)node.server;
    else
        half = at != GG_LOCAL;
    gg__proof_box_halve(&h->box, p, &node, unit_w, half);
}

/* Multipliers of a random round of the certificate, now and then disturbed or turned negative. */
static void pick_multipliers(hunt *h, float *multipliers) {
    const gg_certificate *c = h->found.certificate;
    size_t size = c->n_users + c->n_servers;
    const float *from = c->multipliers + gg_rng_next_below(&h->rng, (uint32_t)c->n_rounds) * size;
    uint32_t how = gg_rng_next_below(&h->rng, 4);
    for (size_t k = 0; k < size; k++) {
        double factor = how == 1 ? 2.0 * gg_rng_next_uniform(&h->rng) : 1.0;
        if (how == 2)
            factor = 1.0 + 1e-3 * gg_rng_next_uniform(&h->rng);
        if (how == 3 && gg_rng_next_below(&h->rng, 10) == 0)
            factor = -1.0;
        multipliers[k] = (float)(from[k] * factor);
    }
}

static void start(hunt *h, uint64_t seed, void **memory) {
    gg_error err = {0};
    gg_solve_options options = gg_solve_options_init();
    options.objective = h->objective;
    options.gap = 1e-9;
    options.node_limit = 40;
    options.certify = true;
    assert_success(gg_solve(gg_solver_find("exact", &err), h->in, &options, &h->found, &err), &err);
    assert_success(gg__proof_problem_new(h->in, h->objective, &h->problem, &err), &err);
    assert_success(gg__proof_bounder_new(h->problem, &h->bounder, &err), &err);
    *memory = gg_alloc(gg__proof_box_bytes(h->problem), 1);
    h->interference_w = gg_alloc(h->problem->m, sizeof *h->interference_w);
    h->load = gg_alloc(h->problem->m, sizeof *h->load);
    assert_true(*memory != NULL && h->interference_w != NULL && h->load != NULL);
    h->box = gg__proof_box_at(h->problem, *memory);
    h->rng = gg_rng_start(seed, 1, GG_STREAM_TEST);
    survey(h);
}

static void hide_and_seek(hunt *h, float *multipliers, size_t *removed) {
    const gg__proof_problem *p = h->problem;
    double cost_s = h->found.metrics.objective_s, unit_w = h->found.certificate->power_unit_w;
    gg__proof_box_root(&h->box, p);
    assert_inside(h);
    for (int step = 0; step < 12; step++) {
        if (step > 0)
            cut_around(h);
        assert_true(gg__proof_propagate(&h->box, p));
        assert_inside(h);
        size_t before = 0, after = 0;
        pick_multipliers(h, multipliers);
        assert_true(gg__proof_bound(h->bounder, &h->box, multipliers, unit_w) <=
                    cost_s * (1.0 + 1e-12));
        for (size_t i = 0; i < p->n; i++)
            before += h->box.n_servers[i];
        assert_true(gg__proof_reduce(h->bounder, &h->box, cost_s * (1.0 + 1e-11)));
        for (size_t i = 0; i < p->n; i++)
            after += h->box.n_servers[i];
        *removed += before - after;
        assert_inside(h);
    }
}

static void no_step_loses_a_cheaper_decision(void **state) {
    (void)state;
    size_t removed = 0;
    for (uint64_t seed = 1; seed <= test_count(60, 1000); seed++) {
        random_shape shape = {.n_users = 1 + seed % 23,
                              .n_servers = 1 + seed % 5,
                              .tau = seed % 3 ? -1.0 : 1.0,
                              .payload_factor = pow(10.0, (double)(seed % 4) - 1.0),
                              .capacity_spread = seed % 2 ? 10.0 : 1.5,
                              .power_spread = 3.0,
                              .with_ties = seed % 4 == 0};
        gg_instance *in = random_instance(shape, 50 + seed);
        hunt h = {.in = in, .objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM};
        if (seed % 3 == 0) {
            give_forms(in, seed);
            h.objective = any_objective(seed);
        }
        void *memory = NULL;
        start(&h, seed, &memory);
        float *multipliers = gg_alloc(in->n_users + in->n_servers, sizeof *multipliers);
        assert_non_null(multipliers);
        if (h.found.certificate != NULL && h.found.certificate->n_rounds > 0)
            hide_and_seek(&h, multipliers, &removed);
        gg_free(multipliers);
        gg_free(memory);
        gg_free(h.interference_w);
        gg_free(h.load);
        gg_free(h.bounder);
        gg_free(h.problem);
        gg_result_clear(&h.found);
        gg_instance_free(in);
    }
    /* It is of no use to keep everything. */
    assert_true(removed > 200);
}

/* Two servers and three users, by hand. */
static gg_instance *by_hand(void) {
    gg_instance *in = random_instance((random_shape){.n_users = 3,
                                                     .n_servers = 2,
                                                     .tau = 0.5,
                                                     .payload_factor = 1.0,
                                                     .capacity_spread = 2.0,
                                                     .power_spread = 2.0},
                                      1);
    unfix_interference(in);
    for (size_t i = 0; i < 3; i++) {
        in->alpha[i] = i == 0 ? 0.2 : 0.9;
        in->tx_power_w[i] = 0.25;
        in->gain[2 * i] = in->gain[2 * i + 1] = 1e-9 * (double)(i + 1);
    }
    return in;
}

static void conclude_from_servers(gg__proof_box box, const gg__proof_problem *p) {
    /* User 0 may stay local, users 1 and 2 may not. */
    gg__proof_box_root(&box, p);
    assert_true(gg__proof_propagate(&box, p));
    assert_true(gg__proof_allows_local(&box, p, 0));
    assert_false(gg__proof_allows_local(&box, p, 1) || gg__proof_allows_local(&box, p, 2));
    assert_int_equal(box.load_high[0], 3);

    /* Server 0 is closed: both sit on server 1, and disturb server 0 with 0.5 and 0.75 nW. */
    gg__proof_box_root(&box, p);
    box.load_high[0] = 0;
    assert_true(gg__proof_propagate(&box, p));
    assert_true(gg__proof_is_forced(&box, p, 1, 1) && gg__proof_is_forced(&box, p, 2, 1));
    assert_int_equal(box.load_low[1], 2);
    assert_close(box.interference_low[0], 1.25e-9, 1e-12, 0.0);
    assert_close(box.interference_high[0], 1.5e-9, 1e-12, 0.0);

    /* Little interference at server 0 keeps the strong users off server 1. */
    gg__proof_box_root(&box, p);
    box.interference_high[0] = 0.6e-9;
    assert_true(gg__proof_propagate(&box, p));
    assert_true(gg__proof_is_forced(&box, p, 2, 0));
    assert_false(gg__proof_is_forced(&box, p, 1, 0));

    /* Much of it needs them there. */
    gg__proof_box_root(&box, p);
    box.interference_low[0] = 1.3e-9;
    assert_true(gg__proof_propagate(&box, p));
    int32_t assignment[3];
    assert_true(gg__proof_box_is_point(&box, p, assignment));
    assert_true(assignment[0] == 1 && assignment[1] == 1 && assignment[2] == 1);
}

static void conclude_from_room(gg__proof_box box, const gg__proof_problem *p) {
    /* More than there is: nothing is left. */
    gg__proof_box_root(&box, p);
    box.interference_low[0] = 1.6e-9;
    assert_false(gg__proof_propagate(&box, p));

    /* Room for those who must offload only: the other stays. */
    gg__proof_box_root(&box, p);
    box.load_high[0] = box.load_high[1] = 1;
    assert_true(gg__proof_propagate(&box, p));
    assert_int_equal(box.n_servers[0], 0);
    assert_int_equal(box.load_low[0], 1);

    /* Loads that need everybody. */
    gg__proof_box_root(&box, p);
    box.load_low[0] = 3;
    assert_true(gg__proof_propagate(&box, p));
    assert_true(gg__proof_is_forced(&box, p, 0, 0));
}

static void propagation_draws_every_conclusion(void **state) {
    (void)state;
    gg_instance *in = by_hand();
    gg_error err = {0};
    gg__proof_problem *p = NULL;
    assert_success(gg__proof_problem_new(in, GG_WEIGHTED, &p, &err), &err);
    void *memory = gg_alloc(gg__proof_box_bytes(p), 1);
    assert_non_null(memory);
    gg__proof_box box = gg__proof_box_at(p, memory);
    conclude_from_servers(box, p);
    conclude_from_room(box, p);
    gg_free(memory);
    gg_free(p);
    gg_instance_free(in);
}

/* What all users but the loudest add is not the difference of two sums, which is their rounding. */
static void quiet_users_are_not_lost_beside_loud_ones(void **state) {
    (void)state;
    gg_instance *in = by_hand();
    gg_error err = {0};
    gg__proof_problem *p = NULL;
    in->gain[2 * 1] = 1e-25;
    in->gain[2 * 2] = 1e-9;
    in->tau = 0.95;
    assert_success(gg__proof_problem_new(in, GG_WEIGHTED, &p, &err), &err);
    void *memory = gg_alloc(gg__proof_box_bytes(p), 1);
    assert_non_null(memory);
    gg__proof_box box = gg__proof_box_at(p, memory);
    gg__proof_box_root(&box, p);
    gg__proof_forbid(&box, p, 0, 1);
    box.interference_low[0] = 1.25 * p->power_w[1];
    assert_true(gg__proof_propagate(&box, p));
    assert_true(gg__proof_is_forced(&box, p, 2, 1));
    gg_free(memory);
    gg_free(p);
    gg_instance_free(in);
}

/* The judge rounds 1 + SINR, which for the weakest channels that work at all doubles the rate: not
 * even then does a proof charge more than the judge. */
static void weak_channels_are_not_overcharged(void **state) {
    (void)state;
    gg_instance *in = by_hand();
    gg_error err = {0};
    gg_rng rng = gg_rng_start(9, 1, GG_STREAM_TEST);
    const int32_t alone[] = {0, GG_LOCAL, GG_LOCAL};
    size_t usable = 0;
    for (size_t k = 0; k < test_count(2000, 50000); k++) {
        double sinr = pow(2.0, -40.0 - 14.0 * gg_rng_next_uniform(&rng));
        in->gain[0] = sinr * in->noise_w / in->tx_power_w[0];
        gg__proof_problem *p = NULL;
        double delay_s[3];
        assert_success(gg__proof_problem_new(in, GG_UNIFORM, &p, &err), &err);
        assert_success(gg_evaluate_user_delays(in, alone, delay_s, &err), &err);
        assert_int_equal(gg__proof_usable(p, 0, 0), isfinite(delay_s[0]));
        usable += isfinite(delay_s[0]) ? 1 : 0;
        double charged_s =
            gg__proof_cost_factor(p, 0, 0, 0.0) + p->work[0] * gg__proof_seconds_per_work(p, 0, 1);
        assert_true(charged_s <= delay_s[0] * (1.0 + 1e-15));
        gg_free(p);
    }
    assert_true(usable > 1000);
    gg_instance_free(in);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Whatever the guess; many are equal, and some infinite. */
static void thresholds_are_those_of_sorted_numbers(void **state) {
    (void)state;
    enum { MOST = 60 };
    gg_rng rng = gg_rng_start(5, 5, GG_STREAM_TEST);
    double numbers[MOST], sorted[MOST], near[MOST], spread = 0.0, guess = 0.0;
    for (size_t round = 0; round < test_count(2000, 50000); round++) {
        size_t n = 1 + gg_rng_next_below(&rng, MOST), rank = gg_rng_next_below(&rng, (uint32_t)n);
        for (size_t k = 0; k < n; k++) {
            numbers[k] = (double)gg_rng_next_below(&rng, 40) - 20.0;
            if (round % 5 == 0 && gg_rng_next_below(&rng, 4) == 0)
                numbers[k] = numbers[k] < 0.0 ? -INFINITY : INFINITY;
        }
        memcpy(sorted, numbers, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, by_size);
        double next, t = gg__select(numbers, n, rank, guess, &spread, near, &next);
        assert_true(t == sorted[rank]);
        assert_true(next == (rank + 1 < n ? sorted[rank + 1] : INFINITY));
        guess = isfinite(t) ? t : 0.0;
        spread = isfinite(t) && round % 7 != 0 ? spread : 0.0;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_step_loses_a_cheaper_decision),
        cmocka_unit_test(propagation_draws_every_conclusion),
        cmocka_unit_test(quiet_users_are_not_lost_beside_loud_ones),
        cmocka_unit_test(thresholds_are_those_of_sorted_numbers),
        cmocka_unit_test(weak_channels_are_not_overcharged),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
