/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/costs/curve.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "models/base/parse.h"

/* A word of the text, and where the next begins. */
static bool next_word(const char **rest, char word[64]) {
    *rest += strspn(*rest, " ");
    size_t length = strcspn(*rest, " ");
    if (length == 0)
        return false;
    snprintf(word, 64, "%.*s", (int)(length < 63 ? length : 63), *rest);
    *rest += length;
    return true;
}

/* The numbers on both sides of the = of a word; the left one stays text. */
static bool split(char *word, char **right) {
    char *equals = strchr(word, '=');
    if (equals == NULL)
        return false;
    *equals = '\0';
    *right = equals + 1;
    return true;
}

static gg_status bad_word(const char *word, const char *wanted, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "\"%.60s\" is not %s", word, wanted);
}

static gg_status read_batch(const char *rest, gg_load_curve *curve, gg_error *err) {
    char word[64], *value;
    bool has_base = false, has_slope = false;
    while (next_word(&rest, word)) {
        double number;
        bool is_pair = split(word, &value), base = strcmp(word, "base_s") == 0;
        bool *has = base ? &has_base : &has_slope;
        if (!is_pair || (!base && strcmp(word, "per_query_s") != 0))
            return bad_word(word, "base_s=SECONDS or per_query_s=SECONDS", err);
        if (*has || !gg_parse_double(value, &number))
            return bad_word(value, *has ? "wanted twice" : "a number of seconds", err);
        *(base ? &curve->base_s : &curve->per_query_s) = number;
        *has = true;
    }
    return has_base && has_slope
               ? GG_OK
               : gg_fail(err, GG_E_INPUT, "a batch wants base_s=SECONDS and per_query_s=SECONDS");
}

static gg_status read_table(const char *rest, gg_load_curve *curve, gg_error *err) {
    char word[64], *value;
    while (next_word(&rest, word)) {
        int64_t load;
        double seconds;
        if (!split(word, &value) || !gg_parse_integer(word, 1, INT32_MAX, &load))
            return bad_word(word, "LOAD=SECONDS", err);
        if (!gg_parse_double(value, &seconds))
            return bad_word(value, "a number of seconds", err);
        if (curve->n_points == GG_CURVE_POINTS_MAX)
            return gg_fail(err, GG_E_INPUT, "a table has at most %d points", GG_CURVE_POINTS_MAX);
        curve->load[curve->n_points] = (double)load;
        curve->seconds[curve->n_points++] = seconds;
    }
    return GG_OK;
}

static gg_status read_blocks(const char *rest, gg_load_curve *curve, gg_error *err) {
    char word[64];
    int64_t blocks;
    if (!next_word(&rest, word) || !gg_parse_integer(word, 1, GG_BLOCKS_MAX, &blocks))
        return gg_fail(err, GG_E_INPUT, "blocks want their number, 1..%d", GG_BLOCKS_MAX);
    curve->blocks = (uint32_t)blocks;
    return next_word(&rest, word) ? bad_word(word, "expected", err) : GG_OK;
}

static gg_status read_nothing(const char *rest, gg_load_curve *curve, gg_error *err) {
    char word[64];
    (void)curve;
    return next_word(&rest, word) ? bad_word(word, "expected", err) : GG_OK;
}

static const struct {
    const char *name;
    gg_curve_side side;
    gg_status (*read)(const char *rest, gg_load_curve *curve, gg_error *err);
} kinds[] = {
    [GG_CURVE_SHARE] = {"share", GG_CURVE_OF_SERVER, read_nothing},
    [GG_CURVE_BATCH] = {"batch", GG_CURVE_OF_SERVER, read_batch},
    [GG_CURVE_TABLE] = {"table", GG_CURVE_OF_SERVER, read_table},
    [GG_CURVE_SHARES] = {"shares", GG_CURVE_OF_AIR, read_nothing},
    [GG_CURVE_BLOCKS] = {"blocks", GG_CURVE_OF_AIR, read_blocks},
};

gg_status gg_curve_parse(const char *text, gg_curve_side side, gg_load_curve *curve,
                         gg_error *err) {
    static const char *const wanted[] = {
        [GG_CURVE_OF_SERVER] = "share, batch base_s=SECONDS per_query_s=SECONDS or table "
                               "LOAD=SECONDS ...",
        [GG_CURVE_OF_AIR] = "shares or blocks NUMBER"};
    char name[64] = "";
    const char *rest = text;
    *curve = (gg_load_curve){0};
    next_word(&rest, name);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (kinds[k].side != side || strcmp(name, kinds[k].name) != 0)
            continue;
        curve->kind = (gg_curve_kind)k;
        GG_TRY(kinds[k].read(rest, curve, err));
        const char *wrong = gg_curve_wrong(curve, side);
        return wrong == NULL ? GG_OK : gg_fail(err, GG_E_INPUT, "%s", wrong);
    }
    gg_fail(err, GG_E_INPUT, "\"%.60s\" is none of %s", name, wanted[side]);
    gg_suggest(err, name, side == GG_CURVE_OF_SERVER ? "share batch table" : "shares blocks");
    return GG_E_INPUT;
}

/* Behind what the text has: a name, and the shortest number that reads back. */
static void add_number(char text[GG_CURVE_TEXT], const char *name, double number) {
    size_t at = strlen(text);
    for (int digits = 15; digits <= 17; digits++) {
        double read;
        int begin = snprintf(text + at, GG_CURVE_TEXT - at, " %s=", name);
        snprintf(text + at + begin, GG_CURVE_TEXT - at - (size_t)begin, "%.*g", digits, number);
        if (gg_parse_double(text + at + begin, &read) && read == number)
            return;
    }
}

const char *gg_curve_text(const gg_load_curve *curve, char text[GG_CURVE_TEXT]) {
    int used = snprintf(text, GG_CURVE_TEXT, "%s", kinds[curve->kind].name);
    if (curve->kind == GG_CURVE_BATCH) {
        add_number(text, "base_s", curve->base_s);
        add_number(text, "per_query_s", curve->per_query_s);
    }
    if (curve->kind == GG_CURVE_BLOCKS)
        snprintf(text + used, GG_CURVE_TEXT - (size_t)used, " %u", (unsigned)curve->blocks);
    for (uint32_t k = 0; curve->kind == GG_CURVE_TABLE && k < curve->n_points; k++) {
        char load[24];
        snprintf(load, sizeof load, "%.0f", curve->load[k]);
        add_number(text, load, curve->seconds[k]);
    }
    return text;
}

/* As the model's other times: 0, or far from the ends of the doubles. */
static bool is_time(double seconds) {
    return seconds == 0.0 || (seconds >= 1e-60 && seconds <= 1e60);
}

static const char *wrong_table(const gg_load_curve *curve) {
    if (curve->n_points < 1 || curve->n_points > GG_CURVE_POINTS_MAX || curve->load[0] != 1.0)
        return "a table begins at load 1";
    for (uint32_t k = 0; k < curve->n_points; k++) {
        if (!is_time(curve->seconds[k]) || curve->seconds[k] == 0.0)
            return "a table's seconds are not within 1e-60..1e60";
        if (k > 0 && !(curve->load[k] > curve->load[k - 1]))
            return "a table's loads do not rise";
        if (k > 0 && !(curve->seconds[k] >= curve->seconds[k - 1]))
            return "a table's seconds fall: with more users no answer is faster";
    }
    return NULL;
}

const char *gg_curve_wrong(const gg_load_curve *curve, gg_curve_side side) {
    if (curve->kind > GG_CURVE_BLOCKS || kinds[curve->kind].side != side)
        return side == GG_CURVE_OF_SERVER ? "no curve of a server" : "no curve of the air";
    if (curve->kind == GG_CURVE_BATCH && (!is_time(curve->base_s) || !is_time(curve->per_query_s) ||
                                          curve->base_s + curve->per_query_s == 0.0))
        return "a batch's seconds are neither 0 nor within 1e-60..1e60, or both are 0";
    if (curve->kind == GG_CURVE_BLOCKS && (curve->blocks < 1 || curve->blocks > GG_BLOCKS_MAX))
        return "blocks want a number in 1..1000000";
    return curve->kind == GG_CURVE_TABLE ? wrong_table(curve) : NULL;
}

/* The point that the straight piece of `load` begins at. */
static uint32_t piece_of(const gg_load_curve *curve, double load) {
    uint32_t k = 0;
    while (k + 2 < curve->n_points && load > curve->load[k + 1])
        k++;
    return k;
}

double gg_curve_token_s(const gg_load_curve *curve, uint32_t load) {
    double n = (double)load;
    if (curve->kind == GG_CURVE_BATCH)
        return curve->base_s + n * curve->per_query_s;
    if (curve->n_points == 1)
        return curve->seconds[0];
    uint32_t k = piece_of(curve, n);
    double rise = curve->seconds[k + 1] - curve->seconds[k];
    return curve->seconds[k] +
           rise * ((n - curve->load[k]) / (curve->load[k + 1] - curve->load[k]));
}

double gg_curve_air(const gg_load_curve *curve, uint32_t load) {
    if (curve->kind != GG_CURVE_BLOCKS || load > curve->blocks)
        return (double)load;
    return (double)curve->blocks / (double)(curve->blocks / load);
}

uint32_t gg_curve_straight_to(const gg_load_curve *curve, uint32_t load) {
    if (curve->kind == GG_CURVE_BLOCKS && load <= curve->blocks)
        return curve->blocks / (curve->blocks / load);
    if (curve->kind == GG_CURVE_TABLE)
        for (uint32_t k = 1; k + 1 < curve->n_points; k++)
            if ((double)load <= curve->load[k])
                return (uint32_t)curve->load[k];
    return UINT32_MAX;
}
