/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sum of the k smallest without sorting, against sorting; every instruction set to the bit.
 * Covers threshold_variant.inc in every width.
 */
#include "tests/support/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "solvers/bound/threshold_kernel.h"

enum { LONGEST = 203 };

static int rising(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Values of either sign, over powers of ten, some equal; padded with infinity. */
static double *draw(size_t count, gg_rng *rng) {
    double *r = gg_alloc(gg_padded(count), sizeof *r);
    assert_non_null(r);
    double spread = 6.0 * gg_rng_next_uniform(rng), shift = 3.0 * gg_rng_next_uniform(rng) - 1.0;
    uint32_t grid = gg_rng_next_below(rng, 3) == 0 ? 4 : 0;
    for (size_t k = 0; k < count; k++) {
        double u = gg_rng_next_uniform(rng);
        r[k] = pow(10.0, -spread * u) * (gg_rng_next_uniform(rng) + shift);
        if (grid > 0)
            r[k] = floor(u * grid) - 1.0;
    }
    for (size_t k = count; k < gg_padded(count); k++)
        r[k] = INFINITY;
    return r;
}

static double sorted_sum(const double *r, size_t count, size_t k, double *size) {
    double copy[LONGEST], sum = 0.0;
    memcpy(copy, r, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, rising);
    *size = 0.0;
    for (size_t q = 0; q < k; q++)
        sum += copy[q];
    for (size_t q = 0; q < count; q++)
        *size += fabs(copy[q]);
    return sum;
}

static void many_passes_find_the_sum(void **state) {
    (void)state;
    const gg_threshold_kernels *kernels = gg_threshold_kernels_best();
    for (uint64_t seed = 1; seed <= test_count(3000, 50000); seed++) {
        gg_rng rng = gg_rng_start(seed, 30, GG_STREAM_TEST);
        size_t count = 2 + gg_rng_next_below(&rng, LONGEST - 1);
        size_t k = 1 + gg_rng_next_below(&rng, (uint32_t)count - 1);
        double *r = draw(count, &rng), size;
        double expected = sorted_sum(r, count, k, &size);
        gg_guess guess = {.settles = seed % 5 > 0};
        if (seed % 3 > 0)
            guess.t = r[gg_rng_next_below(&rng, (uint32_t)count)];
        if (seed % 2 > 0)
            guess.spacing = pow(10.0, (double)(seed % 7) - 5.0);
        double found = gg_sum_of_smallest(kernels, r, gg_padded(count), k, 200, INFINITY, &guess);
        assert_close(found, expected, 0.0, 1e-12 * size);
        /* Whoever takes those below the threshold, and of those at it as many as are missing, takes
         * k of them. */
        size_t below = 0, at = 0;
        for (size_t q = 0; q < count; q++) {
            below += r[q] < guess.t;
            at += r[q] == guess.t;
        }
        assert_true(below <= k && k <= below + at);
        gg_free(r);
    }
}

static void any_passes_give_a_lower_bound(void **state) {
    (void)state;
    const gg_threshold_kernels *kernels = gg_threshold_kernels_best();
    for (uint64_t seed = 1; seed <= test_count(3000, 50000); seed++) {
        gg_rng rng = gg_rng_start(seed, 31, GG_STREAM_TEST);
        size_t count = 2 + gg_rng_next_below(&rng, LONGEST - 1);
        size_t k = 1 + gg_rng_next_below(&rng, (uint32_t)count - 1);
        double *r = draw(count, &rng), size, last = -INFINITY;
        double expected = sorted_sum(r, count, k, &size);
        double first = (2.0 * gg_rng_next_uniform(&rng) - 1.0) * pow(10.0, (double)(seed % 5));
        for (int passes = 1; passes <= 12; passes++) {
            gg_guess guess = {.t = first, .settles = seed % 3 > 0}, same = guess;
            double found =
                gg_sum_of_smallest(kernels, r, gg_padded(count), k, passes, INFINITY, &guess);
            double slack = 1e-13 * (size + (double)gg_padded(count) * fabs(guess.t));
            assert_true(found <= expected + slack);
            assert_true(found >= last); /* more passes are never worse */
            last = found;
            /* The value belongs to the threshold handed back. */
            gg_below below = kernels->below(r, guess.t, gg_padded(count));
            assert_close(below.sum + ((double)k - below.count) * guess.t, found, 0.0, slack);
            /* What is known of the guess needs not be found again. */
            gg_below at_guess = kernels->below(r, first, gg_padded(count));
            same.below = &at_guess;
            assert_close(
                gg_sum_of_smallest(kernels, r, gg_padded(count), k, passes, INFINITY, &same), found,
                0.0, 0.0);
            assert_close(same.t, guess.t, 0.0, 0.0);
        }
        gg_free(r);
    }
}

static void a_good_guess_needs_one_pass(void **state) {
    (void)state;
    const gg_threshold_kernels *kernels = gg_threshold_kernels_best();
    double *r = gg_alloc(8, sizeof *r);
    for (int k = 0; k < 8; k++)
        r[k] = 8.0 - k;
    /* With as many values below it as are wanted, or one fewer or one more. */
    for (int off = -1; off <= 1; off++) {
        gg_guess guess = {.t = 3.5 + off, .settles = true};
        assert_close(gg_sum_of_smallest(kernels, r, 8, 3, 1, INFINITY, &guess), 6.0, 0.0, 0.0);
        assert_close(guess.t, off < 0 ? 3.0 : off > 0 ? 4.0 : 3.5, 0.0, 0.0);
    }
    gg_free(r);
}

static void equal_values_are_no_obstacle(void **state) {
    (void)state;
    const gg_threshold_kernels *kernels = gg_threshold_kernels_best();
    double *r = gg_alloc(16, sizeof *r);
    for (int k = 0; k < 16; k++)
        r[k] = k < 12 ? 2.5 : INFINITY;
    for (size_t k = 1; k < 12; k++) {
        gg_guess guess = {0};
        assert_close(gg_sum_of_smallest(kernels, r, 16, k, 40, INFINITY, &guess), 2.5 * (double)k,
                     1e-12, 0.0);
    }
    gg_free(r);
}

/* Useless channels cost a million times what the others do, and more: their digits must not be
 * taken for the others'. */
static void huge_values_cost_no_digits(void **state) {
    (void)state;
    const gg_threshold_kernels *kernels = gg_threshold_kernels_best();
    double *r = gg_alloc(8, sizeof *r);
    for (int k = 0; k < 8; k++)
        r[k] = k == 0 ? 2e15 : k == 1 ? 1e15 : k == 2 ? 0.1 : INFINITY;
    for (int settles = 0; settles < 2; settles++)
        for (int k = 0; k < 6; k++) {
            const double first[] = {0.0, 3e15, 2e15, 1.5e15, 1e15, 0.05};
            gg_guess guess = {.t = first[k], .settles = settles};
            double found = gg_sum_of_smallest(kernels, r, 8, 1, 40, INFINITY, &guess);
            assert_true(found <= 0.1 && found > 0.1 * (1.0 - 1e-12));
        }
    gg_free(r);
}

static void every_instruction_set_gives_the_same_bits(void **state) {
    (void)state;
    size_t n_kernels;
    const gg_threshold_kernels *const *kernels = gg_threshold_kernels_all(&n_kernels);
    assert_true(n_kernels >= 1);
    assert_string_equal(kernels[0]->name, "generic");
    assert_ptr_equal(kernels[n_kernels - 1], gg_threshold_kernels_best());
    for (uint64_t seed = 1; seed <= test_count(500, 5000); seed++) {
        gg_rng rng = gg_rng_start(seed, 32, GG_STREAM_TEST);
        size_t count = 1 + gg_rng_next_below(&rng, LONGEST), padded = gg_padded(count);
        double *a = draw(count, &rng), *work = draw(count, &rng), *base = draw(count, &rng);
        double *r[2] = {gg_alloc(padded, sizeof **r), gg_alloc(padded, sizeof **r)};
        double *b = draw(count, &rng);
        const double weight[3] = {17.0, 2.5, 0.37};
        double t = base[0] * 3.0;
        gg_below below[2];
        gg_beside beside[2];
        for (size_t k = 0; k < n_kernels; k++) {
            size_t slot = k > 0;
            kernels[k]->reduced_costs(r[slot], weight, a, b, work, base, padded);
            below[slot] = kernels[k]->below(r[slot], t, padded);
            assert_memory_equal(r[slot], r[0], count * sizeof **r);
            assert_memory_equal(&below[slot], &below[0], sizeof *below);
            beside[slot] = kernels[k]->beside(r[slot], t, padded);
            assert_memory_equal(&beside[slot], &beside[0], sizeof *beside);
            memset(r[slot], 0, padded * sizeof **r);
            below[slot] = kernels[k]->price_below(r[slot], weight, a, b, work, base, t, padded);
            assert_memory_equal(r[slot], r[0], count * sizeof **r);
            assert_memory_equal(&below[slot], &below[0], sizeof *below);
        }
        for (size_t k = 0; k < count; k++)
            assert_true(r[0][k] < t ? r[0][k] <= beside[0].under : r[0][k] >= beside[0].over);
        for (size_t k = 0; k < count; k++)
            assert_true(r[0][k] == (17.0 * a[k] + 2.5 * b[k]) + (0.37 * work[k] + base[k]));
        gg_free(a);
        gg_free(b);
        gg_free(work);
        gg_free(base);
        gg_free(r[0]);
        gg_free(r[1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_passes_find_the_sum),
        cmocka_unit_test(any_passes_give_a_lower_bound),
        cmocka_unit_test(a_good_guess_needs_one_pass),
        cmocka_unit_test(equal_values_are_no_obstacle),
        cmocka_unit_test(huge_values_cost_no_digits),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
