/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What other languages build on: layouts that are the compiler's, and every field of an instance by
 * its name. Covers struct_layout, instance_by_name, library_version and result_rows.
 */
#include <string.h>

#include "experiments/packaging/goagap.h"
#include "tests/support/support.h"

static void test_members_lie_within_their_structs(void **state) {
    (void)state;
    const char *type, *name, *kind, *last = "";
    size_t at, size, whole, end = 0, structs = 0, k;
    for (k = 0; gg_layout_member(k, &type, &name, &kind, &at, &size, &whole); k++) {
        if (strcmp(type, last) != 0)
            structs++, end = 0;
        if (strcmp(kind, "constant") == 0)
            continue;
        assert_true(at >= end && size > 0 && at + size <= whole);
        assert_true(strcmp(kind, "double") != 0 || size == sizeof(double));
        assert_true(strcmp(kind, "pointer") != 0 || size == sizeof(void *));
        last = type;
        end = at + size;
    }
    assert_true(structs > 15 && k > 100);
}

static void test_layouts_are_the_compilers(void **state) {
    (void)state;
    const char *type, *name, *kind;
    size_t at, size, whole, found = 0;
    for (size_t k = 0; gg_layout_member(k, &type, &name, &kind, &at, &size, &whole); k++) {
        if (strcmp(type, "gg_result") != 0 || strcmp(name, "metrics") != 0)
            continue;
        assert_int_equal(at, offsetof(gg_result, metrics));
        assert_int_equal(whole, sizeof(gg_result));
        assert_string_equal(kind, "struct");
        found++;
    }
    assert_int_equal(found, 1);
}

static void test_every_field_by_its_name(void **state) {
    (void)state;
    const char *names[64];
    size_t count = 0, rank, shape[2], size;
    gg_instance *in = NULL;
    gg_error err = {0};
    void *values;
    while (gg_instance_field_name(count) != NULL)
        names[count] = gg_instance_field_name(count), count++;
    assert_int_equal(count, GG_INSTANCE_FIELDS);
    assert_success(gg_instance_with("all", 3, 2, count, names, &in, &err), &err);
    for (size_t k = 0; k < count; k++) {
        assert_success(gg_instance_values(in, names[k], &values, &rank, shape, &size, &err), &err);
        assert_non_null(values);
    }
    assert_success(gg_instance_values(in, "gain", &values, &rank, shape, &size, &err), &err);
    assert_true(values == in->gain && rank == 2 && shape[0] == 3 && shape[1] == 2 && size == 8);
    assert_success(gg_instance_values(in, "slm_correct", &values, &rank, shape, &size, &err), &err);
    assert_true(values == in->slm_correct && rank == 1 && shape[0] == 3 && size == 1);
    assert_success(gg_instance_values(in, "tau", &values, &rank, shape, &size, &err), &err);
    assert_true(values == &in->tau && rank == 0);
    gg_instance_free(in);
    assert_success(gg_instance_with("few", 3, 2, 0, NULL, &in, &err), &err);
    assert_success(gg_instance_values(in, "slm_correct", &values, &rank, shape, &size, &err), &err);
    assert_null(values);
    assert_int_equal(gg_instance_values(in, "alfa", &values, &rank, shape, &size, &err),
                     GG_E_USAGE);
    assert_says(&err, "no field 'alfa' of instances; there are bandwidth_hz");
    gg_instance_free(in);
}

static void test_version_and_a_missing_table(void **state) {
    (void)state;
    gg_result_rows *table = NULL;
    gg_error err = {0};
    assert_string_equal(gg_version(), GG_VERSION);
    assert_int_not_equal(gg_result_rows_read("tests/none.h5", &table, &err), GG_OK);
    assert_says(&err, "tests/none.h5");
    gg_result_rows_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_lie_within_their_structs),
        cmocka_unit_test(test_layouts_are_the_compilers),
        cmocka_unit_test(test_every_field_by_its_name),
        cmocka_unit_test(test_version_and_a_missing_table),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
