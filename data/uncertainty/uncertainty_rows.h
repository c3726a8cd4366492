/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values of chosen token rows, in parallel.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "data/uncertainty/uncertainty_options.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_row_job {
    gg_dataset *dataset;
    gg_side side;
    const gg_uncertainty_options *options;
    const int64_t *classes; /* of the vocabulary; NULL: none */
    const size_t *rows;     /* ascending token rows */
    const int64_t *tokens;  /* generated token of each; NULL unless nll */
    size_t count;
    double *values; /* one a row; filled */
} gg_row_job;

/* Work is cut without regard to the number of threads: they change nothing but the time. Of several
 * rows with an error the first counts; *failed is its place in `rows`, or `count` when the message
 * needs no row. Errors: those of readers and of gg_measurer_row, whose message is the bare reason.
 */
gg_status gg_uncertainty_rows(const gg_row_job *job, size_t *failed, gg_error *err);
GG_C_END
