/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/batch/results_columns.h"

#include "experiments/batch/results.h"

#define MEMBER(type_, member, unit_, timing_)                                                      \
    {                                                                                              \
        .name = #member, .type = type_, .offset = offsetof(gg_row, member),                        \
        .size = sizeof(((gg_row *)0)->member), .unit = unit_, .timing = timing_                    \
    }
#define COUNT(member) MEMBER(GG_H5_U32, member, NULL, 0)
#define TEXT(member) MEMBER(GG_H5_UTF8, member, NULL, 0)
#define NUMBER(member) MEMBER(GG_H5_F64, member, NULL, 0)
#define SECONDS(member) MEMBER(GG_H5_F64, member, "s", 0)

const gg__run_column gg__run_columns[] = {
    COUNT(n_users),
    COUNT(n_servers),
    NUMBER(tau),
    TEXT(objective),
    TEXT(preset),
    COUNT(run),
    MEMBER(GG_H5_U64, seed, NULL, 0),
    TEXT(solver),
    TEXT(status),
    TEXT(stop_reason),
    SECONDS(objective_s),
    SECONDS(lower_bound_s),
    NUMBER(gap),
    COUNT(n_offloaded),
    SECONDS(total_delay_s),
    SECONDS(local_delay_s),
    SECONDS(comm_delay_s),
    SECONDS(comp_delay_s),
    SECONDS(measured_total_delay_s),
    SECONDS(measured_comp_delay_s),
    NUMBER(accuracy),
    COUNT(tau_violations),
    MEMBER(GG_H5_I64, nodes, NULL, 0),
    MEMBER(GG_H5_F64, runtime_s, "s", 1),
};

const size_t gg__n_run_columns = sizeof gg__run_columns / sizeof *gg__run_columns;
