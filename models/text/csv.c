/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/text/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/text/csv_dialect.h"
#include "models/text/text_source.h"

/* One record: its fields end to end, each NUL-terminated. */
typedef struct record {
    char *text;
    size_t used, size;
    size_t *start;
    size_t n_fields, fields_size;
} record;

struct gg_csv {
    gg_text_source *source;
    record header, row;
    size_t line;
    char separator;
    bool is_named;               /* the header has been read */
    bool has_points, has_commas; /* decimal signs seen in numbers */
    size_t n_empty;              /* records of separators alone */
    gg__csv_remark remark;
};

gg_status gg_csv_refuse(const gg_csv *csv, gg_error *err, const char *format, ...) {
    char reason[400];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s", gg_csv_path(csv), csv->line, reason);
}

static gg_status refuse_here(gg_csv *csv, const char *reason, gg_error *err) {
    csv->line = gg_text_source_line(csv->source);
    return gg_csv_refuse(csv, err, "%s", reason);
}

static gg_status put(const gg_csv *csv, record *r, char c, gg_error *err) {
    if (r->used == r->size) {
        size_t wanted = r->size == 0 ? 256 : r->size * 2;
        if (r->size >= GG_CSV_RECORD_BYTES)
            return gg_csv_refuse(csv, err, "a record is larger than %d MiB",
                                 GG_CSV_RECORD_BYTES >> 20);
        char *grown = gg_realloc(r->text, r->size, wanted, 1);
        GG_NEED(grown, err, "%s: out of memory", gg_csv_path(csv));
        r->text = grown;
        r->size = wanted;
    }
    r->text[r->used++] = c;
    return GG_OK;
}

static gg_status begin_field(const gg_csv *csv, record *r, gg_error *err) {
    if (r->n_fields == r->fields_size) {
        size_t wanted = r->fields_size == 0 ? 16 : r->fields_size * 2;
        size_t *grown = gg_realloc(r->start, r->fields_size, wanted, sizeof *r->start);
        GG_NEED(grown, err, "%s: out of memory", gg_csv_path(csv));
        r->start = grown;
        r->fields_size = wanted;
    }
    r->start[r->n_fields++] = r->used;
    return GG_OK;
}

/* What follows the first quote of a field, up to the byte behind the last. */
static gg_status read_quoted(gg_csv *csv, record *r, gg_error *err) {
    size_t line = gg_text_source_line(csv->source);
    for (;;) {
        int c = gg_text_source_get(csv->source);
        if (c < 0) {
            csv->line = line;
            return gg_csv_refuse(csv, err, "a quoted field does not end");
        }
        if (c == '\0')
            return refuse_here(csv, "contains a NUL byte", err);
        if (c == '"' && gg_text_source_peek(csv->source) != '"')
            return GG_OK;
        if (c == '"')
            gg_text_source_get(csv->source);
        GG_TRY(put(csv, r, (char)c, err));
    }
}

static bool is_blank(const gg_csv *csv, int c) {
    return c == ' ' || (c == '\t' && csv->separator != '\t');
}

static bool ends_field(const gg_csv *csv, int c) {
    return c < 0 || c == csv->separator || c == '\n';
}

/* The next byte; every kind of line end is '\n'. */
static int next_byte(gg_csv *csv) {
    int c = gg_text_source_get(csv->source);
    if (c != '\r')
        return c;
    if (gg_text_source_peek(csv->source) == '\n')
        return gg_text_source_get(csv->source);
    gg__csv_note(&csv->remark, GG__CSV_RETURNS, "lines end in CR");
    return '\n';
}

static int next_behind_blanks(gg_csv *csv) {
    int c;
    do
        c = next_byte(csv);
    while (is_blank(csv, c));
    return c;
}

static gg_status read_unquoted(gg_csv *csv, record *r, int *c, gg_error *err) {
    size_t first = r->used;
    for (; !ends_field(csv, *c); *c = next_byte(csv)) {
        if (*c == '\0' || *c == '"')
            return refuse_here(csv,
                               *c == '"' ? "a quote within a field that does not begin with one"
                                         : "contains a NUL byte",
                               err);
        GG_TRY(put(csv, r, (char)*c, err));
    }
    while (r->used > first && is_blank(csv, r->text[r->used - 1]))
        r->used--;
    return GG_OK;
}

/* One field; *end is the byte behind it. */
static gg_status read_field(gg_csv *csv, record *r, int *end, gg_error *err) {
    GG_TRY(begin_field(csv, r, err));
    int c = next_behind_blanks(csv);
    if (c == '"') {
        GG_TRY(read_quoted(csv, r, err));
        c = next_behind_blanks(csv);
        if (!ends_field(csv, c))
            return refuse_here(csv, "text behind the closing quote of a field", err);
    } else {
        GG_TRY(read_unquoted(csv, r, &c, err));
    }
    *end = c;
    return put(csv, r, '\0', err);
}

/* Comments stand in front of a header, or anywhere where there is none: behind a header '#' may
 * begin a name. */
static bool skip_comment(gg_csv *csv) {
    if (csv->is_named || gg_text_source_peek(csv->source) != '#')
        return false;
    for (int c = 0; c >= 0 && c != '\n';)
        c = next_byte(csv);
    return true;
}

/* True for what is no record: an empty line, a comment, and, where columns have names, separators
 * alone. */
static bool is_nothing(gg_csv *csv, const record *r, bool names_columns) {
    if (r->n_fields == 1 && r->text[0] == '\0')
        return true;
    if (csv->is_named && r->text[0] == '#' && r->n_fields != csv->header.n_fields)
        return true;
    if (!names_columns || r->used != r->n_fields)
        return false;
    csv->n_empty += csv->is_named;
    return true;
}

static gg_status read_record(gg_csv *csv, record *r, bool names_columns, gg_error *err) {
    for (;;) {
        int end = csv->separator;
        gg_status status = GG_OK;
        r->used = r->n_fields = 0;
        if (skip_comment(csv))
            continue;
        csv->line = gg_text_source_line(csv->source);
        if (gg_text_source_peek(csv->source) < 0)
            return gg_text_source_check(csv->source, err);
        size_t line = csv->line;
        while (status == GG_OK && end == csv->separator)
            status = read_field(csv, r, &end, err);
        gg_error damage = {0};
        if (gg_text_source_check(csv->source, &damage) != GG_OK)
            return gg_fail(err, damage.status, "%s", damage.message);
        GG_TRY(status);
        csv->line = line;
        if (!is_nothing(csv, r, names_columns))
            return GG_OK;
    }
}

static gg_status check_header(gg_csv *csv, gg_error *err) {
    const record *h = &csv->header;
    if (h->n_fields == 0)
        return gg_fail(err, GG_E_INPUT, "%s: has no header line", gg_csv_path(csv));
    if (h->n_fields > GG_CSV_NAMES)
        return gg_csv_refuse(csv, err, "a record has more than %d fields", GG_CSV_NAMES);
    for (size_t c = 0; c < h->n_fields; c++)
        for (size_t d = 0; d < c && gg_csv_name(csv, c)[0] != '\0'; d++)
            if (strcmp(gg_csv_name(csv, c), gg_csv_name(csv, d)) == 0)
                return gg_csv_refuse(csv, err, "column \"%.40s\" stands there twice",
                                     gg_csv_name(csv, c));
    csv->is_named = true;
    return GG_OK;
}

static gg_status choose_separator(gg_csv *csv, gg_error *err) {
    size_t size, skipped;
    const char *ahead = gg_text_source_ahead(csv->source, &size);
    csv->separator = gg__csv_separator(ahead, size, &skipped);
    while (skipped-- > 0)
        gg_text_source_get(csv->source);
    csv->line = gg_text_source_line(csv->source);
    if (csv->separator == '\0')
        return gg_csv_refuse(csv, err,
                             "commas, semicolons or tabs could separate its first line: write one "
                             "kind, or quote the fields that hold the others");
    if (csv->separator != ',')
        gg__csv_note(&csv->remark, GG__CSV_SEPARATOR, "%s separate the fields",
                     csv->separator == ';'    ? "semicolons"
                     : csv->separator == '\t' ? "tabs"
                                              : "bars");
    if (gg_text_source_is_utf16(csv->source))
        gg__csv_note(&csv->remark, GG__CSV_UTF16, "the text is UTF-16");
    return GG_OK;
}

static gg_status open_csv(const char *path, bool named, gg_csv **out, gg_error *err) {
    *out = NULL;
    gg_csv *csv = gg_alloc(1, sizeof *csv);
    GG_NEED(csv, err, "%s: out of memory", path);
    gg_status status = gg_text_source_open(path, &csv->source, err);
    if (status == GG_OK)
        status = choose_separator(csv, err);
    if (status == GG_OK && named)
        status = read_record(csv, &csv->header, true, err);
    if (status == GG_OK && named)
        status = check_header(csv, err);
    if (status == GG_OK)
        *out = csv;
    else
        gg_csv_close(csv);
    return status;
}

gg_status gg_csv_open(const char *path, gg_csv **out, gg_error *err) {
    return open_csv(path, false, out, err);
}

gg_status gg_csv_open_named(const char *path, gg_csv **out, gg_error *err) {
    return open_csv(path, true, out, err);
}

static void free_record(record *r) {
    gg_free(r->text);
    gg_free(r->start);
}

void gg_csv_close(gg_csv *csv) {
    if (csv == NULL)
        return;
    gg_text_source_close(csv->source);
    free_record(&csv->header);
    free_record(&csv->row);
    gg_free(csv);
}

/* Separators behind the last column leave fields without name or text. */
static void drop_surplus(const gg_csv *csv, record *r) {
    while (r->n_fields > csv->header.n_fields && r->text[r->start[r->n_fields - 1]] == '\0')
        r->n_fields--;
}

gg_status gg_csv_next(gg_csv *csv, size_t *n_fields, gg_error *err) {
    record *r = &csv->row;
    *n_fields = 0;
    GG_TRY(read_record(csv, r, csv->is_named, err));
    if (csv->is_named && r->n_fields > 0) {
        drop_surplus(csv, r);
        if (r->n_fields != csv->header.n_fields)
            return gg_csv_refuse(csv, err, "has %zu fields, the header has %zu", r->n_fields,
                                 csv->header.n_fields);
    }
    *n_fields = r->n_fields;
    return GG_OK;
}

size_t gg_csv_columns(const gg_csv *csv) {
    return csv->header.n_fields;
}

const char *gg_csv_name(const gg_csv *csv, size_t column) {
    return csv->header.text + csv->header.start[column];
}

int gg_csv_find(gg_csv *csv, const char *name) {
    int alike = GG_CSV_NO_COLUMN;
    size_t n_alike = 0;
    for (size_t c = 0; c < csv->header.n_fields; c++) {
        if (strcmp(gg_csv_name(csv, c), name) == 0)
            return (int)c;
        if (strcasecmp(gg_csv_name(csv, c), name) != 0)
            continue;
        n_alike++;
        alike = (int)c;
    }
    if (n_alike != 1 || *name == '\0')
        return GG_CSV_NO_COLUMN;
    gg__csv_note(&csv->remark, GG__CSV_CASE, "column \"%.40s\" is taken for %s, and so on",
                 gg_csv_name(csv, (size_t)alike), name);
    return alike;
}

const char *gg_csv_field(const gg_csv *csv, int column) {
    return column < 0 ? "" : csv->row.text + csv->row.start[column];
}

bool gg_csv_parse(gg_csv *csv, int column, double *value) {
    char text[64];
    const char *field = gg_csv_field(csv, column);
    bool has_comma = csv->separator != ',' && gg__csv_with_point(field, text, sizeof text);
    bool has_point = !has_comma && strchr(field, '.') != NULL;
    if (!gg_parse_double(has_comma ? text : field, value))
        return false;
    csv->has_commas = csv->has_commas || has_comma;
    csv->has_points = csv->has_points || has_point;
    if (has_comma)
        gg__csv_note(&csv->remark, GG__CSV_DECIMALS, "commas are decimal signs");
    return !(csv->has_commas && csv->has_points);
}

gg_status gg_csv_number(gg_csv *csv, int column, double *value, gg_error *err) {
    return gg_csv_parse(csv, column, value)
               ? GG_OK
               : gg_csv_refuse_field(csv, column, "a finite number", err);
}

gg_status gg_csv_refuse_field(const gg_csv *csv, int column, const char *wanted, gg_error *err) {
    const char *text = gg_csv_field(csv, column);
    if (csv->has_commas && csv->has_points)
        return gg_csv_refuse(csv, err,
                             "\"%.40s\": the file has decimal commas and decimal points, one of "
                             "which must mean something else",
                             text);
    if (csv->is_named)
        return gg_csv_refuse(csv, err, "%s: \"%.40s\" is not %s", gg_csv_name(csv, (size_t)column),
                             text, wanted);
    return gg_csv_refuse(csv, err, "field %d: \"%.40s\" is not %s", column + 1, text, wanted);
}

const char *gg_csv_remark(gg_csv *csv) {
    if (csv->n_empty > 0)
        gg__csv_note(&csv->remark, GG__CSV_EMPTY, "empty records (separators alone) are left out");
    return csv->remark.text;
}

size_t gg_csv_line(const gg_csv *csv) {
    return csv->line;
}

uint64_t gg_csv_offset(const gg_csv *csv) {
    return gg_text_source_offset(csv->source);
}

const char *gg_csv_path(const gg_csv *csv) {
    return gg_text_source_path(csv->source);
}
