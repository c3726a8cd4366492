/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/checker/proof_select.h"

#include <string.h>

#include "solvers/checker/outward.h"

static void swap(double *a, double *b) {
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* The rank-th smallest (from 0) of count numbers, which are reordered. */
static double nth_smallest(double *numbers, size_t count, size_t rank) {
    ptrdiff_t first = 0, last = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)rank;
    while (first < last) {
        double pivot = numbers[first + (last - first) / 2];
        ptrdiff_t low = first, high = last;
        while (low <= high) {
            while (numbers[low] < pivot)
                low++;
            while (numbers[high] > pivot)
                high--;
            if (low <= high)
                swap(&numbers[low++], &numbers[high--]);
        }
        if (wanted > high && wanted < low)
            break;
        if (wanted <= high)
            last = high;
        else
            first = low;
    }
    return numbers[rank];
}

GG__WIDE double gg__select(const double *numbers, size_t n, size_t rank, double guess,
                           double *spread, double *near, double *next) {
    double low = guess - *spread, high = guess + *spread, t;
    size_t below = 0, count = 0;
    *next = INFINITY;
    for (size_t x = 0; x < n; x++)
        below += numbers[x] < low;
    for (size_t x = 0; x < n; x++) {
        near[count] = numbers[x];
        count += numbers[x] >= low && numbers[x] <= high;
    }
    if (rank >= below && rank + 1 < below + count) {
        rank -= below;
    } else {
        memcpy(near, numbers, n * sizeof *near);
        count = n;
    }
    t = nth_smallest(near, count, rank);
    for (size_t x = rank + 1; x < count; x++)
        *next = gg__lesser(*next, near[x]);
    /* So wide that one in sixteen is near. */
    *spread = (count > n / 16 + 4 ? 0.5 : 1.25) * *spread + fabs(t - guess);
    return t;
}
