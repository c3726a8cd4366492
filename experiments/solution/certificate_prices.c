/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/solution/certificate_prices.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"

static void write_bits(uint32_t bits, char *text) {
    for (int digit = GG__DIGITS - 1; digit >= 0; digit--, bits >>= 4)
        text[digit] = "0123456789abcdef"[bits & 15];
}

void gg__write_digits(const float *numbers, size_t count, char *text) {
    for (size_t k = 0; k < count; k++) {
        uint32_t bits;
        memcpy(&bits, &numbers[k], sizeof bits);
        write_bits(bits, text + k * GG__DIGITS);
    }
    text[count * GG__DIGITS] = '\0';
}

/* The value of a lower-case hexadecimal digit, or 16. */
static uint32_t digit_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return (uint32_t)(digit - '0');
    return digit >= 'a' && digit <= 'f' ? (uint32_t)(digit - 'a') + 10 : 16;
}

static bool read_bits(const char *text, uint32_t *bits) {
    *bits = 0;
    for (size_t d = 0; d < GG__DIGITS; d++) {
        uint32_t digit = digit_value(text[d]);
        if (digit > 15)
            return false;
        *bits = *bits << 4 | digit;
    }
    return true;
}

bool gg__read_digits(const char *text, float *number) {
    uint32_t bits;
    if (!read_bits(text, &bits))
        return false;
    memcpy(number, &bits, sizeof bits);
    return true;
}

/* A user's number and its M prices. */
static size_t row_digits(const gg_certificate *c) {
    return (1 + c->n_servers) * GG__DIGITS;
}

static json_t *prices_json(const gg_certificate *c, const gg_proof_round *round, char *text) {
    size_t digits = row_digits(c);
    if (!round->has_prices)
        return json_null();
    text[0] = '\0';
    for (size_t k = 0; k < round->n_users; k++) {
        size_t at = round->first_user + k;
        write_bits(c->priced_user[at], text + k * digits);
        gg__write_digits(c->prices + at * c->n_servers, c->n_servers,
                         text + k * digits + GG__DIGITS);
    }
    return json_string(text);
}

static json_t *cuts_json(const gg_certificate *c, const gg_proof_round *round) {
    char *text = gg_alloc(round->n_cuts + 1, 2 * GG__DIGITS);
    if (text == NULL)
        return NULL;
    text[0] = '\0';
    for (size_t k = 0; k < round->n_cuts; k++) {
        const gg_proof_cut *cut = &c->cuts[round->first_cut + k];
        write_bits(cut->server, text + 2 * k * GG__DIGITS);
        gg__write_digits(&cut->interference, 1, text + (2 * k + 1) * GG__DIGITS);
    }
    json_t *json = json_string(text);
    gg_free(text);
    return json;
}

static json_t *states_json(const gg_certificate *c, const gg_proof_round *round) {
    char *text = gg_alloc(round->n_states + 1, 2 * GG__DIGITS);
    if (text == NULL)
        return NULL;
    text[0] = '\0';
    for (size_t k = 0; k < round->n_states; k++) {
        const gg_proof_state *state = &c->states[round->first_state + k];
        write_bits(state->place, text + 2 * k * GG__DIGITS);
        gg__write_digits(&state->mu, 1, text + (2 * k + 1) * GG__DIGITS);
    }
    json_t *json = json_string(text);
    gg_free(text);
    return json;
}

static json_t *numbers_json(const double *numbers, size_t count) {
    json_t *list = json_array();
    for (size_t k = 0; list != NULL && k < count; k++)
        if (json_array_append_new(list, json_real(numbers[k])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

/* Takes over `value`, which may be NULL: memory was short. */
static bool put(json_t *object, const char *key, json_t *value) {
    return json_object_set_new(object, key, value) == 0;
}

static bool write_row(const gg_certificate *c, json_t *json) {
    json_t *row = json_object(), *price = json_array();
    bool written = row != NULL && put(row, "price_s", price) &&
                   put(row, "required", json_real(c->required)) &&
                   put(row, "gain", numbers_json(c->gain, c->n_users));
    for (size_t k = 0; written && k < c->n_rounds; k++)
        written = json_array_append_new(price, json_real(c->rounds[k].row_price_s)) == 0;
    return put(json, "row", row) && written;
}

bool gg__write_prices(const gg_certificate *c, json_t *json) {
    json_t *prices = json_array(), *cuts = json_array(), *states = json_array();
    char *text = gg_alloc(c->n_users * (1 + c->n_servers) + 1, GG__DIGITS);
    bool written = text != NULL && prices != NULL && cuts != NULL && states != NULL;
    for (size_t k = 0; written && k < c->n_rounds; k++)
        written = json_array_append_new(prices, prices_json(c, &c->rounds[k], text)) == 0 &&
                  json_array_append_new(cuts, cuts_json(c, &c->rounds[k])) == 0 &&
                  json_array_append_new(states, states_json(c, &c->rounds[k])) == 0;
    gg_free(text);
    written = put(json, "prices", prices) && written;
    written = put(json, "cuts", cuts) && written;
    if (!put(json, "states", states) || !written)
        return false;
    return c->gain == NULL || write_row(c, json);
}

static gg_status bad(const char *where, size_t k, const char *what, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s.prices[%zu]: %s", where, k, what);
}

gg_status gg__read_prices(const json_t *list, const char *where, size_t k, gg_certificate *c,
                          gg_error *err) {
    const json_t *value = json_array_get(list, k);
    const char *text = json_string_value(value);
    size_t digits = row_digits(c), length = json_string_length(value);
    if (json_is_null(value))
        return GG_OK;
    if (text == NULL)
        return bad(where, k, "is neither a string nor null", err);
    if (length % digits != 0 || length / digits > c->n_users)
        return bad(where, k, "is not made of a number and a price a server for each user", err);
    float *prices = gg_alloc(c->n_servers + 1, sizeof *prices);
    gg_status status = prices != NULL ? gg_certificate_add_prices(c, NULL, 0, NULL, err)
                                      : gg_fail(err, GG_E_NOMEM, "%s: out of memory", where);
    for (size_t at = 0; status == GG_OK && at < length; at += digits) {
        uint32_t user = 0;
        bool sound = read_bits(text + at, &user) && user < c->n_users;
        for (size_t j = 0; sound && j < c->n_servers; j++)
            sound = gg__read_digits(text + at + (1 + j) * GG__DIGITS, &prices[j]) &&
                    isfinite(prices[j]);
        status = sound ? gg_certificate_add_prices(c, &user, 1, prices, err)
                       : bad(where, k, "has a user that is not there, or no finite price", err);
    }
    gg_free(prices);
    return status;
}

gg_status gg__read_cuts(const json_t *list, const char *where, size_t k, gg_certificate *c,
                        gg_error *err) {
    const json_t *value = json_array_get(list, k);
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    if (text == NULL || length % (2 * GG__DIGITS) != 0)
        return gg_fail(err, GG_E_INPUT, "%s.cuts[%zu]: is not made of servers and interferences",
                       where, k);
    for (size_t at = 0; at < length; at += 2 * GG__DIGITS) {
        gg_proof_cut cut;
        if (!read_bits(text + at, &cut.server) || cut.server >= c->n_servers ||
            !gg__read_digits(text + at + GG__DIGITS, &cut.interference) ||
            !isfinite(cut.interference))
            return gg_fail(err, GG_E_INPUT,
                           "%s.cuts[%zu]: has a server that is not there, or no finite "
                           "interference",
                           where, k);
        GG_TRY(gg_certificate_add_cut(c, cut, err));
    }
    return GG_OK;
}

gg_status gg__read_states(const json_t *list, const char *where, size_t k, gg_certificate *c,
                          gg_error *err) {
    const json_t *value = json_array_get(list, k);
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    bool sound = text != NULL && length % (2 * GG__DIGITS) == 0;
    for (size_t at = 0; sound && at < length; at += 2 * GG__DIGITS) {
        gg_proof_state state;
        sound = read_bits(text + at, &state.place) &&
                gg__read_digits(text + at + GG__DIGITS, &state.mu) && isfinite(state.mu);
        if (sound)
            GG_TRY(gg_certificate_add_state(c, state, err));
    }
    return sound
               ? GG_OK
               : gg_fail(err, GG_E_INPUT,
                         "%s.states[%zu]: is not made of places and finite multipliers", where, k);
}

/* Numbers of a list; false unless it has `count` of them. */
static bool read_numbers(const json_t *list, size_t count, double *numbers) {
    if (!json_is_array(list) || json_array_size(list) != count)
        return false;
    for (size_t k = 0; k < count; k++) {
        if (!json_is_number(json_array_get(list, k)))
            return false;
        numbers[k] = json_number_value(json_array_get(list, k));
    }
    return true;
}

gg_status gg__read_row(const json_t *row, const char *where, gg_certificate *c, gg_error *err) {
    const json_t *required = json_object_get(row, "required");
    if (row == NULL)
        return GG_OK;
    double *gain = gg_alloc(c->n_users + 1, sizeof *gain);
    double *price = gg_alloc(c->n_rounds + 1, sizeof *price);
    gg_status status = GG_OK;
    if (gain == NULL || price == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", where);
    else if (!json_is_number(required) ||
             !read_numbers(json_object_get(row, "gain"), c->n_users, gain) ||
             !read_numbers(json_object_get(row, "price_s"), c->n_rounds, price))
        status =
            gg_fail(err, GG_E_INPUT,
                    "%s.row: is not a required number, a gain a user and a price a round", where);
    else
        status = gg_certificate_set_row(c, gain, json_number_value(required), err);
    for (size_t k = 0; status == GG_OK && k < c->n_rounds; k++)
        c->rounds[k].row_price_s = price[k];
    gg_free(gain);
    gg_free(price);
    return status;
}
