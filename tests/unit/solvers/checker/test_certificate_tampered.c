/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Certificates that are false or tampered with are refused, by name.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/checker/certificate_check.h"
#include "solvers/solver.h"
#include "tests/support/instances/golden_file.h"
#include "tests/support/instances/random_instance.h"
#include "tests/unit/solvers/checker/certificate_common.h"

static void refused(const medium *m, gg_certificate *c, const char *message) {
    gg_error err = {0};
    assert_int_equal(gg_certificate_check(m->in, GG_WEIGHTED, c, &err), GG_E_CHECK);
    assert_says(&err, message);
    gg_certificate_free(c);
}

/* One at a time: a fresh copy as `c`, a change, and what the refusal says. */
#define REFUSED(change, message)                                                                   \
    do {                                                                                           \
        gg_certificate *c = copy(m.result.certificate);                                            \
        change;                                                                                    \
        refused(&m, c, message);                                                                   \
    } while (0)

static void malformed_certificates_are_refused(void **state) {
    (void)state;
    medium m = medium_proof();
    size_t last = m.result.certificate->n_nodes;
    assert_int_not_equal(m.result.certificate->nodes[0].kind, GG_SPLIT_NONE);
    REFUSED(c->n_users--, "is for 11 users");
    REFUSED(c->n_servers++, "and 4 servers");
    REFUSED(c->n_nodes = 0, "no nodes");
    REFUSED(c->bound_s = NAN, "bound is not finite");
    REFUSED(c->bound_s = INFINITY, "bound is not finite");
    REFUSED(c->power_unit_w = 0.0, "unit of power");
    REFUSED(c->power_unit_w = NAN, "unit of power");
    REFUSED(c->nodes[0].child[0] = 0, "node 0: has a half that is no later node");
    REFUSED(c->nodes[0].child[1] = last, "node 0: has a half that is no later node");
    REFUSED(c->nodes[0].child[1] = c->nodes[0].child[0], ": is a half of two nodes");
    REFUSED(c->nodes[0].kind = GG_SPLIT_NONE, "node 1: is no half of any node");
    REFUSED(c->nodes[0].kind = (gg_split_kind)9, "node 0: is split in an unknown way");
    REFUSED((c->nodes[0].kind = GG_SPLIT_SERVER, c->nodes[0].user = MEDIUM_USERS),
            "node 0: is split at a user");
    REFUSED((c->nodes[0].kind = GG_SPLIT_LOCAL, c->nodes[0].user = MEDIUM_USERS),
            "node 0: is split at a user");
    REFUSED((c->nodes[0].kind = GG_SPLIT_SERVER, c->nodes[0].server = MEDIUM_SERVERS),
            "node 0: is split at a server");
    REFUSED((c->nodes[0].kind = GG_SPLIT_LOAD, c->nodes[0].load = MEDIUM_USERS),
            "node 0: is split at a load");
    REFUSED((c->nodes[0].kind = GG_SPLIT_INTERFERENCE, c->nodes[0].interference = NAN),
            "node 0: is split at an interference");
    REFUSED(c->nodes[2].first_round = c->n_rounds + 1, "node 2: has rounds that are not there");
    REFUSED(c->nodes[2].n_rounds = SIZE_MAX, "node 2: has rounds that are not there");
    REFUSED(c->multipliers[3] = NAN, "node 0: has a multiplier");
    REFUSED(c->multipliers[MEDIUM_USERS + 1] = INFINITY, "node 0: has a multiplier");
    medium_clear(&m);
}

static void false_proofs_are_refused(void **state) {
    (void)state;
    medium m = medium_proof();
    REFUSED(c->bound_s *= 1.0 + 1e-6, "node ");
    REFUSED(memset(c->multipliers, 0, c->n_rounds * MEDIUM_ROUND * sizeof *c->multipliers),
            "node ");
    /* The tree cut off at the root: what its multipliers prove is not enough. */
    REFUSED((c->nodes[0].kind = GG_SPLIT_NONE, c->n_nodes = 1), "node 0: this leaf");
    REFUSED((c->nodes[0].kind = GG_SPLIT_NONE, c->nodes[0].n_rounds = 0, c->n_nodes = 1),
            "node 0: nothing bounds this leaf");
    medium_clear(&m);
}

/* Without its multipliers, or with worthless ones, a leaf is refused by its own number. */
static void tampered_leaves_are_named(void **state) {
    (void)state;
    medium m = medium_proof();
    size_t found = 0, leaves = 0;
    for (size_t k = 1; k < m.result.certificate->n_nodes; k++) {
        if (m.result.certificate->nodes[k].kind != GG_SPLIT_NONE ||
            m.result.certificate->nodes[k].n_rounds == 0)
            continue;
        leaves++;
        for (int how = 0; how < 2; how++) {
            gg_certificate *c = copy(m.result.certificate);
            gg_error err = {0};
            char name[40];
            snprintf(name, sizeof name, "node %zu: ", k);
            if (how == 0)
                c->nodes[k].n_rounds = 0;
            else
                memset(c->multipliers + c->nodes[k].first_round * MEDIUM_ROUND, 0,
                       c->nodes[k].n_rounds * MEDIUM_ROUND * sizeof *c->multipliers);
            if (gg_certificate_check(m.in, GG_WEIGHTED, c, &err) != GG_OK) {
                assert_int_equal(err.status, GG_E_CHECK);
                assert_says(&err, name);
                found++;
            }
            gg_certificate_free(c);
        }
    }
    assert_true(leaves > 5 && found > leaves / 2);
    medium_clear(&m);
}

/* The last decision of a box is left to the judge. */
static void single_decisions_are_judged(void **state) {
    (void)state;
    gg_instance *in = random_instance((random_shape){.n_users = 1,
                                                     .n_servers = 1,
                                                     .tau = 1.0,
                                                     .payload_factor = 1.0,
                                                     .capacity_spread = 2.0,
                                                     .power_spread = 2.0},
                                      3);
    gg_certificate *c = NULL;
    gg_error err = {0};
    size_t index;
    double optimum_s = brute_force(in, GG_UNIFORM, NULL);
    assert_success(gg_certificate_new(1, 1, 1e-9, &c, &err), &err);
    for (int k = 0; k < 3; k++)
        assert_success(gg_certificate_add_node(c, &index, &err), &err);
    c->nodes[0].kind = GG_SPLIT_LOCAL;
    c->nodes[0].child[0] = 1;
    c->nodes[0].child[1] = 2;
    c->bound_s = optimum_s;
    assert_success(gg_certificate_check(in, GG_UNIFORM, c, &err), &err);
    c->bound_s = nextafter(optimum_s, INFINITY);
    assert_int_equal(gg_certificate_check(in, GG_UNIFORM, c, &err), GG_E_CHECK);
    assert_says(&err, "the one decision left costs");
    /* Nobody needs a proof that costs are not negative. */
    c->nodes[0].kind = GG_SPLIT_NONE;
    c->n_nodes = 1;
    c->bound_s = 0.0;
    assert_int_equal(gg_certificate_check(in, GG_UNIFORM, c, NULL), GG_OK);
    gg_certificate_free(c);
    gg_instance_free(in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_certificates_are_refused),
        cmocka_unit_test(false_proofs_are_refused),
        cmocka_unit_test(tampered_leaves_are_named),
        cmocka_unit_test(single_decisions_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
