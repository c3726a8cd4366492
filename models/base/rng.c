/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/rng.h"

#include <Random123/philox.h>
#include <math.h>

static inline __attribute__((always_inline)) philox4x32_ctr_t block(gg_rng_address at) {
    philox4x32_key_t key = {{(uint32_t)at.seed, (uint32_t)(at.seed >> 32)}};
    philox4x32_ctr_t counter = {{at.run, (uint32_t)at.stream, at.entity, at.draw}};
    return philox4x32(counter, key);
}

/* 53 random bits, centred in their cell so that neither 0 nor 1 occurs. */
static double unit_interval(uint32_t high, uint32_t low) {
    uint64_t bits = ((uint64_t)high << 32 | low) >> 11;
    double u = ((double)bits + 0.5) * 0x1p-53;
    return u < 1.0 ? u : 1.0 - 0x1p-53;
}

double gg_rng_uniform(gg_rng_address at) {
    philox4x32_ctr_t r = block(at);
    return unit_interval(r.v[0], r.v[1]);
}

void gg_rng_normal2(gg_rng_address at, double normal[2]) {
    philox4x32_ctr_t r = block(at);
    double radius = sqrt(-2.0 * log(unit_interval(r.v[0], r.v[1])));
    double angle = 2.0 * 3.14159265358979323846 * unit_interval(r.v[2], r.v[3]);
    normal[0] = radius * cos(angle);
    normal[1] = radius * sin(angle);
}

gg_rng gg_rng_start(uint64_t seed, uint32_t run, gg_stream stream) {
    return (gg_rng){.at = {.seed = seed, .run = run, .stream = stream}};
}

double gg_rng_next_uniform(gg_rng *rng) {
    double u = gg_rng_uniform(rng->at);
    if (++rng->at.draw == 0)
        rng->at.entity++;
    return u;
}

uint32_t gg_rng_next_below(gg_rng *rng, uint32_t bound) {
    uint32_t next;
    gg_rng_fill_below(rng, bound, &next, 1);
    return next;
}

void gg_rng_fill_below(gg_rng *rng, uint32_t bound, uint32_t *out, size_t n) {
    gg_rng_address at = rng->at;
    for (size_t k = 0; k < n; k++) {
        philox4x32_ctr_t r = block(at);
        uint32_t next = (uint32_t)(unit_interval(r.v[0], r.v[1]) * bound);
        out[k] = next < bound ? next : bound - 1;
        if (++at.draw == 0)
            at.entity++;
    }
    rng->at = at;
}
