/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "experiments/report/report.h"
#include "models/base/alloc.h"
#include "models/base/outfile.h"

/* A text field, quoted where RFC 4180 asks for it. */
static void put_text(FILE *stream, const char *text) {
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}

static void put_number(FILE *stream, double value) {
    fputc(',', stream);
    if (isinf(value))
        fputs(value > 0 ? "inf" : "-inf", stream);
    else if (!isnan(value))
        fprintf(stream, "%.17g", value);
}

static void put_count(FILE *stream, size_t count) {
    fprintf(stream, ",%zu", count);
}

static void put_key(FILE *stream, const gg_row *key) {
    put_text(stream, key->preset);
    fputc(',', stream);
    put_text(stream, key->objective);
}

static void put_cell(FILE *stream, const gg_row *key) {
    put_key(stream, key);
    fprintf(stream, ",%u,%u", key->n_users, key->n_servers);
    put_number(stream, key->tau);
    fputc(',', stream);
    put_text(stream, key->solver);
}

static void write_gaps(const gg_summary *summary, FILE *stream) {
    fputs("preset,objective,n_users,n_servers,tau,strategy,runs,proven,unproven,undefined,"
          "infeasible,failed,breaks_tau,mean,mean_low,mean_high,median,p90,max,share_optimal,"
          "share_within_1pct,share_within_5pct,unproven_median_low,unproven_median_high,"
          "unproven_max_high\n",
          stream);
    for (size_t k = 0; k < summary->n_groups; k++) {
        const gg_gap_stats *g = &summary->groups[k].gaps;
        const size_t counts[] = {g->rows,       g->proven, g->unproven,  g->undefined,
                                 g->infeasible, g->failed, g->breaks_tau};
        const double numbers[] = {g->mean,
                                  g->mean_low,
                                  g->mean_high,
                                  g->median,
                                  g->p90,
                                  g->max,
                                  g->share_optimal,
                                  g->share_within_1pct,
                                  g->share_within_5pct,
                                  g->interval_low,
                                  g->interval_high,
                                  g->interval_max};
        put_cell(stream, summary->groups[k].key);
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            put_count(stream, counts[c]);
        for (size_t c = 0; c < sizeof numbers / sizeof *numbers; c++)
            put_number(stream, numbers[c]);
        fputc('\n', stream);
    }
}

static void write_delays(const gg_summary *summary, FILE *stream) {
    fputs("preset,objective,n_users,n_servers,tau,strategy,decisions,accuracy_mean,"
          "offloaded_share_mean,delay_per_query_median_s,local_mean_s,comm_mean_s,comp_mean_s,"
          "measured_delay_per_query_median_s,runtime_median_s\n",
          stream);
    for (size_t k = 0; k < summary->n_groups; k++) {
        const gg_delay_stats *d = &summary->groups[k].delays;
        const double numbers[] = {
            d->accuracy,    d->offloaded,   d->median_total_s,          d->mean_local_s,
            d->mean_comm_s, d->mean_comp_s, d->median_measured_total_s, d->median_runtime_s};
        put_cell(stream, summary->groups[k].key);
        put_count(stream, d->rows);
        for (size_t c = 0; c < sizeof numbers / sizeof *numbers; c++)
            put_number(stream, numbers[c]);
        fputc('\n', stream);
    }
}

static void write_ecdf(const gg_summary *summary, FILE *stream) {
    fputs("preset,objective,strategy,gap,share\n", stream);
    for (size_t p = 0; p < summary->n_panels; p++) {
        const gg_panel *panel = &summary->panels[p];
        for (size_t c = 0; c < panel->n_curves; c++) {
            const gg_curve *curve = &panel->curves[c];
            for (size_t k = 0; k < curve->ecdf.count; k++) {
                put_key(stream, panel->key);
                fputc(',', stream);
                put_text(stream, summary->strategies[curve->strategy].name);
                put_number(stream, curve->ecdf.at[k]);
                put_number(stream, curve->ecdf.share[k]);
                fputc('\n', stream);
            }
        }
    }
}

static gg_status write_file(const gg_summary *summary, const char *folder, const char *name,
                            void (*write)(const gg_summary *, FILE *), gg_error *err) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = gg_alloc(size, 1);
    gg_outfile *out = NULL;
    FILE *stream = NULL;
    if (path == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", folder);
    snprintf(path, size, "%s/%s", folder, name);
    gg_status status = gg_outfile_open(path, &out, &stream, err);
    if (status == GG_OK) {
        write(summary, stream);
        status = gg_outfile_commit(out, err);
    }
    gg_free(path);
    return status;
}

gg_status gg_report_csv(const gg_summary *summary, const char *folder, gg_error *err) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gg_fail(err, GG_E_IO, "%s: cannot be made: %s", folder, strerror(errno));
    gg_status status = write_file(summary, folder, "gaps.csv", write_gaps, err);
    if (status == GG_OK)
        status = write_file(summary, folder, "delays.csv", write_delays, err);
    if (status == GG_OK)
        status = write_file(summary, folder, "ecdf.csv", write_ecdf, err);
    return status;
}
