/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/program/level_domain.h"

#include <string.h>

#include "models/base/alloc.h"
#include "models/base/record.h"

gg_status gg_level_domain_init(gg_level_domain *d, size_t m, size_t levels_max, gg_error *err) {
    *d = (gg_level_domain){.levels_max = levels_max};
    const gg_record_array arrays[] = {
        GG_ARRAY(gg_level_domain, mip.load_low, m), GG_ARRAY(gg_level_domain, mip.load_high, m),
        GG_ARRAY(gg_level_domain, mip.n_levels, m), GG_ARRAY(gg_level_domain, mip.level_w, m),
        GG_ARRAY(gg_level_domain, ends, m * (levels_max + 1))};
    d->memory = GG_ARRAYS_NEW(d, arrays);
    GG_NEED(d->memory, err, "out of memory for %zu servers", m);
    for (size_t j = 0; j < m; j++)
        d->mip.level_w[j] = d->ends + j * (levels_max + 1);
    return GG_OK;
}

void gg_level_domain_clear(gg_level_domain *d) {
    gg_free(d->memory);
    *d = (gg_level_domain){0};
}

void gg_level_domain_set(gg_level_domain *d, const gg_bound_problem *p, const gg_box *box) {
    d->mip.servers = box->servers;
    d->mip.local = box->local;
    for (size_t j = 0; j < p->m; j++) {
        d->mip.load_low[j] = box->load_low[j];
        d->mip.load_high[j] = box->load_high[j];
        d->mip.n_levels[j] = 1;
        d->mip.level_w[j][0] = box->interference_low[j] * p->power_unit_w;
        d->mip.level_w[j][1] = box->interference_high[j] * p->power_unit_w;
    }
}

bool gg_level_add(gg_level_domain *d, size_t j, double begin_w, double apart_w) {
    double *end = d->mip.level_w[j];
    size_t n = d->mip.n_levels[j], k = 0;
    while (k <= n && end[k] <= begin_w)
        k++;
    if (k == 0 || k > n || n == d->levels_max || begin_w - end[k - 1] <= apart_w)
        return false;
    memmove(end + k + 1, end + k, (n + 1 - k) * sizeof *end);
    end[k] = begin_w;
    d->mip.n_levels[j]++;
    return true;
}
