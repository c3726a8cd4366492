/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/statistics/signed_rank.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

static int compare_sizes(const void *left, const void *right) {
    double a = fabs(*(const double *)left), b = fabs(*(const double *)right);
    return (a > b) - (a < b);
}

/* Twice the mid-rank of each of the sorted sizes, an integer; returns the sum of t^3 - t over the
 * groups of t ties. */
static double double_ranks(const double *sorted, size_t n, size_t *ranks) {
    double ties = 0.0;
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && fabs(sorted[end]) == fabs(sorted[first]);)
            end++;
        for (size_t k = first; k < end; k++)
            ranks[k] = first + end + 1;
        double t = (double)(end - first);
        ties += t * t * t - t;
    }
    return ties;
}

/* Two-sided probability of a sum of doubled ranks as far out as `smaller`, all signs equally
 * likely. */
static double exact_p(const size_t *ranks, size_t n, size_t smaller, double *chance) {
    size_t reached = 0;
    chance[0] = 1.0;
    for (size_t k = 0; k < n; k++) {
        reached += ranks[k];
        for (size_t sum = reached + 1; sum-- > 0;)
            chance[sum] = 0.5 * chance[sum] + (sum >= ranks[k] ? 0.5 * chance[sum - ranks[k]] : 0);
    }
    double tail = 0.0;
    for (size_t sum = 0; sum <= smaller; sum++)
        tail += chance[sum];
    return 2.0 * tail < 1.0 ? 2.0 * tail : 1.0;
}

static double normal_p(double smaller, size_t n, double ties) {
    double count = (double)n, mean = count * (count + 1.0) / 4.0;
    double variance = count * (count + 1.0) * (2.0 * count + 1.0) / 24.0 - ties / 48.0;
    return 2.0 * gsl_cdf_ugaussian_P((smaller - mean) / sqrt(variance));
}

gg_status gg_signed_rank_test(double *differences, size_t n, gg_signed_rank *out, gg_error *err) {
    *out = (gg_signed_rank){.p = NAN};
    for (size_t k = 0; k < n; k++)
        if (differences[k] != 0.0)
            differences[out->n++] = differences[k];
    if (out->n == 0)
        return GG_OK;
    size_t sums = out->n <= GG_SIGNED_RANK_EXACT ? out->n * (out->n + 1) + 1 : 0;
    size_t *ranks = gg_alloc(out->n, sizeof *ranks);
    double *chance = gg_alloc(sums, sizeof *chance);
    gg_status status = GG_OK;
    if (ranks == NULL || chance == NULL) {
        status = gg_fail(err, GG_E_NOMEM, "signed-rank test of %zu pairs: out of memory", n);
    } else {
        qsort(differences, out->n, sizeof *differences, compare_sizes);
        double ties = double_ranks(differences, out->n, ranks);
        size_t positive = 0, negative = 0;
        for (size_t k = 0; k < out->n; k++)
            *(differences[k] > 0.0 ? &positive : &negative) += ranks[k];
        size_t smaller = positive < negative ? positive : negative;
        out->positive = 0.5 * (double)positive;
        out->negative = 0.5 * (double)negative;
        out->p = sums > 0 ? exact_p(ranks, out->n, smaller, chance)
                          : normal_p(0.5 * (double)smaller, out->n, ties);
    }
    gg_free(ranks);
    gg_free(chance);
    return status;
}
