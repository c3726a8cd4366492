/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where importers pour what they read: rows of numbers, or candidate lists, query by query. The
 * sink checks values, orders and pads candidates, gives tokens known only by their text an id,
 * drops or counts what the options say, and writes the dataset. Memory stays at a few blocks and
 * one row (and the distinct token texts); candidate lists wait in an unnamed file until the longest
 * is known.
 *
 * A query is any number of rows or of tokens (one import has one kind), then one end_query or
 * skip_query. Queries without either (finished uncertainties, correctness) are end_query alone.
 */
#pragma once

#include "data/import/sink/import_lists.h"
#include "data/import/sink/import_rows.h"
#include "models/base/linkage.h"

GG_C_BEGIN
typedef struct gg_import_sink gg_import_sink;

/* True once the query limit is reached: nothing more need be read. */
bool gg_import_sink_full(const gg_import_sink *sink);

/* Counts for the summary; an importer adds to `clipped` and `missing_records`. */
gg_import_counts *gg_import_sink_counts(gg_import_sink *sink);

/* Before the first row; may be called again (for each source) with the same spec. `place` names the
 * source in messages. Errors: GG_E_INPUT (another spec than before), GG_E_USAGE, GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_import_sink_declare(gg_import_sink *sink, const gg_import_row_spec *spec,
                                 const char *place, gg_error *err);

/* Rows of the query at hand: n_rows x width in the declared dtype and the machine's byte order;
 * `tokens` (n_rows, NULL unless declared). Refuses NaN, +infinity and rows of -infinity alone.
 * Errors: GG_E_INPUT (place, query, token), GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_sink_rows(gg_import_sink *sink, size_t n_rows, const void *values,
                              const int32_t *tokens, gg_error *err);

/* Why rows, given as above, are not usable: NULL when they are. */
const char *gg_import_sink_row_fault(const gg_import_sink *sink, size_t n_rows, const void *values);

/* lm_head (V x d, in pieces) and the whole bias of GG_STORAGE_HIDDEN, after the declaration. */
gg_status gg_import_sink_head(gg_import_sink *sink, gg_dtype dtype, size_t n_words,
                              const void *values, gg_error *err);
gg_status gg_import_sink_bias(gg_import_sink *sink, gg_dtype dtype, size_t n_words,
                              const void *values, gg_error *err);

/* One token of the query at hand. The candidates may come in any order and may list the generated
 * token twice. `values` says what their numbers are (the --values option overrides it where it is
 * given); values <= -9998 and -infinity are probability 0. `generated` (NULL: not known) need not
 * be among them, and is added. With ids or texts `tokens` are stored too, when all are known.
 * Fewer than two candidates are legal here. Errors: GG_E_INPUT (query, token: NaN, a
 * log-probability above 1e-6, no candidate, some known by id and some by text), GG_E_IO,
 * GG_E_NOMEM. */
gg_status gg_import_sink_token(gg_import_sink *sink, gg_import_values values,
                               const gg_candidate *candidates, size_t n_candidates,
                               const gg_candidate *generated, gg_error *err);

typedef enum gg_import_eos {
    GG_EOS_UNKNOWN, /* drop_eos drops the last row; answer_tokens is not stored */
    GG_EOS_LISTED,  /* the last row is the end-of-answer token's */
    GG_EOS_ABSENT   /* it has no row */
} gg_import_eos;

/* Where a query's name is from: it must be the only one of its source, but for what servers make
 * up. */
typedef enum gg_import_id_kind {
    GG_ID_GIVEN,
    GG_ID_OF_SERVER, /* of an answer: a second one gets a number */
    GG_ID_OF_SOURCE  /* the name of the source itself */
} gg_import_id_kind;

/* Facts of one query; NAN where the source has none. A column is stored when every query has it. */
typedef struct gg_import_query {
    const char *id; /* NULL: its index */
    gg_import_id_kind id_kind;
    const char *place; /* for messages: "runs.jsonl:12"; NULL: none */
    double correct[GG_N_SIDES];
    double latency_s[GG_N_SIDES];
    double prompt_bytes;
    double task;
    double uncertainty;   /* finished: stored as /uncertainty/imported */
    double answer_tokens; /* rows without the end token; NAN: follows from eos */
    gg_import_eos eos;
} gg_import_query;

gg_import_query gg_import_query_init(void);

/* Attributes of /uncertainty/imported ("margin", "first", ...). Copied. */
void gg_import_sink_describe_uncertainty(gg_import_sink *sink, const char *method,
                                         const char *aggregate, double top_k);

/* True when the query at hand has rows or tokens. */
bool gg_import_sink_has_rows(const gg_import_sink *sink);

/* Ends the query. One that has neither a row nor an uncertainty, where the import is about either,
 * is empty: left out and counted with skip_empty, else an error that names it. Errors: GG_E_INPUT,
 * GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_sink_end_query(gg_import_sink *sink, const gg_import_query *query,
                                   gg_error *err);

/* The query at hand is not usable for the reason given (null log-probabilities, a refusal): what
 * came of it is taken back, and it is left out with skip_empty and counted by reason, else it is an
 * error. Only for candidate lists and queries without rows. */
gg_status gg_import_sink_skip_query(gg_import_sink *sink, const gg_import_query *query,
                                    const char *reason, gg_error *err);

/* For datasets that are sources: the queries ended so far are those of the dataset `path`, and
 * everything else is copied from it. `path` must stay valid. */
void gg_import_sink_copy(gg_import_sink *sink, const char *path);

/* The paths of all sources, borrowed, and that the one at hand is at its end: names that occur in
 * several sources are told apart by these paths. */
void gg_import_sink_sources(gg_import_sink *sink, const char *const *sources, size_t n_sources);
void gg_import_sink_next_source(gg_import_sink *sink);

/* Something that is not an error ("c of n chunks"): goes to the import's warn hook. */
void gg_import_sink_warn(gg_import_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Options and hooks are borrowed. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_sink_new(const char *output, const gg_import_options *options,
                             const gg_import_hooks *hooks, gg_import_sink **out, gg_error *err);
void gg_import_sink_abort(gg_import_sink *sink);
GG_C_END
