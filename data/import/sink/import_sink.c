/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/sink/import_sink.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "data/import/sink/import_internal.h"
#include "models/base/alloc.h"

gg_import_query gg_import_query_init(void) {
    return (gg_import_query){.correct = {NAN, NAN},
                             .latency_s = {NAN, NAN},
                             .prompt_bytes = NAN,
                             .task = NAN,
                             .uncertainty = NAN,
                             .answer_tokens = NAN};
}

gg_status gg_import_sink_new(const char *output, const gg_import_options *options,
                             const gg_import_hooks *hooks, gg_import_sink **out, gg_error *err) {
    *out = NULL;
    gg_import_sink *s = gg_alloc(1, sizeof *s);
    if (s == NULL || (s->output = gg_strdup(output)) == NULL) {
        gg_free(s);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", output);
    }
    s->options = options;
    s->hooks = hooks;
    s->uncertainty.top_k = s->uncertainty.temperature = NAN;
    gg_status status = gg_spool_new(&s->queries, err);
    if (status == GG_OK)
        status = gg_dataset_writer_new(output, &s->writer, err);
    if (status != GG_OK) {
        gg_import_sink_abort(s);
        return status;
    }
    *out = s;
    return GG_OK;
}

void gg_import_sink_abort(gg_import_sink *s) {
    if (s == NULL)
        return;
    gg_import_rows_free(s->rows);
    gg_import_lists_free(s->lists);
    gg_dataset_writer_abort(s->writer);
    gg_spool_free(s->queries);
    gg__import_names_clear(&s->names);
    gg_free(s->output);
    gg_free(s);
}

void gg_import_sink_sources(gg_import_sink *s, const char *const *sources, size_t n_sources) {
    s->names.sources = sources;
    s->names.n_sources = n_sources;
}

void gg_import_sink_next_source(gg_import_sink *s) {
    s->names.source++;
}

bool gg_import_sink_full(const gg_import_sink *s) {
    return s->options->limit > 0 && s->counts.queries >= s->options->limit;
}

gg_import_counts *gg_import_sink_counts(gg_import_sink *s) {
    return &s->counts;
}

void gg_import_sink_warn(gg_import_sink *s, const char *format, ...) {
    char message[GG_ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (s->hooks->warn != NULL)
        s->hooks->warn(s->hooks->context, message);
}

/* Puts the query in front of a message that begins with the token. */
static gg_status at_query(const gg_import_sink *s, gg_status status, gg_error *err) {
    char place[sizeof s->place + 40];
    snprintf(place, sizeof place, "%s%squery %zu", s->place, *s->place != '\0' ? ": " : "",
             s->n_source_queries);
    if (status == GG_E_INPUT)
        gg_error_prefix(err, place);
    return status;
}

static gg_status declare_rows(gg_import_sink *s, const gg_import_row_spec *spec, gg_error *err) {
    gg_status status = gg_import_rows_new(s->writer, s->options, spec, &s->counts, &s->rows, err);
    gg_error_prefix(err, s->place);
    return status;
}

gg_status gg_import_sink_declare(gg_import_sink *s, const gg_import_row_spec *spec,
                                 const char *place, gg_error *err) {
    gg_import_row_spec wanted = *spec;
    snprintf(s->place, sizeof s->place, "%s", place);
    if (s->options->values != GG_VALUES_DEFAULT)
        wanted.values = s->options->values;
    if (s->lists != NULL)
        return gg_fail(err, GG_E_INPUT, "%s: brings rows after candidate lists", place);
    if (s->rows == NULL)
        return declare_rows(s, &wanted, err);
    const gg_import_row_spec *known = gg_import_rows_spec(s->rows);
    if (known->width != wanted.width)
        return gg_fail(err, GG_E_INPUT, "%s: has %zu numbers a row where the source before has %zu",
                       place, wanted.width, known->width);
    if (known->dtype != wanted.dtype)
        return gg_fail(err, GG_E_INPUT, "%s: holds %s where the source before holds %s", place,
                       gg_dtype_name(wanted.dtype), gg_dtype_name(known->dtype));
    if (known->storage != wanted.storage || known->has_tokens != wanted.has_tokens ||
        known->values != wanted.values)
        return gg_fail(err, GG_E_INPUT, "%s: does not bring the same as the source before", place);
    return GG_OK;
}

gg_status gg_import_sink_rows(gg_import_sink *s, size_t n_rows, const void *values,
                              const int32_t *tokens, gg_error *err) {
    return at_query(s, gg_import_rows_append(s->rows, n_rows, values, tokens, err), err);
}

const char *gg_import_sink_row_fault(const gg_import_sink *s, size_t n_rows, const void *values) {
    return gg_import_rows_fault(s->rows, n_rows, values);
}

gg_status gg_import_sink_head(gg_import_sink *s, gg_dtype dtype, size_t n_words, const void *values,
                              gg_error *err) {
    return gg_dataset_writer_append_head(s->writer, s->options->side, dtype, n_words, values, err);
}

gg_status gg_import_sink_bias(gg_import_sink *s, gg_dtype dtype, size_t n_words, const void *values,
                              gg_error *err) {
    return gg_dataset_writer_bias(s->writer, s->options->side, dtype, n_words, values, err);
}

gg_status gg_import_sink_token(gg_import_sink *s, gg_import_values values,
                               const gg_candidate *candidates, size_t n_candidates,
                               const gg_candidate *generated, gg_error *err) {
    if (s->rows != NULL)
        return gg_fail(err, GG_E_INPUT, "%s: candidate lists after rows", s->place);
    if (s->lists == NULL)
        GG_TRY(gg_import_lists_new(s->options->keep_top_k, &s->counts, &s->lists, err));
    if (s->options->values != GG_VALUES_DEFAULT)
        values = s->options->values;
    return at_query(
        s, gg_import_lists_append(s->lists, values, candidates, n_candidates, generated, err), err);
}

static size_t pending(const gg_import_sink *s) {
    return s->rows != NULL    ? gg_import_rows_pending(s->rows)
           : s->lists != NULL ? gg_import_lists_pending(s->lists)
                              : 0;
}

bool gg_import_sink_has_rows(const gg_import_sink *s) {
    return pending(s) > 0;
}

void gg_import_sink_describe_uncertainty(gg_import_sink *s, const char *method,
                                         const char *aggregate, double top_k) {
    s->uncertainty.top_k = top_k;
    snprintf(s->uncertainty.method, sizeof s->uncertainty.method, "%s", method);
    snprintf(s->uncertainty.aggregate, sizeof s->uncertainty.aggregate, "%s", aggregate);
}

/* A query into the spool. */
static gg_status put_record(gg_import_sink *s, gg__query_record *record, const char *id,
                            gg_error *err) {
    size_t id_size = id != NULL ? strlen(id) : 0;
    record->id_size = id_size < 65536 ? (uint32_t)id_size : 65536;
    if (record->id_size > s->longest_id)
        s->longest_id = record->id_size;
    s->n_records++;
    GG_TRY(gg_spool_write(s->queries, record, sizeof *record, err));
    return record->id_size > 0 ? gg_spool_write(s->queries, id, record->id_size, err) : GG_OK;
}

/* Reasons beyond the table's room stay uncounted. */
static void count_reason(gg_import_counts *counts, const char *reason) {
    for (size_t k = 0; k < GG_SKIP_REASONS; k++) {
        gg_skip_reason *known = &counts->reasons[k];
        if (known->count > 0 && strncmp(known->text, reason, sizeof known->text - 1) != 0)
            continue;
        snprintf(known->text, sizeof known->text, "%s", reason);
        known->count++;
        return;
    }
}

gg_status gg_import_sink_skip_query(gg_import_sink *s, const gg_import_query *q, const char *reason,
                                    gg_error *err) {
    char name[96] = "";
    if (q->id != NULL)
        snprintf(name, sizeof name, " (\"%.80s\")", q->id);
    if (!s->options->skip_empty)
        return gg_fail(err, GG_E_INPUT, "%s%squery %zu%s: %s; --skip-empty leaves such queries out",
                       q->place != NULL ? q->place : s->place,
                       q->place != NULL || *s->place != '\0' ? ": " : "", s->n_source_queries, name,
                       reason);
    if (s->rows != NULL)
        gg_import_rows_forget(s->rows);
    if (s->lists != NULL)
        GG_TRY(gg_import_lists_forget(s->lists, err));
    gg__query_record record = {.source_index = s->n_source_queries, .is_skipped = 1};
    for (int k = 0; k < GG__N_FACTS; k++)
        record.facts[k] = NAN;
    s->counts.skipped++;
    count_reason(&s->counts, reason);
    s->n_source_queries++;
    return put_record(s, &record, q->id, err);
}

/* Rows of the answer without its end token, where that can be known. */
static double answer_tokens(const gg_import_query *q, size_t n_rows, bool is_dropped) {
    if (!isnan(q->answer_tokens))
        return q->answer_tokens;
    if (is_dropped || q->eos == GG_EOS_ABSENT)
        return (double)n_rows;
    return q->eos == GG_EOS_LISTED ? (double)n_rows - 1.0 : NAN;
}

static gg_status remember(gg_import_sink *s, const gg_import_query *q, size_t n_rows,
                          bool is_dropped, gg_error *err) {
    gg__query_record record = {.source_index = s->n_source_queries, .n_rows = n_rows};
    for (int side = 0; side < GG_N_SIDES; side++) {
        record.facts[GG__CORRECT + side] = q->correct[side];
        record.facts[GG__LATENCY + side] = q->latency_s[side];
    }
    record.facts[GG__PROMPT_BYTES] = q->prompt_bytes;
    record.facts[GG__TASK] = q->task;
    record.facts[GG__UNCERTAINTY] = q->uncertainty;
    record.facts[GG__ANSWER_TOKENS] = n_rows > 0 ? answer_tokens(q, n_rows, is_dropped) : NAN;
    for (int k = 0; k < GG__N_FACTS; k++) {
        if (isnan(record.facts[k]))
            continue;
        s->known[k]++;
        if (n_rows == 0)
            s->known_of_bare[k]++;
    }
    if (n_rows == 0)
        s->n_bare++;
    s->n_records++;
    if (q->id != NULL && q->id[0] != '\0') {
        GG_TRY(gg__import_names_note(&s->names, q, err));
        record.id_size = (uint32_t)strlen(s->names.name);
        record.id_kind = q->id_kind;
        s->n_named++;
    }
    record.source = s->names.source;
    if (record.id_size > s->longest_id)
        s->longest_id = record.id_size;
    s->n_source_queries++;
    s->counts.queries++;
    GG_TRY(gg_spool_write(s->queries, &record, sizeof record, err));
    if (record.id_size > 0)
        GG_TRY(gg_spool_write(s->queries, s->names.name, record.id_size, err));
    return GG_OK;
}

gg_status gg_import_sink_end_query(gg_import_sink *s, const gg_import_query *q, gg_error *err) {
    size_t n = pending(s);
    bool is_about_rows = s->rows != NULL || s->lists != NULL;
    bool drops = s->options->drop_eos && n > 0 && q->eos != GG_EOS_ABSENT;
    if (is_about_rows && n == 0)
        return gg_import_sink_skip_query(s, q, "its answer has no tokens", err);
    if (drops && n == 1)
        return gg_import_sink_skip_query(s, q, "its answer has only the end-of-answer token", err);
    if (!is_about_rows && s->counts.queries > 0 && isnan(q->uncertainty) &&
        s->known[GG__UNCERTAINTY] == s->counts.queries)
        return gg_import_sink_skip_query(s, q, "it has no uncertainty", err);
    if (q->place != NULL)
        snprintf(s->place, sizeof s->place, "%s", q->place);
    if (s->rows != NULL)
        GG_TRY(at_query(s, gg_import_rows_end(s->rows, drops, &n, err), err));
    else if (s->lists != NULL)
        GG_TRY(at_query(s, gg_import_lists_end(s->lists, drops, &n, err), err));
    s->counts.dropped_eos += drops;
    return remember(s, q, n, drops, err);
}

void gg_import_sink_copy(gg_import_sink *s, const char *path) {
    s->copied = path;
}

gg_status gg__import_query_name(gg_import_sink *s, const gg__query_record *record, char *id,
                                gg_error *err) {
    bool taken = false;
    if (record->id_size == 0) {
        snprintf(id, 24, "%" PRIu64, record->source_index);
        GG_TRY(gg__import_names_taken(&s->names, id, &taken, err));
    }
    if (taken)
        return gg_fail(err, GG_E_INPUT, "query %s has no id, and another query's id is \"%s\"", id,
                       id);
    return gg__import_names_final(&s->names, record->id_size > 0 ? record->source : UINT32_MAX,
                                  (gg_import_id_kind)record->id_kind, id, err);
}
