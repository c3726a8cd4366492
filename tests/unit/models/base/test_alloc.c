/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The allocator: alignment, overflow, counting, and the countdown to failure.
 */
#include "tests/support/support.h"

#include <string.h>

#include "models/base/alloc.h"

static void blocks_are_aligned_and_zero(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 63, 64, 65, 1000, 4097};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        unsigned char *block = gg_alloc(sizes[k], 1);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 64, 0);
        for (size_t b = 0; b < sizes[k]; b++)
            assert_int_equal(block[b], 0);
        memset(block, 0xff, sizes[k]);
        gg_free(block);
    }
}

static void sizes_that_overflow_are_refused(void **state) {
    (void)state;
    size_t product = 0;
    assert_null(gg_alloc(SIZE_MAX / 2, 3));
    assert_null(gg_alloc(SIZE_MAX, SIZE_MAX));
    assert_null(gg_alloc(SIZE_MAX, 1)); /* padding would wrap around */
    assert_null(gg_alloc(SIZE_MAX - 62, 1));
    assert_int_equal(gg_size_multiply(SIZE_MAX / 2, 2, &product), 0);
    assert_true(product == SIZE_MAX - 1);
    assert_int_equal(gg_size_multiply(SIZE_MAX / 2 + 1, 2, &product), -1);
    assert_int_equal(gg_size_multiply(0, SIZE_MAX, &product), 0);
    assert_true(product == 0);
    assert_int_equal(gg_alloc_live(), 0);
}

static void live_blocks_are_counted(void **state) {
    (void)state;
    void *a = gg_alloc(3, 8), *b = gg_alloc(0, 8);
    char *text = gg_strdup("text");
    assert_string_equal(text, "text");
    assert_int_equal(gg_alloc_live(), 3);
    gg_free(a);
    gg_free(NULL);
    assert_int_equal(gg_alloc_live(), 2);
    gg_free(b);
    gg_free(text);
    assert_int_equal(gg_alloc_live(), 0);
}

static void growing_keeps_the_old_and_zeroes_the_new(void **state) {
    (void)state;
    int *block = gg_realloc(NULL, 0, 3, sizeof *block);
    assert_non_null(block);
    for (int k = 0; k < 3; k++)
        block[k] = k + 1;
    block = gg_realloc(block, 3, 40, sizeof *block);
    assert_non_null(block);
    for (int k = 0; k < 40; k++)
        assert_int_equal(block[k], k < 3 ? k + 1 : 0);
    block = gg_realloc(block, 40, 2, sizeof *block);
    assert_int_equal(block[0], 1);
    assert_int_equal(block[1], 2);
    assert_int_equal(gg_alloc_live(), 1);
    assert_null(gg_realloc(block, 2, SIZE_MAX, sizeof *block));
    assert_int_equal(block[1], 2); /* still there */
    gg_free(block);
}

static void the_countdown_fails_every_later_request(void **state) {
    (void)state;
    gg_alloc_fail_after(2);
    void *first = gg_alloc(1, 1), *second = gg_strdup("x");
    assert_non_null(first);
    assert_non_null(second);
    assert_null(gg_alloc(1, 1));
    assert_null(gg_strdup("x"));
    assert_null(gg_realloc(first, 1, 2, 1));
    gg_free(second);
    assert_null(gg_alloc(1, 1)); /* releasing does not earn another one */
    gg_alloc_fail_after(-1);
    second = gg_alloc(1, 1);
    assert_non_null(second);
    gg_free(first);
    gg_free(second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_zero),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(live_blocks_are_counted),
        cmocka_unit_test(growing_keeps_the_old_and_zeroes_the_new),
        cmocka_unit_test(the_countdown_fails_every_later_request),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
