/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/isotonic.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "models/base/alloc.h"

static const double SAME_X = 1e-15;

/* A point, a pool of points of the same x, or a block of neighbours with one fitted value. */
typedef struct block {
    double x; /* of the first point */
    double weight;
    double weighted; /* sum of weight * y */
    double mean;
    size_t n_pools;
} block;

/* By y within x as well: the sums below then do not depend on the order of the input. */
static int compare(const void *a, const void *b) {
    const block *p = a, *q = b;
    if (p->x != q->x)
        return (p->x > q->x) - (p->x < q->x);
    return (p->mean > q->mean) - (p->mean < q->mean);
}

/* Neighbours of one x become one point; returns how many are left. */
static size_t pool(block *points, size_t n) {
    size_t n_pools = 0;
    for (size_t k = 0; k < n; k++) {
        if (n_pools > 0 && points[k].x - points[n_pools - 1].x < SAME_X) {
            points[n_pools - 1].weight += points[k].weight;
            points[n_pools - 1].weighted += points[k].weighted;
        } else {
            points[n_pools++] = points[k];
        }
    }
    for (size_t k = 0; k < n_pools; k++) {
        points[k].mean = points[k].weighted / points[k].weight;
        points[k].weighted = points[k].weight * points[k].mean;
    }
    return n_pools;
}

/* Merges blocks that fall, on a stack in front of the array; returns how many are left. */
static size_t merge_violators(block *stack, size_t n) {
    size_t height = 0;
    for (size_t k = 0; k < n; k++) {
        block top = stack[k];
        while (height > 0 && stack[height - 1].mean > top.mean) {
            const block *under = &stack[--height];
            top.x = under->x;
            top.weight += under->weight;
            top.weighted += under->weighted;
            top.n_pools += under->n_pools;
            top.mean = top.weighted / top.weight;
        }
        stack[height++] = top;
    }
    return height;
}

/* Writes the function at every pool's x, without the knots inside a flat stretch. `x` holds the
 * pools' positions and is overwritten: a knot never comes before its pool. */
static void keep_knots(const block *blocks, size_t n_blocks, size_t n_pools, gg_isotonic *fit) {
    size_t at = 0;
    for (size_t b = 0; b < n_blocks; b++)
        for (size_t k = 0; k < blocks[b].n_pools; k++)
            fit->y[at++] = blocks[b].mean;
    double previous = 0.0;
    for (size_t k = 0; k < n_pools; k++) {
        double value = fit->y[k];
        bool inner = k > 0 && k + 1 < n_pools && value == previous && value == fit->y[k + 1];
        previous = value;
        if (inner)
            continue;
        fit->x[fit->n_knots] = fit->x[k];
        fit->y[fit->n_knots++] = value;
    }
}

gg_status gg_isotonic_fit(const double *x, const double *y, const double *weight, size_t n,
                          gg_isotonic *fit, gg_error *err) {
    *fit = (gg_isotonic){0};
    size_t kept = 0;
    block *points = gg_alloc(n, sizeof *points);
    fit->x = gg_alloc(n, sizeof *fit->x);
    fit->y = gg_alloc(n, sizeof *fit->y);
    if (points == NULL || fit->x == NULL || fit->y == NULL) {
        gg_free(points);
        gg_isotonic_clear(fit);
        return gg_fail(err, GG_E_NOMEM, "out of memory for a fit of %zu points", n);
    }
    for (size_t i = 0; i < n; i++) {
        double w = weight != NULL ? weight[i] : 1.0;
        if (w > 0.0)
            points[kept++] =
                (block){.x = x[i], .weight = w, .weighted = w * y[i], .mean = y[i], .n_pools = 1};
    }
    qsort(points, kept, sizeof *points, compare);
    size_t n_pools = pool(points, kept);
    for (size_t k = 0; k < n_pools; k++)
        fit->x[k] = points[k].x;
    keep_knots(points, merge_violators(points, n_pools), n_pools, fit);
    gg_free(points);
    if (fit->n_knots > 0)
        return GG_OK;
    gg_isotonic_clear(fit);
    return gg_fail(err, GG_E_USAGE, "isotonic regression of no points");
}

void gg_isotonic_clear(gg_isotonic *fit) {
    gg_free(fit->x);
    gg_free(fit->y);
    *fit = (gg_isotonic){0};
}

double gg_isotonic_at(const gg_isotonic *fit, double x) {
    size_t low = 0, high = fit->n_knots - 1;
    if (x <= fit->x[0])
        return fit->y[0];
    if (x >= fit->x[high])
        return fit->y[high];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (fit->x[middle] <= x)
            low = middle;
        else
            high = middle;
    }
    double span = fit->x[high] - fit->x[low], rise = fit->y[high] - fit->y[low];
    double slope = rise / span;
    if (isfinite(span) && isfinite(slope))
        return slope * (x - fit->x[low]) + fit->y[low];
    /* Knots nearly as far apart, or as near, as numbers can be. */
    double part = isfinite(span)
                      ? (x - fit->x[low]) / span
                      : (0.5 * x - 0.5 * fit->x[low]) / (0.5 * fit->x[high] - 0.5 * fit->x[low]);
    return fit->y[low] + rise * part;
}
