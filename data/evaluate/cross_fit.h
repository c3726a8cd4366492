/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * P(right | uncertainty) of every query of a dataset, from the others' outcomes: isotonic
 * regression of the errors on the uncertainty, fitted for each of five parts of the queries on the
 * other four. No query's own outcome has a part in its own probability.
 */
#pragma once

#include <stdint.h>

#include "data/hdf5/h5.h"
#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_CROSS_FOLDS = 5, GG_CROSS_SEED = 1 };

/* The part of every query, by its id alone: gg_hash_folds with GG_CROSS_SEED. Errors: GG_E_NOMEM.
 */
gg_status gg_cross_folds(const gg_strings *ids, uint8_t *fold, gg_error *err);

/* p[i] = P(query i is answered rightly), by n finite uncertainties, outcomes (0 or not 0) and
 * parts, none of which holds all queries. Errors: GG_E_USAGE (one does), GG_E_NOMEM. */
gg_status gg_cross_fit(const double *uncertainty, const uint8_t *correct, const uint8_t *fold,
                       size_t n, double *p, gg_error *err);
GG_C_END
