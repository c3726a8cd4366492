/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers that belong to one strategy alone: its file declares a table of them, and help, --set,
 * plans and the checks of gg_solve follow from the table.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "models/base/linkage.h"
#include "models/base/status.h"

GG_C_BEGIN
typedef struct gg_parameter {
    const char *name;
    const char *help;
    double usual;       /* the default */
    double least, most; /* both allowed */
    bool whole;
} gg_parameter;

typedef struct gg_parameter_list {
    const gg_parameter *items;
    size_t count;
} gg_parameter_list;

/* The list of a table. */
#define GG_PARAMETERS(table)                                                                       \
    { (table), sizeof(table) / sizeof *(table) }

enum { GG_SETTINGS_MAX = 16 };

/* Parameters that are not as usual; those of other strategies do not matter to one. */
typedef struct gg_settings {
    struct {
        const gg_parameter *parameter; /* borrowed from its table */
        double value;
    } items[GG_SETTINGS_MAX];
    size_t count;
} gg_settings;

/* What holds for a parameter. */
double gg_parameter_value(const gg_settings *settings, const gg_parameter *parameter);

/* Adds "name=value" of a strategy's table. Errors: GG_E_USAGE (no such parameter, with the known
 * ones; no number of its kind within its bounds; set twice; too many). */
gg_status gg_setting_parse(const gg_parameter_list *known, const char *text, gg_settings *settings,
                           gg_error *err);

/* Errors: GG_E_USAGE, naming the parameter that is out of its bounds. */
gg_status gg_settings_check(const gg_settings *settings, gg_error *err);
GG_C_END
