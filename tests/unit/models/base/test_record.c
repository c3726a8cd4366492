/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records in one block: members apart from each other, aligned and zero, and sizes that overflow.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"

typedef struct sample {
    int mark;
    double *numbers;
    unsigned char *flags, *none;
    double *ends[2];
} sample;

static void fill(const sample *s, size_t n, unsigned char with) {
    memset(s->numbers, with, n * sizeof *s->numbers);
    memset(s->flags, with + 1, n);
    memset(s->ends[1], with + 2, n * sizeof(double));
}

static void arrays_do_not_overlap(void **state) {
    (void)state;
    for (size_t n = 0; n < 70; n++) {
        const gg_record_array arrays[] = {GG_ARRAY(sample, numbers, n), GG_ARRAY(sample, flags, n),
                                          GG_ARRAY(sample, none, 0), GG_ARRAY(sample, ends[1], n)};
        sample *s = GG_RECORD_NEW(sample, arrays);
        assert_non_null(s);
        assert_int_equal(gg_alloc_live(), 1);
        assert_int_equal(s->mark, 0);
        assert_null(s->ends[0]);
        assert_int_equal((uintptr_t)s->numbers % 64 + (uintptr_t)s->flags % 64, 0);
        for (size_t k = 0; k < n; k++)
            assert_true(s->numbers[k] == 0.0 && s->flags[k] == 0 && s->ends[1][k] == 0.0);
        fill(s, n, 1);
        assert_int_equal(s->mark, 0);
        for (size_t k = 0; k < n * sizeof(double); k++) {
            assert_int_equal(((unsigned char *)s->numbers)[k], 1);
            assert_int_equal(((unsigned char *)s->ends[1])[k], 3);
            assert_true(k >= n || s->flags[k] == 2);
        }
        gg_free(s);
    }
}

static void a_record_may_stand_elsewhere(void **state) {
    (void)state;
    sample s = {.mark = 7};
    const gg_record_array arrays[] = {GG_ARRAY(sample, numbers, 3), GG_ARRAY(sample, flags, 5)};
    void *memory = GG_ARRAYS_NEW(&s, arrays);
    assert_non_null(memory);
    assert_int_equal(s.mark, 7);
    s.numbers[2] = 1.0;
    assert_int_equal(s.flags[0], 0);
    gg_free(memory);
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    sample s = {0};
    const gg_record_array product[] = {GG_ARRAY(sample, numbers, SIZE_MAX / 4)};
    const gg_record_array sum[] = {GG_ARRAY(sample, flags, SIZE_MAX / 2), GG_ARRAY(sample, none, 9),
                                   GG_ARRAY(sample, numbers, SIZE_MAX / 16)};
    assert_null(GG_ARRAYS_NEW(&s, product));
    assert_null(GG_RECORD_NEW(sample, product));
    assert_null(GG_ARRAYS_NEW(&s, sum));
    assert_null(s.numbers);
    gg_alloc_fail_after(0);
    const gg_record_array small[] = {GG_ARRAY(sample, flags, 1)};
    void *refused = GG_RECORD_NEW(sample, small);
    gg_alloc_fail_after(-1);
    assert_null(refused);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_do_not_overlap),
        cmocka_unit_test(a_record_may_stand_elsewhere),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
