/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/comparison/comparison.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/output/csv_out.h"
#include "experiments/statistics/statistics.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/base/shown.h"

static int compare_keys(uint32_t users_a, double tau_a, const char *name_a, uint32_t users_b,
                        double tau_b, const char *name_b) {
    GG_COMPARE(users_a, users_b);
    GG_COMPARE(tau_a, tau_b);
    return strcmp(name_a, name_b);
}

static int compare_rows(const void *left, const void *right) {
    const gg_row *a = *(const gg_row *const *)left, *b = *(const gg_row *const *)right;
    return compare_keys(a->n_users, a->tau, a->solver, b->n_users, b->tau, b->solver);
}

/* Rows of one preset and objective, sorted by cell. */
typedef struct sorted {
    const gg_row **rows;
    size_t count;
    double *sample; /* room for count values */
    gg_bootstrap bootstrap;
} sorted;

static gg_status sort_rows(const gg_results *results, const char *preset, const char *objective,
                           sorted *s, gg_error *err) {
    s->rows = gg_alloc(results->count, sizeof *s->rows);
    s->sample = gg_alloc(results->count, sizeof *s->sample);
    if (s->rows == NULL || s->sample == NULL)
        return gg_fail(err, GG_E_NOMEM, "comparison: out of memory");
    for (size_t k = 0; k < results->count; k++) {
        const gg_row *row = &results->rows[k];
        if (strcmp(row->preset, preset) == 0 && strcmp(row->objective, objective) == 0 &&
            !isnan(row->objective_s))
            s->rows[s->count++] = row;
    }
    if (s->count > 0)
        qsort(s->rows, s->count, sizeof *s->rows, compare_rows);
    return GG_OK;
}

/* The first of the rows of a cell; *n of them. */
static const gg_row *const *find_cell(const sorted *s, const gg_published_row *cell, size_t *n) {
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const gg_row *row = s->rows[middle];
        if (compare_keys(row->n_users, row->tau, row->solver, cell->n_users, cell->tau,
                         cell->strategy) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *n = 0;
    while (low + *n < s->count) {
        const gg_row *row = s->rows[low + *n];
        if (compare_keys(row->n_users, row->tau, row->solver, cell->n_users, cell->tau,
                         cell->strategy) != 0)
            break;
        ++*n;
    }
    return s->rows + low;
}

static gg_status compare_mean(sorted *s, const gg_row *const *rows, size_t n, gg_compared *c,
                              gg_error *err) {
    double largest = 0.0, sum = 0.0;
    for (size_t k = 0; k < n; k++) {
        s->sample[k] = gg_quantity_of_row(c->quantity, rows[k]);
        largest = fmax(largest, s->sample[k]);
        sum += s->sample[k];
    }
    c->runs = n;
    c->mean = gg_mean(s->sample, n);
    c->largest_share = sum > 0.0 ? largest / sum : 0.0;
    double error = n > 1 ? gsl_stats_sd(s->sample, 1, n) / sqrt((double)n) : 0.0;
    double share = c->quantity == GG_COMP_DELAY_MS ? 0.04 : 0.03;
    c->limit = fmax(share * fabs(c->published), 3.0 * sqrt(2.0) * error);
    c->within = fabs(c->mean - c->published) <= c->limit;
    return gg_bootstrap_mean(&s->bootstrap, s->sample, n, &c->low, &c->high, err);
}

static gg_status compare_cell(sorted *s, const gg_published_row *cell, gg_comparison *out,
                              gg_error *err) {
    size_t n;
    const gg_row *const *rows = find_cell(s, cell, &n);
    out->absent += n == 0;
    for (int q = 0; n > 0 && q < GG_QUANTITIES; q++) {
        if (isnan(cell->mean[q]))
            continue;
        gg_compared *c = &out->cells[out->count++];
        *c = (gg_compared){.cell = cell, .quantity = (gg_quantity)q, .published = cell->mean[q]};
        GG_TRY(compare_mean(s, rows, n, c, err));
    }
    return GG_OK;
}

gg_status gg_compare(const gg_results *results, const char *preset, const char *objective,
                     const gg_published *published, gg_comparison *out, gg_error *err) {
    sorted s = {0};
    size_t room = 0;
    *out = (gg_comparison){0};
    gg_status status = sort_rows(results, preset, objective, &s, err);
    if (status == GG_OK && gg_size_multiply(published->count, GG_QUANTITIES, &room) == 0)
        out->cells = gg_alloc(room, sizeof *out->cells);
    if (status == GG_OK && out->cells == NULL)
        status = gg_fail(err, GG_E_NOMEM, "comparison: out of memory");
    for (size_t k = 0; status == GG_OK && k < published->count; k++)
        status = compare_cell(&s, &published->rows[k], out, err);
    if (status == GG_OK && out->count == 0)
        status = gg_fail(err, GG_E_INPUT,
                         "the results share no users, tau and strategy with the published ones "
                         "(preset %s, objective %s)",
                         preset, objective);
    gg_bootstrap_clear(&s.bootstrap);
    gg_free(s.rows);
    gg_free(s.sample);
    if (status != GG_OK)
        gg_comparison_clear(out);
    return status;
}

void gg_comparison_clear(gg_comparison *comparison) {
    gg_free(comparison->cells);
    *comparison = (gg_comparison){0};
}

/* Whether means of this quantity are comparable at all: transmission has a tail so heavy that
 * single runs carry the mean, and so has the total. */
static bool is_judged(gg_quantity quantity) {
    return quantity != GG_COMM_DELAY_MS && quantity != GG_TOTAL_DELAY_MS;
}

size_t gg_comparison_outside(const gg_comparison *comparison) {
    size_t outside = 0;
    for (size_t k = 0; k < comparison->count; k++)
        outside += !comparison->cells[k].within && is_judged(comparison->cells[k].quantity);
    return outside;
}

static double relative(const gg_compared *c) {
    double difference = c->mean - c->published;
    return difference == 0.0 ? 0.0 : difference / c->published;
}

/* What the cells of one quantity say together. */
static void print_quantity(const gg_comparison *comparison, gg_quantity quantity, FILE *stream) {
    size_t cells = 0, outside = 0;
    double worst = 0.0, share = 0.0;
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        if (c->quantity != quantity)
            continue;
        cells++;
        outside += !c->within;
        share += c->largest_share;
        if (fabs(relative(c)) > fabs(worst))
            worst = relative(c);
    }
    if (cells > 0)
        fprintf(stream, "%-15s %6zu %8zu %9zu %+13.2f %% %11.1f %%\n", gg_quantity_name(quantity),
                cells, cells - outside, outside, 100.0 * worst, 100.0 * share / (double)cells);
}

static void print_outside(const gg_comparison *comparison, FILE *stream) {
    bool first = true;
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        if (c->within)
            continue;
        if (first)
            fputs("\nOutside the limit, which is 3 % of the published mean (4 % for compute) or 3 "
                  "sqrt(2)\nstandard errors, whichever is larger:\n"
                  "  users  tau  strategy  quantity               ours  [95 % interval]      "
                  "published   diff.\n",
                  stream);
        first = false;
        char strategy[GG_SHOWN_SIZE];
        fprintf(stream, "  %5u %4g  %-8s  %-15s %11.4g  [%.4g, %.4g] %14.4g  %+.1f %%%s\n",
                c->cell->n_users, c->cell->tau, gg_shown(c->cell->strategy, strategy),
                gg_quantity_name(c->quantity), c->mean, c->low, c->high, c->published,
                100.0 * relative(c), is_judged(c->quantity) ? "" : "  (heavy tail)");
    }
}

void gg_comparison_print(const gg_comparison *comparison, FILE *stream) {
    fputs("quantity         cells   within   outside  largest diff.  largest run\n", stream);
    for (int q = 0; q < GG_QUANTITIES; q++)
        print_quantity(comparison, (gg_quantity)q, stream);
    fputs(
        "\n\"largest run\" is the mean share of the largest run in a cell's sum; 1 / runs if all "
        "were alike.\nTransmission means have a heavy tail (users may stand next to a server, "
        "Rayleigh fading):\nsingle runs carry them, on both sides, and with them the totals. Such "
        "cells are shown, not judged.\n",
        stream);
    print_outside(comparison, stream);
    if (comparison->absent > 0)
        fprintf(stream, "\n%zu published rows have no counterpart in the results.\n",
                comparison->absent);
}

void gg_comparison_csv(const gg_comparison *comparison, FILE *stream) {
    fputs("n_users,tau,strategy,quantity,runs,mean,mean_low,mean_high,published,difference,limit,"
          "largest_share,verdict\n",
          stream);
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        const double numbers[] = {
            c->mean,  c->low,          c->high, c->published, c->mean - c->published,
            c->limit, c->largest_share};
        fprintf(stream, "%u,%.12g", c->cell->n_users, c->cell->tau);
        gg_csv_put_more_text(stream, c->cell->strategy);
        fprintf(stream, ",%s,%zu", gg_quantity_name(c->quantity), c->runs);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            fprintf(stream, ",%.17g", numbers[n]);
        fprintf(stream, ",%s\n",
                c->within                ? "within"
                : is_judged(c->quantity) ? "outside"
                                         : "heavy tail");
    }
}
