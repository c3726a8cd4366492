/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/slices.h"

#include "models/base/alloc.h"

const char *gg_along_name(gg_along along) {
    static const char *const names[] = {"users", "servers", "tau"};
    return names[along];
}

/* A row's place on the axis. */
static double place_along(gg_along along, const gg_row *row) {
    return along == GG_BY_USERS ? row->n_users : along == GG_BY_SERVERS ? row->n_servers : row->tau;
}

/* The distinct values of the axis among the groups, ascending, into values[n_groups]; returns how
 * many. */
static size_t places_along(const gg_group *groups, size_t n_groups, gg_along along,
                           double *values) {
    size_t count = 0;
    for (size_t g = 0; g < n_groups; g++)
        values[g] = place_along(along, groups[g].key);
    gg_sort(values, n_groups);
    for (size_t k = 0; k < n_groups; k++)
        if (k == 0 || values[k] != values[count - 1])
            values[count++] = values[k];
    return count;
}

static gg_status measure(const gg_group *groups, size_t n_groups, gg_row_set *set, gg_slice *slice,
                         gg_slices *out, gg_error *err) {
    gg_row_set_empty(set);
    for (size_t g = 0; g < n_groups; g++)
        if (groups[g].strategy == slice->strategy &&
            place_along(slice->along, groups[g].key) == slice->at)
            gg_row_set_add(set, groups[g].rows, groups[g].n);
    if (set->n == 0)
        return GG_OK;
    out->items[out->count] = *slice;
    gg_slice *kept = &out->items[out->count++];
    return gg_row_set_measure(set, &kept->gaps, &kept->delays, err);
}

gg_status gg_slices_compute(const gg_group *groups, size_t n_groups, size_t n_strategies,
                            gg_row_set *set, gg_slices *out, gg_error *err) {
    *out = (gg_slices){0};
    double *places = gg_alloc(n_groups, sizeof *places);
    gg_status status = GG_OK;
    for (gg_along along = 0; places != NULL && status == GG_OK && along < GG_N_ALONG; along++) {
        size_t n = out->n_places[along] = places_along(groups, n_groups, along, places);
        gg_slice *grown =
            gg_realloc(out->items, out->count, out->count + n * n_strategies, sizeof *out->items);
        if (grown == NULL) {
            status = GG_E_NOMEM;
            break;
        }
        out->items = grown;
        for (size_t k = 0; k < n; k++)
            for (size_t s = 0; status == GG_OK && s < n_strategies; s++)
                status =
                    measure(groups, n_groups, set,
                            &(gg_slice){.along = along, .at = places[k], .strategy = s}, out, err);
    }
    if (places == NULL || status == GG_E_NOMEM)
        status = gg_fail(err, GG_E_NOMEM, "slices of the results: out of memory");
    gg_free(places);
    return status;
}

void gg_slices_clear(gg_slices *slices) {
    gg_free(slices->items);
    *slices = (gg_slices){0};
}
