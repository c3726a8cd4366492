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

enum { LONGEST = 63 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t gg_edit_distance(const char *a, const char *b) {
    size_t rows = strnlen(a, LONGEST), columns = strnlen(b, LONGEST);
    size_t distance[LONGEST + 1][LONGEST + 1];
    for (size_t r = 0; r <= rows; r++)
        distance[r][0] = r;
    for (size_t c = 0; c <= columns; c++)
        distance[0][c] = c;
    for (size_t r = 1; r <= rows; r++)
        for (size_t c = 1; c <= columns; c++) {
            size_t best = distance[r - 1][c - 1] + (a[r - 1] != b[c - 1]);
            best = smaller(best, smaller(distance[r - 1][c], distance[r][c - 1]) + 1);
            if (r > 1 && c > 1 && a[r - 1] == b[c - 2] && a[r - 2] == b[c - 1])
                best = smaller(best, distance[r - 2][c - 2] + 1);
            distance[r][c] = best;
        }
    return distance[rows][columns];
}

bool gg_names_are_near(const char *a, const char *b) {
    size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
    return gg_edit_distance(a, b) <= (n > m ? n : m) / 3 + 1;
}

/* Twice the edits; between equals, a word that was only cut short is meant. */
static size_t distance_of(const char *wrong, const char *name) {
    return 2 * gg_edit_distance(wrong, name) - (strncmp(wrong, name, strlen(wrong)) == 0);
}

bool gg_is_nearer(const char *wrong, const char *name, const char *best) {
    return strcmp(wrong, name) != 0 && *wrong != '\0' && gg_names_are_near(wrong, name) &&
           (best == NULL || distance_of(wrong, name) < distance_of(wrong, best));
}

void gg_suggest(gg_error *err, const char *wrong, const char *words) {
    static const char *const between = " ,";
    char best[LONGEST + 1] = "", word[LONGEST + 1];
    if (err == NULL || err->status == GG_OK)
        return;
    for (words += strspn(words, between); *words != '\0'; words += strspn(words, between)) {
        size_t length = strcspn(words, between);
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        if (gg_is_nearer(wrong, word, best[0] != '\0' ? best : NULL))
            strcpy(best, word);
        words += length;
    }
    size_t used = strlen(err->message);
    if (best[0] != '\0')
        snprintf(err->message + used, sizeof err->message - used, "; did you mean \"%s\"?", best);
}
