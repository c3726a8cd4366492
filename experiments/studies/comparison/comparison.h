/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our means beside published ones, cell by cell, with a verdict on each.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "experiments/studies/comparison/published.h"

/* One mean of one cell. Units as the quantity's name says. */
typedef struct gg_compared {
    const gg_published_row *cell; /* borrowed */
    gg_quantity quantity;
    size_t runs;
    double mean;
    double low; /* 95 % bootstrap interval of the mean */
    double high;
    double published;
    double limit;         /* how far the means may differ */
    double largest_share; /* of the sum over the runs, the largest run's part */
    bool within;
} gg_compared;

typedef struct gg_comparison {
    size_t count;
    gg_compared *cells; /* owned; quantities of a published row stand together */
    size_t absent;      /* published rows that the results lack */
} gg_comparison;

/* Compares the rows of `preset` and `objective` with the published means. The limit is the larger
 * of a share of the published mean (4 % for compute delay, else 3 %) and 3 sqrt(2) standard errors:
 * both sides are means over as many runs. `results` and `published` must outlive *out. Clear with
 * gg_comparison_clear. Errors: GG_E_INPUT (no row in common), GG_E_NOMEM. */
gg_status gg_compare(const gg_results *results, const char *preset, const char *objective,
                     const gg_published *published, gg_comparison *out, gg_error *err);
void gg_comparison_clear(gg_comparison *comparison);

/* Cells of judged quantities that are outside their limit. */
size_t gg_comparison_outside(const gg_comparison *comparison);

/* A line for each quantity, then the cells outside and why. */
void gg_comparison_print(const gg_comparison *comparison, FILE *stream);

/* Everything, a line for each cell and quantity. */
void gg_comparison_csv(const gg_comparison *comparison, FILE *stream);
