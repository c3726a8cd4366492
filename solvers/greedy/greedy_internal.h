/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What both greedy assignments share: the order of pairs.
 */
#pragma once

#include <math.h>

#include "solvers/greedy/greedy.h"

/* A pair that may be placed next. */
typedef struct gg__choice {
    double delta_s;
    uint32_t rank; /* place among the candidates */
    size_t server;
} gg__choice;

/* Comes after every pair. */
#define GG__NO_CHOICE ((gg__choice){INFINITY, UINT32_MAX, SIZE_MAX})

/* Smaller Delta first, then the earlier candidate, then the lower server. */
bool gg__greedy_before(gg__choice a, gg__choice b);
