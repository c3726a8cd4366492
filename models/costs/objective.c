/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/costs/objective.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/parse.h"

static const gg_objective_kind kinds[GG_OBJECTIVE_KINDS] = {
    [GG_WEIGHTED] = {"weighted", true, 1.0, 0.0},
    [GG_UNIFORM] = {"uniform", false, 1.0, 0.0},
    [GG_ENERGY] = {"energy", false, 0.0, 1.0},
    [GG_DELAY_ENERGY] = {"delay+energy", false, 1.0, NAN},
};

enum { PRICE_SHIFT = 8 };

const gg_objective_kind *gg_objective_kind_of(gg_objective objective) {
    return &kinds[objective % (1 << PRICE_SHIFT)];
}

static double price_of(gg_objective objective) {
    uint32_t bits = (uint32_t)(objective >> PRICE_SHIFT);
    float price;
    memcpy(&price, &bits, sizeof price);
    return (double)price;
}

gg_objective gg_objective_delay_energy(double price) {
    float single = (float)price;
    uint32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return (gg_objective)bits << PRICE_SHIFT | GG_DELAY_ENERGY;
}

double gg_objective_joule(gg_objective objective) {
    double joule = gg_objective_kind_of(objective)->joule;
    return isnan(joule) ? price_of(objective) : joule;
}

/* Prices as the model's other numbers, and single precision. */
static bool is_price(double price) {
    return price >= 1e-30 && price <= 1e30;
}

bool gg_objective_exists(gg_objective objective) {
    if (objective < 0 || objective >> PRICE_SHIFT > UINT32_MAX ||
        objective % (1 << PRICE_SHIFT) >= GG_OBJECTIVE_KINDS)
        return false;
    if (!isnan(gg_objective_kind_of(objective)->joule))
        return objective >> PRICE_SHIFT == 0;
    /* The ends of what may be asked for are rounded. */
    return is_price(price_of(objective) * 1.0000001) || is_price(price_of(objective) / 1.0000001);
}

const char *gg_objective_name(gg_objective objective) {
    enum { NAMES = 4, SIZE = 40 };
    static _Thread_local char names[NAMES][SIZE];
    static _Thread_local unsigned last;
    const gg_objective_kind *kind = gg_objective_kind_of(objective);
    if (!isnan(kind->joule))
        return kind->name;
    char *name = names[last++ % NAMES];
    /* The shortest that reads back. */
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(name, SIZE, "%s:%.*g", kind->name, digits, price_of(objective));
        double price;
        if (gg_parse_double(name + strlen(kind->name) + 1, &price) &&
            gg_objective_delay_energy(price) == objective)
            break;
    }
    return name;
}

const char *gg_objective_unit(gg_objective objective) {
    return gg_objective_kind_of(objective)->second == 0.0 ? "J" : "s";
}

gg_status gg_objective_parse(const char *name, gg_objective *objective, gg_error *err) {
    for (gg_objective k = 0; k < GG_OBJECTIVE_KINDS; k++) {
        size_t length = strlen(kinds[k].name);
        double price;
        if (!isnan(kinds[k].joule) && strcmp(name, kinds[k].name) == 0) {
            *objective = k;
            return GG_OK;
        }
        if (!isnan(kinds[k].joule) || strncmp(name, kinds[k].name, length) != 0 ||
            (name[length] != ':' && name[length] != '\0'))
            continue;
        if (name[length] == '\0' || !gg_parse_double(name + length + 1, &price) || !is_price(price))
            return gg_fail(err, GG_E_USAGE,
                           "objective \"%.60s\" wants a price of energy in seconds a joule, within "
                           "1e-30..1e30, as in %s:0.5",
                           name, kinds[k].name);
        *objective = gg_objective_delay_energy(price);
        return GG_OK;
    }
    gg_fail(err, GG_E_USAGE,
            "objective \"%s\" is none of weighted, uniform, energy and delay+energy:PRICE", name);
    gg_suggest(err, name, "weighted uniform energy");
    return GG_E_USAGE;
}
