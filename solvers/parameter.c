/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/parameter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/parse.h"

double gg_parameter_value(const gg_settings *settings, const gg_parameter *parameter) {
    for (size_t k = 0; k < settings->count; k++)
        if (settings->items[k].parameter == parameter)
            return settings->items[k].value;
    return parameter->usual;
}

static gg_status check(const gg_parameter *p, double value, gg_error *err) {
    const bool fits = value >= p->least && value <= p->most && (!p->whole || value == floor(value));
    return fits ? GG_OK
                : gg_fail(err, GG_E_USAGE, "%s: %.12g is no %s from %.12g to %.12g", p->name, value,
                          p->whole ? "whole number" : "number", p->least, p->most);
}

gg_status gg_settings_check(const gg_settings *settings, gg_error *err) {
    if (settings->count > GG_SETTINGS_MAX)
        return gg_fail(err, GG_E_USAGE, "settings: more than %d", GG_SETTINGS_MAX);
    for (size_t k = 0; k < settings->count; k++)
        GG_TRY(check(settings->items[k].parameter, settings->items[k].value, err));
    return GG_OK;
}

static gg_status unknown(const gg_parameter_list *known, const char *name, int length,
                         gg_error *err) {
    char names[160] = "none";
    for (size_t k = 0, used = 0; k < known->count && used < sizeof names; k++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", k > 0 ? ", " : "",
                                 known->items[k].name);
    char wrong[64];
    snprintf(wrong, sizeof wrong, "%.*s", length, name);
    gg_fail(err, GG_E_USAGE, "no parameter \"%s\"; there are: %s", wrong, names);
    gg_suggest(err, wrong, names);
    return GG_E_USAGE;
}

gg_status gg_setting_parse(const gg_parameter_list *known, const char *text, gg_settings *settings,
                           gg_error *err) {
    const size_t length = strcspn(text, "=");
    const gg_parameter *found = NULL;
    double value;
    for (size_t k = 0; k < known->count; k++)
        if (strlen(known->items[k].name) == length &&
            strncmp(known->items[k].name, text, length) == 0)
            found = &known->items[k];
    if (found == NULL)
        return unknown(known, text, (int)length, err);
    if (text[length] != '=' || !gg_parse_double(text + length + 1, &value))
        return gg_fail(err, GG_E_USAGE, "%s: \"%s\" is not NAME=NUMBER", found->name, text);
    GG_TRY(check(found, value, err));
    for (size_t k = 0; k < settings->count; k++)
        if (settings->items[k].parameter == found)
            return gg_fail(err, GG_E_USAGE, "%s: is set twice", found->name);
    if (settings->count == GG_SETTINGS_MAX)
        return gg_fail(err, GG_E_USAGE, "%s: more than %d parameters are set", found->name,
                       GG_SETTINGS_MAX);
    settings->items[settings->count].parameter = found;
    settings->items[settings->count++].value = value;
    return GG_OK;
}
