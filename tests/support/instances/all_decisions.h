/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small, wild problems with every decision they have, and random boxes around one: the oracle of
 * the bound's tests.
 */
#pragma once

#include "models/base/rng.h"
#include "solvers/bound/box.h"

typedef struct all_decisions {
    gg_instance *instance;
    const gg_bound_problem *problem;
    size_t count;
    int32_t *assignment; /* count x n */
    double *cost_s;      /* count: by the judge; infinite where tau is violated */
    double optimum_s;
} all_decisions;

/* A problem drawn from the seed, 1 to 6 users, 1 to 3 servers: any payloads, capacities and tau;
 * some with ties, some with unusable channels, some with gains that span this many powers of ten
 * more; one in four with other forms of costs, and any objective. Fails the test when memory is
 * short. */
all_decisions all_decisions_of(uint64_t seed, double span);
void all_decisions_clear(all_decisions *all);

/* The k-th decision. */
const int32_t *nth_decision(const all_decisions *all, size_t k);

/* A root box in memory of its own; box_free releases it. */
gg_box box_new(const gg_bound_problem *problem);
void box_free(gg_box *box);

/* Shrinks a box at random without losing `assignment`, which lies in it: options, loads, and
 * interference ranges, some of them down to the assignment's own. */
void shrink_around(gg_box *box, const gg_bound_problem *problem, const int32_t *assignment,
                   gg_rng *rng);

/* A random assignment of options that the box's masks hold. */
void random_member(const gg_box *box, const gg_bound_problem *problem, gg_rng *rng,
                   int32_t *assignment);

/* 10 to a power drawn uniformly from [low, high]. */
double power_of_ten(gg_rng *rng, double low, double high);
