/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/import_records.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

gg_status gg_record_begin(gg_record *record, const gg_json_place *at, const gg_json_place *name,
                          gg_error *err) {
    record->query = gg_import_query_init();
    if (name != NULL)
        GG_TRY(gg_record_id(name, record->id, err));
    while (at->parent != NULL)
        at = at->parent;
    snprintf(record->place, sizeof record->place, "%.200s:%zu", at->file, at->line);
    record->query.id = name != NULL && record->id[0] != '\0' ? record->id : NULL;
    record->query.place = record->place;
    return GG_OK;
}

gg_status gg_record_id(const gg_json_place *at, char id[GG_RECORD_ID_SIZE], gg_error *err) {
    id[0] = '\0';
    if (!gg_json_given(at))
        return GG_OK;
    if (json_is_integer(at->value)) {
        snprintf(id, GG_RECORD_ID_SIZE, "%lld", (long long)json_integer_value(at->value));
        return GG_OK;
    }
    const char *text;
    GG_TRY(gg_json_text(at, &text, NULL, err));
    if (strlen(text) >= GG_RECORD_ID_SIZE)
        return gg_json_refuse(at, err, "a name of %zu bytes", strlen(text));
    strcpy(id, text);
    return GG_OK;
}

/* Bytes of a text, or of the texts in an array of parts. */
static double content_bytes(const json_t *content) {
    size_t k;
    const json_t *part;
    double bytes = 0.0;
    if (json_is_string(content))
        return (double)json_string_length(content);
    json_array_foreach(content, k, part) bytes +=
        (double)json_string_length(json_object_get(part, "text"));
    return bytes;
}

double gg_record_prompt_bytes(const gg_json_place *at) {
    const json_t *prompt = json_object_get(at->value, "prompt");
    const json_t *messages = json_object_get(at->value, "messages");
    size_t k;
    const json_t *message;
    double bytes = 0.0;
    if (json_is_string(prompt))
        return (double)json_string_length(prompt);
    if (!json_is_array(messages))
        return NAN;
    json_array_foreach(messages, k, message) bytes +=
        content_bytes(json_object_get(message, "content"));
    return bytes;
}

gg_status gg_record_number(const gg_json_place *at, double *number, gg_error *err) {
    *number = NAN;
    return gg_json_given(at) ? gg_json_number(at, number, err) : GG_OK;
}

gg_status gg_record_flag(const gg_json_place *at, double *flag, gg_error *err) {
    *flag = NAN;
    return gg_json_given(at) ? gg_json_flag(at, flag, err) : GG_OK;
}

gg_status gg_record_latency(const gg_json_place *at, double unit_s, double *seconds,
                            gg_error *err) {
    GG_TRY(gg_record_number(at, seconds, err));
    if (*seconds <= 0.0)
        return gg_json_refuse(at, err, "%g is not a time > 0", *seconds);
    *seconds *= unit_s;
    return GG_OK;
}

gg_status gg_record_count(const gg_json_place *at, double *count, gg_error *err) {
    json_int_t integer = 0;
    *count = NAN;
    if (!gg_json_given(at))
        return GG_OK;
    GG_TRY(gg_json_integer(at, 0, UINT32_MAX, &integer, err));
    *count = (double)integer;
    return GG_OK;
}

bool gg_record_failed(const gg_json_place *at) {
    static const char *const keys[] = {"error", "errors", "detail", "error_message", "exception"};
    const char *object = json_string_value(json_object_get(at->value, "object"));
    const json_t *code = json_object_get(at->value, "code");
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        gg_json_place key = gg_json_key(at, keys[k]);
        if (gg_json_given(&key) && !json_is_false(key.value))
            return true;
    }
    if (code == NULL)
        code = json_object_get(at->value, "status_code");
    return (object != NULL && strcmp(object, "error") == 0) ||
           (json_is_integer(code) && json_integer_value(code) >= 400);
}

/* Values, and records of a table, between two reports of progress. */
enum { REPORT_VALUES = 64, REPORT_RECORDS = 1024 };

static gg_status end_source(gg_import_job *job, const char *path, size_t n_records, uint64_t bytes,
                            gg_error *err) {
    if (n_records == 0 && !gg_import_sink_full(job->sink))
        return gg_fail(err, GG_E_INPUT, "%s: has no records", path);
    gg_import_source_done(job, bytes);
    return GG_OK;
}

static gg_status walk_values(gg_import_job *job, const gg_record_walk *walk, const char *path,
                             gg_json_stream *stream, gg_error *err) {
    size_t n = 0, ends = 0;
    while (!gg_import_sink_full(job->sink)) {
        const json_t *value;
        GG_TRY(gg_json_stream_next(stream, &value, err));
        if (gg_json_stream_ends(stream) != ends) {
            ends = gg_json_stream_ends(stream);
            if (walk->end != NULL)
                GG_TRY(walk->end(walk->state, err));
        }
        if (value == NULL)
            break;
        gg_json_place root = gg_json_root(value, path, gg_json_stream_line(stream));
        GG_TRY(walk->value(walk->state, stream, &root, err));
        if (n++ % REPORT_VALUES == 0)
            gg_import_progress(job, gg_json_stream_offset(stream));
    }
    if (gg_json_stream_is_utf16(stream))
        gg_import_sink_warn(job->sink, "%s: the text is UTF-16", path);
    if (walk->end != NULL && !gg_import_sink_full(job->sink))
        GG_TRY(walk->end(walk->state, err));
    return end_source(job, path, n, gg_json_stream_offset(stream), err);
}

gg_status gg_import_walk_one(gg_import_job *job, const gg_record_walk *walk, const char *path,
                             gg_error *err) {
    gg_json_stream *stream = NULL;
    GG_TRY(gg_json_stream_open(path, walk->levels, &stream, err));
    gg_status status = walk_values(job, walk, path, stream, err);
    gg_json_stream_close(stream);
    return status;
}

gg_status gg_import_walk(gg_import_job *job, const gg_record_walk *walk, gg_error *err) {
    gg_status status = GG_OK;
    if (walk->lists != NULL && (*walk->lists = gg_logprob_lists_new(job)) == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    for (size_t k = 0; status == GG_OK && k < job->n_sources && !gg_import_sink_full(job->sink);
         k++)
        status = gg_import_walk_one(job, walk, job->sources[k], err);
    if (walk->lists != NULL)
        gg_logprob_lists_free(*walk->lists);
    return status;
}

static gg_status walk_records(gg_import_job *job, const gg_table_walk *walk, gg_csv *csv,
                              gg_error *err) {
    const char *path = gg_csv_path(csv);
    char place[GG_RECORD_PLACE_SIZE];
    size_t n = 0, n_fields = 0;
    int id_column = gg_csv_find(csv, "id");
    GG_TRY(walk->header(walk->state, csv, err));
    while (!gg_import_sink_full(job->sink)) {
        GG_TRY(gg_csv_next(csv, &n_fields, err));
        if (n_fields == 0)
            break;
        const char *id = gg_csv_field(csv, id_column);
        gg_import_query query = gg_import_query_init();
        snprintf(place, sizeof place, "%.350s:%zu", path, gg_csv_line(csv));
        query.id = id[0] != '\0' ? id : NULL;
        query.place = place;
        GG_TRY(walk->record(walk->state, csv, &query, err));
        if (n++ % REPORT_RECORDS == 0)
            gg_import_progress(job, gg_csv_offset(csv));
    }
    if (gg_csv_remark(csv)[0] != '\0')
        gg_import_sink_warn(job->sink, "%s: %s", path, gg_csv_remark(csv));
    return end_source(job, path, n, gg_csv_offset(csv), err);
}

gg_status gg_import_walk_table(gg_import_job *job, const gg_table_walk *walk, const char *path,
                               gg_error *err) {
    gg_csv *csv = NULL;
    GG_TRY(gg_csv_open_named(path, &csv, err));
    gg_status status = walk_records(job, walk, csv, err);
    gg_csv_close(csv);
    return status;
}
