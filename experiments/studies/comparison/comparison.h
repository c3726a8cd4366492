/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our means beside published ones, cell by cell, with a verdict on each.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "experiments/results/results.h"

/* The columns that can be compared, in the order of tables. */
typedef enum gg_quantity {
    GG_N_OFFLOADED,
    GG_ACCURACY_PCT,
    GG_LOCAL_DELAY_MS,
    GG_COMP_DELAY_MS,
    GG_COMM_DELAY_MS,
    GG_TOTAL_DELAY_MS,
    GG_SOLVE_TIME_S /* of other programs on other machines: shown, never judged */
} gg_quantity;
enum { GG_QUANTITIES = GG_SOLVE_TIME_S + 1 };

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

/* A table of published means, a row for each number of users, tau and strategy. */
typedef struct gg_published {
    size_t count;
    gg_published_row *rows; /* owned */
} gg_published;

/* Reads a CSV file whose header names n_users, tau, strategy and any of the quantities; other
 * columns are ignored. Clear with gg_published_clear. Errors: GG_E_IO, GG_E_INPUT (file, line,
 * reason), GG_E_NOMEM. */
gg_status gg_published_read(const char *path, gg_published *out, gg_error *err);
void gg_published_clear(gg_published *published);

typedef enum gg_verdict {
    GG_WITHIN,
    GG_OUTSIDE,
    GG_UNDECIDABLE, /* the mean is that of a few draws: it neither agrees nor disagrees */
    GG_NOT_JUDGED
} gg_verdict;

/* "within"... */
const char *gg_verdict_name(gg_verdict verdict);

/* One mean of one cell, over draws: of several rows of a draw their mean counts. Units as the
 * quantity's name says. */
typedef struct gg_compared {
    const gg_published_row *cell; /* borrowed */
    gg_quantity quantity;
    size_t draws;
    double mean;
    double low; /* 95 % bootstrap interval of the mean; NAN for a single draw */
    double high;
    double median;
    double trimmed; /* mean without GG_TRIMMED of the draws at either end */
    double published;
    double limit;         /* how far the means may differ */
    double largest_share; /* of the sum over the draws, the largest draw's part */
    uint32_t largest_run; /* and its number */
    gg_verdict verdict;
} gg_compared;

#define GG_TRIMMED 0.1
#define GG_LARGEST_SHARE 0.2 /* of one draw, in a mean that can be judged */
#define GG_LARGEST_LIMIT 0.5 /* of the published mean: a wider limit lets anything pass */

typedef struct gg_comparison {
    size_t count;
    gg_compared *cells; /* owned; quantities of a published row stand together */
    size_t absent;      /* published rows that the results lack */
} gg_comparison;

/* Compares the rows of `preset` and `objective` with the published means. The limit is the larger
 * of a share of the published mean (4 % for compute delay, else 3 %) and 3 sqrt(2) standard errors
 * over draws: both sides are means over as many. A mean of which one draw is more than
 * GG_LARGEST_SHARE, or whose limit is more than GG_LARGEST_LIMIT of the published one, is
 * undecidable. `results` and `published` must outlive *out. Clear with gg_comparison_clear. Errors:
 * GG_E_INPUT (no row in common), GG_E_NOMEM. */
gg_status gg_compare(const gg_results *results, const char *preset, const char *objective,
                     const gg_published *published, gg_comparison *out, gg_error *err);
void gg_comparison_clear(gg_comparison *comparison);

/* True for the quantities that the exit code counts: transmission has a tail so heavy that single
 * draws carry the mean, and so has the total. */
bool gg_quantity_is_judged(gg_quantity quantity);

/* Cells of judged quantities that are outside their limit. */
size_t gg_comparison_outside(const gg_comparison *comparison);

/* The mean of a quantity in a cell, or NULL. */
const gg_compared *gg_comparison_find(const gg_comparison *comparison, uint32_t n_users, double tau,
                                      const char *strategy, gg_quantity quantity);

/* (ours - published) / published of our mean, median or trimmed mean; 0 where both are equal. */
double gg_compared_difference(const gg_compared *c, double ours);

/* A line for each quantity, then the cells outside and the undecidable ones, `most` of each. */
void gg_comparison_print(const gg_comparison *comparison, size_t most, FILE *stream);

/* Everything, a line for each cell and quantity. */
void gg_comparison_csv(const gg_comparison *comparison, FILE *stream);
