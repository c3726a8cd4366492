/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"

gg_status gg_yaml_read_text(const char *path, size_t maximum, char **text, size_t *size,
                            gg_error *err) {
    gg_status status = GG_OK;
    *text = NULL;
    FILE *stream = fopen(path, "r");
    if (stream == NULL)
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    char *buffer = gg_alloc(maximum + 2, 1);
    if (buffer == NULL) {
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
        goto close;
    }
    *size = fread(buffer, 1, maximum + 1, stream);
    if (ferror(stream))
        status = gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(errno));
    else if (*size > maximum)
        status = gg_fail(err, GG_E_INPUT, "%s: larger than %zu bytes", path, maximum);
    buffer[*size] = '\0';
    *text = buffer;
close:
    fclose(stream);
    if (status != GG_OK) {
        gg_free(*text);
        *text = NULL;
    }
    return status;
}

size_t gg_yaml_line(const char *text, size_t size, const char *key, size_t from) {
    size_t length = strlen(key), line = 1;
    for (size_t k = 0; k + length < size; k++) {
        bool starts = k == 0 || strchr("\n {,\"'", text[k - 1]) != NULL;
        size_t end = k + length;
        if (starts && line >= from && memcmp(text + k, key, length) == 0) {
            end += text[end] == '"' || text[end] == '\'';
            while (end < size && text[end] == ' ')
                end++;
            if (end < size && text[end] == ':')
                return line;
        }
        if (text[k] == '#' && (k == 0 || strchr("\n \t", text[k - 1]) != NULL))
            while (k + 1 < size && text[k + 1] != '\n')
                k++;
        line += text[k] == '\n';
    }
    return 0;
}

/* What libcyaml says about a failure: the reason, the keys around it, the line. */
typedef struct complaint {
    char reason[200];
    char place[200]; /* "radio.bandwidth_hz[2]" */
    char inner[64];  /* the innermost key alone */
    size_t line;     /* 0: not told */
} complaint;

/* A backtrace line: "in mapping field 'radio' (line: 3, column: 1)", innermost first. */
static void add_place(complaint *said, const char *text) {
    char name[64] = "", grown[sizeof said->place];
    unsigned line = 0;
    bool entry = sscanf(text, "in sequence entry '%63[^']' (line: %u", name, &line) >= 1;
    if (!entry && sscanf(text, "in mapping field '%63[^']' (line: %u", name, &line) < 1)
        sscanf(text, "in mapping (line: %u", &line);
    if (said->line == 0)
        said->line = line;
    if (name[0] == '\0')
        return;
    const char *joint = said->place[0] == '\0' || said->place[0] == '[' ? "" : ".";
    snprintf(grown, sizeof grown, entry ? "[%s]%s%.100s" : "%s%s%.100s", name, joint, said->place);
    if (said->place[0] == '\0')
        memcpy(said->inner, name, sizeof name);
    memcpy(said->place, grown, sizeof grown);
}

static void listen(cyaml_log_t level, void *context, const char *format, va_list args) {
    (void)level;
    complaint *said = context;
    char line[sizeof said->reason];
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    const char *text = strncmp(line, "Load: ", 6) == 0 ? line + 6 : line;
    text += strspn(text, " ");
    if (strncmp(text, "in ", 3) == 0)
        add_place(said, text);
    else if (said->reason[0] == '\0' && strcmp(text, "Backtrace:") != 0)
        snprintf(said->reason, sizeof said->reason, "%s", text);
}

/* libcyaml does not tell old sizes, which gg_realloc wants: they are kept before the block. */
enum { HEADER = 64 };

static void *yaml_memory(void *context, void *block, size_t size) {
    (void)context;
    char *old = block != NULL ? (char *)block - HEADER : NULL;
    if (size == 0) {
        gg_free(old);
        return NULL;
    }
    size_t room = 0;
    if (old != NULL)
        memcpy(&room, old, sizeof room);
    if (old != NULL && size <= room)
        return block;
    /* libcyaml lets lists grow by one entry at a time. */
    if (size < SIZE_MAX / 4 && size < 2 * room)
        size = 2 * room;
    if (size > SIZE_MAX - HEADER)
        return NULL;
    char *grown = gg_realloc(old, old != NULL ? room + HEADER : 0, size + HEADER, 1);
    if (grown == NULL)
        return NULL;
    memcpy(grown, &size, sizeof size);
    return grown + HEADER;
}

/* The known key most like `key`, if any is like it, over all mappings below `schema`; not the same
 * key of another mapping, which is no help. */
static void nearest_key(const cyaml_schema_value_t *schema, const char *key, const char **best) {
    if (schema->type == CYAML_SEQUENCE)
        nearest_key(schema->sequence.entry, key, best);
    if (schema->type != CYAML_MAPPING)
        return;
    for (const cyaml_schema_field_t *f = schema->mapping.fields; f->key != NULL; f++) {
        if (gg_is_nearer(key, f->key, *best))
            *best = f->key;
        nearest_key(&f->value, key, best);
    }
}

/* libcyaml keeps the line of a syntax error to itself: libyaml is asked again. */
static gg_status explain_syntax(const char *text, size_t size, const char *source, gg_error *err) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", source);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    bool done = false;
    while (!done) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event))
            break;
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    /* A bad character is found before there are lines: only its offset is told. */
    size_t line = parser.problem_mark.line + 1;
    if (parser.error == YAML_READER_ERROR)
        for (size_t k = 0; k < parser.problem_offset && k < size; k++)
            line += text[k] == '\n';
    gg_fail(err, GG_E_INPUT, "%s:%zu: %s%s", source, line,
            parser.error == YAML_READER_ERROR ? "is no plain text: " : "",
            parser.problem != NULL ? parser.problem : "not valid YAML");
    yaml_parser_delete(&parser);
    return GG_E_INPUT;
}

/* What follows the colon of a reason like "Unexpected key: bandwith". */
static const char *named(const complaint *said) {
    const char *colon = strstr(said->reason, ": ");
    return colon != NULL ? colon + 2 : said->reason;
}

/* The value behind `key` on a line of the text, as it stands there; its length, 0 when the line
 * does not show all of it. */
static size_t shown_value(const char *text, size_t size, const char *key, size_t line,
                          const char **value) {
    size_t at = 0, length = 0;
    for (size_t l = 1; l < line && at < size; at++)
        l += text[at] == '\n';
    size_t begin = at, end = at;
    while (end < size && text[end] != '\n')
        end++;
    while (at + strlen(key) < end && memcmp(text + at, key, strlen(key)) != 0)
        at++;
    const char *stops = memchr(text + begin, '{', at - begin) != NULL ? "#,}|>\"'" : "#|>\"'";
    while (at < end && text[at] != ':')
        at++;
    for (at++; at < end && text[at] == ' ';)
        at++;
    while (at + length < end && strchr(stops, text[at + length]) == NULL)
        length++;
    if (at + length < end && strchr("|>\"'", text[at + length]) != NULL)
        return 0;
    while (length > 0 && strchr(" \r", text[at + length - 1]) != NULL)
        length--;
    if (length > 0)
        *value = text + at;
    return length;
}

/* A value alone where a list belongs. */
static gg_status explain_list(const char *text, size_t size, const char *source,
                              const complaint *said, gg_error *err) {
    enum { LONGEST = 60 };
    const char *value = NULL;
    size_t line = gg_yaml_line(text, size, said->inner, said->line), length = 0;
    if (line > 0)
        length = shown_value(text, size, said->inner, line, &value);
    if (length == 0 || length > LONGEST)
        return gg_fail(err, GG_E_INPUT, "%s:%zu: %s: must be a list, in brackets: [...]", source,
                       line > 0 ? line : said->line, said->place);
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s: must be a list: write [%.*s]", source, line,
                   said->place, (int)length, value);
}

static gg_status explain(const char *text, size_t size, const char *source,
                         const cyaml_schema_value_t *schema, cyaml_err_t problem, complaint *said,
                         gg_error *err) {
    if (problem == CYAML_ERR_OOM)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", source);
    if (problem == CYAML_ERR_LIBYAML_PARSER)
        return explain_syntax(text, size, source, err);
    if (problem == CYAML_ERR_INVALID_KEY) {
        const char *best = NULL;
        nearest_key(schema, named(said), &best);
        /* The line told is that of what came before the key. */
        size_t line = gg_yaml_line(text, size, named(said), said->line);
        if (line == 0)
            line = said->line;
        if (best == NULL)
            return gg_fail(err, GG_E_INPUT, "%s:%zu: unknown key \"%.64s\"", source, line,
                           named(said));
        return gg_fail(err, GG_E_INPUT, "%s:%zu: unknown key \"%.64s\"; did you mean \"%s\"?",
                       source, line, named(said), best);
    }
    if (problem == CYAML_ERR_MAPPING_FIELD_MISSING) {
        /* The place told is the key read last, a sibling of the missing one. */
        size_t outer = strlen(said->place) - strlen(said->inner);
        return gg_fail(err, GG_E_INPUT, "%s: missing key \"%.*s%s\"", source, (int)outer,
                       said->place, named(said));
    }
    if (problem == CYAML_ERR_INTERNAL_ERROR)
        return gg_fail(err, GG_E_INPUT, "%s:%zu: a key is not a plain word", source, said->line);
    if (strcmp(said->reason, "Expecting SEQUENCE, got event: SCALAR") == 0 && *said->inner != '\0')
        return explain_list(text, size, source, said, err);
    size_t line = said->line;
    if (strncmp(said->reason, "Mapping field already seen", 26) == 0)
        line = gg_yaml_line(text, size, said->inner, line + 1);
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s%s%s", source, line == 0 ? 1 : line, said->place,
                   said->place[0] != '\0' ? ": " : "",
                   said->reason[0] != '\0' ? said->reason : cyaml_strerror(problem));
}

static const cyaml_config_t quiet = {.mem_fn = yaml_memory};

gg_status gg_yaml_load(const char *text, size_t size, const char *source,
                       const cyaml_schema_value_t *schema, void **out, gg_error *err) {
    complaint said = {.line = 0};
    cyaml_config_t config = quiet;
    config.log_fn = listen;
    config.log_ctx = &said;
    config.log_level = CYAML_LOG_WARNING;
    config.flags = CYAML_CFG_NO_ALIAS;
    *out = NULL;
    cyaml_err_t problem =
        cyaml_load_data((const uint8_t *)text, size, &config, schema, (cyaml_data_t **)out, NULL);
    if (problem != CYAML_OK)
        return explain(text, size, source, schema, problem, &said, err);
    if (*out == NULL)
        return gg_fail(err, GG_E_INPUT, "%s: is empty", source);
    if (said.reason[0] != '\0') {
        gg_yaml_free(schema, *out);
        *out = NULL;
        return gg_fail(err, GG_E_INPUT, "%s: holds more than one document", source);
    }
    return GG_OK;
}

void gg_yaml_free(const cyaml_schema_value_t *schema, void *data) {
    if (data != NULL)
        cyaml_free(&quiet, schema, data, 0);
}
