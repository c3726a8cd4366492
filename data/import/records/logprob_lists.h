/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ways in which programs write a token's candidates in JSON, read into an import sink.
 */
#pragma once

#include "data/import/sink/importer.h"
#include "data/text/json_place.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* Keys of an entry: one generated token with its candidates, which have the same token and value
 * keys. */
typedef struct gg_entry_keys {
    const char *generated; /* text of the generated token */
    const char *token;     /* text of a candidate */
    const char *value;
    const char *list;
    gg_import_values values; /* what `value` is */
    size_t least;            /* candidates without which a token says nothing */
    const char *id;          /* NULL: "id" */
} gg_entry_keys;

/* {"token", "logprob", "bytes", "top_logprobs": [{"token", "logprob", "bytes"}, ..]}, with "id"
 * where the program writes it. */
extern const gg_entry_keys gg_openai_keys;

typedef struct gg_logprob_lists gg_logprob_lists;

/* For the job's sink, which is borrowed; NULL when memory is short. */
gg_logprob_lists *gg_logprob_lists_new(const gg_import_job *job)
    __attribute__((warn_unused_result));
void gg_logprob_lists_free(gg_logprob_lists *lists);

/* What speaks against the query at hand; the first reason stays. The functions below say so too,
 * and return GG_OK then. */
void gg_logprob_lists_set_unusable(gg_logprob_lists *lists, const char *reason);

bool gg_logprob_lists_unusable(const gg_logprob_lists *lists);

/* Ends the query at hand, or skips it where something speaks against it. `without_rows` is the
 * reason to skip one that has no rows; NULL: it need not have any. Errors: as
 * gg_import_sink_end_query and gg_import_sink_skip_query. */
gg_status gg_logprob_lists_end_query(gg_logprob_lists *lists, const gg_import_query *query,
                                     const char *without_rows, gg_error *err);

/* Each of the following adds tokens to the sink's query at hand. Errors: GG_E_INPUT (file, line,
 * key), GG_E_IO, GG_E_NOMEM. */

/* An array of entries. */
gg_status gg_logprob_lists_entries(gg_logprob_lists *lists, const gg_entry_keys *keys,
                                   const gg_json_place *entries, gg_error *err);

/* The generated tokens in one array (or one of them, an object) and arrays of candidates in another
 * (or that token's); a candidate is an object, or [value, id, ..]. Where these arrays stand in
 * objects, keys->list is their key. */
gg_status gg_logprob_lists_pairs(gg_logprob_lists *lists, const gg_entry_keys *keys,
                                 const gg_json_place *tokens, const gg_json_place *candidates,
                                 gg_error *err);

/* {"tokens": [..], "token_logprobs": [..], "top_logprobs": [{"<text>": number, ..} | null, ..]}.
 * The first `skip` tokens are the prompt's; a first token without candidates is left out. */
gg_status gg_logprob_lists_legacy(gg_logprob_lists *lists, const gg_json_place *logprobs,
                                  size_t skip, gg_error *err);

/* [null, {"<id>": {"logprob": number, ..} or number, ..}, ..]; `tokens` (without value: none) are
 * the generated ids, else the first of each map is the generated one. */
gg_status gg_logprob_lists_maps(gg_logprob_lists *lists, const gg_json_place *maps,
                                const gg_json_place *tokens, gg_error *err);

/* {"start_indices", "end_indices", "token_ids", "logprobs"}: all candidates end to end. */
gg_status gg_logprob_lists_flat(gg_logprob_lists *lists, const gg_json_place *flat,
                                const gg_json_place *tokens, gg_error *err);

/* [number, ..]: one token. */
gg_status gg_logprob_lists_row(gg_logprob_lists *lists, gg_import_values values,
                               const gg_json_place *row, gg_error *err);

/* [[number, ..], ..] with, where there are any, ids of the same shape and the generated tokens. */
gg_status gg_logprob_lists_numbers(gg_logprob_lists *lists, gg_import_values values,
                                   const gg_json_place *rows, const gg_json_place *ids,
                                   const gg_json_place *tokens, gg_error *err);
GG_C_END
