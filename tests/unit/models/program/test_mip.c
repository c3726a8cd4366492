/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mixed-integer program: its size by hand, its points, and that it never overcharges.
 */
#include "tests/support/support.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/evaluate.h"
#include "models/program/mip.h"
#include "tests/support/instances/random_instance.h"

enum { USERS_MAX = 8, SERVERS_MAX = 3, LEVELS_MAX = 4 };

/* A domain that owns its arrays. */
typedef struct full_domain {
    gg_mip_domain mip;
    uint32_t load_low[SERVERS_MAX], load_high[SERVERS_MAX];
    size_t n_levels[SERVERS_MAX];
    double ends[SERVERS_MAX][LEVELS_MAX + 1], *level_w[SERVERS_MAX];
    uint64_t servers[USERS_MAX];
    uint8_t local[USERS_MAX];
} full_domain;

/* Everything is allowed; interference up to all users together, in equal or random levels. */
static void set_domain(full_domain *d, const gg_instance *in, size_t n_levels, gg_rng *rng) {
    *d = (full_domain){0};
    d->mip =
        (gg_mip_domain){d->load_low, d->load_high, d->n_levels, d->level_w, d->servers, d->local};
    for (size_t j = 0; j < in->n_servers; j++) {
        double top = 0.0;
        for (size_t i = 0; i < in->n_users; i++)
            top += in->tx_power_w[i] * gg_gain(in, i, j);
        d->load_high[j] = (uint32_t)in->n_users;
        d->n_levels[j] = n_levels;
        d->level_w[j] = d->ends[j];
        double share = 0.0;
        for (size_t l = 1; l < n_levels; l++) {
            share += (1.0 - share) * (rng != NULL ? gg_rng_next_uniform(rng) : 0.5);
            d->ends[j][l] = share * top;
        }
        d->ends[j][n_levels] = top * (1.0 + 1e-9);
    }
    for (size_t i = 0; i < in->n_users; i++) {
        d->servers[i] = (UINT64_C(1) << in->n_servers) - 1;
        d->local[i] = 1;
    }
}

static size_t count_columns(const gg_mip *mip, gg_mip_kind kind) {
    size_t count = 0;
    for (size_t c = 0; c < mip->n_columns; c++)
        count += mip->columns[c].kind == kind;
    return count;
}

static size_t count_rows(const gg_mip *mip, gg_mip_row_kind kind) {
    size_t count = 0;
    for (size_t r = 0; r < mip->n_rows; r++)
        count += mip->rows[r].kind == kind;
    return count;
}

/* 3 users, 2 servers, 2 levels: a server has the empty state and 3 loads x 2 levels. */
static void the_size_is_what_it_is_by_hand(void **state) {
    (void)state;
    random_shape shape = {3, 2, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    full_domain d;
    gg_mip mip;
    gg_error err = {0};
    set_domain(&d, in, 2, NULL);
    d.servers[2] = 1; /* the third user cannot go to server 1 ... */
    d.local[0] = 0;   /* and the first cannot stay */
    d.load_low[1] = 1;
    d.load_high[1] = 2; /* server 1 takes one or two */
    assert_success(gg_mip_build(in, GG_WEIGHTED, &d.mip, &mip, &err), &err);
    assert_int_equal(count_columns(&mip, GG_MIP_LOCAL), 2);
    assert_int_equal(count_columns(&mip, GG_MIP_STATE), (1 + 3 * 2) + 2 * 2);
    assert_int_equal(count_columns(&mip, GG_MIP_SERVED), 3 * 3 * 2 + 2 * 2 * 2);
    assert_int_equal(mip.n_columns, 2 + 11 + 26);
    assert_int_equal(count_rows(&mip, GG_MIP_ONE_PLACE), 3);
    assert_int_equal(count_rows(&mip, GG_MIP_ONE_STATE), 2);
    assert_int_equal(count_rows(&mip, GG_MIP_LOAD), 3 * 2 + 2 * 2);
    assert_int_equal(count_rows(&mip, GG_MIP_LINK), 18 + 8);
    assert_int_equal(count_rows(&mip, GG_MIP_INTERFERENCE_LOW), 2);
    assert_int_equal(count_rows(&mip, GG_MIP_INTERFERENCE_HIGH), 2);
    assert_int_equal(mip.n_rows, 3 + 2 + 10 + 26 + 4);
    assert_int_equal(mip.start[mip.n_columns], mip.n_entries);
    for (size_t e = 0; e < mip.n_entries; e++)
        assert_true(mip.row[e] < mip.n_rows && isfinite(mip.value[e]));
    gg_mip_clear(&mip);
    gg_instance_free(in);
}

/* Every row holds at a point. */
static void assert_feasible(const gg_mip *mip, const double *values) {
    double *activity = gg_alloc(mip->n_rows, sizeof *activity);
    assert_non_null(activity);
    for (size_t c = 0; c < mip->n_columns; c++)
        for (size_t e = mip->start[c]; e < mip->start[c + 1]; e++)
            activity[mip->row[e]] += values[c] * mip->value[e];
    for (size_t r = 0; r < mip->n_rows; r++) {
        assert_true(activity[r] >= mip->rows[r].low - 1e-12);
        assert_true(activity[r] <= mip->rows[r].high + 1e-12);
    }
    gg_free(activity);
}

static double cost_of(const gg_mip *mip, const double *values) {
    double cost_s = 0.0;
    for (size_t c = 0; c < mip->n_columns; c++)
        cost_s += values[c] * mip->columns[c].cost_s;
    return cost_s;
}

/* Every decision is a point of the program, and costs there no more than by the judge; less by no
 * more than its levels are wide. */
static void every_decision_is_a_point_that_costs_no_more(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_count(60, 1000); seed++) {
        gg_rng rng = gg_rng_start(seed, 42, GG_STREAM_TEST);
        random_shape shape = {.n_users = 1 + gg_rng_next_below(&rng, USERS_MAX),
                              .n_servers = 1 + gg_rng_next_below(&rng, SERVERS_MAX),
                              .tau = 1.0,
                              .payload_factor = pow(10.0, 4.0 * gg_rng_next_uniform(&rng) - 1.0),
                              .capacity_spread = 10.0,
                              .power_spread = 5.0};
        gg_instance *in = random_instance(shape, seed);
        gg_objective objective = seed % 2 ? GG_WEIGHTED : GG_UNIFORM;
        full_domain d;
        gg_mip mip;
        gg_error err = {0};
        set_domain(&d, in, 1 + gg_rng_next_below(&rng, LEVELS_MAX), &rng);
        assert_success(gg_mip_build(in, objective, &d.mip, &mip, &err), &err);
        double *values = gg_alloc(mip.n_columns, sizeof *values);
        for (int trial = 0; trial < 40; trial++) {
            int32_t x[USERS_MAX], back[USERS_MAX];
            gg_metrics metrics;
            for (size_t i = 0; i < in->n_users; i++)
                x[i] = (int32_t)gg_rng_next_below(&rng, (uint32_t)in->n_servers + 1) - 1;
            assert_true(gg_mip_point(&mip, in, &d.mip, x, values, &err));
            assert_feasible(&mip, values);
            gg_mip_assignment(&mip, in, values, back);
            assert_memory_equal(back, x, in->n_users * sizeof *x);
            assert_success(gg_evaluate(in, objective, x, &metrics, &err), &err);
            assert_true(cost_of(&mip, values) <= metrics.objective_s * (1.0 + 1e-14));
        }
        gg_free(values);
        gg_mip_clear(&mip);
        gg_instance_free(in);
    }
}

/* Where a level begins at the very interference, the program's cost is the judge's. */
static void a_level_at_the_interference_costs_the_same(void **state) {
    (void)state;
    random_shape shape = {4, 2, 1.0, 10.0, 2.0, 2.0, false};
    gg_instance *in = random_instance(shape, 6);
    unfix_interference(in);
    const int32_t x[4] = {0, 1, 1, GG_LOCAL};
    full_domain d;
    gg_mip mip;
    gg_metrics metrics;
    gg_error err = {0};
    set_domain(&d, in, 2, NULL);
    d.ends[0][1] = 0.0;
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 2; j++)
            if (x[i] == 1 - (int32_t)j)
                d.ends[j][1] =
                    (j == 0 && i == 2 ? d.ends[j][1] : 0.0) + in->tx_power_w[i] * gg_gain(in, i, j);
    assert_success(gg_mip_build(in, GG_WEIGHTED, &d.mip, &mip, &err), &err);
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    assert_true(gg_mip_point(&mip, in, &d.mip, x, values, &err));
    /* The point may stand at the upper end of the level below: choose the level that begins here.
     */
    for (size_t c = 0; c < mip.n_columns; c++) {
        const gg_mip_column *column = &mip.columns[c];
        uint32_t load = column->server == 0 ? 1 : 2;
        if (column->kind != GG_MIP_LOCAL && column->load > 0)
            values[c] =
                column->load == load && column->level == 1 &&
                (column->kind == GG_MIP_STATE || x[column->user] == (int32_t)column->server);
    }
    assert_feasible(&mip, values);
    assert_success(gg_evaluate(in, GG_WEIGHTED, x, &metrics, &err), &err);
    assert_close(cost_of(&mip, values), metrics.objective_s, 1e-9, 0.0);
    gg_free(values);
    gg_mip_clear(&mip);
    gg_instance_free(in);
}

static void decisions_outside_the_domain_have_no_point(void **state) {
    (void)state;
    random_shape shape = {3, 2, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 2);
    full_domain d;
    gg_mip mip;
    gg_error err = {0};
    set_domain(&d, in, 1, NULL);
    d.local[1] = 0;
    d.servers[2] = 1;
    d.load_high[0] = 1;
    assert_success(gg_mip_build(in, GG_UNIFORM, &d.mip, &mip, &err), &err);
    double *values = gg_alloc(mip.n_columns, sizeof *values);
    static const struct {
        int32_t x[3];
        bool inside;
    } cases[] = {{{-1, 1, 0}, true},   {{-1, 1, -1}, true}, {{1, 1, 0}, true},
                 {{-1, -1, 0}, false}, {{-1, 1, 1}, false}, {{0, 1, 0}, false}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        assert_int_equal(gg_mip_point(&mip, in, &d.mip, cases[k].x, values, &err), cases[k].inside);
    d.ends[0][1] = 0.0; /* nobody may disturb server 0 */
    assert_false(gg_mip_point(&mip, in, &d.mip, cases[0].x, values, &err));
    assert_int_equal(err.status, GG_OK);
    gg_free(values);
    gg_mip_clear(&mip);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    random_shape shape = {8, 3, 1.0, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 2);
    full_domain d;
    set_domain(&d, in, 4, NULL);
    size_t live = gg_alloc_live();
    for (long allowed = 0;; allowed++) {
        gg_mip mip;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_mip_build(in, GG_UNIFORM, &d.mip, &mip, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK) {
            gg_mip_clear(&mip);
            assert_true(allowed > 8);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory");
        assert_int_equal(gg_alloc_live(), live);
    }
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_is_what_it_is_by_hand),
        cmocka_unit_test(every_decision_is_a_point_that_costs_no_more),
        cmocka_unit_test(a_level_at_the_interference_costs_the_same),
        cmocka_unit_test(decisions_outside_the_domain_have_no_point),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
