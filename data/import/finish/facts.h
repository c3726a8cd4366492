/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is known of queries besides their logits, from a CSV of its own: a row a query, found by the
 * query's id, so that no order can be the wrong one.
 */
#pragma once

#include "data/import/sink/import_internal.h"

typedef struct gg__facts gg__facts;

/* Reads "FILE.csv[:id=COL,correct=COL,...]". Columns with names of the dataset need no mapping;
 * `correct` and `latency_s` are the imported side's. What is not read is told to the sink. Errors:
 * GG_E_USAGE (the mapping), GG_E_INPUT (ids missing or twice, values that are none), GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg__facts_read(const char *source, gg_import_sink *sink, gg__facts **out, gg_error *err);

/* Reads one fact from "FILE.csv[:COLUMN]" if that is a CSV with a column `id`; *out stays NULL for
 * every other file. `names` (ends with NULL) are those that the column may have. Errors: as above.
 */
gg_status gg__facts_read_one(const char *source, gg__fact fact, const char *const *names,
                             gg_import_sink *sink, gg__facts **out, gg_error *err);
void gg__facts_free(gg__facts *facts);

/* True when there is a column of the fact. */
bool gg__facts_has(const gg__facts *facts, gg__fact fact);

/* The row of a query's id, the same number in another notation ("7", "007", "7.0") included where
 * that is unambiguous; GG__NO_ROW. */
#define GG__NO_ROW SIZE_MAX
size_t gg__facts_row(const gg__facts *facts, const char *id);

/* The query of that id takes the row for itself; where there is none (GG__NO_ROW), or another query
 * took it, the id is noted. Queries that are not written take it, too, and need none. */
void gg__facts_claim(gg__facts *facts, size_t row, const char *id, bool is_written);
/* Puts what the row knows into a query's GG__N_FACTS facts. */
void gg__facts_apply(const gg__facts *facts, size_t row, double *query);

/* After all queries: refuses what gg__facts_claim noted, and, unless `may_have_more`, rows that
 * are of no query; the first three are named. Errors: GG_E_INPUT. */
gg_status gg__facts_check(const gg__facts *facts, bool may_have_more, gg_error *err);
