/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/results/part_index.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/instance.h"
#include "models/text/intern.h"
#include "solvers/solver.h"

static const char *objective_word(size_t index) {
    return index <= GG_ENERGY ? gg_objective_name((gg_objective)index) : NULL;
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
    {MEMBER(GG_H5_U32, member), .lowest = lowest_, .highest = highest_},
#define SEED(member) {MEMBER(GG_H5_U64, member), .highest = 9223372036854775807.0},
#define NODES(member) {MEMBER(GG_H5_I64, member), .highest = 9223372036854775807.0},
#define TEXT(member, size_, word_)                                                                 \
    {.name = #member,                                                                              \
     .type = GG_H5_UTF8,                                                                           \
     .offset = offsetof(gg_row, member),                                                           \
     .size = size_,                                                                                \
     .word = word_},
#define COURSE(member)                                                                             \
    {.name = #member,                                                                              \
     .type = GG_H5_UTF8,                                                                           \
     .offset = offsetof(gg_row, member),                                                           \
     .size = GG_ROW_COURSE,                                                                        \
     .timing = 1},
#define SHARE(member, unknown)                                                                     \
    {MEMBER(GG_H5_F64, member), .highest = 1.0, .may_be_unknown = unknown},
#define DELAY(member)                                                                              \
    {MEMBER(GG_H5_F64, member), .unit = "s", .highest = INFINITY, .may_be_unknown = true},
#define ENERGY(member)                                                                             \
    {MEMBER(GG_H5_F64, member), .unit = "J", .highest = INFINITY, .may_be_unknown = true},
#define TIME(member)                                                                               \
    {MEMBER(GG_H5_F64, member), .unit = "s", .timing = 1, .highest = DBL_MAX,                      \
     .may_be_unknown = true},

const gg__run_column gg__run_columns[] = {
#include "experiments/results/results_columns.def"
};

static_assert(sizeof gg__run_columns / sizeof *gg__run_columns + GG__N_MORE <= GG__MOST_PLACES,
              "the index has room for the places of fewer columns");

const size_t gg__n_run_columns = sizeof gg__run_columns / sizeof *gg__run_columns;

enum { COLUMNS_OF_2 = 24, COLUMNS_OF_4 = 27 };

size_t gg__run_columns_of(int version) {
    if (version <= GG_RESULTS_FEWER_COLUMNS)
        return COLUMNS_OF_2;
    return version <= GG_RESULTS_NO_ENERGY ? COLUMNS_OF_4 : gg__n_run_columns;
}

gg_row gg_row_blank(void) {
    const double unknown = NAN;
    gg_row row = {.failure = ""};
    for (size_t c = 0; c < gg__n_run_columns; c++)
        if (gg__run_columns[c].type == GG_H5_UTF8)
            *gg__text_of(&gg__run_columns[c], &row) = "";
        else if (gg__run_columns[c].may_be_unknown)
            memcpy((char *)&row + gg__run_columns[c].offset, &unknown, sizeof unknown);
    return row;
}

void gg_row_fail(gg_row *row, const char *reason) {
    row->failure = gg_intern(reason, strnlen(reason, GG_ROW_REASON - 1), NULL);
    if (row->failure == NULL)
        row->failure = "out of memory";
}

void gg_results_free(gg_results *results) {
    if (results == NULL)
        return;
    gg_manifest_clear(&results->manifest);
    gg_free(results->rows);
    gg_free(results->offsets);
    gg_free(results->units);
    gg_free(results->assignment);
    gg_free(results);
}
