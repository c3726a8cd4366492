/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/finish/import_finish.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/finish/facts_match.h"
#include "data/import/finish/import_join.h"
#include "data/import/finish/import_tokens.h"
#include "data/text/number_file.h"
#include "models/base/alloc.h"
#include "models/base/unusual.h"

/* Numbers of one file, one a query of the sources. */
typedef struct number_list {
    double *values;
    size_t count;
} number_list;

typedef struct ending {
    gg_import_sink *sink;
    size_t n; /* queries to write */
    gg__fact_sets sets;
    number_list correct, latency;
    double *seconds[GG_N_SIDES]; /* latencies of all, where they are judged */
    char *id;                    /* room for one */
    char **ids;                  /* of all, where another dataset is joined */
    size_t n_ids;
    double *uncertainty; /* of all, where it is imported */
    bool stored[GG__N_FACTS];
} ending;

static gg_status no_memory(const ending *e, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", e->sink->output);
}

static gg_status read_list(const ending *e, const char *path, bool by_id,
                           const char *const *columns, number_list *list, gg_error *err) {
    gg_import_sink *s = e->sink;
    if (path == NULL || by_id)
        return GG_OK;
    GG_TRY(gg_number_file_read(path, columns, &list->values, &list->count, err));
    bool may_have_more = gg_import_sink_full(s);
    if (list->count < s->n_source_queries || (list->count > s->n_source_queries && !may_have_more))
        return gg_fail(err, GG_E_INPUT, "%s: has %zu values for %zu queries", path, list->count,
                       s->n_source_queries);
    gg_import_sink_warn(s, "%s: by position: %zu values in the order of the queries", path,
                        list->count);
    return GG_OK;
}

static gg_status read_lists(ending *e, gg_error *err) {
    static const char *const correct[GG_N_SIDES][4] = {{"correct", "slm_correct", NULL},
                                                       {"correct", "llm_correct", NULL}};
    static const char *const latency[GG_N_SIDES][5] = {
        {"latency_s", "slm_latency_s", "local_delay_s", NULL},
        {"latency_s", "llm_latency_s", "edge_delay_s", NULL}};
    const gg_import_options *o = e->sink->options;
    GG_TRY(gg__fact_sets_read(&e->sets, e->sink, err));
    GG_TRY(read_list(e, o->correct, e->sets.of[1] != NULL, correct[o->side], &e->correct, err));
    return read_list(e, o->latency, e->sets.of[2] != NULL, latency[o->side], &e->latency, err);
}

/* Facts in the order in which they are written. */
static const struct {
    const char *name;
    int side; /* whose column it is; -1: the imported side's */
    gg_column column;
} facts[GG__N_FACTS] = {
    [GG__CORRECT + GG_SLM] = {"slm correct", GG_SLM, GG_COLUMN_CORRECT},
    [GG__CORRECT + GG_LLM] = {"llm correct", GG_LLM, GG_COLUMN_CORRECT},
    [GG__LATENCY + GG_SLM] = {"slm latency_s", GG_SLM, GG_COLUMN_LATENCY},
    [GG__LATENCY + GG_LLM] = {"llm latency_s", GG_LLM, GG_COLUMN_LATENCY},
    [GG__PROMPT_BYTES] = {"prompt_bytes", -1, GG_COLUMN_PROMPT_BYTES},
    [GG__TASK] = {"task", -1, GG_COLUMN_TASK},
    [GG__UNCERTAINTY] = {"uncertainty", -1, GG_N_COLUMNS}, /* not a column: gathered */
    [GG__ANSWER_TOKENS] = {"answer_tokens", -1, GG_COLUMN_ANSWER_TOKENS},
};

static bool is_about_rows(const gg_import_sink *s) {
    return s->rows != NULL || s->lists != NULL;
}

/* Queries without rows that came before the import was known to be about rows. */
static void leave_bare_out(gg_import_sink *s) {
    if (!is_about_rows(s) || !s->options->skip_empty)
        return;
    s->counts.queries -= s->n_bare;
    s->counts.skipped += s->n_bare;
    for (int k = 0; k < GG__N_FACTS; k++)
        s->known[k] -= s->known_of_bare[k];
}

/* A column is stored when every query has its value. */
static void choose_columns(ending *e) {
    gg_import_sink *s = e->sink;
    for (int k = 0; k < GG__N_FACTS; k++) {
        e->stored[k] = s->known[k] > 0 && s->known[k] == s->counts.queries;
        if (s->known[k] == 0 || e->stored[k])
            continue;
        s->counts.incomplete++;
        gg_import_sink_warn(s, "%zu of %zu queries have no %s: the column is left out",
                            s->counts.queries - s->known[k], s->counts.queries, facts[k].name);
    }
    if (e->correct.values != NULL)
        e->stored[GG__CORRECT + (int)s->options->side] = false;
    if (e->latency.values != NULL)
        e->stored[GG__LATENCY + (int)s->options->side] = false;
}

static gg_status append_listed(const ending *e, const number_list *list, gg_column column,
                               const gg__query_record *record, gg_error *err) {
    if (list->values == NULL)
        return GG_OK;
    return gg_dataset_writer_append(e->sink->writer, e->sink->options->side, column, 1,
                                    &list->values[record->source_index], err);
}

static gg_status append_facts(const ending *e, const gg__query_record *record, gg_error *err) {
    for (int k = 0; k < GG__N_FACTS; k++) {
        gg_side side = facts[k].side >= 0 ? (gg_side)facts[k].side : e->sink->options->side;
        if (e->stored[k] && facts[k].column != GG_N_COLUMNS)
            GG_TRY(gg_dataset_writer_append(e->sink->writer, side, facts[k].column, 1,
                                            &record->facts[k], err));
    }
    GG_TRY(append_listed(e, &e->correct, GG_COLUMN_CORRECT, record, err));
    return append_listed(e, &e->latency, GG_COLUMN_LATENCY, record, err);
}

/* Latencies of all queries, which other units would show. */
static void note_latencies(ending *e, const gg__query_record *record) {
    for (int side = 0; side < GG_N_SIDES; side++)
        if (e->seconds[side] != NULL)
            e->seconds[side][e->n] =
                e->latency.values != NULL && side == (int)e->sink->options->side
                    ? e->latency.values[record->source_index]
                    : record->facts[GG__LATENCY + side];
}

static gg_status check_units(const ending *e, gg_error *err) {
    char place[32];
    for (int side = 0; side < GG_N_SIDES; side++) {
        snprintf(place, sizeof place, "/%s/latency_s", gg_side_name((gg_side)side));
        if (e->seconds[side] != NULL)
            GG_TRY(gg_refuse_unusual(GG_UNIT_LATENCY_S, e->seconds[side], e->n, place, err));
    }
    return GG_OK;
}

static gg_status append_query(ending *e, const gg__query_record *record, gg_error *err) {
    gg_import_sink *s = e->sink;
    GG_TRY(gg__import_query_name(s, record, e->id, err));
    const char *id = s->names.name;
    GG_TRY(gg_dataset_writer_append_id(s->writer, id, err));
    if (e->ids != NULL && (e->ids[e->n_ids++] = gg_strdup(id)) == NULL)
        return no_memory(e, err);
    if (s->lists != NULL)
        GG_TRY(gg_import_lists_write(s->lists, s->writer, s->options->side, (size_t)record->n_rows,
                                     err));
    GG_TRY(append_facts(e, record, err));
    note_latencies(e, record);
    if (e->uncertainty != NULL)
        e->uncertainty[e->n] = record->facts[GG__UNCERTAINTY];
    e->n++;
    return GG_OK;
}

static gg_status write_queries(ending *e, gg_error *err) {
    gg_import_sink *s = e->sink;
    GG_TRY(gg_spool_turn(s->queries, err));
    for (size_t k = 0; k < s->n_records; k++) {
        gg__query_record record;
        GG_TRY(gg_spool_read(s->queries, &record, sizeof record, err));
        if (record.id_size > 0)
            GG_TRY(gg_spool_read(s->queries, e->id, record.id_size, err));
        e->id[record.id_size] = '\0';
        if (record.is_skipped)
            continue;
        gg__fact_sets_apply(&e->sets, k, &record);
        if (!is_about_rows(s) || record.n_rows > 0)
            GG_TRY(append_query(e, &record, err));
        else if (!s->options->skip_empty)
            return gg_fail(err, GG_E_INPUT,
                           "query %" PRIu64 "%s%s: its answer has no tokens; --skip-empty leaves "
                           "such queries out",
                           record.source_index, record.id_size > 0 ? ": " : "", e->id);
    }
    return GG_OK;
}

static gg_status bring(const ending *e, gg_error *err) {
    gg_import_sink *s = e->sink;
    gg__import_join join = {.path = s->options->join,
                            .ids = e->ids,
                            .n_queries = e->n_ids,
                            .gzip_level = s->options->gzip_level,
                            .counted = s->options->side,
                            .counts = &s->counts,
                            .writer = s->writer};
    join.has_imported = e->uncertainty != NULL;
    for (int side = 0; side < GG_N_SIDES; side++) {
        bool is_imported = side == (int)s->options->side;
        join.given[side][GG_COLUMN_CORRECT] =
            e->stored[GG__CORRECT + side] || (is_imported && e->correct.values != NULL);
        join.given[side][GG_COLUMN_LATENCY] =
            e->stored[GG__LATENCY + side] || (is_imported && e->latency.values != NULL);
        join.given[side][GG_COLUMN_ANSWER_TOKENS] = is_imported && e->stored[GG__ANSWER_TOKENS];
        join.sides[side] = !is_imported || (!is_about_rows(s) && s->copied == NULL);
    }
    join.columns[GG_COLUMN_TASK] = !e->stored[GG__TASK];
    join.columns[GG_COLUMN_PROMPT_BYTES] = !e->stored[GG__PROMPT_BYTES];
    if (s->options->join != NULL)
        GG_TRY(gg__import_bring(&join, gg_import_sink_full(s), err));
    if (s->copied == NULL)
        return GG_OK;
    join.path = s->copied;
    join.is_source = true;
    join.keep_top_k = s->options->keep_top_k;
    join.sides[GG_SLM] = s->options->side == GG_SLM || s->options->join == NULL;
    join.sides[GG_LLM] = s->options->side == GG_LLM || s->options->join == NULL;
    return gg__import_bring(&join, true, err);
}

static void tell_names(gg_import_sink *s) {
    const gg__import_names *n = &s->names;
    if (n->need_paths)
        gg_import_sink_warn(s, "ids occur in several sources: they are named after these (%.80s%s)",
                            n->labels[0], n->n_sources > 1 ? ", ..." : "");
    if (n->transcodes)
        gg_import_sink_warn(s, "ids that are not UTF-8 were taken for Latin-1");
    if (n->repeated > 0)
        gg_import_sink_warn(s, "%zu answers have the id of one before: they are numbered (~2, ...)",
                            n->repeated);
}

static gg_status prepare(ending *e, gg_error *err) {
    gg_import_sink *s = e->sink;
    leave_bare_out(s);
    size_t n = s->counts.queries;
    if (n == 0)
        return gg_fail(err, GG_E_INPUT, "there are no queries to import%s",
                       s->counts.skipped > 0 ? ": all were left out" : "");
    if (s->rows != NULL && gg_import_rows_are_probs(s->rows))
        return gg_fail(err, GG_E_INPUT,
                       "%s: every row lies in 0..1 and sums to 1: --values probs takes the numbers "
                       "for probabilities, --values logits for logits",
                       s->place);
    GG_TRY(gg__import_names_settle(&s->names, err));
    tell_names(s);
    e->id = gg_alloc(s->longest_id + 32, 1);
    if (e->id == NULL)
        return no_memory(e, err);
    GG_TRY(read_lists(e, err));
    GG_TRY(gg__fact_sets_match(&e->sets, s, e->id, err));
    choose_columns(e);
    if ((s->options->join != NULL || s->copied != NULL) &&
        (e->ids = gg_alloc(n, sizeof *e->ids)) == NULL)
        return no_memory(e, err);
    if (e->stored[GG__UNCERTAINTY] &&
        (e->uncertainty = gg_alloc(n, sizeof *e->uncertainty)) == NULL)
        return no_memory(e, err);
    for (int side = 0; side < GG_N_SIDES; side++) {
        bool is_listed = side == (int)s->options->side && e->latency.values != NULL;
        if (s->options->allow_unusual || !(e->stored[GG__LATENCY + side] || is_listed))
            continue;
        e->seconds[side] = gg_alloc(n, sizeof *e->seconds[side]);
        if (e->seconds[side] == NULL)
            return no_memory(e, err);
    }
    if (s->lists != NULL)
        GG_TRY(gg_import_lists_declare(s->lists, s->writer, s->options->side,
                                       s->options->gzip_level, err));
    return GG_OK;
}

static gg_status write_provenance(const ending *e, const char *format, gg_error *err) {
    gg_import_sink *s = e->sink;
    gg_h5 *h5 = gg_dataset_writer_h5(s->writer);
    GG_TRY(gg_h5_write_text_attribute(h5, "/", "imported_from", format, err));
    if (s->rows != NULL)
        GG_TRY(gg_h5_write_text_attribute(h5, "/", "imported_dtype",
                                          gg_dtype_name(s->counts.source_dtype), err));
    if (e->uncertainty != NULL) {
        snprintf(s->uncertainty.source, sizeof s->uncertainty.source, "%s", format);
        snprintf(s->uncertainty.created_by, sizeof s->uncertainty.created_by, "goagap import");
        GG_TRY(gg_dataset_writer_uncertainty(s->writer, "imported", &s->uncertainty, e->uncertainty,
                                             e->n, err));
    }
    return GG_OK;
}

static gg_status write_all(ending *e, const char *format, gg_error *err) {
    GG_TRY(prepare(e, err));
    GG_TRY(write_queries(e, err));
    if (e->n == 0)
        return gg_fail(err, GG_E_INPUT, "there are no queries to import: all were left out");
    GG_TRY(check_units(e, err));
    GG_TRY(gg__import_write_tokens(e->sink, err));
    GG_TRY(bring(e, err));
    return write_provenance(e, format, err);
}

static void clear(ending *e) {
    for (size_t k = 0; e->ids != NULL && k < e->n_ids; k++)
        gg_free(e->ids[k]);
    gg_free(e->ids);
    gg_free(e->id);
    gg_free(e->uncertainty);
    gg_free(e->seconds[GG_SLM]);
    gg_free(e->seconds[GG_LLM]);
    gg__fact_sets_clear(&e->sets);
    gg_free(e->correct.values);
    gg_free(e->latency.values);
}

gg_status gg_import_sink_finish(gg_import_sink *s, const char *format, gg_import_counts *counts,
                                gg_error *err) {
    ending e = {.sink = s};
    gg_status status = write_all(&e, format, err);
    clear(&e);
    if (status == GG_OK) {
        status = gg_dataset_writer_finish(s->writer, "goagap import", err);
        s->writer = NULL;
    }
    if (status == GG_OK && counts != NULL)
        *counts = s->counts;
    gg_import_sink_abort(s);
    return status;
}
