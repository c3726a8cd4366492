/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of option tables that several subcommands have in common.
 */
#pragma once

#include "experiments/cli/options/command_line.h"

/* bool: as JSON. */
#define GG_ROW_FORMAT(structure, member, number)                                                   \
    {                                                                                              \
        .name = "format", .argument = "F", .help = "table (the default) or json",                  \
        .group = (number), .values = "table json", GG_CHOICE(structure, member)                    \
    }

/* gg_objective, weighted unless asked otherwise. */
#define GG_ROW_OBJECTIVE(structure, member, number)                                                \
    {                                                                                              \
        .name = "objective", .letter = 'w', .argument = "NAME",                                    \
        .help = "weighted (by uncertainty; the default), uniform, energy or delay+energy:PRICE",   \
        .group = (number), .values = GG_OBJECTIVE_NAMES,                                           \
        GG_PARSED(structure, member, gg_parse_objective)                                           \
    }

#define GG_ROW_GAP(structure, member, number)                                                      \
    {                                                                                              \
        .name = "gap", .argument = "G", .help = "Relative tolerance of \"optimal\"",               \
        .group = (number), .usual = "1e-4", GG_NUMBER(structure, member, 0.0, 1.0)                 \
    }

#define GG_ROW_PLAN_DATASET(structure, member, number)                                             \
    {                                                                                              \
        .name = "dataset", .argument = "DATA.h5", .help = "Read the plan's queries from here",     \
        .group = (number), GG_READS, GG_TEXT(structure, member)                                    \
    }

#define GG_ROW_ALLOW_UNUSUAL(structure, member, number)                                            \
    {                                                                                              \
        .name = "allow-unusual",                                                                   \
        .help = "Take gains above 1, latencies around minutes or below a microsecond, payloads "   \
                "above 1 TB and noise above 1 W, which wrong units give",                          \
        .group = (number), GG_FLAG(structure, member)                                              \
    }

#define GG_SIDES "slm llm"

/* gg_objective and gg_side: as gg_option_fn. */
gg_status gg_parse_objective(char *text, void *member, gg_error *err);
gg_status gg_parse_side(char *text, void *member, gg_error *err);
