/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Performance profiles: how often a strategy reaches a good decision within so many times the time
 * of the fastest that does. Source: Dolan and More, Mathematical Programming 91 (2002), 201-213.
 */
#pragma once

#include "experiments/report/stats/lineup.h"

/* A decision is good enough within this of the best one known for the instance. */
#define GG_PROFILE_TARGET 0.01

/* The profile of one strategy in one panel: at[] are ratios of times >= 1, share[] of all instances
 * that have a decision. */
typedef struct gg_profile {
    size_t panel;
    size_t strategy;
    size_t instances; /* the denominator */
    size_t solved;    /* of them: good enough at all */
    gg_ecdf ecdf;
} gg_profile;

typedef struct gg_profiles {
    size_t count;
    gg_profile *items;
} gg_profiles;

/* Errors: GG_E_NOMEM. Clear with gg_profiles_clear. */
gg_status gg_profiles_compute(const gg_summary *summary, const gg_lineup *lineup, gg_profiles *out,
                              gg_error *err);
void gg_profiles_clear(gg_profiles *profiles);
