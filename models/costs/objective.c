/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/costs/objective.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "models/base/parse.h"

static const gg_objective_kind kinds[GG_OBJECTIVE_KINDS] = {
    [GG_WEIGHTED] = {"weighted", true, 1.0, 0.0},
    [GG_UNIFORM] = {"uniform", false, 1.0, 0.0},
    [GG_ENERGY] = {"energy", false, 0.0, 1.0},
    [GG_DELAY_ENERGY] = {"delay+energy", false, 1.0, NAN},
};

enum { PRICE_SHIFT = 8, NAME_SIZE = 40, NAMES_MAX = 4096 };

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

/* The shortest name that reads back. */
static void make_name(gg_objective objective, char name[NAME_SIZE]) {
    const char *kind = gg_objective_kind_of(objective)->name;
    for (int digits = 1; digits <= 9; digits++) {
        double price;
        snprintf(name, NAME_SIZE, "%s:%.*g", kind, digits, price_of(objective));
        if (gg_parse_double(name + strlen(kind) + 1, &price) &&
            gg_objective_delay_energy(price) == objective)
            return;
    }
}

/* Names with prices are kept for ever, since rows of results borrow them: as many as one process is
 * asked for. */
const char *gg_objective_name(gg_objective objective) {
    static struct {
        gg_objective objective;
        char name[NAME_SIZE];
    } named[NAMES_MAX];
    static size_t count;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (!isnan(gg_objective_kind_of(objective)->joule))
        return gg_objective_kind_of(objective)->name;
    pthread_mutex_lock(&lock);
    size_t k = 0;
    while (k < count && named[k].objective != objective)
        k++;
    if (k == count && count < NAMES_MAX) {
        named[count].objective = objective;
        make_name(objective, named[count++].name);
    }
    pthread_mutex_unlock(&lock);
    return k < NAMES_MAX ? named[k].name : gg_objective_kind_of(objective)->name;
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
    gg_suggest(err, name, GG_OBJECTIVE_NAMES);
    return GG_E_USAGE;
}
