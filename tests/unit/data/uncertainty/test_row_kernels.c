/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every kernel this machine can run against the scalar one: lengths around vectors and blocks,
 * addresses that no vector likes, rows of every character. What the kernels are put together from:
 * row_stats_vector.inc, row_stats_rows.inc; row_stats_single.inc or row_stats_double.inc;
 * row_stats_avx2.inc or row_stats_avx512.inc.
 *
 * Covers row_stats_avx2_double, row_stats_avx512_double and row_stats_scalar.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/uncertainty/kernels/row_stats.h"
#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "tests/support/support.h"

enum { MOST = 151936, MOST_OFFSET = 3, LISTED = 24 };

enum row_kind {
    SPREAD,
    NEARLY_FLAT,
    CONSTANT,
    ONE_HOT,
    MASKED,
    TIED,
    HUGE_LOGITS,
    FAR_FROM_ZERO,
    RISING,
    LATE_PEAK,
    ONE_WORD_LEFT,
    LANE_SHARED, /* the two largest, and what is nearly as large, in one lane of a vector */
    N_KINDS
};

static double logit(int kind, size_t v, size_t n, double u) {
    switch (kind) {
    case SPREAD:
        return 24.0 * u - 12.0;
    case NEARLY_FLAT:
        return 1e-3 * u;
    case CONSTANT:
        return -3.25;
    case ONE_HOT:
        return v == n / 2 ? 40.0 : 0.0;
    case MASKED:
        return v != 0 && (u < 0.5 || v > n / 2) ? -INFINITY : 9.0 * u;
    case TIED:
        return floor(4.0 * u);
    case HUGE_LOGITS:
        return (u - 0.5) * 1e30;
    case FAR_FROM_ZERO:
        return 5e3 + 16.0 * u;
    case RISING:
        return 90.0 * (double)v / (double)n + u;
    case LATE_PEAK:
        return v + 1 == n ? 700.0 : u - 700.0;
    case LANE_SHARED:
        return v % 64 == n / 2 % 64 ? 20.0 + u : u;
    default:
        return v == n / 3 ? -50.0 : -INFINITY;
    }
}

typedef struct lists {
    double value[LISTED];
    int64_t id[LISTED];
    gg_top_list top;
} lists;

static gg_row_stats run(const gg_row_kernels *kernels, gg_dtype dtype, const void *row, size_t n,
                        gg_row_need need, double temperature, lists *l) {
    gg_row_stats stats;
    gg_row_request request = {.need = need, .temperature = temperature, .token = (int64_t)(n / 3)};
    if (l != NULL) {
        l->top = (gg_top_list){.capacity = LISTED, .value = l->value, .id = l->id};
        request.top = &l->top;
    }
    kernels->row[dtype](row, n, &request, &stats);
    return stats;
}

static double margin(const gg_row_stats *s, double temperature) {
    return 1.0 - (1.0 - exp((s->second - s->max) / temperature)) / s->exp_sum;
}

static double entropy(const gg_row_stats *s) {
    return log(s->exp_sum) - s->entropy_sum / s->exp_sum;
}

static void compare_sums(const gg_row_stats *a, const gg_row_stats *b, double temperature,
                         double tolerance) {
    assert_close(margin(a, temperature), margin(b, temperature), 0, tolerance);
    assert_close(1.0 / a->exp_sum, 1.0 / b->exp_sum, 0, tolerance);
    assert_true(a->exp_sum >= 1.0);
}

static void compare(const gg_row_kernels *kernels, gg_dtype dtype, const void *row, size_t n,
                    double temperature) {
    double tolerance = 1e-10, probable = dtype == GG_F64 ? tolerance : 1e-6;
    lists mine, theirs;
    gg_row_stats b =
        run(&gg_row_kernels_scalar, dtype, row, n, GG_ROW_MOMENTS, temperature, &theirs);
    for (int need = GG_ROW_RANKS; need <= GG_ROW_MOMENTS; need++)
        for (int listing = 0; listing <= 1; listing++) {
            gg_row_stats a =
                run(kernels, dtype, row, n, (gg_row_need)need, temperature, listing ? &mine : NULL);
            assert_int_equal(a.fault, b.fault);
            if (b.fault != GG_ROW_SOUND) {
                assert_int_equal(a.fault_at, b.fault_at);
                continue;
            }
            assert_true(a.max == b.max && a.second == b.second);
            assert_true(a.token_logit == b.token_logit);
            if (listing) {
                assert_int_equal(mine.top.count, theirs.top.count);
                assert_memory_equal(mine.value, theirs.value, mine.top.count * sizeof(double));
                assert_memory_equal(mine.id, theirs.id, mine.top.count * sizeof(int64_t));
            }
            if (need >= GG_ROW_SUM)
                compare_sums(&a, &b, temperature, need == GG_ROW_SUM ? probable : tolerance);
            if (need < GG_ROW_MOMENTS)
                continue;
            assert_close(log(a.exp_sum), log(b.exp_sum), 0, tolerance);
            assert_close(entropy(&a), entropy(&b), 0, tolerance);
            assert_close(entropy(&a) / log((double)n), entropy(&b) / log((double)n), 0, tolerance);
            assert_close(a.square_sum / (a.exp_sum * a.exp_sum),
                         b.square_sum / (b.exp_sum * b.exp_sum), 0, tolerance);
            assert_true(a.entropy_sum <= 0.0);
        }
}

typedef struct room {
    double *wide;
    char *raw;
} room;

static int make_room(void **state) {
    room *r = gg_alloc(1, sizeof *r);
    r->wide = gg_alloc(MOST, sizeof *r->wide);
    r->raw = gg_alloc(MOST + MOST_OFFSET, sizeof(double));
    *state = r;
    return r->wide == NULL || r->raw == NULL;
}

static int leave_room(void **state) {
    room *r = *state;
    gg_free(r->wide);
    gg_free(r->raw);
    gg_free(r);
    return 0;
}

/* Runs every kernel but the scalar one over a row that starts `offset` numbers into its block. */
static void check_row(const room *r, gg_dtype dtype, size_t n, size_t offset, double temperature) {
    size_t count;
    const gg_row_kernels *const *all = gg_row_kernels_all(&count);
    char *row = r->raw + offset * gg_dtype_size(dtype);
    gg_narrow(r->wide, n, dtype, row);
    for (size_t k = 0; k < count; k++)
        if (all[k]->usable())
            compare(all[k], dtype, row, n, temperature);
}

static void fill(const room *r, int kind, size_t n) {
    for (size_t v = 0; v < n; v++) {
        gg_rng_address at = {11, (uint32_t)kind, GG_STREAM_TEST, (uint32_t)n, (uint32_t)v};
        r->wide[v] = logit(kind, v, n, gg_rng_uniform(at));
    }
}

static void test_kernels_agree(void **state) {
    static const size_t lengths[] = {1023, 1024, 1025, 1056, 2047, 4095, 4096, 4097, 5000};
    static const double temperatures[] = {1.0, 0.7, 1.9};
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
        for (int kind = 0; kind < N_KINDS; kind++) {
            size_t offset = 0;
            for (size_t n = 2; n <= 140; n++, offset = (offset + 1) % (MOST_OFFSET + 1)) {
                fill(*state, kind, n);
                check_row(*state, (gg_dtype)dtype, n, offset, temperatures[n % 3]);
            }
            for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
                fill(*state, kind, lengths[k]);
                check_row(*state, (gg_dtype)dtype, lengths[k], k % 4, temperatures[k % 3]);
            }
        }
}

static void test_kernels_agree_on_vocabularies(void **state) {
    static const size_t lengths[] = {50257, MOST};
    for (size_t k = 0; k < 2; k++)
        for (int kind = 0; kind < N_KINDS; kind++) {
            fill(*state, kind, lengths[k]);
            for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
                check_row(*state, (gg_dtype)dtype, lengths[k], 1, 1.0);
        }
}

/* Most of the probability far down, where an error in the exponent weighs most. */
static void test_kernels_agree_on_a_heavy_tail(void **state) {
    const room *r = *state;
    static const double temperatures[] = {1.0, 0.3, 0.9, 2.7, 1e-5, 1e5};
    for (size_t t = 0; t < sizeof temperatures / sizeof *temperatures; t++)
        for (int kind = 0; kind < 3; kind++) {
            /* The last: what float32 loses when it is added to 1. */
            const double depths[] = {log((double)MOST), 0.9 * log((double)MOST), log(0x1.08p25)};
            for (size_t v = 0; v < MOST; v++)
                r->wide[v] = -temperatures[t] * depths[kind];
            r->wide[77] = 0.0;
            r->wide[MOST - 1] = kind < 2 ? -1e-2 * temperatures[t] : r->wide[0];
            for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
                check_row(r, (gg_dtype)dtype, MOST, 0, temperatures[t]);
        }
}

static void test_faults_are_found_anywhere(void **state) {
    const room *r = *state;
    static const size_t places[] = {0, 1, 31, 32, 1023, 1024, 2500, 2559, 2591};
    enum { WIDTH = 2592 };
    const double faults[] = {NAN, -NAN, INFINITY};
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
        for (int masked = 0; masked <= 1; masked++)
            for (size_t f = 0; f < 3; f++)
                for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
                    for (size_t v = 0; v < WIDTH; v++)
                        r->wide[v] = masked ? -INFINITY : (double)(v % 7);
                    r->wide[places[k]] = faults[f];
                    r->wide[WIDTH - 1] = faults[f];
                    check_row(r, (gg_dtype)dtype, WIDTH, 0, 1.0);
                }
    for (size_t v = 0; v < WIDTH; v++)
        r->wide[v] = -INFINITY;
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
        check_row(r, (gg_dtype)dtype, WIDTH, 0, 1.0);
}

static void test_extremes_of_a_type(void **state) {
    const room *r = *state;
    enum { WIDTH = 1500 };
    const double largest[] = {65504.0, 0x1.fep127, (double)FLT_MAX, DBL_MAX};
    for (int dtype = 0; dtype < GG_N_DTYPES; dtype++)
        for (int sign = -1; sign <= 1; sign += 2) {
            for (size_t v = 0; v < WIDTH; v++)
                r->wide[v] = v % 3 == 0 ? sign * largest[dtype] : -sign * largest[dtype];
            check_row(r, (gg_dtype)dtype, WIDTH, 0, 1.0);
            for (size_t v = 0; v < WIDTH; v++)
                r->wide[v] = v % 2 == 0 ? 0.0 : sign * DBL_MIN;
            check_row(r, (gg_dtype)dtype, WIDTH, 0, 1.0);
        }
}

/* Without the rest of the row being told apart by where it lies. */
static void test_address_does_not_matter(void **state) {
    const room *r = *state;
    size_t count;
    const gg_row_kernels *const *all = gg_row_kernels_all(&count);
    fill(r, SPREAD, 3000);
    for (size_t k = 0; k < count; k++)
        for (int dtype = 0; all[k]->usable() && dtype < GG_N_DTYPES; dtype++) {
            gg_row_stats first = {0};
            for (size_t offset = 0; offset <= MOST_OFFSET; offset++) {
                char *row = r->raw + offset * gg_dtype_size((gg_dtype)dtype);
                gg_narrow(r->wide, 3000, (gg_dtype)dtype, row);
                gg_row_stats s = run(all[k], (gg_dtype)dtype, row, 3000, GG_ROW_MOMENTS, 1, NULL);
                if (offset == 0)
                    first = s;
                assert_true(s.exp_sum == first.exp_sum && s.entropy_sum == first.entropy_sum &&
                            s.square_sum == first.square_sum);
            }
        }
}

static void test_unusable_kernels_are_refused(void **state) {
    (void)state;
    size_t count;
    const gg_row_kernels *const *all = gg_row_kernels_all(&count), *chosen;
    bool fastest = true;
    for (size_t k = 0; k < count; k++) {
        gg_error err = {0};
        gg_status status = gg_row_kernels_choose(all[k]->name, &chosen, &err);
        if (!all[k]->usable()) {
            assert_int_equal(status, GG_E_USAGE);
            assert_says(&err, "cannot run on this machine");
            continue;
        }
        assert_success(status, &err);
        assert_ptr_equal(chosen, all[k]);
        unsetenv("GOAGAP_KERNELS");
        assert_success(gg_row_kernels_choose(NULL, &chosen, &err), &err);
        assert_true(!fastest || chosen == all[k]);
        fastest = false;
        setenv("GOAGAP_KERNELS", all[k]->name, 1);
        assert_success(gg_row_kernels_choose(NULL, &chosen, &err), &err);
        assert_ptr_equal(chosen, all[k]);
        unsetenv("GOAGAP_KERNELS");
    }
    assert_string_equal(all[count - 1]->name, "scalar");
}

int main(void) {
#define IN_ROOM(test) cmocka_unit_test_setup_teardown(test, make_room, leave_room)
    const struct CMUnitTest tests[] = {
        IN_ROOM(test_kernels_agree),
        IN_ROOM(test_kernels_agree_on_vocabularies),
        IN_ROOM(test_kernels_agree_on_a_heavy_tail),
        IN_ROOM(test_faults_are_found_anywhere),
        IN_ROOM(test_extremes_of_a_type),
        IN_ROOM(test_address_does_not_matter),
        cmocka_unit_test(test_unusable_kernels_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, assert_nothing_leaked);
}
