/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The four kinds of floating-point numbers that logits come in, and conversion between them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* float16 is IEEE 754 binary16; bfloat16 is the upper half of binary32. In memory both are
 * uint16_t in the machine's byte order. */
typedef enum gg_dtype { GG_F16, GG_BF16, GG_F32, GG_F64 } gg_dtype;
enum { GG_N_DTYPES = 4 };

/* "float16", "bfloat16", "float32" or "float64". */
const char *gg_dtype_name(gg_dtype dtype);

/* Bytes of one number. */
size_t gg_dtype_size(gg_dtype dtype);

/* Exact. */
float gg_f16_to_float(uint16_t bits);
float gg_bf16_to_float(uint16_t bits);

/* Rounded once, to nearest, ties to even; too large becomes infinite; a NaN stays a quiet NaN. */
uint16_t gg_f16_from_double(double value);
uint16_t gg_bf16_from_double(double value);

/* `count` numbers starting at number `first` of `source`, as doubles (exact) or floats (exact but
 * for GG_F64, which is rounded). */
void gg_widen(gg_dtype dtype, const void *source, size_t first, size_t count, double *target);
void gg_widen_float(gg_dtype dtype, const void *source, size_t count, float *target);

/* `count` doubles rounded once into `dtype`. */
void gg_narrow(const double *source, size_t count, gg_dtype dtype, void *target);
GG_C_END
