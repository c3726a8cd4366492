/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/unusual.h"

#include <math.h>
#include <stdlib.h>

#include "models/base/alloc.h"
#include "models/base/compare.h"

static const double SHORTEST_S = 1e-6, LONGEST_S = 60.0;

static const struct {
    double most;
    const char *name, *cause;
} units[] = {
    [GG_UNIT_GAIN] = {1.0, "gain",
                      "gains are linear power gains |h|^2, received power per power "
                      "sent; dB become 10^(dB/10)"},
    [GG_UNIT_LATENCY_S] = {0.0, "", ""},
    [GG_UNIT_PAYLOAD_BITS] = {8e12, "payload", "above 1 TB: payloads are bits, prompts bytes"},
    [GG_UNIT_NOISE_W] = {1.0, "noise", "noise is in watts: dBm become 10^((dBm - 30)/10)"},
};

static gg_status refuse_latency(const double *values, size_t n, const char *place, gg_error *err) {
    double *sorted = gg_alloc(n, sizeof *sorted);
    size_t count = 0;
    GG_NEED(sorted, err, "%s: out of memory", place);
    for (size_t k = 0; k < n; k++)
        if (isfinite(values[k]) && values[k] > 0.0)
            sorted[count++] = values[k];
    qsort(sorted, count, sizeof *sorted, gg_compare_doubles);
    double median = count > 0 ? sorted[count / 2] : 1.0;
    gg_free(sorted);
    if (median >= SHORTEST_S && median <= LONGEST_S)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT,
                   "%s: the median is %g s: latencies are seconds, these look like %s; "
                   "--allow-unusual takes them",
                   place, median,
                   median > 1e6   ? "microseconds"
                   : median > 1.0 ? "milliseconds"
                                  : "a larger unit");
}

gg_status gg_refuse_unusual(gg_unit_of unit, const double *values, size_t n, const char *place,
                            gg_error *err) {
    if (unit == GG_UNIT_LATENCY_S)
        return n > 0 ? refuse_latency(values, n, place, err) : GG_OK;
    for (size_t k = 0; k < n; k++)
        if (values[k] > units[unit].most)
            return gg_fail(err, GG_E_INPUT, "%s: %s %g is above %g: %s; --allow-unusual takes it",
                           place, units[unit].name, values[k], units[unit].most, units[unit].cause);
    return GG_OK;
}
