/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/stats/slices.h"

#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

const char *gg_along_name(gg_along along) {
    static const char *const names[] = {"users", "servers", "tau"};
    return names[along];
}

/* A row's place on the axis. */
static double place_along(gg_along along, const gg_row *row) {
    return along == GG_BY_USERS ? row->n_users : along == GG_BY_SERVERS ? row->n_servers : row->tau;
}

/* A group and the slice that it belongs to. */
typedef struct member {
    double at;
    size_t strategy;
    size_t group;
} member;

static int compare_members(const void *left, const void *right) {
    const member *a = left, *b = right;
    GG_COMPARE(a->at, b->at);
    GG_COMPARE(a->strategy, b->strategy);
    GG_COMPARE(a->group, b->group);
    return 0;
}

static void sort_members(const gg_group *groups, size_t n_groups, gg_along along, member *members) {
    for (size_t g = 0; g < n_groups; g++)
        members[g] = (member){place_along(along, groups[g].key), groups[g].strategy, g};
    if (n_groups > 0)
        qsort(members, n_groups, sizeof *members, compare_members);
}

/* The slice of the members, which are of one place and one strategy. */
static gg_status measure(const gg_group *groups, const member *members, size_t count,
                         gg_row_set *set, gg_slice *slice, gg_slices *out, gg_error *err) {
    gg_row_set_empty(set);
    for (size_t k = 0; k < count; k++)
        gg_row_set_add(set, groups[members[k].group].rows, groups[members[k].group].n);
    if (set->n == 0)
        return GG_OK;
    out->items[out->count] = *slice;
    gg_slice *kept = &out->items[out->count++];
    return gg_row_set_measure(set, &kept->gaps, &kept->delays, err);
}

gg_status gg_slices_compute(const gg_group *groups, size_t n_groups, gg_row_set *set,
                            gg_slices *out, gg_error *err) {
    *out = (gg_slices){0};
    member *members = gg_alloc(n_groups, sizeof *members);
    gg_status status = members != NULL ? GG_OK : GG_E_NOMEM;
    for (gg_along along = 0; status == GG_OK && along < GG_N_ALONG; along++) {
        sort_members(groups, n_groups, along, members);
        for (size_t first = 0, end; status == GG_OK && first < n_groups; first = end) {
            const member *m = &members[first];
            for (end = first + 1; end < n_groups && members[end].at == m->at &&
                                  members[end].strategy == m->strategy;)
                end++;
            out->n_places[along] += first == 0 || m->at != members[first - 1].at;
            gg_slice *grown = gg_grow(out->items, out->count, sizeof *out->items);
            if (grown == NULL) {
                status = GG_E_NOMEM;
                break;
            }
            out->items = grown;
            gg_slice slice = {.along = along, .at = m->at, .strategy = m->strategy};
            status = measure(groups, m, end - first, set, &slice, out, err);
        }
    }
    if (status == GG_E_NOMEM)
        status = gg_fail(err, GG_E_NOMEM, "slices of the results: out of memory");
    gg_free(members);
    return status;
}

void gg_slices_clear(gg_slices *slices) {
    gg_free(slices->items);
    *slices = (gg_slices){0};
}
