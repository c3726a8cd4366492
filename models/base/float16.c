/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/float16.h"

#include <math.h>
#include <string.h>

const char *gg_dtype_name(gg_dtype dtype) {
    static const char *const names[GG_N_DTYPES] = {"float16", "bfloat16", "float32", "float64"};
    return names[dtype];
}

size_t gg_dtype_size(gg_dtype dtype) {
    static const size_t sizes[GG_N_DTYPES] = {2, 2, 4, 8};
    return sizes[dtype];
}

static float float_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Without a branch, so that compilers make vectors of it. */
static inline float widen_f16(uint16_t bits) {
    uint32_t sign = (uint32_t)(bits & 0x8000u) << 16;
    uint32_t magnitude = (uint32_t)(bits & 0x7fffu) << 13;
    /* Moves the exponent bias from 15 to 127; subnormals come out right as well. */
    uint32_t finite = bits_of_float(float_of_bits(magnitude) * 0x1p112f);
    /* What it makes of infinity and NaN only lacks bits of the exponent. */
    uint32_t special = (int32_t)magnitude >= 0x0f800000 ? 0x7f800000u : 0;
    return float_of_bits(sign | finite | special);
}

float gg_f16_to_float(uint16_t bits) {
    return widen_f16(bits);
}

float gg_bf16_to_float(uint16_t bits) {
    return float_of_bits((uint32_t)bits << 16);
}

/* Rounds to a 16-bit format with `fraction` explicit bits and smallest normal exponent `lowest`.
 * Scaling by powers of two is exact, so the one rounding is that of nearbyint. */
static uint16_t narrow16(double value, int fraction, int lowest) {
    uint16_t sign = signbit(value) ? 0x8000u : 0;
    uint16_t infinity = (uint16_t)(0x7fffu >> fraction << fraction);
    if (isnan(value))
        return (uint16_t)(sign | infinity | (1u << (fraction - 1)));
    double magnitude = fabs(value);
    /* Halfway between the largest number and the next power of two rounds up to infinity. */
    if (magnitude >= ldexp(2.0 - ldexp(1.0, -fraction - 1), 1 - lowest))
        return (uint16_t)(sign | infinity);
    int exponent = magnitude > 0.0 ? ilogb(magnitude) : lowest;
    if (exponent < lowest)
        exponent = lowest;
    unsigned steps = (unsigned)nearbyint(ldexp(magnitude, fraction - exponent));
    /* A normal number's steps include the implicit bit, worth one exponent: hence no +1. */
    return (uint16_t)(sign | (((unsigned)(exponent - lowest) << fraction) + steps));
}

uint16_t gg_f16_from_double(double value) {
    return narrow16(value, 10, -14);
}

uint16_t gg_bf16_from_double(double value) {
    return narrow16(value, 7, -126);
}

/* A case of a switch over dtypes: every number k of `type` on its own. */
#define EACH(dtype, type, number)                                                                  \
    case dtype:                                                                                    \
        for (size_t k = 0; k < count; k++)                                                         \
            ((type *)target)[k] = (number);                                                        \
        return;

void gg_widen(gg_dtype dtype, const void *source, size_t first, size_t count, double *target) {
    switch (dtype) {
        EACH(GG_F16, double, (double)widen_f16(((const uint16_t *)source)[first + k]))
        EACH(GG_BF16, double, (double)gg_bf16_to_float(((const uint16_t *)source)[first + k]))
        EACH(GG_F32, double, (double)((const float *)source)[first + k])
    case GG_F64:
        memcpy(target, (const double *)source + first, count * sizeof(double));
        return;
    }
}

void gg_widen_float(gg_dtype dtype, const void *source, size_t count, float *target) {
    switch (dtype) {
        EACH(GG_F16, float, widen_f16(((const uint16_t *)source)[k]))
        EACH(GG_BF16, float, gg_bf16_to_float(((const uint16_t *)source)[k]))
    case GG_F32:
        memcpy(target, source, count * sizeof(float));
        return;
        EACH(GG_F64, float, (float)((const double *)source)[k])
    }
}

void gg_narrow(const double *source, size_t count, gg_dtype dtype, void *target) {
    switch (dtype) {
        EACH(GG_F16, uint16_t, gg_f16_from_double(source[k]))
        EACH(GG_BF16, uint16_t, gg_bf16_from_double(source[k]))
        EACH(GG_F32, float, (float)source[k])
    case GG_F64:
        memcpy(target, source, count * sizeof(double));
        return;
    }
}
