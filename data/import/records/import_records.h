/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What importers of JSON share: the walk over the values of all sources, and small facts that
 * records of several programs spell alike.
 */
#ifndef GOAGAP_DATA_IMPORT_RECORDS_IMPORT_RECORDS_H
#define GOAGAP_DATA_IMPORT_RECORDS_IMPORT_RECORDS_H

#include "data/import/import_sink.h"
#include "data/text/json_place.h"
#include "data/text/json_stream.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gg_record_walk {
    size_t levels; /* of arrays around the values */
    /* Called for every value. */
    gg_status (*value)(void *state, gg_json_stream *stream, const gg_json_place *at, gg_error *err);
    /* Called at every "[DONE]" and at the end of every source; may be NULL. */
    gg_status (*end)(void *state, gg_error *err);
    void *state;
} gg_record_walk;

/* Walks until the sources end or the sink is full. Errors: GG_E_INPUT (also for a source without
 * a value), GG_E_IO, GG_E_NOMEM, and what the functions return. */
gg_status gg_import_walk(gg_import_job *job, const gg_record_walk *walk, gg_error *err);

/* The same for one source of the job. */
gg_status gg_import_walk_one(gg_import_job *job, const gg_record_walk *walk, const char *path,
                             gg_error *err);

/* "file:line" of a record, for gg_import_query.place. */
enum { GG_RECORD_PLACE_SIZE = 256 };
void gg_record_place(const gg_json_place *at, char place[GG_RECORD_PLACE_SIZE]);

/* A record's name as text: a string or an integer, of at most 255 bytes; empty where the value is
 * null or absent. Errors: GG_E_INPUT. */
enum { GG_RECORD_ID_SIZE = 256 };
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

/* For `recognises`: true when the file begins like JSON (or an event stream) and one of these keys
 * (a list that ends with NULL) is in its head. */
bool gg_head_has_key(const unsigned char *head, size_t size, const char *const *keys);
/* True when one of these texts is in a head that begins like JSON. */
bool gg_head_has_text(const unsigned char *head, size_t size, const char *const *texts);

#ifdef __cplusplus
}
#endif
#endif
