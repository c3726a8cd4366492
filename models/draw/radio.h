/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The radio formulas, one a function: path loss and fading.
 */
#pragma once

#include <math.h>

#include "models/base/linkage.h"

GG_C_BEGIN
/* A power ratio from decibels. */
static inline double gg_from_db(double db) {
    return pow(10.0, db / 10.0);
}

/* Where the ends of a link are, in metres. */
typedef struct gg_link {
    double ground_m; /* distance on the ground */
    double user_height_m;
    double server_height_m;
} gg_link;

/* Distance from antenna to antenna. */
double gg_link_distance_m(gg_link link);

/* Gain in free space, (c / (4 pi f d))^2. */
double gg_free_space_gain(gg_link link, double carrier_hz, double light_speed_m_s);

/* 3GPP TR 38.901, UMi - street canyon. Carriers of 0.5 to 100 GHz, users 1.5 to 22.5 m and servers
 * more than 1 m high, 10 m to 5 km apart on the ground. */

/* Probability of a line of sight (table 7.4.2-1). */
double gg_umi_los_probability(double ground_m);

/* Path loss in dB in line of sight, and without (table 7.4.1-1). */
double gg_umi_los_loss_db(gg_link link, double carrier_hz, double light_speed_m_s);
double gg_umi_nlos_loss_db(gg_link link, double carrier_hz, double light_speed_m_s);

/* |h|^2 of mean 1 from two standard normals: Rayleigh, h = CN(0, 1). */
static inline double gg_rayleigh_gain(const double normal[2]) {
    return 0.5 * (normal[0] * normal[0] + normal[1] * normal[1]);
}

/* |h|^2 of mean 1 whose fixed part has k times the power of its CN part: Rician. */
double gg_rician_gain(double k, const double normal[2]);
GG_C_END
