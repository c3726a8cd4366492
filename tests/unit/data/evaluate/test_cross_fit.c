/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * P(right | uncertainty), cross-fitted: no query's own outcome enters its own probability.
 *
 * Covers hash_split.
 */
#include "data/evaluate/cross_fit.h"

#include <stdio.h>
#include <string.h>

#include "data/evaluate/isotonic.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/support.h"

enum { N = 203 };

typedef struct queries {
    double u[N], p[N];
    uint8_t correct[N], fold[N];
    char text[N * 8];
    size_t start[N + 1];
} queries;

static gg_strings ids_of(queries *q) {
    size_t used = 0;
    for (size_t i = 0; i < N; i++) {
        q->start[i] = used;
        used += (size_t)snprintf(q->text + used, 8, "q-%zu", i) + 1;
    }
    return (gg_strings){.count = N, .text = q->text, .start = q->start};
}

static void make(queries *q) {
    gg_error err = {0};
    gg_rng rng = gg_rng_start(5, 0, GG_STREAM_TEST);
    for (size_t i = 0; i < N; i++) {
        q->u[i] = (double)gg_rng_next_below(&rng, 50) / 50.0;
        q->correct[i] = gg_rng_next_uniform(&rng) > q->u[i];
    }
    gg_strings ids = ids_of(q);
    assert_success(gg_cross_folds(&ids, q->fold, &err), &err);
    assert_success(gg_cross_fit(q->u, q->correct, q->fold, N, q->p, &err), &err);
}

static void parts_are_of_equal_size(void **state) {
    (void)state;
    queries q;
    size_t size[GG_CROSS_FOLDS] = {0};
    make(&q);
    for (size_t i = 0; i < N; i++)
        size[q.fold[i]]++;
    for (size_t f = 0; f < GG_CROSS_FOLDS; f++)
        assert_true(size[f] == N / GG_CROSS_FOLDS || size[f] == N / GG_CROSS_FOLDS + 1);
}

static void own_outcomes_stay_out(void **state) {
    (void)state;
    queries q, other;
    gg_error err = {0};
    make(&q);
    size_t moved = 0;
    for (size_t i = 0; i < N; i += 10) {
        other = q;
        for (size_t k = 0; k < N; k++)
            if (q.fold[k] == q.fold[i])
                other.correct[k] = !q.correct[k];
        assert_success(gg_cross_fit(other.u, other.correct, q.fold, N, other.p, &err), &err);
        for (size_t k = 0; k < N; k++) {
            if (q.fold[k] == q.fold[i])
                assert_true(other.p[k] == q.p[k]);
            moved += other.p[k] != q.p[k];
        }
    }
    assert_true(moved > N);
}

/* The same by copying the others out, and falling in the uncertainty within a part. */
static void equals_a_fit_of_the_others(void **state) {
    (void)state;
    queries q;
    make(&q);
    for (size_t f = 0; f < GG_CROSS_FOLDS; f++) {
        double u[N], wrong[N];
        size_t n = 0;
        for (size_t i = 0; i < N; i++)
            if (q.fold[i] != f) {
                u[n] = q.u[i];
                wrong[n++] = !q.correct[i];
            }
        gg_isotonic fit;
        gg_error err = {0};
        assert_success(gg_isotonic_fit(u, wrong, NULL, n, &fit, &err), &err);
        for (size_t i = 0; i < N; i++) {
            if (q.fold[i] == f)
                assert_close(q.p[i], 1.0 - gg_isotonic_at(&fit, q.u[i]), 0.0, 1e-15);
            for (size_t k = 0; k < N; k++)
                assert_false(q.fold[i] == q.fold[k] && q.u[i] < q.u[k] && q.p[i] < q.p[k]);
        }
        gg_isotonic_clear(&fit);
    }
}

static void short_memory_is_told(void **state) {
    (void)state;
    queries q;
    make(&q);
    gg_strings ids = ids_of(&q);
    for (int allowed = 0;; allowed++) {
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        gg_status status = gg_cross_folds(&ids, q.fold, &err);
        if (status == GG_OK)
            status = gg_cross_fit(q.u, q.correct, q.fold, N, q.p, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK)
            break;
        assert_int_equal(status, GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_of_equal_size), cmocka_unit_test(own_outcomes_stay_out),
        cmocka_unit_test(equals_a_fit_of_the_others), cmocka_unit_test(short_memory_is_told)};
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
