/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers for people, with as many digits as they deserve.
 */
#pragma once

#include <stddef.h>

/* A formatted number by value, so that several fit in one call of printf. */
typedef struct gg_number {
    char text[32];
} gg_number;

/* A ratio in percent, without the sign: "12.3", "0", "< 0.01", "∞"; "–" for NAN. */
gg_number gg_percent(double ratio);

/* A share of runs in whole percent, without the sign; 0 and 100 only when exact. */
gg_number gg_share(double share);

/* Seconds as milliseconds with three digits, without the unit. */
gg_number gg_milliseconds(double seconds);

/* Joules as millijoules, likewise. */
gg_number gg_millijoules(double joules);

/* A plain number with up to 12 digits. */
gg_number gg_plain(double value);

/* A ratio near 1: "1.042"; "–" for NAN. */
gg_number gg_ratio(double ratio);

/* A probability: "0.013", "< 0.001"; "–" for NAN. */
gg_number gg_probability(double p);

/* A count with thousands apart: "3,912". */
gg_number gg_count(size_t count);
