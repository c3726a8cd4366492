/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a router file: what is accepted keeps its promises and can be written, what is refused
 * says why.
 */
#include <math.h>
#include <string.h>

#include "data/evaluate/router_json.h"
#include "tests/fuzz/input.h"

static void require(int holds) {
    gg_fuzz_require(holds, "a promise is broken");
}

static void use(const gg_router *r) {
    const gg_isotonic *fit = &r->calibrator;
    gg_error err = {0};
    require(fit->n_knots > 0 && isfinite(r->theta) && r->c_small > 0.0 && r->c_large > 0.0);
    for (size_t k = 0; k < fit->n_knots; k++) {
        require(isfinite(fit->x[k]) && (k == 0 || fit->x[k] > fit->x[k - 1]));
        require(gg_isotonic_at(fit, fit->x[k]) == fit->y[k]);
        double p = gg_isotonic_at(fit, 0.5 * fit->x[k]);
        require(p >= -1e-9 && p <= 1.0 + 1e-9);
    }
    require(gg_isotonic_at(fit, -INFINITY) == fit->y[0]);
    require(gg_isotonic_at(fit, INFINITY) == fit->y[fit->n_knots - 1]);
    require(gg_router_write(r, "/dev/null", &err) == GG_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gg_router router;
    gg_error err = {0};
    if (gg_router_parse((const char *)data, size, "input", &router, &err) == GG_OK)
        use(&router);
    else
        require(strncmp(err.message, "input: ", 7) == 0 && router.calibrator.x == NULL);
    gg_router_clear(&router);
    gg_fuzz_require_released();
    return 0;
}
