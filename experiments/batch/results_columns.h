/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the results code share: the one list of the columns of /runs.
 */
#ifndef GOAGAP_EXPERIMENTS_BATCH_RESULTS_COLUMNS_H
#define GOAGAP_EXPERIMENTS_BATCH_RESULTS_COLUMNS_H

#include <stddef.h>

#include "data/h5.h"
#include "experiments/batch/results.h"

/* The name and version that a results file carries. */
#define GG_RESULTS_FORMAT "goagap-results"
enum { GG_RESULTS_VERSION = 1 };

typedef struct gg__run_column {
    const char *name;
    gg_h5_type type;
    size_t offset;    /* of the member of gg_row */
    size_t size;      /* of the member */
    const char *unit; /* "s", or NULL where none applies */
    int timing;       /* differs from run to run of the same plan */
} gg__run_column;

extern const gg__run_column gg__run_columns[];
extern const size_t gg__n_run_columns;

/* One part file; as gg_results_read. */
gg_status gg__results_read_part(const char *path, bool with_assignments, gg_results **out,
                                gg_error *err);

#endif
