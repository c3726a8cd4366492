/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/report/compared/profile.h"

#include <math.h>

#include "models/base/alloc.h"

/* Time of a strategy on an instance if its decision is good enough, else infinite. */
static double time_to_target(const gg_summary *summary, const gg_lineup *lineup, size_t instance,
                             size_t strategy) {
    size_t k = lineup->row[instance * lineup->n_strategies + strategy];
    if (k == GG_NO_ROW || !gg_row_is_allowed(&summary->results->rows[k]))
        return INFINITY;
    const gg_row *row = &summary->results->rows[k];
    double best_s = summary->gaps[k].best_s;
    bool good = row->objective_s <= best_s * (1.0 + GG_PROFILE_TARGET);
    return good && row->runtime_s > 0.0 ? row->runtime_s : INFINITY;
}

static gg_status measure(const gg_summary *summary, const gg_lineup *lineup, gg_profile *profile,
                         double *ratios, gg_error *err) {
    for (size_t i = lineup->first[profile->panel]; i < lineup->first[profile->panel + 1]; i++) {
        double fastest = INFINITY;
        for (size_t s = 0; s < lineup->n_strategies; s++)
            fastest = fmin(fastest, time_to_target(summary, lineup, i, s));
        if (isinf(fastest))
            continue;
        double mine = time_to_target(summary, lineup, i, profile->strategy);
        profile->instances++;
        if (isfinite(mine))
            ratios[profile->solved++] = mine / fastest;
    }
    gg_sort(ratios, profile->solved);
    return gg_ecdf_build(ratios, profile->solved, profile->instances, 1.0, &profile->ecdf, err);
}

gg_status gg_profiles_compute(const gg_summary *summary, const gg_lineup *lineup, gg_profiles *out,
                              gg_error *err) {
    size_t most = summary->n_panels * summary->n_strategies;
    double *ratios = gg_alloc(lineup->n_instances, sizeof *ratios);
    *out = (gg_profiles){.items = gg_alloc(most, sizeof *out->items)};
    gg_status status = GG_OK;
    if (ratios == NULL || out->items == NULL)
        status = gg_fail(err, GG_E_NOMEM, "performance profiles: out of memory");
    for (size_t p = 0; status == GG_OK && p < summary->n_panels; p++)
        for (size_t s = 0; status == GG_OK && s < summary->n_strategies; s++) {
            if (gg_panel_curve(&summary->panels[p], s) == NULL)
                continue;
            gg_profile *profile = &out->items[out->count++];
            *profile = (gg_profile){.panel = p, .strategy = s};
            status = measure(summary, lineup, profile, ratios, err);
        }
    gg_free(ratios);
    if (status != GG_OK)
        gg_profiles_clear(out);
    return status;
}

void gg_profiles_clear(gg_profiles *profiles) {
    for (size_t k = 0; k < profiles->count; k++)
        gg_ecdf_clear(&profiles->items[k].ecdf);
    gg_free(profiles->items);
    *profiles = (gg_profiles){0};
}
