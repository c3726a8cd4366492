/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the text of an option to its member of a request.
 */
#include <stdio.h>
#include <string.h>

#include "experiments/cli/options/command_line.h"
#include "models/base/parse.h"
#include "models/base/shown.h"

gg_status gg_option_integer(const char *name, const char *text, int64_t lowest, int64_t highest,
                            int64_t *value, gg_error *err) {
    char shown[GG_SHOWN_SIZE];
    if (!gg_parse_integer(text, INT64_MIN, INT64_MAX, value))
        return gg_fail(err, GG_E_USAGE, "%s: '%s' is not an integer", name, gg_shown(text, shown));
    if (*value < lowest || *value > highest)
        return gg_fail(err, GG_E_USAGE, "%s: %s is outside %lld..%lld", name, text,
                       (long long)lowest, (long long)highest);
    return GG_OK;
}

static gg_status read_number(const gg_option *option, const char *text, double *value,
                             gg_error *err) {
    double lowest = option->number.lowest, highest = option->number.highest;
    char shown[GG_SHOWN_SIZE], hint[GG_COMMA_HINT];
    if (!gg_parse_double(text, value))
        return gg_fail(err, GG_E_USAGE, "%s: '%s' is not a number%s", option->name,
                       gg_shown(text, shown), gg_comma_hint(text, hint));
    if (*value < lowest || *value > highest)
        return gg_fail(err, GG_E_USAGE, "%s: %s is outside [%g, %g]", option->name, text, lowest,
                       highest);
    return GG_OK;
}

/* Which of the words it is. */
static gg_status read_choice(const gg_option *option, const char *text, int64_t *index,
                             gg_error *err) {
    char known[160] = "", shown[GG_SHOWN_SIZE];
    const char *word = option->values;
    for (*index = 0; *word != '\0'; ++*index) {
        size_t length = strcspn(word, " "), used = strlen(known);
        if (strlen(text) == length && strncmp(text, word, length) == 0)
            return GG_OK;
        snprintf(known + used, sizeof known - used, "%s%.*s", used > 0 ? ", " : "", (int)length,
                 word);
        word += length + (word[length] == ' ');
    }
    return gg_fail(err, GG_E_USAGE, "%s: '%s' is none of %s", option->name, gg_shown(text, shown),
                   known);
}

/* The bounds of the option are those of the member's type or within them. */
static void store_integer(void *member, size_t size, int64_t value) {
    if (size == sizeof(bool)) {
        bool narrow = value != 0;
        memcpy(member, &narrow, size);
    } else if (size == sizeof(uint32_t)) {
        uint32_t narrow = (uint32_t)value;
        memcpy(member, &narrow, size);
    } else {
        memcpy(member, &value, sizeof value);
    }
}

/* The words that shells offer are what a wrong one was meant to be. */
static gg_status suggest(const gg_option *option, const char *text, gg_status status,
                         gg_error *err) {
    const char *name, *summary;
    if (status == GG_OK || option->values == NULL || err == NULL ||
        strstr(err->message, "did you mean") != NULL)
        return status;
    if (strstr(option->values, GG_NAMES_FORMATS) == NULL) {
        gg_suggest(err, text, option->values);
        return status;
    }
    char known[512] = "auto";
    for (size_t k = 0, used = 4; gg_format_at(k, &name, &summary) && used < sizeof known; k++)
        used += (size_t)snprintf(known + used, sizeof known - used, " %s", name);
    gg_suggest(err, text, known);
    return status;
}

gg_status gg_option_store(const gg_option *option, char *text, void *request, gg_error *err) {
    void *member = (char *)request + option->at;
    int64_t value = 0;
    switch (option->kind) {
    case GG_OPTION_FLAG:
        *(bool *)member = true;
        return GG_OK;
    case GG_OPTION_TEXT:
        *(const char **)member = text;
        return GG_OK;
    case GG_OPTION_NUMBER:
        return read_number(option, text, member, err);
    case GG_OPTION_INTEGER:
        GG_TRY(gg_option_integer(option->name, text, option->integer.lowest,
                                 option->integer.highest, &value, err));
        store_integer(member, option->size, value);
        return GG_OK;
    case GG_OPTION_CHOICE:
        GG_TRY(suggest(option, text, read_choice(option, text, &value, err), err));
        store_integer(member, option->size, value);
        return GG_OK;
    case GG_OPTION_PARSED:
        break;
    }
    return suggest(option, text, option->parse(text, member, err), err);
}
