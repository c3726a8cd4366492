/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instances in memory: sizes, and the domain of every number.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdio.h>

#include "models/base/alloc.h"
#include "models/instance_fields.h"
#include "tests/support/instances/random_instance.h"

static gg_instance *small(void) {
    random_shape shape = {3, 2, 0.5, 1.0, 1.0, 1.0, false};
    gg_instance *in = random_instance(shape, 1);
    gg_error err = {0};
    unfix_interference(in);
    assert_success(gg_instance_fix_interference(in, &err), &err);
    return in;
}

typedef enum domain { POSITIVE, NON_NEGATIVE, UNIT, POSITIVE_POWER, POWER } domain;

/* Puts `value` where a number was and validates. */
static void try_value(const gg_instance *in, double *number, double value, bool good,
                      const char *place) {
    double kept = *number;
    gg_error err = {0};
    *number = value;
    gg_status status = gg_instance_validate(in, &err);
    *number = kept;
    if (good) {
        assert_success(status, &err);
        return;
    }
    if (status != GG_E_INPUT)
        fail_msg("%s: %g passes", place, value);
    assert_says(&err, place);
}

static void try_domain(const gg_instance *in, double *number, domain kind, const char *place) {
    try_value(in, number, NAN, false, place);
    try_value(in, number, INFINITY, false, place);
    try_value(in, number, -INFINITY, false, place);
    try_value(in, number, -1e-300, false, place);
    try_value(in, number, -1.0, false, place);
    bool is_power = kind == POSITIVE_POWER || kind == POWER;
    try_value(in, number, 0.0, kind != POSITIVE && kind != POSITIVE_POWER, place);
    try_value(in, number, 0x1p-1074, kind == UNIT || kind == POWER, place);
    try_value(in, number, 1e-300, is_power || kind == UNIT, place);
    try_value(in, number, 0.9e-60, is_power || kind == UNIT, place);
    try_value(in, number, 1e-60, true, place);
    try_value(in, number, 1.0, true, place);
    try_value(in, number, nextafter(1.0, 2.0), kind != UNIT, place);
    try_value(in, number, 1e60, kind != UNIT, place);
    try_value(in, number, 1.1e60, is_power, place);
    try_value(in, number, 1e300, is_power, place);
    try_value(in, number, 1.1e300, false, place);
}

static void every_number_has_its_domain(void **state) {
    (void)state;
    gg_instance *in = small();
    const struct {
        double *number;
        domain kind;
        const char *place;
    } numbers[] = {
        {&in->max_user_capacity_flops, POSITIVE, "max_user_capacity_flops: "},
        {&in->noise_w, POSITIVE_POWER, "noise_w: "},
        {&in->fixed_interference_w[1], POWER, "fixed_interference_w[1]: "},
        {&in->edge_work_ratio, POSITIVE, "edge_work_ratio: "},
        {&in->ref_capacity_flops, POSITIVE, "ref_capacity_flops: "},
        {&in->tau, UNIT, "tau: "},
        {&in->bandwidth_hz[1], POSITIVE, "bandwidth_hz[1]: "},
        {&in->server_capacity_flops[1], POSITIVE, "server_capacity_flops[1]: "},
        {&in->payload_bits[2], NON_NEGATIVE, "payload_bits[2]: "},
        {&in->tx_power_w[0], POWER, "tx_power_w[0]: "},
        {&in->local_capacity_flops[2], POSITIVE, "local_capacity_flops[2]: "},
        {&in->local_delay_s[1], POSITIVE, "local_delay_s[1]: "},
        {&in->edge_delay_ref_s[2], POSITIVE, "edge_delay_ref_s[2]: "},
        {&in->alpha[2], UNIT, "alpha[2]: "},
        {&in->gain[2 * 2 + 1], POWER, "gain[2][1]: "},
        {&in->gain[0], POWER, "gain[0][0]: "},
    };
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        try_domain(in, numbers[k].number, numbers[k].kind, numbers[k].place);
    in->tx_power_w[2] = 1e150;
    try_value(in, &in->gain[2 * 2 + 1], 0.9e150, true, "gain[2][1]: ");
    try_value(in, &in->gain[2 * 2 + 1], 1.1e150, false, "gain[2][1]: 1.1e+150 times tx_power_w[2]");
    gg_instance_free(in);
}

static void flags_are_0_or_1(void **state) {
    (void)state;
    gg_instance *in = small();
    for (int side = 0; side < 2; side++) {
        uint8_t *flags = side == 0 ? in->slm_correct : in->llm_correct, kept = flags[2];
        gg_error err = {0};
        flags[2] = 2;
        assert_int_equal(gg_instance_validate(in, &err), GG_E_INPUT);
        assert_says(&err, side == 0 ? "slm_correct[2]: 2" : "llm_correct[2]: 2");
        flags[2] = kept;
    }
    gg_instance_free(in);
}

static void optional_columns_may_be_absent(void **state) {
    (void)state;
    gg_instance *in = NULL, *other = small();
    gg_error err = {0};
    assert_success(gg_instance_new("bare", 1, 0, 0, &in, &err), &err);
    assert_null(in->edge_delay_ref_s);
    assert_null(in->slm_correct);
    assert_null(in->llm_correct);
    assert_string_equal(in->name, "bare");
    in->max_user_capacity_flops = in->noise_w = in->edge_work_ratio = in->ref_capacity_flops = 1.0;
    in->local_capacity_flops[0] = in->local_delay_s[0] = 1.0;
    assert_success(gg_instance_validate(in, &err), &err);
    in->n_users = 0;
    assert_int_equal(gg_instance_validate(in, &err), GG_E_INPUT);
    assert_says(&err, "n_users");
    gg_instance_free(in);
    gg_instance_free(other);
    gg_instance_free(NULL);
}

/* Every field, with and without the optional ones, and nothing shared. */
static void a_copy_has_every_field(void **state) {
    (void)state;
    for (int with_optional = 0; with_optional < 2; with_optional++) {
        gg_instance *in = NULL, *copy = NULL;
        gg_error err = {0};
        unsigned optional = GG_WITH_MEASURED | GG_WITH_SLM_CORRECT | GG_WITH_FIXED_INTERFERENCE;
        assert_success(gg_instance_new("one", 3, 2, with_optional ? optional : 0, &in, &err), &err);
        for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++) {
            const gg_instance_field *field = &gg_instance_fields[k];
            void *values = gg_field_values(in, field);
            assert_true(gg_instance_has_key(field->name));
            if (values != NULL && field->domain == GG_FLAG)
                ((uint8_t *)values)[1] = 1;
            else if (values != NULL)
                ((double *)values)[gg_field_count(field, 3, 2) - 1] = (double)k + 0.5;
        }
        assert_success(gg_instance_copy(in, &copy, &err), &err);
        assert_string_equal(copy->name, "one");
        assert_null(copy->llm_correct);
        for (size_t k = 0; k < GG_INSTANCE_FIELDS; k++) {
            const gg_instance_field *field = gg_field_in_turn(k);
            const void *a = gg_field_values(in, field), *b = gg_field_values(copy, field);
            assert_true((a == NULL) == (b == NULL));
            assert_true(a == NULL || a != b);
            for (size_t v = 0; a != NULL && v < gg_field_count(field, 3, 2); v++)
                assert_true(gg_field_value(field, a, v) == gg_field_value(field, b, v));
        }
        assert_true(gg_instance_has_key("n_users"));
        assert_false(gg_instance_has_key("n_user"));
        gg_instance_free(in);
        gg_instance_free(copy);
    }
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    static const struct {
        size_t n_users, n_servers;
        const char *place;
    } cases[] = {{0, 1, "n_users: 0"},
                 {(size_t)GG_MAX_USERS + 1, 1, "n_users: 10000001"},
                 {SIZE_MAX, 1, "n_users"},
                 {1, (size_t)GG_MAX_SERVERS + 1, "n_servers: 32768"},
                 {1, SIZE_MAX, "n_servers"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        gg_instance *in = (gg_instance *)&in;
        gg_error err = {0};
        assert_int_equal(gg_instance_new("x", cases[k].n_users, cases[k].n_servers,
                                         GG_WITH_MEASURED | GG_WITH_FLAGS, &in, &err),
                         GG_E_INPUT);
        assert_null(in);
        assert_says(&err, cases[k].place);
    }
}

static void mandatory_is_strict_and_needs_a_server(void **state) {
    (void)state;
    gg_instance *in = NULL;
    gg_error err = {0};
    assert_success(gg_instance_new("x", 2, 0, 0, &in, &err), &err);
    in->tau = 0.5;
    in->alpha[0] = 0.5;
    assert_false(gg_is_mandatory(in, 0));
    assert_false(gg_instance_infeasible(in));
    in->alpha[1] = nextafter(0.5, 1.0);
    assert_true(gg_is_mandatory(in, 1));
    assert_true(gg_instance_infeasible(in));
    in->n_servers = 1;
    assert_false(gg_instance_infeasible(in));
    in->n_servers = 0;
    gg_instance_free(in);
}

static void objectives_have_names(void **state) {
    (void)state;
    gg_objective objective = GG_UNIFORM;
    gg_error err = {0};
    assert_success(gg_objective_parse("weighted", &objective, &err), &err);
    assert_int_equal(objective, GG_WEIGHTED);
    assert_success(gg_objective_parse("uniform", &objective, &err), &err);
    assert_int_equal(objective, GG_UNIFORM);
    assert_string_equal(gg_objective_name(GG_WEIGHTED), "weighted");
    assert_string_equal(gg_objective_name(GG_UNIFORM), "uniform");
    assert_int_equal(gg_objective_parse("Weighted", &objective, &err), GG_E_USAGE);
    assert_says(&err, "\"Weighted\" is none of weighted, uniform, energy");
    assert_success(gg_objective_parse("energy", &objective, &err), &err);
    assert_int_equal(objective, GG_ENERGY);
    assert_string_equal(gg_objective_unit(objective), "J");
    const char *const priced[] = {"delay+energy:0.1", "delay+energy:2.5", "delay+energy:1e-30",
                                  "delay+energy:1e+30", "delay+energy:0.333333"};
    for (size_t k = 0; k < sizeof priced / sizeof *priced; k++) {
        assert_success(gg_objective_parse(priced[k], &objective, &err), &err);
        assert_true(gg_objective_exists(objective));
        assert_string_equal(gg_objective_name(objective), priced[k]);
        assert_string_equal(gg_objective_unit(objective), "s");
    }
    const char *const bad[] = {"delay+energy",    "delay+energy:",    "delay+energy:0",
                               "delay+energy:-1", "delay+energy:nan", "delay+energy:1e31",
                               "delay+energy:x",  "energy:1",         ""};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_int_equal(gg_objective_parse(bad[k], &objective, &err), GG_E_USAGE);
    assert_false(gg_objective_exists(-1) || gg_objective_exists(GG_OBJECTIVE_KINDS) ||
                 gg_objective_exists(GG_DELAY_ENERGY) || gg_objective_exists(256));
}

/* Each number that may be in other units, by its name and user. Covers instance_unusual. */
static void other_units_are_told(void **state) {
    (void)state;
    gg_instance *in = small();
    in->noise_w = 1e-12;
    for (size_t k = 0; k < 6; k++)
        in->gain[k] = 1e-9;
    for (size_t i = 0; i < 3; i++) {
        in->payload_bits[i] = 1e5;
        in->local_delay_s[i] = 0.05;
    }
    gg_error err = {0};
    assert_success(gg_instance_refuse_unusual(in, "x.json", &err), &err);
    const struct {
        double *number, wrong;
        const char *said;
    } cases[] = {{&in->noise_w, 5.0, "x.json: "},
                 {&in->gain[4], 80.0, "x.json: user 2: "},
                 {&in->payload_bits[1], 1e14, "x.json: user 1: "},
                 /* Of these the median counts: another is too long as well. */
                 {&in->local_delay_s[0], 5e4, "x.json: local delays: "}};
    in->local_delay_s[1] = 6e4;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        gg_error wrong = {0};
        double usual = *cases[k].number;
        *cases[k].number = cases[k].wrong;
        assert_int_equal(gg_instance_refuse_unusual(in, "x.json", &wrong), GG_E_INPUT);
        assert_says(&wrong, cases[k].said);
        *cases[k].number = usual;
    }
    assert_success(gg_instance_refuse_unusual(in, "x.json", &err), &err);
    gg_instance_free(in);
}

static void allocation_failures_are_reported(void **state) {
    (void)state;
    for (long allowed = 0;; allowed++) {
        gg_instance *in = NULL;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_instance_new("x", 3, 2, GG_WITH_MEASURED | GG_WITH_FLAGS, &in, &err);
        gg_alloc_fail_after(-1);
        gg_instance_free(in);
        if (status == GG_OK) {
            assert_true(allowed == 13);
            break;
        }
        assert_int_equal(status, GG_E_NOMEM);
        assert_says(&err, "out of memory for an instance of 3 users");
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_has_its_domain),
        cmocka_unit_test(flags_are_0_or_1),
        cmocka_unit_test(optional_columns_may_be_absent),
        cmocka_unit_test(a_copy_has_every_field),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(mandatory_is_strict_and_needs_a_server),
        cmocka_unit_test(objectives_have_names),
        cmocka_unit_test(other_units_are_told),
        cmocka_unit_test(allocation_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
