/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/import_records.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/text/text_source.h"

/* ---- the walk ---- */

/* Values between two reports of progress. */
enum { REPORT_EVERY = 64 };

gg_status gg_import_walk_one(gg_import_job *job, const gg_record_walk *walk, const char *path,
                             gg_error *err) {
    gg_json_stream *stream = NULL;
    size_t n = 0, ends = 0;
    gg_status status = gg_json_stream_open(path, walk->levels, &stream, err);
    while (status == GG_OK && !gg_import_sink_full(job->sink)) {
        const json_t *value;
        status = gg_json_stream_next(stream, &value, err);
        if (status == GG_OK && gg_json_stream_ends(stream) != ends) {
            ends = gg_json_stream_ends(stream);
            if (walk->end != NULL)
                status = walk->end(walk->state, err);
        }
        if (status != GG_OK || value == NULL)
            break;
        gg_json_place root = gg_json_root(value, path, gg_json_stream_line(stream));
        status = walk->value(walk->state, stream, &root, err);
        if (n++ % REPORT_EVERY == 0)
            gg_import_progress(job, gg_json_stream_offset(stream));
    }
    if (status == GG_OK && walk->end != NULL && !gg_import_sink_full(job->sink))
        status = walk->end(walk->state, err);
    if (status == GG_OK && n == 0 && !gg_import_sink_full(job->sink))
        status = gg_fail(err, GG_E_INPUT, "%s: has no records", path);
    if (status == GG_OK)
        gg_import_source_done(job, gg_json_stream_offset(stream));
    gg_json_stream_close(stream);
    return status;
}

gg_status gg_import_walk(gg_import_job *job, const gg_record_walk *walk, gg_error *err) {
    for (size_t k = 0; k < job->n_sources && !gg_import_sink_full(job->sink); k++)
        GG_TRY(gg_import_walk_one(job, walk, job->sources[k], err));
    return GG_OK;
}

/* ---- facts ---- */

void gg_record_place(const gg_json_place *at, char place[GG_RECORD_PLACE_SIZE]) {
    while (at->parent != NULL)
        at = at->parent;
    snprintf(place, GG_RECORD_PLACE_SIZE, "%.200s:%zu", at->file, at->line);
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

/* ---- recognising ---- */

/* The head as text, empty unless it begins like JSON. */
static void json_head(const unsigned char *head, size_t size, char text[4 * GG_IMPORT_HEAD_BYTES]) {
    gg_text_head(head, size, text, 4 * GG_IMPORT_HEAD_BYTES);
    const char *start = strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
    start += strspn(start, " \t\r\n");
    bool events = strncmp(start, "data:", 5) == 0 || strncmp(start, "event:", 6) == 0 ||
                  strncmp(start, "id:", 3) == 0 || start[0] == ':';
    if (start[0] != '{' && start[0] != '[' && !events)
        text[0] = '\0';
}

bool gg_head_has_text(const unsigned char *head, size_t size, const char *const *texts) {
    char text[4 * GG_IMPORT_HEAD_BYTES];
    json_head(head, size, text);
    for (size_t k = 0; texts[k] != NULL; k++)
        if (strstr(text, texts[k]) != NULL)
            return true;
    return false;
}

bool gg_head_has_key(const unsigned char *head, size_t size, const char *const *keys) {
    char text[4 * GG_IMPORT_HEAD_BYTES], quoted[64];
    json_head(head, size, text);
    for (size_t k = 0; keys[k] != NULL; k++) {
        size_t n = (size_t)snprintf(quoted, sizeof quoted, "\"%s\"", keys[k]);
        for (const char *at = text; (at = strstr(at, quoted)) != NULL; at++)
            if (at[n + strspn(at + n, " \t\r\n")] == ':')
                return true;
    }
    return false;
}
