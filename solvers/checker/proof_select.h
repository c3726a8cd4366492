/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The threshold between so many of the smallest numbers and the rest.
 */
#pragma once

#include <stddef.h>

/* The rank-th smallest (from 0) of n numbers, none of them NAN, and in *next the one after it,
 * INFINITY where there is none: sought among those no farther from `guess` than *spread, where it
 * is one of them, which *spread is fitted to. `near` has room for n. */
double gg__select(const double *numbers, size_t n, size_t rank, double guess, double *spread,
                  double *near, double *next);
