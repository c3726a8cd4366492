/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/comparison/comparison.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/statistics/statistics.h"
#include "models/base/alloc.h"
#include "models/base/compare.h"

static int compare_keys(uint32_t users_a, double tau_a, const char *name_a, uint32_t users_b,
                        double tau_b, const char *name_b) {
    GG_COMPARE(users_a, users_b);
    GG_COMPARE(tau_a, tau_b);
    return strcmp(name_a, name_b);
}

static int compare_rows(const void *left, const void *right) {
    const gg_row *a = *(const gg_row *const *)left, *b = *(const gg_row *const *)right;
    int order = compare_keys(a->n_users, a->tau, a->solver, b->n_users, b->tau, b->solver);
    if (order != 0)
        return order;
    GG_COMPARE(a->seed, b->seed);
    GG_COMPARE(a->run, b->run);
    return 0;
}

/* Rows of one preset and objective, sorted by cell and draw. */
typedef struct sorted {
    const gg_row **rows;
    size_t count;
    double *sample; /* room for count values, one a draw */
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

/* One value for each draw of the rows into s->sample; returns how many. */
static size_t sample_draws(const sorted *s, const gg_row *const *rows, size_t n, gg_compared *c) {
    double largest = 0.0, total = 0.0;
    size_t draws = 0;
    for (size_t first = 0, end; first < n; first = end) {
        double sum = 0.0;
        for (end = first; end < n; end++) {
            if (rows[end]->seed != rows[first]->seed || rows[end]->run != rows[first]->run)
                break;
            sum += gg_quantity_of_row(c->quantity, rows[end]);
        }
        double value = sum / (double)(end - first);
        total += value;
        s->sample[draws++] = value;
        if (value > largest) {
            largest = value;
            c->largest_run = rows[first]->run;
        }
    }
    c->largest_share = isinf(largest) ? 1.0 : total > 0.0 ? largest / total : 0.0;
    return draws;
}

static gg_verdict judge(const gg_compared *c) {
    if (c->quantity == GG_SOLVE_TIME_S)
        return GG_NOT_JUDGED;
    if (c->mean == c->published)
        return GG_WITHIN;
    if (c->largest_share > GG_LARGEST_SHARE || !(c->limit <= GG_LARGEST_LIMIT * fabs(c->published)))
        return GG_UNDECIDABLE;
    return fabs(c->mean - c->published) <= c->limit ? GG_WITHIN : GG_OUTSIDE;
}

static gg_status compare_mean(sorted *s, const gg_row *const *rows, size_t n_rows, gg_compared *c,
                              gg_error *err) {
    size_t n = c->draws = sample_draws(s, rows, n_rows, c);
    c->mean = gg_mean(s->sample, n);
    if (isnan(c->mean))
        return GG_OK;
    double error = n > 1 && isfinite(c->mean) ? gsl_stats_sd(s->sample, 1, n) / sqrt((double)n) : 0;
    double share = c->quantity == GG_COMP_DELAY_MS ? 0.04 : 0.03;
    c->limit = fmax(share * fabs(c->published), 3.0 * sqrt(2.0) * error);
    c->verdict = judge(c);
    GG_TRY(gg_bootstrap_mean(&s->bootstrap, s->sample, n, &c->low, &c->high, err));
    gg_sort(s->sample, n);
    size_t cut = (size_t)(GG_TRIMMED * (double)n);
    c->median = gg_quantile(s->sample, n, 0.5);
    c->trimmed = gg_mean(s->sample + cut, n - 2 * cut);
    return GG_OK;
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
        if (isnan(c->mean)) /* the results lack the column */
            out->count--;
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

bool gg_quantity_is_judged(gg_quantity quantity) {
    return quantity != GG_COMM_DELAY_MS && quantity != GG_TOTAL_DELAY_MS &&
           quantity != GG_SOLVE_TIME_S;
}

size_t gg_comparison_outside(const gg_comparison *comparison) {
    size_t outside = 0;
    for (size_t k = 0; k < comparison->count; k++)
        outside += comparison->cells[k].verdict == GG_OUTSIDE &&
                   gg_quantity_is_judged(comparison->cells[k].quantity);
    return outside;
}

const gg_compared *gg_comparison_find(const gg_comparison *comparison, uint32_t n_users, double tau,
                                      const char *strategy, gg_quantity quantity) {
    for (size_t k = 0; k < comparison->count; k++) {
        const gg_compared *c = &comparison->cells[k];
        if (c->quantity == quantity && compare_keys(c->cell->n_users, c->cell->tau,
                                                    c->cell->strategy, n_users, tau, strategy) == 0)
            return c;
    }
    return NULL;
}

double gg_compared_difference(const gg_compared *c, double ours) {
    return ours == c->published ? 0.0 : (ours - c->published) / c->published;
}

const char *gg_verdict_name(gg_verdict verdict) {
    static const char *const names[] = {"within", "outside", "undecidable", "not judged"};
    return names[verdict];
}
