/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/csv_records.h"

#include <stdbool.h>
#include <string.h>

#include "data/text/text_source.h"
#include "models/base/alloc.h"

/* One record: its fields end to end, each NUL-terminated. */
typedef struct record {
    char *text;
    size_t used, size;
    size_t *start;
    size_t n_fields, fields_size;
} record;

struct gg_csv_records {
    gg_text_source *source;
    record header, row;
    size_t line;
};

static gg_status refuse(const gg_csv_records *csv, size_t line, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s", gg_csv_records_path(csv), line, reason);
}

static gg_status put(const gg_csv_records *csv, record *r, char c, gg_error *err) {
    if (r->used == r->size) {
        size_t wanted = r->size == 0 ? 256 : r->size * 2;
        if (r->size >= GG_CSV_RECORD_BYTES)
            return gg_fail(err, GG_E_INPUT, "%s:%zu: a record is larger than %d MiB",
                           gg_csv_records_path(csv), csv->line, GG_CSV_RECORD_BYTES >> 20);
        char *grown = gg_realloc(r->text, r->size, wanted, 1);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_csv_records_path(csv));
        r->text = grown;
        r->size = wanted;
    }
    r->text[r->used++] = c;
    return GG_OK;
}

static gg_status begin_field(const gg_csv_records *csv, record *r, gg_error *err) {
    if (r->n_fields == GG_CSV_FIELDS)
        return gg_fail(err, GG_E_INPUT, "%s:%zu: a record has more than %d fields",
                       gg_csv_records_path(csv), csv->line, GG_CSV_FIELDS);
    if (r->n_fields == r->fields_size) {
        size_t wanted = r->fields_size == 0 ? 16 : r->fields_size * 2;
        size_t *grown = gg_realloc(r->start, r->fields_size, wanted, sizeof *r->start);
        if (grown == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_csv_records_path(csv));
        r->start = grown;
        r->fields_size = wanted;
    }
    r->start[r->n_fields++] = r->used;
    return GG_OK;
}

/* What follows the first quote of a field, up to the byte behind the last. */
static gg_status read_quoted(gg_csv_records *csv, record *r, gg_error *err) {
    size_t line = gg_text_source_line(csv->source);
    for (;;) {
        int c = gg_text_source_get(csv->source);
        if (c < 0)
            return refuse(csv, line, "a quoted field does not end", err);
        if (c == '\0')
            return refuse(csv, gg_text_source_line(csv->source), "contains a NUL byte", err);
        if (c == '"' && gg_text_source_peek(csv->source) != '"')
            return GG_OK;
        if (c == '"')
            gg_text_source_get(csv->source);
        GG_TRY(put(csv, r, (char)c, err));
    }
}

static bool ends_field(int c) {
    return c < 0 || c == ',' || c == '\n';
}

/* One field; *end is the byte behind it. */
static gg_status read_field(gg_csv_records *csv, record *r, int *end, gg_error *err) {
    gg_status status = begin_field(csv, r, err);
    int c = gg_text_source_get(csv->source);
    if (status == GG_OK && c == '"') {
        status = read_quoted(csv, r, err);
        c = gg_text_source_get(csv->source);
        if (c == '\r' && gg_text_source_peek(csv->source) == '\n')
            c = gg_text_source_get(csv->source);
        if (status == GG_OK && !ends_field(c))
            status = refuse(csv, gg_text_source_line(csv->source),
                            "text behind the closing quote of a field", err);
    }
    for (; status == GG_OK && !ends_field(c); c = gg_text_source_get(csv->source)) {
        if (c == '\r' && ends_field(gg_text_source_peek(csv->source)))
            continue;
        if (c == '\0' || c == '"')
            return refuse(csv, gg_text_source_line(csv->source),
                          c == '"' ? "a quote within a field that does not begin with one"
                                   : "contains a NUL byte",
                          err);
        status = put(csv, r, (char)c, err);
    }
    *end = c;
    return status == GG_OK ? put(csv, r, '\0', err) : status;
}

/* The next record that is not an empty line; no fields at the end. */
static gg_status read_record(gg_csv_records *csv, record *r, gg_error *err) {
    for (;;) {
        int end = ',';
        gg_status status = GG_OK;
        r->used = r->n_fields = 0;
        csv->line = gg_text_source_line(csv->source);
        if (gg_text_source_peek(csv->source) < 0)
            return gg_text_source_check(csv->source, err);
        while (status == GG_OK && end == ',')
            status = read_field(csv, r, &end, err);
        gg_error damage = {0};
        if (gg_text_source_check(csv->source, &damage) != GG_OK)
            return gg_fail(err, damage.status, "%s", damage.message);
        if (status != GG_OK || r->n_fields > 1 || r->text[0] != '\0')
            return status;
    }
}

static gg_status check_header(const gg_csv_records *csv, gg_error *err) {
    const record *h = &csv->header;
    if (h->n_fields == 0)
        return gg_fail(err, GG_E_INPUT, "%s: has no header line", gg_csv_records_path(csv));
    for (size_t c = 0; c < h->n_fields; c++)
        if (gg_csv_records_find(csv, gg_csv_records_name(csv, c)) != (int)c)
            return gg_fail(err, GG_E_INPUT, "%s:%zu: column \"%.40s\" stands there twice",
                           gg_csv_records_path(csv), csv->line, gg_csv_records_name(csv, c));
    return GG_OK;
}

gg_status gg_csv_records_open(const char *path, gg_csv_records **out, gg_error *err) {
    *out = NULL;
    gg_csv_records *csv = gg_alloc(1, sizeof *csv);
    if (csv == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    gg_status status = gg_text_source_open(path, &csv->source, err);
    if (status == GG_OK)
        status = read_record(csv, &csv->header, err);
    if (status == GG_OK)
        status = check_header(csv, err);
    if (status == GG_OK)
        *out = csv;
    else
        gg_csv_records_close(csv);
    return status;
}

static void free_record(record *r) {
    gg_free(r->text);
    gg_free(r->start);
}

void gg_csv_records_close(gg_csv_records *csv) {
    if (csv == NULL)
        return;
    gg_text_source_close(csv->source);
    free_record(&csv->header);
    free_record(&csv->row);
    gg_free(csv);
}

gg_status gg_csv_records_next(gg_csv_records *csv, int *more, gg_error *err) {
    gg_status status = read_record(csv, &csv->row, err);
    *more = csv->row.n_fields > 0;
    if (status == GG_OK && *more && csv->row.n_fields != csv->header.n_fields)
        status =
            gg_fail(err, GG_E_INPUT, "%s:%zu: has %zu fields, the header has %zu",
                    gg_csv_records_path(csv), csv->line, csv->row.n_fields, csv->header.n_fields);
    return status;
}

size_t gg_csv_records_columns(const gg_csv_records *csv) {
    return csv->header.n_fields;
}

const char *gg_csv_records_name(const gg_csv_records *csv, size_t column) {
    return csv->header.text + csv->header.start[column];
}

int gg_csv_records_find(const gg_csv_records *csv, const char *name) {
    for (size_t c = 0; c < csv->header.n_fields; c++)
        if (strcmp(gg_csv_records_name(csv, c), name) == 0)
            return (int)c;
    return GG_CSV_NO_COLUMN;
}

const char *gg_csv_records_field(const gg_csv_records *csv, int column) {
    return column < 0 ? "" : csv->row.text + csv->row.start[column];
}

size_t gg_csv_records_line(const gg_csv_records *csv) {
    return csv->line;
}

uint64_t gg_csv_records_offset(const gg_csv_records *csv) {
    return gg_text_source_offset(csv->source);
}

const char *gg_csv_records_path(const gg_csv_records *csv) {
    return gg_text_source_path(csv->source);
}
