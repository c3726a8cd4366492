/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Candidate lists on their way into a dataset: sorted log-probabilities, each token once, waiting
 * in a spool until the longest list is known.
 */
#pragma once

#include "data/dataset/dataset_writer.h"
#include "data/import/sink/import_options.h"
#include "data/text/token_texts.h"
#include "models/base/linkage.h"

GG_C_BEGIN
enum { GG_NO_TOKEN_ID = -1 };

/* One possible next token. Tokens of one import are known by id, or by text, or not at all. */
typedef struct gg_candidate {
    double value;     /* as the source has it: log-probability, probability or logit */
    int64_t id;       /* GG_NO_TOKEN_ID: known by text */
    const char *text; /* borrowed bytes, not necessarily UTF-8; NULL: not known */
    size_t text_size;
} gg_candidate;

typedef struct gg_import_lists gg_import_lists;

/* `counts` is borrowed. Errors: GG_E_IO, GG_E_NOMEM. */
gg_status gg_import_lists_new(size_t keep_top_k, gg_import_counts *counts, gg_import_lists **out,
                              gg_error *err);
void gg_import_lists_free(gg_import_lists *lists);

/* One token of the query at hand; see gg_import_sink_token. A message begins with "token 3: ". */
gg_status gg_import_lists_append(gg_import_lists *lists, gg_import_values values,
                                 const gg_candidate *candidates, size_t n_candidates,
                                 const gg_candidate *generated, gg_error *err);

/* Tokens of the query at hand so far. */
size_t gg_import_lists_pending(const gg_import_lists *lists);

/* Ends the query, without its last token where drop_last says so; *n_rows are left. */
gg_status gg_import_lists_end(gg_import_lists *lists, bool drop_last, size_t *n_rows,
                              gg_error *err);
/* Takes the query at hand back. */
gg_status gg_import_lists_forget(gg_import_lists *lists, gg_error *err);

/* After the last query: declares the side; then its queries are written one by one, in order. */
gg_status gg_import_lists_declare(gg_import_lists *lists, gg_dataset_writer *writer, gg_side side,
                                  int gzip_level, gg_error *err);
gg_status gg_import_lists_write(gg_import_lists *lists, gg_dataset_writer *writer, gg_side side,
                                size_t n_rows, gg_error *err);

/* The largest token id so far; -1 where tokens have none. */
int32_t gg_import_lists_highest_id(const gg_import_lists *lists);

/* Texts of the tokens whose id is their number in it; NULL where tokens have ids or no names. */
const gg_token_texts *gg_import_lists_texts(const gg_import_lists *lists);
GG_C_END
