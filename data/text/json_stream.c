/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/json_stream.h"

#include <stdbool.h>
#include <string.h>

#include "data/text/json_repair.h"
#include "models/base/alloc.h"
#include "models/text/text_source.h"

struct gg_json_stream {
    gg_text_source *source;
    size_t levels;
    size_t open; /* arrays entered and not yet left */
    size_t index[GG_JSON_LEVELS + 1];
    size_t opened_at; /* line of the outermost array */
    bool had_value; /* an element of the array at hand has been read: a comma or the end follows */
    bool had_comma; /* a comma has been read: an element follows */
    size_t line;
    bool is_events;
    size_t ends;
    char *text; /* of the value at hand */
    size_t used, size;
    json_t *value;
};

static gg_status refuse(const gg_json_stream *s, size_t line, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s", gg_text_source_path(s->source), line, reason);
}

gg_status gg_json_stream_open(const char *path, size_t levels, gg_json_stream **out,
                              gg_error *err) {
    *out = NULL;
    gg_json_stream *s = gg_alloc(1, sizeof *s);
    if (s == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    s->levels = levels < GG_JSON_LEVELS ? levels : GG_JSON_LEVELS;
    gg_status status = gg_text_source_open(path, &s->source, err);
    if (status == GG_OK)
        *out = s;
    else
        gg_json_stream_close(s);
    return status;
}

void gg_json_stream_close(gg_json_stream *s) {
    if (s == NULL)
        return;
    json_decref(s->value);
    gg_text_source_close(s->source);
    gg_free(s->text);
    gg_free(s);
}

static gg_status make_room(gg_json_stream *s, size_t n, gg_error *err) {
    size_t wanted = s->size == 0 ? 4096 : s->size;
    while (wanted < s->used + n && wanted <= GG_JSON_VALUE_BYTES)
        wanted *= 2;
    if (wanted > GG_JSON_VALUE_BYTES)
        return gg_fail(err, GG_E_INPUT, "%s:%zu: a value is larger than %d MiB",
                       gg_text_source_path(s->source), s->line, GG_JSON_VALUE_BYTES >> 20);
    if (wanted == s->size)
        return GG_OK;
    char *grown = gg_realloc(s->text, s->size, wanted, 1);
    if (grown == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_text_source_path(s->source));
    s->text = grown;
    s->size = wanted;
    return GG_OK;
}

static gg_status put(gg_json_stream *s, int c, gg_error *err) {
    if (s->used == s->size)
        GG_TRY(make_room(s, 1, err));
    s->text[s->used++] = (char)c;
    return GG_OK;
}

static gg_status put_text(gg_json_stream *s, const char *text, gg_error *err) {
    for (; *text != '\0'; text++)
        GG_TRY(put(s, *text, err));
    return GG_OK;
}

/* Puts quotes around what Python writes for numbers that JSON does not have. */
static gg_status quote_last_word(gg_json_stream *s, gg_error *err) {
    static const char *const words[] = {"-Infinity", "Infinity", "NaN"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t n = strlen(words[k]);
        if (s->used < n || memcmp(s->text + s->used - n, words[k], n) != 0)
            continue;
        s->used -= n;
        GG_TRY(put(s, '"', err));
        GG_TRY(put_text(s, words[k], err));
        return put(s, '"', err);
    }
    return GG_OK;
}

/* The rest of a string whose first quote has been put. */
static gg_status cut_string(gg_json_stream *s, gg_error *err) {
    for (bool escaped = false;;) {
        size_t n;
        const char *run = gg_text_source_run(s->source, "\"\\", &n);
        if (n > 0) {
            GG_TRY(make_room(s, n, err));
            memcpy(s->text + s->used, run, n);
            s->used += n;
            escaped = false;
        }
        int c = gg_text_source_get(s->source);
        if (c < 0)
            return GG_OK;
        GG_TRY(put(s, c, err));
        if (c == '"' && !escaped)
            return GG_OK;
        escaped = c == '\\' && !escaped;
    }
}

static bool is_blank(int c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool ends_scalar(int c) {
    return c < 0 || is_blank(c) || c == ',' || c == ']' || c == '}' || c == '[' || c == '{';
}

/* One value that begins with `c` into s->text; jansson judges what it is. */
static gg_status cut_value(gg_json_stream *s, int c, gg_error *err) {
    size_t depth = 0;
    s->used = 0;
    for (;;) {
        GG_TRY(put(s, c, err));
        if (c == '"')
            GG_TRY(cut_string(s, err));
        else if (c == 'y' || c == 'N')
            GG_TRY(quote_last_word(s, err));
        if (c == '{' || c == '[')
            depth++;
        else if (depth > 0 && (c == '}' || c == ']'))
            depth--;
        if (depth > GG_JSON_DEPTH)
            return gg_fail(err, GG_E_INPUT, "%s:%zu: nested deeper than %d",
                           gg_text_source_path(s->source), gg_text_source_line(s->source),
                           GG_JSON_DEPTH);
        if (depth == 0 &&
            (c == '}' || c == ']' || c == '"' || ends_scalar(gg_text_source_peek(s->source))))
            return GG_OK;
        c = gg_text_source_get(s->source);
        if (c < 0)
            return gg_text_source_check(s->source, err);
    }
}

static json_t *load(const char *text, size_t size, json_error_t *problem) {
    return json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
                      problem);
}

/* Once more, without what the parser alone cannot stand. */
static gg_status load_repaired(gg_json_stream *s, json_error_t *problem, gg_error *err) {
    size_t size = 0;
    char *text = gg_json_repair(s->text, s->used, &size);
    if (text == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_text_source_path(s->source));
    if (size != s->used || memcmp(text, s->text, size) != 0)
        s->value = load(text, size, problem);
    gg_free(text);
    return GG_OK;
}

static gg_status parse_value(gg_json_stream *s, gg_error *err) {
    json_error_t problem;
    json_decref(s->value);
    s->value = load(s->text, s->used, &problem);
    enum json_error_code code =
        s->value == NULL ? json_error_code(&problem) : json_error_out_of_memory;
    if (code == json_error_numeric_overflow || code == json_error_invalid_syntax)
        GG_TRY(load_repaired(s, &problem, err));
    if (s->value != NULL)
        return GG_OK;
    if (json_error_code(&problem) == json_error_out_of_memory)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_text_source_path(s->source));
    size_t line = s->line + (problem.line > 0 ? (size_t)problem.line - 1 : 0);
    return refuse(s, line, problem.text, err);
}

/* Skips a field of an event stream that begins with `c`, its value too unless it is data. */
static gg_status skip_event_field(gg_json_stream *s, int c, gg_error *err) {
    static const char *const fields[] = {"", "data", "event", "id", "retry"};
    size_t line = gg_text_source_line(s->source), n = 0, known = 0;
    char name[8];
    for (; c > 0 && c != ':' && c != '\n' && n + 1 < sizeof name; c = gg_text_source_get(s->source))
        name[n++] = (char)c;
    name[n] = '\0';
    while (known < sizeof fields / sizeof *fields && strcmp(name, fields[known]) != 0)
        known++;
    if (c != ':' || known == sizeof fields / sizeof *fields)
        return refuse(s, line, "expected a JSON value", err);
    s->is_events = s->is_events || known == 1;
    if (known != 1)
        while (c >= 0 && c != '\n')
            c = gg_text_source_get(s->source);
    return GG_OK;
}

/* True when "[DONE]" was read behind its bracket. */
static bool skip_done(gg_json_stream *s) {
    static const char done[] = "DONE]";
    if (s->open > 0 || gg_text_source_peek(s->source) != 'D')
        return false;
    for (size_t k = 0; done[k] != '\0'; k++) {
        if (gg_text_source_peek(s->source) != done[k])
            return false;
        gg_text_source_get(s->source);
    }
    s->ends++;
    return true;
}

/* Takes the signs of the arrays around the values; *c is the value's first byte or -1 at the end.
 */
static gg_status find_value(gg_json_stream *s, int *c, gg_error *err) {
    for (;;) {
        do
            *c = gg_text_source_get(s->source);
        while (is_blank(*c));
        size_t line = gg_text_source_line(s->source);
        if (*c < 0 && s->open > 0 && gg_text_source_check(s->source, err) == GG_OK)
            return gg_fail(err, GG_E_INPUT, "%s:%zu: the array begun on line %zu does not end",
                           gg_text_source_path(s->source), line, s->opened_at);
        if (*c < 0)
            return gg_text_source_check(s->source, err);
        if (s->open > 0 && *c == ']' && !s->had_comma) {
            s->open--;
            s->had_value = s->open > 0;
            continue;
        }
        if (s->open > 0 && *c == ',' && s->had_value) {
            s->index[s->open]++;
            s->had_value = false;
            s->had_comma = true;
            continue;
        }
        if (*c == ',' || *c == ']' || s->had_value)
            return refuse(s, line, s->had_value ? "expected ',' or ']'" : "expected a JSON value",
                          err);
        if (s->open == 0 && *c != '\0' && strchr("deir:", *c) != NULL) {
            GG_TRY(skip_event_field(s, *c, err));
            continue;
        }
        if (*c == '[' && skip_done(s))
            continue;
        if (*c != '[' || s->open == s->levels)
            return GG_OK;
        if (s->open == 0)
            s->opened_at = line;
        s->index[++s->open] = 0;
        s->had_comma = false;
    }
}

gg_status gg_json_stream_next(gg_json_stream *s, const json_t **value, gg_error *err) {
    int c;
    *value = NULL;
    GG_TRY(find_value(s, &c, err));
    if (c < 0)
        return GG_OK;
    s->line = gg_text_source_line(s->source);
    gg_status status = cut_value(s, c, err);
    if (status == GG_OK)
        status = gg_text_source_check(s->source, err);
    if (status == GG_OK)
        status = parse_value(s, err);
    s->had_value = s->open > 0;
    s->had_comma = false;
    if (status == GG_OK)
        *value = s->value;
    return status;
}

size_t gg_json_stream_line(const gg_json_stream *s) {
    return s->line;
}

size_t gg_json_stream_bytes(const gg_json_stream *s) {
    return s->used;
}

uint64_t gg_json_stream_offset(const gg_json_stream *s) {
    return gg_text_source_offset(s->source);
}

size_t gg_json_stream_index(const gg_json_stream *s, size_t level) {
    return s->index[level];
}

bool gg_json_stream_is_events(const gg_json_stream *s) {
    return s->is_events;
}

size_t gg_json_stream_ends(const gg_json_stream *s) {
    return s->ends;
}

bool gg_json_stream_is_utf16(const gg_json_stream *s) {
    return gg_text_source_is_utf16(s->source);
}
