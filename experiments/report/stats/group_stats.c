/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/group_stats.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"

static double share(size_t part, size_t whole) {
    return whole == 0 ? NAN : (double)part / (double)whole;
}

static void count_rows(const gg_row *rows, const gg_row_gap *gaps, const size_t *index, size_t n,
                       gg_gap_stats *out) {
    *out = (gg_gap_stats){.instances = n};
    for (size_t k = 0; k < n; k++) {
        out->draws += k == 0 || gg_compare_draws(&rows[index[k - 1]], &rows[index[k]]) != 0;
        const gg_row_gap *gap = &gaps[index[k]];
        out->proven += gap->kind == GG_GAP_PROVEN;
        out->unproven += gap->kind == GG_GAP_INTERVAL;
        out->undefined += gap->kind == GG_GAP_UNDEFINED;
        out->breaks_tau += gap->breaks_tau;
        if (gap->kind == GG_GAP_NONE) {
            bool failed = strcmp(rows[index[k]].status, "failed") == 0;
            out->failed += failed;
            out->infeasible += !failed;
        }
    }
    out->share_unproven = share(out->unproven, out->unproven + out->proven + out->undefined);
}

static gg_status proven_stats(const gg_row *rows, const gg_row_gap *gaps, const size_t *index,
                              size_t n, gg_bootstrap *bootstrap, double *scratch, gg_gap_stats *out,
                              gg_error *err) {
    size_t count = 0;
    const gg_row *last = NULL;
    GG_TRY(gg_bootstrap_begin(bootstrap, n, err));
    for (size_t k = 0; k < n; k++) {
        const gg_row *row = &rows[index[k]];
        if (gaps[index[k]].kind != GG_GAP_PROVEN)
            continue;
        scratch[count++] = gaps[index[k]].value;
        gg_bootstrap_add(bootstrap, last != NULL && gg_compare_draws(last, row) == 0,
                         gaps[index[k]].value);
        last = row;
    }
    gg_status status = gg_bootstrap_end(bootstrap, &out->mean_low, &out->mean_high, err);
    out->mean = gg_mean(scratch, count);
    gg_sort(scratch, count);
    out->median = gg_quantile(scratch, count, 0.5);
    out->p90 = gg_quantile(scratch, count, 0.9);
    out->max = gg_quantile(scratch, count, 1.0);
    return status;
}

static void interval_stats(const gg_row_gap *gaps, const size_t *index, size_t n, double *scratch,
                           gg_gap_stats *out) {
    size_t count = 0;
    for (size_t k = 0; k < n; k++)
        if (gaps[index[k]].kind == GG_GAP_INTERVAL)
            scratch[count++] = gaps[index[k]].low;
    gg_sort(scratch, count);
    out->unproven_median_low = gg_quantile(scratch, count, 0.5);
    count = 0;
    for (size_t k = 0; k < n; k++)
        if (gaps[index[k]].kind == GG_GAP_INTERVAL)
            scratch[count++] = gaps[index[k]].high;
    gg_sort(scratch, count);
    out->unproven_median_high = gg_quantile(scratch, count, 0.5);
    out->unproven_max_high = gg_quantile(scratch, count, 1.0);
}

static size_t count_within(const double *sorted, size_t n, double limit) {
    size_t count = 0;
    while (count < n && sorted[count] <= limit)
        count++;
    return count;
}

gg_status gg_gap_stats_compute(const gg_row *rows, const gg_row_gap *gaps, const size_t *index,
                               size_t n, gg_bootstrap *bootstrap, double *scratch,
                               size_t *n_allowed, gg_gap_stats *out, gg_error *err) {
    count_rows(rows, gaps, index, n, out);
    gg_status status = proven_stats(rows, gaps, index, n, bootstrap, scratch, out, err);
    interval_stats(gaps, index, n, scratch, out);
    size_t count = 0;
    for (size_t k = 0; k < n; k++)
        if (gaps[index[k]].kind == GG_GAP_PROVEN && !gaps[index[k]].breaks_tau)
            scratch[count++] = gaps[index[k]].value;
    gg_sort(scratch, count);
    out->share_optimal = share(count_within(scratch, count, 0.0), out->proven);
    out->share_within_1pct = share(count_within(scratch, count, 0.01), out->proven);
    out->share_within_5pct = share(count_within(scratch, count, 0.05), out->proven);
    *n_allowed = count;
    return status;
}

/* What is taken from a row; delays per query. */
typedef double (*pick_fn)(const gg_row *row);

static double total(const gg_row *row) {
    return row->total_delay_s / row->n_users;
}
static double local(const gg_row *row) {
    return row->local_delay_s / row->n_users;
}
static double comm(const gg_row *row) {
    return row->comm_delay_s / row->n_users;
}
static double comp(const gg_row *row) {
    return row->comp_delay_s / row->n_users;
}
static double measured_total(const gg_row *row) {
    return row->measured_total_delay_s / row->n_users;
}
static double measured_comp(const gg_row *row) {
    return row->measured_comp_delay_s / row->n_users;
}
static double offloaded(const gg_row *row) {
    return isnan(row->objective_s) ? NAN : (double)row->n_offloaded / row->n_users;
}
static double accuracy(const gg_row *row) {
    return row->accuracy;
}
static double expected_accuracy(const gg_row *row) {
    return row->expected_accuracy;
}
static double energy(const gg_row *row) {
    return row->energy_j / row->n_users;
}
static double runtime(const gg_row *row) {
    return row->runtime_s;
}

enum {
    TOTAL,
    LOCAL,
    COMM,
    COMP,
    MEASURED_TOTAL,
    MEASURED_COMP,
    OFFLOADED,
    ACCURACY,
    EXPECTED_ACCURACY,
    RUNTIME,
    ENERGY,
    N_PICKS
};

static const pick_fn picks[N_PICKS] = {total,     local,          comm,
                                       comp,      measured_total, measured_comp,
                                       offloaded, accuracy,       expected_accuracy,
                                       runtime,   energy};

/* What is picked from the rows, each in a column: rows lie far apart in memory, and are visited
 * once. */
typedef struct columns {
    size_t n;
    double *of[N_PICKS];
    size_t *draw; /* the number of each row's draw */
} columns;

static void fill_columns(const gg_row *rows, const size_t *index, columns *c) {
    for (size_t k = 0; k < c->n; k++) {
        const gg_row *row = &rows[index[k]];
        c->draw[k] =
            k == 0 ? 0 : c->draw[k - 1] + (gg_compare_draws(&rows[index[k - 1]], row) != 0);
        for (size_t p = 0; p < N_PICKS; p++)
            c->of[p][k] = picks[p](row);
    }
}

static size_t collect(const columns *c, size_t pick, double *values) {
    size_t count = 0;
    for (size_t k = 0; k < c->n; k++)
        if (!isnan(c->of[pick][k]))
            values[count++] = c->of[pick][k];
    return count;
}

static double mean_of(const columns *c, size_t pick, double *scratch) {
    return gg_mean(scratch, collect(c, pick, scratch));
}

static void quantiles_of(const columns *c, size_t pick, size_t n, const double *q, double *out,
                         double *scratch) {
    size_t count = collect(c, pick, scratch);
    gg_sort(scratch, count);
    for (size_t k = 0; k < n; k++)
        out[k] = gg_quantile(scratch, count, q[k]);
}

static double median_of(const columns *c, size_t pick, double *scratch) {
    const double half = 0.5;
    double median;
    quantiles_of(c, pick, 1, &half, &median, scratch);
    return median;
}

static gg_status interval_of(const columns *c, size_t pick, gg_bootstrap *bootstrap, double *low,
                             double *high, gg_error *err) {
    size_t last = SIZE_MAX;
    GG_TRY(gg_bootstrap_begin(bootstrap, c->n, err));
    for (size_t k = 0; k < c->n; k++) {
        if (isnan(c->of[pick][k]))
            continue;
        gg_bootstrap_add(bootstrap, c->draw[k] == last, c->of[pick][k]);
        last = c->draw[k];
    }
    return gg_bootstrap_end(bootstrap, low, high, err);
}

static void fill_delays(const columns *c, double *scratch, gg_delay_stats *out) {
    static const double quartiles[] = {0.25, 0.5, 0.75};
    double runtimes[3];
    quantiles_of(c, RUNTIME, 3, quartiles, runtimes, scratch);
    *out = (gg_delay_stats){
        .decisions = collect(c, TOTAL, scratch),
        .offloaded_share_mean = mean_of(c, OFFLOADED, scratch),
        .accuracy_mean = mean_of(c, ACCURACY, scratch),
        .expected_accuracy_mean = mean_of(c, EXPECTED_ACCURACY, scratch),
        .delay_median_s = median_of(c, TOTAL, scratch),
        .local_mean_s = mean_of(c, LOCAL, scratch),
        .comm_mean_s = mean_of(c, COMM, scratch),
        .comp_mean_s = mean_of(c, COMP, scratch),
        .local_median_s = median_of(c, LOCAL, scratch),
        .comm_median_s = median_of(c, COMM, scratch),
        .comp_median_s = median_of(c, COMP, scratch),
        .measured_delay_median_s = median_of(c, MEASURED_TOTAL, scratch),
        .measured_comp_mean_s = mean_of(c, MEASURED_COMP, scratch),
        .measured_comp_median_s = median_of(c, MEASURED_COMP, scratch),
        .runtime_median_s = runtimes[1],
        .runtime_p25_s = runtimes[0],
        .runtime_p75_s = runtimes[2],
        .energy_mean_j = mean_of(c, ENERGY, scratch),
        .energy_median_j = median_of(c, ENERGY, scratch),
    };
}

gg_status gg_delay_stats_compute(const gg_row *rows, const size_t *index, size_t n,
                                 gg_bootstrap *bootstrap, double *scratch, gg_delay_stats *out,
                                 gg_error *err) {
    double *values = gg_alloc(n, N_PICKS * sizeof *values);
    columns c = {.n = n, .draw = gg_alloc(n, sizeof *c.draw)};
    gg_status status = values != NULL && c.draw != NULL
                           ? GG_OK
                           : gg_fail(err, GG_E_NOMEM, "delays of %zu rows: out of memory", n);
    for (size_t p = 0; p < N_PICKS; p++)
        c.of[p] = values != NULL ? values + p * n : NULL;
    if (status == GG_OK) {
        fill_columns(rows, index, &c);
        fill_delays(&c, scratch, out);
        status = interval_of(&c, ACCURACY, bootstrap, &out->accuracy_mean_low,
                             &out->accuracy_mean_high, err);
    }
    if (status == GG_OK)
        status =
            interval_of(&c, TOTAL, bootstrap, &out->delay_mean_low_s, &out->delay_mean_high_s, err);
    if (status == GG_OK)
        status = interval_of(&c, EXPECTED_ACCURACY, bootstrap, &out->expected_accuracy_mean_low,
                             &out->expected_accuracy_mean_high, err);
    gg_free(values);
    gg_free(c.draw);
    return status;
}

gg_shown_accuracy gg_accuracy_of(const gg_delay_stats *d, bool hindsight) {
    return hindsight ? (gg_shown_accuracy){d->accuracy_mean, d->accuracy_mean_low,
                                           d->accuracy_mean_high, true}
                     : (gg_shown_accuracy){d->expected_accuracy_mean, d->expected_accuracy_mean_low,
                                           d->expected_accuracy_mean_high, false};
}

double gg_delay_mean_s(const gg_delay_stats *d) {
    return d->local_mean_s + d->comm_mean_s + d->comp_mean_s;
}

double gg_measured_mean_s(const gg_delay_stats *d) {
    return d->local_mean_s + d->comm_mean_s + d->measured_comp_mean_s;
}
