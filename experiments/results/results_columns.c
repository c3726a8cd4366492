/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/results_columns.h"

#include <float.h>
#include <math.h>

#include "models/instance.h"
#include "solvers/solver.h"

static const char *objective_word(size_t index) {
    return index <= GG_UNIFORM ? gg_objective_name((gg_objective)index) : NULL;
}

static const char *status_word(size_t index) {
    return index <= GG_FAILED ? gg_result_status_name((gg_result_status)index) : NULL;
}

static const char *reason_word(size_t index) {
    return index <= GG_STOP_SIGNAL ? gg_stop_reason_name((gg_stop_reason)index) : NULL;
}

#define MEMBER(type_, member)                                                                      \
    .name = #member, .type = type_, .offset = offsetof(gg_row, member),                            \
    .size = sizeof(((gg_row *)0)->member)
#define COUNT(member, lowest_, highest_)                                                           \
    { MEMBER(GG_H5_U32, member), .lowest = lowest_, .highest = highest_ }
#define WIDE_COUNT(type_, member)                                                                  \
    { MEMBER(type_, member), .highest = 9223372036854775807.0 }
#define TEXT(member, word_)                                                                        \
    { MEMBER(GG_H5_UTF8, member), .word = word_ }
#define SHARE(member, unknown)                                                                     \
    { MEMBER(GG_H5_F64, member), .highest = 1.0, .may_be_unknown = unknown }
#define DELAY(member)                                                                              \
    { MEMBER(GG_H5_F64, member), .unit = "s", .highest = INFINITY, .may_be_unknown = true }

const gg__run_column gg__run_columns[] = {
    COUNT(n_users, 1, GG_MAX_USERS),
    COUNT(n_servers, 0, GG_MAX_SERVERS),
    SHARE(tau, false),
    TEXT(objective, objective_word),
    TEXT(preset, NULL),
    COUNT(run, 0, UINT32_MAX),
    WIDE_COUNT(GG_H5_U64, seed),
    TEXT(solver, NULL),
    TEXT(status, status_word),
    TEXT(stop_reason, reason_word),
    DELAY(objective_s),
    DELAY(lower_bound_s),
    SHARE(gap, true),
    COUNT(n_offloaded, 0, GG_MAX_USERS),
    DELAY(total_delay_s),
    DELAY(local_delay_s),
    DELAY(comm_delay_s),
    DELAY(comp_delay_s),
    DELAY(measured_total_delay_s),
    DELAY(measured_comp_delay_s),
    SHARE(accuracy, true),
    COUNT(tau_violations, 0, GG_MAX_USERS),
    WIDE_COUNT(GG_H5_I64, nodes),
    {MEMBER(GG_H5_F64, runtime_s), .unit = "s", .timing = 1, .highest = DBL_MAX,
     .may_be_unknown = true},
};

const size_t gg__n_run_columns = sizeof gg__run_columns / sizeof *gg__run_columns;
