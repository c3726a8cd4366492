/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A dataset's queries as the workload a network is drawn for.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "models/base/linkage.h"
#include "models/draw/scenario.h"

GG_C_BEGIN
/* The columns of a workload, owned, with the view that scenarios take. */
typedef struct gg_workload_columns gg_workload_columns;

/* Reads prompt_bytes, latencies, correctness where it is there, and alpha from
 * /uncertainty/<uncertainty>. Uncertainties outside [0, 1] are refused unless `rank_alpha` replaces
 * all of them by their mid-rank / n_queries. The large model's latencies and both models'
 * correctness are optional; where a model's is known, its P(right | alpha) comes from it, a query's
 * own flag left out (cross_fit.h). The caller frees *out. Errors: GG_E_INPUT (a column that is
 * missing, a value and its query), GG_E_USAGE (the uncertainty's name), GG_E_NOMEM. */
gg_status gg_workload_read(gg_dataset *dataset, const char *uncertainty, bool rank_alpha,
                           gg_workload_columns **out, gg_error *err);
void gg_workload_free(gg_workload_columns *columns);

/* Borrowed: valid until the columns are freed. */
const gg_workload *gg_workload_view(const gg_workload_columns *columns);

/* Replaces values by their mid-rank / n: ranks count from 1, equal values share their mean rank.
 * Errors: GG_E_NOMEM. */
gg_status gg_mid_ranks(double *values, size_t n, gg_error *err);
GG_C_END
