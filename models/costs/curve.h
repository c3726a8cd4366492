/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long a server takes, and how much longer sending takes, with n users on it: functions of the
 * load that an instance has a name and numbers for, straight between kinks.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
typedef enum gg_curve_kind {
    GG_CURVE_SHARE,  /* a server: its processor is shared equally, as [1] has it */
    GG_CURVE_BATCH,  /* a server: an output token takes base_s + n per_query_s */
    GG_CURVE_TABLE,  /* a server: an output token takes what points say, straight between them */
    GG_CURVE_SHARES, /* the air: the band is shared equally */
    GG_CURVE_BLOCKS  /* the air: of K equal blocks each of n users gets floor(K / n) */
} gg_curve_kind;

enum { GG_CURVE_POINTS_MAX = 32, GG_CURVE_TEXT = 1600, GG_BLOCKS_MAX = 1000000 };

/* Zeroed it is GG_CURVE_SHARE. */
typedef struct gg_load_curve {
    gg_curve_kind kind;
    uint32_t blocks;   /* of GG_CURVE_BLOCKS: K */
    uint32_t n_points; /* of GG_CURVE_TABLE; the first is at load 1, and none takes less than the
                          one before */
    double base_s, per_query_s; /* of GG_CURVE_BATCH */
    double load[GG_CURVE_POINTS_MAX], seconds[GG_CURVE_POINTS_MAX];
} gg_load_curve;

/* Which curves a field may have. */
typedef enum gg_curve_side { GG_CURVE_OF_SERVER, GG_CURVE_OF_AIR } gg_curve_side;

/* Reads "share", "batch base_s=0.0108 per_query_s=0.000142", "table 1=0.0110 32=0.0155" of a
 * server, "shares" or "blocks K" of the air. Errors: GG_E_INPUT (the reason alone). */
gg_status gg_curve_parse(const char *text, gg_curve_side side, gg_load_curve *curve, gg_error *err);

/* The text that reads back as the same curve, bit for bit. */
const char *gg_curve_text(const gg_load_curve *curve, char text[GG_CURVE_TEXT]);

/* What a valid curve would have to be otherwise; NULL: it is. */
const char *gg_curve_wrong(const gg_load_curve *curve, gg_curve_side side);

/* Seconds that one of `load` users of a server (>= 1) waits for an output token. Beyond the last
 * point of a table its last slope goes on. Not of GG_CURVE_SHARE. */
double gg_curve_token_s(const gg_load_curve *curve, uint32_t load);

/* How many times longer than alone one of `load` users (>= 1) sends: n for equal shares; for blocks
 * K / floor(K / n), and n where more than K users take turns in them. */
double gg_curve_air(const gg_load_curve *curve, uint32_t load);

/* The last load up to which the curve is straight from `load` on; UINT32_MAX where it always is.
 * Not of GG_CURVE_SHARE, whose kink its server has. */
uint32_t gg_curve_straight_to(const gg_load_curve *curve, uint32_t load);
GG_C_END
