/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/studies/comparison/comparison.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/text/csv.h"

/* Each column, and the member of our rows that is compared with it. */
static const struct {
    const char *name;
    size_t at;
    double scale;
} quantities[GG_QUANTITIES] = {
    [GG_N_OFFLOADED] = {"n_offloaded", offsetof(gg_row, n_offloaded), 1.0},
    [GG_ACCURACY_PCT] = {"accuracy_pct", offsetof(gg_row, accuracy), 100.0},
    [GG_LOCAL_DELAY_MS] = {"local_delay_ms", offsetof(gg_row, local_delay_s), 1e3},
    [GG_COMP_DELAY_MS] = {"comp_delay_ms", offsetof(gg_row, measured_comp_delay_s), 1e3},
    [GG_COMM_DELAY_MS] = {"comm_delay_ms", offsetof(gg_row, comm_delay_s), 1e3},
    [GG_TOTAL_DELAY_MS] = {"total_delay_ms", offsetof(gg_row, measured_total_delay_s), 1e3},
    [GG_SOLVE_TIME_S] = {"solve_time_s", offsetof(gg_row, runtime_s), 1.0},
};

const char *gg_quantity_name(gg_quantity quantity) {
    return quantities[quantity].name;
}

double gg_quantity_of_row(gg_quantity quantity, const gg_row *row) {
    double value = row->n_offloaded; /* the only one that is no double */
    if (quantity != GG_N_OFFLOADED)
        memcpy(&value, (const char *)row + quantities[quantity].at, sizeof value);
    return quantities[quantity].scale * value;
}

/* Where the columns stand. */
typedef struct header {
    int users, tau, strategy;
    int quantity[GG_QUANTITIES];
} header;

static gg_status read_header(gg_csv *csv, header *head, gg_error *err) {
    head->users = gg_csv_find(csv, "n_users");
    head->tau = gg_csv_find(csv, "tau");
    head->strategy = gg_csv_find(csv, "strategy");
    for (int q = 0; q < GG_QUANTITIES; q++)
        head->quantity[q] = gg_csv_find(csv, quantities[q].name);
    if (head->users < 0 || head->tau < 0 || head->strategy < 0)
        return gg_csv_refuse(csv, err, "the header lacks n_users, tau or strategy");
    return GG_OK;
}

static gg_status read_row(gg_csv *csv, const header *head, gg_published_row *row, gg_error *err) {
    double users = 0.0;
    const char *strategy = gg_csv_field(csv, head->strategy);
    GG_TRY(gg_csv_number(csv, head->users, &users, err));
    GG_TRY(gg_csv_number(csv, head->tau, &row->tau, err));
    if (!(users >= 1.0 && users <= UINT32_MAX && users == floor(users)))
        return gg_csv_refuse(csv, err, "n_users: not a number of users");
    if (strategy[0] == '\0' || strlen(strategy) >= sizeof row->strategy)
        return gg_csv_refuse(csv, err, "strategy: no name");
    for (int q = 0; q < GG_QUANTITIES; q++) {
        int column = head->quantity[q];
        row->mean[q] = NAN;
        if (gg_csv_field(csv, column)[0] != '\0')
            GG_TRY(gg_csv_number(csv, column, &row->mean[q], err));
    }
    row->n_users = (uint32_t)users;
    strcpy(row->strategy, strategy);
    return GG_OK;
}

static gg_status append(gg_published *out, gg_csv *csv, const header *head, gg_error *err) {
    gg_published_row row = {0};
    GG_TRY(read_row(csv, head, &row, err));
    gg_published_row *grown = gg_grow(out->rows, out->count, sizeof *grown);
    if (grown == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory for the published rows");
    out->rows = grown;
    out->rows[out->count++] = row;
    return GG_OK;
}

gg_status gg_published_read(const char *path, gg_published *out, gg_error *err) {
    gg_csv *csv = NULL;
    header head = {0};
    *out = (gg_published){0};
    GG_TRY(gg_csv_open_named(path, &csv, err));
    gg_status status = read_header(csv, &head, err);
    while (status == GG_OK) {
        size_t n_fields = 0;
        status = gg_csv_next(csv, &n_fields, err);
        if (status != GG_OK || n_fields == 0)
            break;
        status = append(out, csv, &head, err);
    }
    gg_csv_close(csv);
    if (status != GG_OK)
        gg_published_clear(out);
    return status;
}

void gg_published_clear(gg_published *published) {
    gg_free(published->rows);
    *published = (gg_published){0};
}
