/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table of published means, a row for each number of users, tau and strategy.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "experiments/results/results.h"
#include "models/base/status.h"

/* The columns that can be compared, in the order of tables. */
typedef enum gg_quantity {
    GG_N_OFFLOADED,
    GG_ACCURACY_PCT,
    GG_LOCAL_DELAY_MS,
    GG_COMP_DELAY_MS,
    GG_COMM_DELAY_MS,
    GG_TOTAL_DELAY_MS
} gg_quantity;
enum { GG_QUANTITIES = GG_TOTAL_DELAY_MS + 1 };

/* The quantity's name in the file. */
const char *gg_quantity_name(gg_quantity quantity);

/* The same quantity of one of our rows; compute and total delays are the measured ones. */
double gg_quantity_of_row(gg_quantity quantity, const gg_row *row);

typedef struct gg_published_row {
    uint32_t n_users;
    double tau;
    char strategy[GG_ROW_NAME];
    double mean[GG_QUANTITIES]; /* NAN where the file has none */
} gg_published_row;

typedef struct gg_published {
    size_t count;
    gg_published_row *rows; /* owned */
} gg_published;

/* Reads a CSV file whose header names n_users, tau, strategy and any of the quantities; other
 * columns are ignored. Clear with gg_published_clear. Errors: GG_E_IO, GG_E_INPUT (file, line,
 * reason), GG_E_NOMEM. */
gg_status gg_published_read(const char *path, gg_published *out, gg_error *err);
void gg_published_clear(gg_published *published);
