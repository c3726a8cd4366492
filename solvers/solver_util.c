/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/solver_util.h"

void gg_result_take(gg_result *result, gg_decision *decision) {
    result->status = GG_FEASIBLE;
    result->stop_reason = GG_STOP_DONE;
    result->assignment = decision->server;
    decision->server = NULL;
    gg_decision_clear(decision);
}
