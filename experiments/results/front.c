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
#include "models/base/csv_table.h"

typedef struct columns {
    size_t count;
    size_t preset; /* SIZE_MAX: not there */
    size_t delay;
    size_t accuracy;
    size_t low, high, kind; /* likewise */
} columns;

static gg_status read_header(gg_csv *csv, columns *at, gg_error *err) {
    *at = (columns){.preset = SIZE_MAX,
                    .delay = SIZE_MAX,
                    .accuracy = SIZE_MAX,
                    .low = SIZE_MAX,
                    .high = SIZE_MAX,
                    .kind = SIZE_MAX};
    GG_TRY(gg_csv_next(csv, &at->count, err));
    for (size_t k = 0; k < at->count; k++) {
        const char *name = gg_csv_field(csv, k);
        if (strcmp(name, "preset") == 0)
            at->preset = k;
        else if (strcmp(name, "delay_per_query_s") == 0)
            at->delay = k;
        else if (strcmp(name, "accuracy") == 0)
            at->accuracy = k;
        else if (strcmp(name, "delay_low_s") == 0)
            at->low = k;
        else if (strcmp(name, "delay_high_s") == 0)
            at->high = k;
        else if (strcmp(name, "kind") == 0)
            at->kind = k;
    }
    if (at->delay == SIZE_MAX || at->accuracy == SIZE_MAX)
        return gg_csv_refuse(csv, err, "the header lacks delay_per_query_s or accuracy");
    return GG_OK;
}

/* Both ends, or none: fields may be empty. */
static gg_status read_interval(gg_csv *csv, const columns *at, gg_front_point *point,
                               gg_error *err) {
    if (at->low == SIZE_MAX || at->high == SIZE_MAX || *gg_csv_field(csv, at->low) == '\0' ||
        *gg_csv_field(csv, at->high) == '\0')
        return GG_OK;
    GG_TRY(gg_csv_number(csv, at->low, &point->low_s, err));
    GG_TRY(gg_csv_number(csv, at->high, &point->high_s, err));
    return point->low_s <= point->high_s && point->low_s >= 0.0
               ? GG_OK
               : gg_csv_refuse(csv, err, "delay_low_s is below 0 or above delay_high_s");
}

static gg_status read_point(gg_csv *csv, const columns *at, gg_front_point *point, gg_error *err) {
    *point = (gg_front_point){.preset = "", .low_s = NAN, .high_s = NAN, .hindsight = true};
    if (at->preset != SIZE_MAX)
        snprintf(point->preset, sizeof point->preset, "%s", gg_csv_field(csv, at->preset));
    GG_TRY(gg_csv_number(csv, at->delay, &point->delay_s, err));
    GG_TRY(gg_csv_number(csv, at->accuracy, &point->accuracy, err));
    if (point->delay_s < 0.0 || point->accuracy < 0.0 || point->accuracy > 1.0)
        return gg_csv_refuse(csv, err, "a delay below 0 or an accuracy outside [0, 1]");
    GG_TRY(read_interval(csv, at, point, err));
    if (at->kind == SIZE_MAX)
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
        if (n_fields != at->count)
            return gg_csv_refuse(csv, err, "%zu fields, the header has %zu", n_fields, at->count);
        gg_front_point *grown = gg_realloc(out->points, room, room + 1, sizeof *out->points);
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
    GG_TRY(gg_csv_open(path, &csv, err));
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
