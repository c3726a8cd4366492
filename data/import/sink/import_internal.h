/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sink from inside: import_sink.c fills it, the room finish/ empties it.
 */
#pragma once

#include "data/dataset/uncertainty_store.h"
#include "data/files/spool.h"
#include "data/import/sink/import_names.h"
#include "data/import/sink/import_sink.h"

/* Columns of one number a query that sources may bring. */
typedef enum gg__fact {
    GG__CORRECT, /* two: one a side */
    GG__LATENCY = GG__CORRECT + GG_N_SIDES,
    GG__PROMPT_BYTES = GG__LATENCY + GG_N_SIDES,
    GG__TASK,
    GG__UNCERTAINTY,
    GG__ANSWER_TOKENS,
    GG__N_FACTS
} gg__fact;

/* A query as it waits for the end of the import; its id follows it in the spool. */
typedef struct gg__query_record {
    uint64_t source_index; /* counting the skipped */
    uint64_t n_rows;
    double facts[GG__N_FACTS];
    uint32_t id_size; /* 0: none */
    uint32_t source;
    uint32_t id_kind;    /* gg_import_id_kind */
    uint32_t is_skipped; /* left out: it waits for its id alone */
} gg__query_record;

struct gg_import_sink {
    const gg_import_options *options;
    const gg_import_hooks *hooks;
    char *output;
    gg_import_counts counts;
    gg_dataset_writer *writer;
    gg_import_rows *rows; /* one of these at most */
    gg_import_lists *lists;
    gg_spool *queries;
    size_t n_source_queries;   /* the skipped included */
    size_t known[GG__N_FACTS]; /* queries that have the fact */
    /* Of these, queries that came without rows before anything said what the import is about. */
    size_t n_bare, known_of_bare[GG__N_FACTS];
    size_t n_records; /* in `queries` */
    size_t n_named;   /* of these, how many have an id */
    size_t longest_id;
    gg__import_names names;
    char place[160]; /* of the rows at hand */
    gg_uncertainty_info uncertainty;
    const char *copied; /* a dataset that is copied whole, or NULL */
};

/* The query's final name into s->names.name; `id` holds the one it came with. Errors: GG_E_INPUT.
 */
gg_status gg__import_query_name(gg_import_sink *sink, const gg__query_record *record, char *id,
                                gg_error *err);
