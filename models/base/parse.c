/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool gg_parse_double(const char *text, double *value) {
    if (*text == '\0' || text[strspn(text, "+-.0123456789eE")] != '\0')
        return false;
    char *end;
    double parsed = strtod(text, &end);
    if (*end != '\0' || end == text || !isfinite(parsed))
        return false;
    *value = parsed;
    return true;
}

/* Beyond it not every integer is a double. */
static const double MOST_EXACT = 9007199254740992.0;

bool gg_parse_integer(const char *text, int64_t minimum, int64_t maximum, int64_t *value) {
    const char *digits = *text == '-' ? text + 1 : text;
    if (!isdigit((unsigned char)*digits))
        return false;
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (*end != '\0') {
        double spelt;
        if (!gg_parse_double(text, &spelt) || spelt != floor(spelt) || fabs(spelt) > MOST_EXACT)
            return false;
        parsed = (long long)spelt;
    }
    if (errno != 0 || parsed < minimum || parsed > maximum)
        return false;
    *value = parsed;
    return true;
}

const char *gg_comma_hint(const char *text, char hint[GG_COMMA_HINT]) {
    char pointed[48] = "";
    double value;
    const char *comma = strchr(text, ',');
    if (comma != NULL && strlen(text) < sizeof pointed) {
        strcpy(pointed, text);
        pointed[comma - text] = '.';
    }
    if (pointed[0] == '\0' || !gg_parse_double(pointed, &value))
        return "";
    snprintf(hint, GG_COMMA_HINT, "; decimals stand behind a point, not a comma: %s", pointed);
    return hint;
}
