/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What tests of reports share: rows, and the folder they write to.
 */
#pragma once

#include "tests/support/support.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/output/format.h"
#include "experiments/output/html.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/report.h"
#include "experiments/report/stats/gaps.h"
#include "models/base/alloc.h"
#include "tests/support/temporary_folder.h"

static inline gg_row make_row(const char *solver, const char *status, double f, double lb) {
    return (gg_row){.n_users = 10,
                    .n_servers = 2,
                    .tau = 0.8,
                    .objective = "weighted",
                    .preset = "paper",
                    .seed = 1,
                    .objective_s = f,
                    .lower_bound_s = lb,
                    .gap = NAN,
                    .n_offloaded = 5,
                    .total_delay_s = f,
                    .local_delay_s = f / 2,
                    .comm_delay_s = f / 4,
                    .comp_delay_s = f / 4,
                    .measured_total_delay_s = NAN,
                    .measured_comp_delay_s = NAN,
                    .accuracy = 0.5,
                    .runtime_s = 1e-3,
                    .solver = solver,
                    .status = status,
                    .stop_reason = "done",
                    .fair_reference = "",
                    .course = "",
                    .failure = ""};
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
