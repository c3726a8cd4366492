/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders for qsort: of keys one after the other, and of plain numbers.
 */
#pragma once

/* Returns from a function of qsort unless the two are equal. Neither may be NAN. */
#define GG_COMPARE(a, b)                                                                           \
    do {                                                                                           \
        if ((a) != (b))                                                                            \
            return (a) < (b) ? -1 : 1;                                                             \
    } while (0)

/* Ascending doubles. */
static inline int gg_compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
