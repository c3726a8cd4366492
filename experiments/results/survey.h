/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How far the results in a folder are, and what failed: from its index, and from the parts only
 * where that does not know them.
 */
#pragma once

#include "experiments/results/merge.h"

/* Different failures that are told; more of them are counted together. */
enum { GG_MOST_FAILURES = 20 };

/* Rows of one strategy that failed for one reason. */
typedef struct gg_survey_failure {
    char solver[GG_ROW_NAME];
    char reason[GG_ROW_REASON];
    size_t count;
} gg_survey_failure;

typedef struct gg_survey {
    gg_manifest manifest; /* of the first part */
    gg_census census;     /* a folder holds no network twice: no copies, no conflicts */
    size_t parts;         /* 0: nothing is there yet */
    size_t rows;
    bool unchecked; /* some part is of an older version, without checksum */
    size_t n_failures;
    gg_survey_failure failures[GG_MOST_FAILURES];
    size_t other_failures; /* rows that failed for none of these */
} gg_survey;

/* Looks through a folder, or one part file. The caller clears *out. Errors: as gg_results_read and
 * gg_merge. */
gg_status gg_survey_read(const char *path, gg_survey *out, gg_error *err);
void gg_survey_clear(gg_survey *survey);
