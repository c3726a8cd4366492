/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/naive_measure.h"

#include <math.h>
#include <stdlib.h>

static int descending(const void *a, const void *b) {
    long double x = *(const long double *)a, y = *(const long double *)b;
    return (x < y) - (x > y);
}

/* p of softmax(z / T), sorted, the largest `top_k` renormalised (0: all). Returns how many. */
static size_t naive_distribution(const double *z, size_t n, double temperature, size_t top_k,
                                 long double *p) {
    long double max = -INFINITY, sum = 0;
    for (size_t v = 0; v < n; v++)
        max = fmaxl(max, (long double)z[v]);
    for (size_t v = 0; v < n; v++)
        p[v] = expl(((long double)z[v] - max) / (long double)temperature);
    qsort(p, n, sizeof *p, descending);
    if (top_k > 0 && top_k < n)
        n = top_k;
    for (size_t v = 0; v < n; v++)
        sum += p[v];
    for (size_t v = 0; v < n; v++)
        p[v] /= sum;
    return n;
}

double naive_measure(gg_measure measure, const double *z, size_t n, double temperature,
                     size_t top_k, size_t token) {
    long double p[NAIVE_MAX_WIDTH], entropy = 0, squares = 0, lse = 0;
    size_t kept = naive_distribution(z, n, temperature, top_k, p);
    for (size_t v = 0; v < kept; v++) {
        entropy -= p[v] > 0 ? p[v] * logl(p[v]) : 0;
        squares += p[v] * p[v];
    }
    switch (measure) {
    case GG_MARGIN:
        return (double)(1 - (p[0] - p[1]));
    case GG_ENTROPY:
        return (double)entropy;
    case GG_NORMALISED_ENTROPY:
        return (double)(entropy / logl((long double)kept));
    case GG_LEAST_CONFIDENCE:
        return (double)(1 - p[0]);
    case GG_GINI:
        return (double)(1 - squares);
    case GG_NLL:
        for (size_t v = 0; v < n; v++)
            lse += expl((long double)(z[v] - z[token]) / (long double)temperature);
        return (double)logl(lse);
    case GG_N_MEASURES:
        break;
    }
    return NAN;
}
