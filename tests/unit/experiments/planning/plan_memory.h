/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plans read with too little memory.
 */
#pragma once

#include "experiments/planning/plan.h"
#include "models/base/alloc.h"
#include "tests/support/support.h"

/* Reads a plan with ever more memory, until there is enough: what fails keeps nothing. */
static inline void survive_short_memory(gg_status (*read)(gg_plan **plan, gg_error *err)) {
    gg_status status = GG_E_NOMEM;
    for (long allowed = 0; status != GG_OK; allowed++) {
        gg_plan *plan;
        gg_error err = {0};
        gg_alloc_fail_after(allowed);
        status = read(&plan, &err);
        gg_alloc_fail_after(-1);
        if (status == GG_OK)
            gg_plan_free(plan);
        else
            assert_int_equal(status, GG_E_NOMEM);
        assert_int_equal(gg_alloc_live(), 0);
    }
}
