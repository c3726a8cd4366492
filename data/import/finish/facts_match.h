/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The facts of --facts, --correct and --latency beside the queries that wait in a sink: matched by
 * id before anything is written.
 */
#pragma once

#include "data/import/finish/facts.h"

enum { GG__FACT_SOURCES = 3 };

typedef struct gg__fact_sets {
    gg__facts *of[GG__FACT_SOURCES]; /* NULL: none */
    size_t *rows[GG__FACT_SOURCES];  /* of every record of the sink */
} gg__fact_sets;

/* Reads what the options name; --correct and --latency only where they are CSV with ids. Errors:
 * as gg__facts_read; GG_E_USAGE (two of them bring one fact). */
gg_status gg__fact_sets_read(gg__fact_sets *sets, gg_import_sink *sink, gg_error *err);
void gg__fact_sets_clear(gg__fact_sets *sets);
bool gg__fact_sets_have(const gg__fact_sets *sets, gg__fact fact);

/* Finds every query's rows, and counts anew in the sink who knows what. `id` has room for the
 * longest. Errors: GG_E_INPUT (ids that do not match), GG_E_IO, GG_E_NOMEM. */
gg_status gg__fact_sets_match(gg__fact_sets *sets, gg_import_sink *sink, char *id, gg_error *err);

/* The facts of record `k` become those that the sets know of it. */
void gg__fact_sets_apply(const gg__fact_sets *sets, size_t k, gg__query_record *record);
