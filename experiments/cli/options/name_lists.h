/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names that options take and that come from elsewhere: strategies, formats, presets. Help lists
 * them, shells offer them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* As an option's `values`. */
#define GG_NAMES_STRATEGIES "@strategies"
#define GG_NAMES_FORMATS "@formats"
#define GG_NAMES_PRESETS "@presets"
#define GG_FILES "@files"

typedef struct gg_name_list {
    const char *heading;
    /* The k-th name and what it stands for ("": nothing to say); false behind the last. */
    bool (*at)(size_t k, const char **name, const char **summary);
} gg_name_list;

bool gg_strategy_at(size_t k, const char **name, const char **summary);
bool gg_format_at(size_t k, const char **name, const char **summary);
bool gg_preset_at(size_t k, const char **name, const char **summary);

/* The list for the end of a command's help: `before` (may be empty), the heading, then an item a
 * line, wrapped to a terminal. The C library's own memory, as argp frees it; NULL when memory is
 * short. */
char *gg_name_list_text(const gg_name_list *list, const char *before);
