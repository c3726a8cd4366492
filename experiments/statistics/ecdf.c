/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/statistics/ecdf.h"

#include <math.h>

#include "models/base/alloc.h"

gg_status gg_ecdf_build(const double *sorted, size_t n, size_t total, double floor, gg_ecdf *out,
                        gg_error *err) {
    *out = (gg_ecdf){.at = gg_alloc(n, sizeof *out->at), .share = gg_alloc(n, sizeof *out->share)};
    if (out->at == NULL || out->share == NULL) {
        gg_ecdf_clear(out);
        return gg_fail(err, GG_E_NOMEM, "distribution of %zu gaps: out of memory", n);
    }
    for (size_t k = 0; k < n && !isinf(sorted[k]); k++) {
        double value = sorted[k] > floor ? sorted[k] : floor;
        if (out->count == 0 || value > out->at[out->count - 1])
            out->at[out->count++] = value;
        out->share[out->count - 1] = (double)(k + 1) / (double)total;
    }
    return GG_OK;
}

void gg_ecdf_clear(gg_ecdf *ecdf) {
    gg_free(ecdf->at);
    gg_free(ecdf->share);
    *ecdf = (gg_ecdf){0};
}

double gg_ecdf_at(const gg_ecdf *ecdf, double x) {
    size_t low = 0, high = ecdf->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ecdf->at[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0.0 : ecdf->share[low - 1];
}
