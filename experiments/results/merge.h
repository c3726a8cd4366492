/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results of one plan from many places put together: each network once, in the plan's order.
 */
#pragma once

#include "experiments/results/results.h"

/* What there is of a plan. */
typedef struct gg_census {
    size_t planned;    /* networks of the plan */
    size_t present;    /* of them, each counted once */
    size_t duplicates; /* more copies of the same */
    size_t conflicts;  /* copies that differ in a deterministic column */
    size_t failed;     /* rows with status "failed" among those kept */
    uint64_t first_missing;
    char conflict[256]; /* the first: network, column, places */
} gg_census;

/* Reads `n_paths` part files and folders of parts (a folder without any adds nothing) and merges
 * them. Of copies, the one with fewer failed rows is kept, else the first; copies conflict when
 * they have as many failed rows, none that a time limit stopped, and differ in anything but
 * timing. The manifest is the first one's. *out is NULL when there is nothing at all. The caller
 * frees *out. Errors: as gg_results_read; GG_E_INPUT also for results of different plans, and for
 * files that do not say which networks they hold. */
gg_status gg_merge(const char *const *paths, size_t n_paths, gg_results **out, gg_census *census,
                   gg_error *err);
