/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/instances/forged_rounds.h"

#include <float.h>
#include <math.h>

#include "tests/support/instances/all_decisions.h"
#include "tests/support/support.h"

/* A tenth: zero and the ends of the range; else of any size and either sign. */
double any_number(gg_rng *rng) {
    static const double odd[] = {0.0, -0.0, 1e300, -1e300, DBL_MAX, DBL_MIN, 0x1p-1074, 1e-310};
    if (gg_rng_next_below(rng, 10) == 0)
        return odd[gg_rng_next_below(rng, sizeof odd / sizeof *odd)];
    double sign = gg_rng_next_below(rng, 4) == 0 ? -1.0 : 1.0;
    return sign * power_of_ten(rng, -40.0, 40.0);
}

/* Mostly a little beside a number, now and then anything, now and then no number at all. */
double disturbed(double number, gg_rng *rng) {
    switch (gg_rng_next_below(rng, 8)) {
    case 0:
        return any_number(rng);
    case 1:
        return gg_rng_next_below(rng, 2) ? NAN : INFINITY;
    case 2:
        return -number;
    case 3:
        return number * power_of_ten(rng, -10.0, 10.0);
    default:
        return number * (1.0 + power_of_ten(rng, -8.0, -0.5) * (gg_rng_next_uniform(rng) - 0.5));
    }
}

void forge_round(gg_certificate *c, const float *multipliers) {
    gg_error err = {0};
    assert_success(gg_certificate_add_round(c, multipliers, &err), &err);
}

void forge_prices(gg_certificate *c, const uint32_t *users, size_t count, const float *prices) {
    gg_error err = {0};
    assert_success(gg_certificate_add_prices(c, users, count, prices, &err), &err);
}

void forge_cut(gg_certificate *c, gg_proof_cut cut) {
    gg_error err = {0};
    assert_success(gg_certificate_add_cut(c, cut, &err), &err);
}

void forge_state(gg_certificate *c, gg_proof_state state) {
    gg_error err = {0};
    assert_success(gg_certificate_add_state(c, state, &err), &err);
}

void copy_round(gg_certificate *to, const gg_certificate *from, size_t r) {
    const gg_proof_round *round = &from->rounds[r];
    forge_round(to, from->multipliers + r * (from->n_users + from->n_servers));
    to->rounds[to->n_rounds - 1].row_price_s = round->row_price_s;
    if (!round->has_prices)
        return;
    forge_prices(to, from->priced_user + round->first_user, round->n_users,
                 from->prices + round->first_user * from->n_servers);
    for (size_t k = 0; k < round->n_cuts; k++)
        forge_cut(to, from->cuts[round->first_cut + k]);
    for (size_t k = 0; k < round->n_states; k++)
        forge_state(to, from->states[round->first_state + k]);
}

void damage_round(gg_certificate *c, gg_rng *rng) {
    gg_proof_round *round = &c->rounds[gg_rng_next_below(rng, (uint32_t)c->n_rounds)];
    switch (gg_rng_next_below(rng, 6)) {
    case 0:
        round->has_prices = !round->has_prices;
        break;
    case 1:
        round->n_users = gg_rng_next_below(rng, (uint32_t)c->n_priced + 2);
        break;
    case 2:
        round->first_user = gg_rng_next_below(rng, (uint32_t)c->n_priced + 2);
        break;
    case 3:
        round->n_cuts = gg_rng_next_below(rng, (uint32_t)c->n_cuts + 2);
        break;
    case 4:
        round->first_state = gg_rng_next_below(rng, (uint32_t)c->n_states + 2);
        break;
    default:
        round->row_price_s = disturbed(1.0, rng);
    }
}

void damage_prices(gg_certificate *c, gg_rng *rng) {
    size_t n_prices = c->n_priced * c->n_servers;
    for (uint32_t k = 1 + gg_rng_next_below(rng, 4); k > 0 && n_prices > 0; k--) {
        float *one = &c->prices[gg_rng_next_below(rng, (uint32_t)n_prices)];
        *one = (float)disturbed((double)*one, rng);
    }
    if (c->n_priced > 0 && gg_rng_next_below(rng, 3) == 0)
        c->priced_user[gg_rng_next_below(rng, (uint32_t)c->n_priced)] =
            gg_rng_next_below(rng, (uint32_t)c->n_users + 1);
    if (c->n_cuts > 0 && gg_rng_next_below(rng, 2)) {
        gg_proof_cut *cut = &c->cuts[gg_rng_next_below(rng, (uint32_t)c->n_cuts)];
        cut->interference = (float)disturbed((double)cut->interference, rng);
        cut->server = gg_rng_next_below(rng, (uint32_t)c->n_servers + 1);
    }
    if (c->n_states > 0 && gg_rng_next_below(rng, 2)) {
        gg_proof_state *state = &c->states[gg_rng_next_below(rng, (uint32_t)c->n_states)];
        state->mu = (float)disturbed((double)state->mu, rng);
        state->place ^= 1U << gg_rng_next_below(rng, 32);
    }
}
