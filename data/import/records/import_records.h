/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What importers of JSON and CSV share: the walk over the records of all sources, and small facts
 * that records of several programs spell alike.
 */
#pragma once

#include "data/import/records/logprob_lists.h"
#include "data/text/json_stream.h"
#include "models/base/linkage.h"
#include "models/text/csv.h"

GG_C_BEGIN
enum { GG_RECORD_PLACE_SIZE = 400, GG_RECORD_ID_SIZE = 256 };

/* A query while its record is read. Its texts stand beside it: a record is not copied. */
typedef struct gg_record {
    gg_import_query query;
    char id[GG_RECORD_ID_SIZE];
    char place[GG_RECORD_PLACE_SIZE];
} gg_record;

/* A query of which nothing is known but its place, "file:line", and its name where `name` (as for
 * gg_record_id; may be NULL) has a value. Errors: GG_E_INPUT. */
gg_status gg_record_begin(gg_record *record, const gg_json_place *at, const gg_json_place *name,
                          gg_error *err);

/* A record's name as text: a string or an integer, of at most 255 bytes; empty where the value is
 * null or absent. Errors: GG_E_INPUT. */
gg_status gg_record_id(const gg_json_place *at, char id[GG_RECORD_ID_SIZE], gg_error *err);

/* Bytes of the prompt that a request or a record with one holds as "prompt" (a text) or
 * "messages"; NAN where there is neither. */
double gg_record_prompt_bytes(const gg_json_place *at);

/* Optional numbers: NAN where absent or null. A latency is in units of `unit_s` seconds, > 0; a
 * count an integer >= 0. Errors: GG_E_INPUT. */
gg_status gg_record_number(const gg_json_place *at, double *number, gg_error *err);
gg_status gg_record_flag(const gg_json_place *at, double *flag, gg_error *err);
gg_status gg_record_latency(const gg_json_place *at, double unit_s, double *seconds, gg_error *err);
gg_status gg_record_count(const gg_json_place *at, double *count, gg_error *err);

/* True for what servers write in place of an answer: an error object or text, "detail", a code. */
bool gg_record_failed(const gg_json_place *at);
/* Why such records are left out. */
#define GG_REQUEST_FAILED "the request failed"

typedef struct gg_record_walk {
    size_t levels; /* of arrays around the values */
    /* Called for every value. */
    gg_status (*value)(void *state, gg_json_stream *stream, const gg_json_place *at, gg_error *err);
    /* Called at every "[DONE]" and at the end of every source; may be NULL. */
    gg_status (*end)(void *state, gg_error *err);
    void *state;
    gg_logprob_lists **lists; /* made before gg_import_walk walks, freed after; NULL: none */
} gg_record_walk;

/* Walks until the sources end or the sink is full. Errors: GG_E_INPUT (also for a source without
 * a value), GG_E_IO, GG_E_NOMEM, and what the functions return. */
gg_status gg_import_walk(gg_import_job *job, const gg_record_walk *walk, gg_error *err);

/* The same for one source of the job. */
gg_status gg_import_walk_one(gg_import_job *job, const gg_record_walk *walk, const char *path,
                             gg_error *err);

typedef struct gg_table_walk {
    /* Called before the first record. */
    gg_status (*header)(void *state, gg_csv *csv, gg_error *err);
    /* Called for every record, whose query has its place and what stands in column `id`. */
    gg_status (*record)(void *state, gg_csv *csv, gg_import_query *query, gg_error *err);
    void *state;
} gg_table_walk;

/* One source of the job that is CSV. Errors: as gg_import_walk. */
gg_status gg_import_walk_table(gg_import_job *job, const gg_table_walk *walk, const char *path,
                               gg_error *err);
GG_C_END
