/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bytes as a plan: what is accepted counts its networks and prints itself.
 */
#include <math.h>
#include <stdio.h>

#include "experiments/planning/plan.h"
#include "tests/fuzz/input.h"

static void use(const gg_plan *plan) {
    FILE *nowhere = fopen("/dev/null", "w");
    gg_fuzz_require(nowhere != NULL, "no /dev/null");
    gg_plan_print(plan, nowhere);
    fclose(nowhere);
    size_t units = gg_plan_units(plan), rows = gg_plan_rows_per_unit(plan);
    gg_fuzz_require(units > 0 && rows > 0, "a plan of nothing");
    gg_unit unit = gg_plan_unit(plan, units - 1);
    gg_case last = gg_plan_case(plan, rows - 1);
    bool of_file = unit.preset == SIZE_MAX && gg_plan_has_instances(plan);
    gg_fuzz_require(of_file || unit.preset < gg_plan_variants(plan), "no such variant");
    gg_fuzz_require(last.strategy < plan->n_strategies, "no such strategy");
    /* An instance's own, where the plan wishes none. */
    gg_fuzz_require((isnan(last.tau) && gg_plan_has_instances(plan)) ||
                        (last.tau >= 0.0 && last.tau <= 1.0),
                    "tau outside [0, 1]");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gg_plan *plan = NULL;
    gg_error err = {0};
    gg_status status = gg_plan_parse((const char *)data, size, "input", NULL, &plan, &err);
    gg_fuzz_require_reason(status, &err);
    if (status == GG_OK)
        use(plan);
    gg_plan_free(plan);
    gg_fuzz_require_released();
    return 0;
}
