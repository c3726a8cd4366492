/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers in the shapes of OpenAI's interfaces (chat completions, completions, responses) and of
 * the servers that speak them: whole, in a batch's wrapper, or in the pieces of a stream. Every
 * choice of an answer is a query.
 */
#ifndef GOAGAP_DATA_IMPORT_RECORDS_COMPLETION_RECORD_H
#define GOAGAP_DATA_IMPORT_RECORDS_COMPLETION_RECORD_H

#include "data/import/records/import_records.h"
#include "data/import/records/logprob_lists.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gg_completion_reader {
    gg_import_sink *sink;
    gg_logprob_lists *lists;
    bool lists_end_token; /* the program reports the end-of-answer token's candidates */
    bool drops_end_token; /* an end-of-answer token will be dropped */
    bool of_prompt;       /* the rows of the query at hand are the prompt's */
    json_t *joined;       /* the answer whose pieces are arriving, or NULL */
    size_t joined_bytes;
    char file[GG_RECORD_PLACE_SIZE]; /* where it begins */
    size_t line;
} gg_completion_reader;

/* A gg_record_walk's functions, with a gg_completion_reader as state. Pieces of one answer must
 * follow one another. */
gg_status gg_completion_value(void *reader, gg_json_stream *stream, const gg_json_place *at,
                              gg_error *err);
gg_status gg_completion_end(void *reader, gg_error *err);

/* Imports all sources of the job as such answers. */
gg_status gg_completion_import(gg_import_job *job, bool lists_end_token, gg_error *err);

/* One whole answer, without wrapper. `id` (may be empty) and `prompt_bytes` are a wrapper's. */
gg_status gg_completion_answer(gg_completion_reader *reader, const gg_json_place *answer,
                               const char *id, double prompt_bytes, gg_error *err);

/* ---- pieces ---- */

/* True when a value is a piece of a streamed answer, not a whole one. */
bool gg_completion_is_piece(const json_t *value);
/* Adds a piece to the answer *joined, which the first piece makes. Errors: GG_E_INPUT, GG_E_NOMEM.
 */
gg_status gg_completion_join(json_t **joined, const gg_json_place *piece, gg_error *err);

#ifdef __cplusplus
}
#endif
#endif
