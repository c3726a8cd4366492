/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/draw/scenario_layout.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/rng.h"
#include "models/draw/radio.h"
#include "models/text/csv.h"

void gg_layout_clear(gg_layout *layout) {
    gg_free(layout->users);
    gg_free(layout->servers);
    *layout = (gg_layout){0};
}

static gg_status append(gg_point **points, size_t *count, gg_point point, const char *path,
                        gg_error *err) {
    /* Full at the powers of two. */
    if ((*count & (*count - 1)) == 0) {
        size_t wanted = *count == 0 ? 1 : *count * 2;
        gg_point *grown = gg_realloc(*points, *count, wanted, sizeof point);
        GG_NEED(grown, err, "%s: out of memory", path);
        *points = grown;
    }
    (*points)[(*count)++] = point;
    return GG_OK;
}

/* Where the columns stand. */
typedef struct header {
    int kind, x, y;
} header;

static gg_status check_header(gg_csv *csv, header *at, gg_error *err) {
    const struct {
        const char *name;
        int *at;
    } wanted[] = {{"kind", &at->kind}, {"x_m", &at->x}, {"y_m", &at->y}};
    for (size_t c = 0; c < sizeof wanted / sizeof *wanted; c++) {
        *wanted[c].at = gg_csv_find(csv, wanted[c].name);
        if (*wanted[c].at == GG_CSV_NO_COLUMN)
            return gg_csv_refuse(csv, err, "the header has no %s, expected kind,x_m,y_m",
                                 wanted[c].name);
    }
    return GG_OK;
}

static gg_status read_row(gg_csv *csv, const header *at, gg_layout *layout, gg_error *err) {
    gg_point point;
    const char *kind = gg_csv_field(csv, at->kind), *path = gg_csv_path(csv);
    GG_TRY(gg_csv_number(csv, at->x, &point.x_m, err));
    GG_TRY(gg_csv_number(csv, at->y, &point.y_m, err));
    if (strcmp(kind, "user") == 0)
        return append(&layout->users, &layout->n_users, point, path, err);
    if (strcmp(kind, "server") == 0)
        return append(&layout->servers, &layout->n_servers, point, path, err);
    return gg_csv_refuse(csv, err, "kind \"%.40s\" is neither user nor server", kind);
}

static gg_status read_rows(gg_csv *csv, gg_layout *layout, gg_error *err) {
    header at;
    GG_TRY(check_header(csv, &at, err));
    for (;;) {
        size_t n_fields;
        GG_TRY(gg_csv_next(csv, &n_fields, err));
        if (n_fields == 0)
            break;
        GG_TRY(read_row(csv, &at, layout, err));
    }
    if (layout->users == NULL && layout->servers == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: has no rows", gg_csv_path(csv));
    return GG_OK;
}

gg_status gg_layout_read(const char *path, gg_layout *layout, gg_error *err) {
    *layout = (gg_layout){0};
    gg_csv *csv;
    GG_TRY(gg_csv_open_named(path, &csv, err));
    gg_status status = read_rows(csv, layout, err);
    gg_csv_close(csv);
    if (status != GG_OK)
        gg_layout_clear(layout);
    return status;
}

gg_point gg_layout_user(const gg_preset *preset, uint64_t seed, uint32_t run, uint32_t user) {
    gg_rng_address x = {seed, run, GG_STREAM_POSITION, user, 0};
    gg_rng_address y = {seed, run, GG_STREAM_POSITION, user, 1};
    return (gg_point){preset->area_m[0] * gg_rng_uniform(x), preset->area_m[1] * gg_rng_uniform(y)};
}

gg_point gg_layout_server(const gg_preset *preset, size_t n_servers, size_t index) {
    double width_m = preset->area_m[0], height_m = preset->area_m[1];
    size_t columns =
        (size_t)ceil(fmin((double)n_servers, sqrt((double)n_servers * width_m / height_m)));
    size_t rows = (n_servers + columns - 1) / columns;
    /* The first rows take one more where the servers do not fill them all. */
    size_t per_row = n_servers / rows, longer = n_servers % rows;
    size_t row = 0;
    while (index >= per_row + (row < longer)) {
        index -= per_row + (row < longer);
        row++;
    }
    double in_row = (double)(per_row + (row < longer));
    return (gg_point){width_m * ((double)index + 0.5) / in_row,
                      height_m * ((double)row + 0.5) / (double)rows};
}

/* The mean gain of a link, over fading; draws line of sight and shadowing. */
static double mean_gain(const gg_preset *preset, gg_link link, gg_rng_address at, int *los) {
    double gain, shadowing_db;
    if (preset->path_loss == GG_PATH_FREE_SPACE) {
        *los = 1;
        gain = gg_free_space_gain(link, preset->carrier_hz, preset->light_speed_m_s);
    } else {
        at.stream = GG_STREAM_LOS;
        *los = gg_rng_uniform(at) < gg_umi_los_probability(link.ground_m);
        double loss_db =
            *los ? gg_umi_los_loss_db(link, preset->carrier_hz, preset->light_speed_m_s)
                 : gg_umi_nlos_loss_db(link, preset->carrier_hz, preset->light_speed_m_s);
        gain = gg_from_db(-loss_db);
    }
    shadowing_db = *los ? preset->shadowing_los_db : preset->shadowing_nlos_db;
    if (shadowing_db > 0.0) {
        double normal[2];
        at.stream = GG_STREAM_SHADOWING;
        gg_rng_normal2(at, normal);
        gain *= gg_from_db(-shadowing_db * normal[0]);
    }
    return gain;
}

double gg_layout_gain(const gg_preset *preset, uint64_t seed, uint32_t run, uint32_t user,
                      uint32_t server, gg_point user_at, gg_point server_at) {
    gg_rng_address at = {seed, run, GG_STREAM_FADING, user, server};
    double dx = user_at.x_m - server_at.x_m, dy = user_at.y_m - server_at.y_m;
    gg_link link = {.ground_m = fmax(sqrt(dx * dx + dy * dy), preset->min_distance_m),
                    .user_height_m = preset->user_height_m,
                    .server_height_m = preset->server_height_m};
    int los;
    double gain = mean_gain(preset, link, at, &los);
    if (preset->fading == GG_FADING_NONE)
        return gain;
    double normal[2];
    gg_rng_normal2(at, normal);
    if (preset->fading == GG_FADING_RICIAN && los)
        return gain * gg_rician_gain(gg_from_db(preset->rician_k_db), normal);
    return gain * gg_rayleigh_gain(normal);
}
