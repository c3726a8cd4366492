/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is minimised: delays by a weight, energy by a price, or both.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
/* A kind of objective, and for one that takes a price of energy that price (a float's bits) above
 * it: a number, so that two objectives are the same where they are equal. */
typedef int64_t gg_objective;

enum { GG_WEIGHTED, GG_UNIFORM, GG_ENERGY, GG_DELAY_ENERGY, GG_OBJECTIVE_KINDS };

/* Their names; one that takes a price ends in a colon. */
#define GG_OBJECTIVE_NAMES "weighted uniform energy delay+energy:"

/* The weight of a second of delay: alpha of the user, or the same for all. */
typedef struct gg_objective_kind {
    const char *name;
    bool by_alpha;
    double second, joule; /* NAN: the price that the objective has */
} gg_objective_kind;

/* The row of an objective's kind. */
const gg_objective_kind *gg_objective_kind_of(gg_objective objective);

/* The sum of delays, each in seconds, and `price` times the energy, in joules; the price is rounded
 * to single precision. */
gg_objective gg_objective_delay_energy(double price);

/* What a joule counts for: 0 where only delays do. */
double gg_objective_joule(gg_objective objective);

/* True for a number that is an objective. */
bool gg_objective_exists(gg_objective objective);

/* "weighted", "delay+energy:0.5". Never released. */
const char *gg_objective_name(gg_objective objective);

/* "s", or "J" where only energy counts. */
const char *gg_objective_unit(gg_objective objective);

/* Errors: GG_E_USAGE for a name that is none. */
gg_status gg_objective_parse(const char *name, gg_objective *objective, gg_error *err);
GG_C_END
