/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random instances for property tests, wilder than any preset, and the brute-force oracle.
 */
#pragma once

#include "models/base/rng.h"
#include "models/instance.h"

/* How wild. Factors are drawn log-uniformly between 1/spread and spread. */
typedef struct random_shape {
    size_t n_users, n_servers;
    double tau;             /* negative: drawn */
    double payload_factor;  /* 1: hundreds to thousands of bits */
    double capacity_spread; /* servers' */
    double power_spread;    /* users' */
    bool with_ties;         /* some users and servers are exact copies */
} random_shape;

/* A shape of these sizes, the rest drawn: payloads over four decades, ties in one seed of four. */
random_shape any_shape(gg_rng *rng, uint64_t seed, size_t n_users, size_t n_servers);

/* An instance drawn from the seed, interference fixed in one of three; fails the test when memory
 * is short. */
gg_instance *random_instance(random_shape shape, uint64_t seed);

/* Gives an instance P(correct) of both models, drawn from the seed; with equal values in one of
 * three, and the large model no better than the small in some users. */
void give_probabilities(gg_instance *instance, uint64_t seed);

/* Makes interference follow from the decision where the instance fixes it. */
void unfix_interference(gg_instance *instance);

/* The optimum over all assignments that respect tau, by enumeration: (M+1)^N evaluations.
 * `best` (N) may be NULL. INFINITY when none is finite. */
double brute_force(const gg_instance *instance, gg_objective objective, int32_t *best);
