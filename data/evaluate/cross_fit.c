/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/evaluate/cross_fit.h"

#include "data/evaluate/hash_split.h"
#include "data/evaluate/isotonic.h"
#include "models/base/alloc.h"

gg_status gg_cross_folds(const gg_strings *ids, uint8_t *fold, gg_error *err) {
    return gg_hash_folds(ids, GG_CROSS_SEED, GG_CROSS_FOLDS, fold, err);
}

/* One part's queries, from all others: these have weight 1, its own 0. */
static gg_status fit_part(size_t part, const double *u, const double *wrong, const uint8_t *fold,
                          size_t n, double *weight, double *p, gg_error *err) {
    gg_isotonic fit;
    size_t own = 0;
    for (size_t i = 0; i < n; i++) {
        own += fold[i] == part;
        weight[i] = fold[i] == part ? 0.0 : 1.0;
    }
    if (own == 0)
        return GG_OK;
    GG_TRY(gg_isotonic_fit(u, wrong, weight, n, &fit, err));
    for (size_t i = 0; i < n; i++)
        if (fold[i] == part)
            p[i] = 1.0 - gg_isotonic_at(&fit, u[i]);
    gg_isotonic_clear(&fit);
    return GG_OK;
}

gg_status gg_cross_fit(const double *uncertainty, const uint8_t *correct, const uint8_t *fold,
                       size_t n, double *p, gg_error *err) {
    double *wrong = gg_alloc(n, sizeof *wrong), *weight = gg_alloc(n, sizeof *weight);
    gg_status status = GG_OK;
    if (wrong == NULL || weight == NULL)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for a calibration on %zu answers", n);
    for (size_t i = 0; status == GG_OK && i < n; i++)
        wrong[i] = correct[i] == 0;
    for (size_t part = 0; status == GG_OK && part < GG_CROSS_FOLDS; part++)
        status = fit_part(part, uncertainty, wrong, fold, n, weight, p, err);
    gg_free(wrong);
    gg_free(weight);
    return status;
}
