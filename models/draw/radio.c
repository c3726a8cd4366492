/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/draw/radio.h"

static const double pi = 3.14159265358979323846;

double gg_link_distance_m(gg_link link) {
    double climb_m = link.server_height_m - link.user_height_m;
    return sqrt(link.ground_m * link.ground_m + climb_m * climb_m);
}

double gg_free_space_gain(gg_link link, double carrier_hz, double light_speed_m_s) {
    double amplitude = light_speed_m_s / (4.0 * pi * carrier_hz * gg_link_distance_m(link));
    return amplitude * amplitude;
}

double gg_umi_los_probability(double ground_m) {
    if (ground_m <= 18.0)
        return 1.0;
    return 18.0 / ground_m + exp(-ground_m / 36.0) * (1.0 - 18.0 / ground_m);
}

/* Where the ground reflection starts to cancel the direct path: 4 h'BS h'UT f / c, heights above
 * an environment of 1 m. */
static double umi_breakpoint_m(gg_link link, double carrier_hz, double light_speed_m_s) {
    return 4.0 * (link.server_height_m - 1.0) * (link.user_height_m - 1.0) * carrier_hz /
           light_speed_m_s;
}

double gg_umi_los_loss_db(gg_link link, double carrier_hz, double light_speed_m_s) {
    double distance_m = gg_link_distance_m(link);
    double carrier_db = 20.0 * log10(carrier_hz / 1e9);
    double breakpoint_m = umi_breakpoint_m(link, carrier_hz, light_speed_m_s);
    if (link.ground_m <= breakpoint_m)
        return 32.4 + 21.0 * log10(distance_m) + carrier_db;
    double climb_m = link.server_height_m - link.user_height_m;
    return 32.4 + 40.0 * log10(distance_m) + carrier_db -
           9.5 * log10(breakpoint_m * breakpoint_m + climb_m * climb_m);
}

double gg_umi_nlos_loss_db(gg_link link, double carrier_hz, double light_speed_m_s) {
    double loss_db = 35.3 * log10(gg_link_distance_m(link)) + 22.4 +
                     21.3 * log10(carrier_hz / 1e9) - 0.3 * (link.user_height_m - 1.5);
    return fmax(loss_db, gg_umi_los_loss_db(link, carrier_hz, light_speed_m_s));
}

double gg_rician_gain(double k, const double normal[2]) {
    double fixed = sqrt(k / (k + 1.0));
    double scattered = sqrt(0.5 / (k + 1.0));
    double real = fixed + scattered * normal[0];
    double imaginary = scattered * normal[1];
    return real * real + imaginary * imaginary;
}
