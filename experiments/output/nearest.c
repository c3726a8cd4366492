/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/output/nearest.h"

#include <string.h>

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t gg_edit_distance(const char *a, const char *b) {
    size_t rows = strnlen(a, LONGEST), columns = strnlen(b, LONGEST);
    size_t distance[LONGEST + 1][LONGEST + 1];
    for (size_t r = 0; r <= rows; r++)
        distance[r][0] = r;
    for (size_t c = 0; c <= columns; c++)
        distance[0][c] = c;
    for (size_t r = 1; r <= rows; r++)
        for (size_t c = 1; c <= columns; c++) {
            size_t best = distance[r - 1][c - 1] + (a[r - 1] != b[c - 1]);
            best = smaller(best, smaller(distance[r - 1][c], distance[r][c - 1]) + 1);
            if (r > 1 && c > 1 && a[r - 1] == b[c - 2] && a[r - 2] == b[c - 1])
                best = smaller(best, distance[r - 2][c - 2] + 1);
            distance[r][c] = best;
        }
    return distance[rows][columns];
}

bool gg_names_are_near(const char *a, const char *b) {
    size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
    return gg_edit_distance(a, b) <= (n > m ? n : m) / 3 + 1;
}
