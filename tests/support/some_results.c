/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/some_results.h"

#include <math.h>
#include <string.h>

#include "tests/support/support.h"

gg_row make_some_row(uint32_t k) {
    gg_row row = {.n_users = 2 + k,
                  .n_servers = 4,
                  .tau = 0.1 * (k + 1),
                  .objective = "weighted",
                  .preset = "größer",
                  .run = k,
                  .seed = INT64_MAX,
                  .solver = "goa",
                  .status = "feasible",
                  .stop_reason = "done",
                  .objective_s = k == 1 ? INFINITY : 1.0 / 3.0,
                  .lower_bound_s = NAN,
                  .gap = NAN,
                  .n_offloaded = k == 2 ? 0 : 1 + k,
                  .total_delay_s = k == 1 ? INFINITY : 2.0,
                  .local_delay_s = 0.5,
                  .comm_delay_s = k == 1 ? INFINITY : 0.25,
                  .comp_delay_s = 1.25,
                  .measured_total_delay_s = NAN,
                  .measured_comp_delay_s = NAN,
                  .accuracy = 0.75,
                  .tau_violations = k,
                  .nodes = INT64_MAX - 1,
                  .runtime_s = 1e-5,
                  .fair_reference = "",
                  .course = k == 0 ? "0.5 0.25 0.5, 2 0.3 0.33333333" : "",
                  .failure = ""};
    if (k == 2) {
        row.status = "failed";
        row.failure = "the worker was ended by signal 9 (Killed)";
    }
    return row;
}

void make_some_results(some_results *f, const char *fingerprint) {
    *f = (some_results){.offsets = {0, 2, 5, 5}, .assignment = {-1, 3, 0, -1, 2}};
    for (uint32_t k = 0; k < SOME_ROWS; k++)
        f->rows[k] = make_some_row(k);
    f->results.count = SOME_ROWS;
    f->results.rows = f->rows;
    f->results.offsets = f->offsets;
    f->results.assignment = f->assignment;
    assert_int_equal(gg_manifest_add(&f->results.manifest, "plan_fingerprint", fingerprint, NULL),
                     GG_OK);
    assert_int_equal(gg_manifest_add(&f->results.manifest, "workload", "two\nlines", NULL), GG_OK);
}
