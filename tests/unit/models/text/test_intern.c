/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One copy of each text, whatever memory allows. Covers intern.
 */
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/text/intern.h"
#include "tests/support/support.h"

static void test_equal_texts_are_one(void **state) {
    (void)state;
    uint32_t first, again, other;
    const char *a = gg_intern("goa", 3, &first), *b = gg_intern("goals", 3, &again);
    assert_ptr_equal(a, b);
    assert_int_equal(first, again);
    assert_string_equal(a, "goa");
    assert_ptr_not_equal(gg_intern("goals", 5, &other), a);
    assert_int_not_equal(other, first);
    assert_string_equal(gg_intern("anything", 0, NULL), "");
    /* As damaged files have it: what is behind a NUL is not compared with what follows a copy. */
    char dark[4096] = "goa";
    assert_ptr_equal(gg_intern(dark, sizeof dark, NULL), a);
}

static void test_many_stay_where_they_are(void **state) {
    (void)state;
    enum { MANY = 5000 };
    const char *kept[MANY];
    char text[32];
    size_t before = gg_interned(), live = gg_alloc_live();
    for (int round = 0; round < 2; round++)
        for (int k = 0; k < MANY; k++) {
            snprintf(text, sizeof text, "text %d", k);
            const char *found = gg_intern(text, strlen(text), NULL);
            assert_true(round == 0 || found == kept[k]);
            kept[k] = found;
            assert_string_equal(found, text);
        }
    assert_int_equal(gg_interned(), before + MANY);
    assert_int_equal(gg_alloc_live(), live);
}

static void test_without_memory_there_is_none(void **state) {
    (void)state;
    char text[32];
    for (int k = 0; k < 3000; k++) {
        snprintf(text, sizeof text, "short of memory %d", k);
        gg_alloc_fail_after(0);
        assert_null(gg_intern(text, strlen(text), NULL));
        gg_alloc_fail_after(-1);
        assert_non_null(gg_intern(text, strlen(text), NULL));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_texts_are_one),
        cmocka_unit_test(test_many_stay_where_they_are),
        cmocka_unit_test(test_without_memory_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
