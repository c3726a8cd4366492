/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/front.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"
#include "models/text/csv.h"

typedef struct columns {
    int preset; /* GG_CSV_NO_COLUMN: not there */
    int delay;
    int accuracy;
    int bound, low, high, kind; /* likewise */
} columns;

static gg_status read_header(gg_csv *csv, columns *at, gg_error *err) {
    *at = (columns){.preset = gg_csv_find(csv, "preset"),
                    .delay = gg_csv_find(csv, "delay_per_query_s"),
                    .accuracy = gg_csv_find(csv, "accuracy"),
                    .bound = gg_csv_find(csv, "lower_bound_s"),
                    .low = gg_csv_find(csv, "delay_low_s"),
                    .high = gg_csv_find(csv, "delay_high_s"),
                    .kind = gg_csv_find(csv, "kind")};
    if (at->accuracy == GG_CSV_NO_COLUMN &&
        gg_csv_find(csv, "energy_per_query_j") != GG_CSV_NO_COLUMN)
        return gg_csv_refuse(csv, err,
                             "a front of energy, and the report draws those of accuracy: keep it "
                             "under another name");
    if (at->delay == GG_CSV_NO_COLUMN || at->accuracy == GG_CSV_NO_COLUMN)
        return gg_csv_refuse(csv, err, "the header lacks delay_per_query_s or accuracy");
    return GG_OK;
}

/* Both ends, or none: fields may be empty. */
static gg_status read_interval(gg_csv *csv, const columns *at, gg_front_point *point,
                               gg_error *err) {
    if (*gg_csv_field(csv, at->low) == '\0' || *gg_csv_field(csv, at->high) == '\0')
        return GG_OK;
    GG_TRY(gg_csv_number(csv, at->low, &point->low_s, err));
    GG_TRY(gg_csv_number(csv, at->high, &point->high_s, err));
    return point->low_s <= point->high_s && point->low_s >= 0.0
               ? GG_OK
               : gg_csv_refuse(csv, err, "delay_low_s is below 0 or above delay_high_s");
}

static gg_status read_point(gg_csv *csv, const columns *at, gg_front_point *point, gg_error *err) {
    *point = (gg_front_point){
        .preset = "", .bound_s = NAN, .low_s = NAN, .high_s = NAN, .hindsight = true};
    snprintf(point->preset, sizeof point->preset, "%s", gg_csv_field(csv, at->preset));
    GG_TRY(gg_csv_number(csv, at->delay, &point->delay_s, err));
    GG_TRY(gg_csv_number(csv, at->accuracy, &point->accuracy, err));
    if (point->delay_s < 0.0 || point->accuracy < 0.0 || point->accuracy > 1.0)
        return gg_csv_refuse(csv, err, "a delay below 0 or an accuracy outside [0, 1]");
    if (*gg_csv_field(csv, at->bound) != '\0')
        GG_TRY(gg_csv_number(csv, at->bound, &point->bound_s, err));
    GG_TRY(read_interval(csv, at, point, err));
    if (at->kind == GG_CSV_NO_COLUMN)
        return GG_OK;
    const char *kind = gg_csv_field(csv, at->kind);
    point->hindsight = strcmp(kind, "hindsight") == 0;
    if (!point->hindsight && strcmp(kind, "expected") != 0)
        return gg_csv_refuse(csv, err, "the kind is neither expected nor hindsight");
    return GG_OK;
}

static gg_status read_points(gg_csv *csv, const columns *at, gg_front *out, gg_error *err) {
    for (;;) {
        size_t n_fields, room = out->count;
        gg_status status = gg_csv_next(csv, &n_fields, err);
        if (status != GG_OK || n_fields == 0)
            return status;
        gg_front_point *grown = gg_grow(out->points, room, sizeof *out->points);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "front of %zu points: out of memory", room);
        out->points = grown;
        GG_TRY(read_point(csv, at, &out->points[room], err));
        out->count++;
    }
}

static int compare(const void *left, const void *right) {
    const gg_front_point *a = left, *b = right;
    GG_COMPARE(a->delay_s, b->delay_s);
    GG_COMPARE(a->accuracy, b->accuracy);
    return 0;
}

gg_status gg_front_read(const char *path, gg_front *out, gg_error *err) {
    gg_csv *csv = NULL;
    columns at;
    *out = (gg_front){0};
    if (access(path, F_OK) != 0)
        return GG_OK;
    GG_TRY(gg_csv_open_named(path, &csv, err));
    gg_status status = read_header(csv, &at, err);
    if (status == GG_OK)
        status = read_points(csv, &at, out, err);
    gg_csv_close(csv);
    if (status != GG_OK)
        gg_front_clear(out);
    else if (out->count > 0)
        qsort(out->points, out->count, sizeof *out->points, compare);
    return status;
}

void gg_front_clear(gg_front *front) {
    gg_free(front->points);
    *front = (gg_front){0};
}
