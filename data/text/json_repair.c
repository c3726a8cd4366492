/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/json_repair.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

/* Digits of the shortest number that may not fit: 1e309; and where a number's text is judged. */
enum { SHORTEST = 5, LONGEST_JUDGED = 400, ESCAPE = 6, LONG_DIGITS = 19 };

typedef struct copy {
    const char *from, *end;
    char *to;
} copy;

/* The code unit of an escape "\uXXXX" that begins here, or -1. */
static long unit_at(const char *text, const char *end) {
    char digits[5] = {0};
    if (end - text < ESCAPE || text[0] != '\\' || text[1] != 'u')
        return -1;
    memcpy(digits, text + 2, 4);
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static bool is_high(long unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(long unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static void take(copy *c, size_t n) {
    memcpy(c->to, c->from, n);
    c->to += n;
    c->from += n;
}

static void take_escape(copy *c) {
    long unit = unit_at(c->from, c->end);
    if (is_high(unit) && is_low(unit_at(c->from + ESCAPE, c->end))) {
        take(c, (size_t)2 * ESCAPE);
    } else if (is_high(unit) || is_low(unit)) {
        char *escape = c->to;
        take(c, ESCAPE);
        /* D8xx..DFxx lie 0x1000 below E8xx..EFxx. */
        escape[2] = 'E';
    } else {
        take(c, c->end - c->from >= 2 ? 2 : 1);
    }
}

static void take_string(copy *c) {
    take(c, 1);
    while (c->from < c->end && *c->from != '"') {
        if (*c->from == '\\')
            take_escape(c);
        else
            take(c, 1);
    }
    if (c->from < c->end)
        take(c, 1);
}

static bool overflows(const char *text, size_t n) {
    char number[LONGEST_JUDGED + 1];
    if (n < SHORTEST)
        return false;
    /* So long a number is one by its leading digits alone, or none that matters. */
    if (n > LONGEST_JUDGED)
        n = LONGEST_JUDGED;
    memcpy(number, text, n);
    number[n] = '\0';
    if (strpbrk(number, ".eE") != NULL)
        return isinf(strtod(number, NULL));
    return gg_json_is_long_integer(number);
}

bool gg_json_is_long_integer(const char *text) {
    const char *digits = text[0] == '-' ? text + 1 : text;
    size_t n = strlen(digits);
    if (n < LONG_DIGITS || strspn(digits, "0123456789") != n)
        return false;
    errno = 0;
    strtoll(text, NULL, 10);
    return errno == ERANGE;
}

static void take_number(copy *c) {
    size_t n = 1;
    while (c->from + n < c->end && strchr("0123456789+-.eE", c->from[n]) != NULL &&
           c->from[n] != '\0')
        n++;
    bool quoted = overflows(c->from, n);
    if (quoted)
        *c->to++ = '"';
    take(c, n);
    if (quoted)
        *c->to++ = '"';
}

char *gg_json_repair(const char *text, size_t size, size_t *repaired_size) {
    /* Two quotes for at least SHORTEST bytes. */
    char *repaired = gg_alloc(size + size / 2 + 1, 1);
    copy c = {.from = text, .end = text + size, .to = repaired};
    if (repaired == NULL)
        return NULL;
    while (c.from < c.end) {
        if (*c.from == '"')
            take_string(&c);
        else if (*c.from == '-' || (*c.from >= '0' && *c.from <= '9'))
            take_number(&c);
        else
            take(&c, 1);
    }
    *repaired_size = (size_t)(c.to - repaired);
    return repaired;
}
