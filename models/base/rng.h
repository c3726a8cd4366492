/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counter-based random numbers (Philox4x32-10 of Random123). A draw is a pure function of its
 * address, so it does not depend on threads, shards or how many other draws were made.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* What a draw is for. Values are part of every published result: append, never renumber. */
typedef enum gg_stream {
    GG_STREAM_POSITION = 1,
    GG_STREAM_FADING = 2,
    GG_STREAM_SHADOWING = 3,
    GG_STREAM_SERVER = 4,
    GG_STREAM_DEVICE = 5,
    GG_STREAM_WORKLOAD = 6,
    GG_STREAM_CORRECT = 7,
    GG_STREAM_QUERY = 8,
    GG_STREAM_LOS = 9,
    GG_STREAM_SOLVER_RANDOM = 20,
    GG_STREAM_SOLVER_GA = 21,
    GG_STREAM_SOLVER_ILS = 22,
    GG_STREAM_BOOTSTRAP = 30,
    GG_STREAM_PERTURBATION = 31,
    GG_STREAM_TEST = 40
} gg_stream;

/* The address of a draw. */
typedef struct gg_rng_address {
    uint64_t seed;
    uint32_t run;
    gg_stream stream;
    uint32_t entity; /* user, server or pair */
    uint32_t draw;   /* which of the entity's draws */
} gg_rng_address;

/* Uniform on the open interval (0, 1), 53 bits. */
double gg_rng_uniform(gg_rng_address at);

/* Two independent standard normals (Box-Muller). */
void gg_rng_normal2(gg_rng_address at, double normal[2]);

/* Sequential reading of one address's draws, for algorithms that consume an unknown number. */
typedef struct gg_rng {
    gg_rng_address at;
} gg_rng;

gg_rng gg_rng_start(uint64_t seed, uint32_t run, gg_stream stream);
double gg_rng_next_uniform(gg_rng *rng);
/* Uniform on 0 .. bound-1, bound >= 1; bias below 2^-53 * bound. */
uint32_t gg_rng_next_below(gg_rng *rng, uint32_t bound);
/* The next `n` of these. */
void gg_rng_fill_below(gg_rng *rng, uint32_t bound, uint32_t *out, size_t n);
GG_C_END
