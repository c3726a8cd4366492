/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/base/csv_table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"

struct gg_csv {
    char *path;
    FILE *stream;
    size_t line;
    char *text; /* the current row, cut into fields in place */
    size_t text_size;
    char **fields;
    size_t n_fields;
    size_t fields_size;
};

static gg_status no_memory(const gg_csv *csv, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", csv->path);
}

gg_status gg_csv_open(const char *path, gg_csv **out, gg_error *err) {
    *out = NULL;
    gg_csv *csv = gg_alloc(1, sizeof *csv);
    if (csv == NULL || (csv->path = gg_strdup(path)) == NULL) {
        gg_csv_close(csv);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    }
    csv->stream = fopen(path, "r");
    if (csv->stream == NULL) {
        int reason = errno;
        gg_csv_close(csv);
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", path, strerror(reason));
    }
    *out = csv;
    return GG_OK;
}

void gg_csv_close(gg_csv *csv) {
    if (csv == NULL)
        return;
    if (csv->stream != NULL)
        fclose(csv->stream);
    gg_free(csv->path);
    gg_free(csv->text);
    gg_free(csv->fields);
    gg_free(csv);
}

gg_status gg_csv_refuse(const gg_csv *csv, gg_error *err, const char *format, ...) {
    char reason[400];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return gg_fail(err, GG_E_INPUT, "%s:%zu: %s", csv->path, csv->line, reason);
}

/* An array of `*size` elements, made larger if it has no room for element `index`. NULL when memory
 * is short; `array` stays valid then. */
static void *with_room(void *array, size_t *size, size_t index, size_t element) {
    if (index < *size)
        return array;
    size_t wanted = *size == 0 ? 64 : *size * 2;
    void *grown = gg_realloc(array, *size, wanted, element);
    if (grown != NULL)
        *size = wanted;
    return grown;
}

static gg_status put_char(gg_csv *csv, size_t index, char c, gg_error *err) {
    char *text = with_room(csv->text, &csv->text_size, index, 1);
    if (text == NULL)
        return no_memory(csv, err);
    csv->text = text;
    text[index] = c;
    return GG_OK;
}

/* The next line without its end into csv->text; *more is 0 at the end of the file. */
static gg_status read_line(gg_csv *csv, int *more, gg_error *err) {
    size_t length = 0;
    int c;
    csv->line++;
    while ((c = getc_unlocked(csv->stream)) != EOF && c != '\n') {
        if (c == '\0')
            return gg_csv_refuse(csv, err, "contains a NUL byte");
        GG_TRY(put_char(csv, length++, (char)c, err));
    }
    if (ferror(csv->stream))
        return gg_fail(err, GG_E_IO, "%s: cannot be read: %s", csv->path, strerror(errno));
    *more = c != EOF || length > 0;
    return put_char(csv, length, '\0', err);
}

/* Cuts blanks and one pair of quotes off a field. */
static gg_status trim(const gg_csv *csv, char **field, gg_error *err) {
    char *start = *field + strspn(*field, " \t");
    size_t length = strlen(start);
    while (length > 0 && strchr(" \t\r", start[length - 1]) != NULL)
        length--;
    if (length >= 2 && start[0] == '"' && start[length - 1] == '"') {
        start++;
        length -= 2;
    }
    start[length] = '\0';
    *field = start;
    if (strchr(start, '"') != NULL)
        return gg_csv_refuse(csv, err, "quotes may only surround a field");
    return GG_OK;
}

static gg_status cut(gg_csv *csv, char *row, gg_error *err) {
    csv->n_fields = 0;
    for (char *field = row, *comma; field != NULL; field = comma) {
        comma = strchr(field, ',');
        if (comma != NULL)
            *comma++ = '\0';
        char **fields =
            with_room(csv->fields, &csv->fields_size, csv->n_fields, sizeof *csv->fields);
        if (fields == NULL)
            return no_memory(csv, err);
        csv->fields = fields;
        GG_TRY(trim(csv, &field, err));
        csv->fields[csv->n_fields++] = field;
    }
    return GG_OK;
}

gg_status gg_csv_next(gg_csv *csv, size_t *n_fields, gg_error *err) {
    *n_fields = 0;
    for (int more = 1; more;) {
        GG_TRY(read_line(csv, &more, err));
        if (!more)
            return GG_OK;
        char *row = csv->text;
        if (csv->line == 1 && strncmp(row, "\xEF\xBB\xBF", 3) == 0)
            row += 3;
        if (row[strspn(row, " \t\r")] == '\0' || row[0] == '#')
            continue;
        gg_status status = cut(csv, row, err);
        *n_fields = csv->n_fields;
        return status;
    }
    return GG_OK;
}

const char *gg_csv_field(const gg_csv *csv, size_t column) {
    return csv->fields[column];
}

gg_status gg_csv_number(const gg_csv *csv, size_t column, double *value, gg_error *err) {
    if (gg_parse_double(csv->fields[column], value))
        return GG_OK;
    return gg_csv_refuse(csv, err, "field %zu: \"%.40s\" is not a finite number", column + 1,
                         csv->fields[column]);
}

/* Appends the current row to a table whose `*size` doubles are allocated. */
static gg_status append(const gg_csv *csv, gg_table *table, size_t *size, gg_error *err) {
    if (table->n_rows == 0)
        table->n_columns = csv->n_fields;
    if (csv->n_fields != table->n_columns)
        return gg_csv_refuse(csv, err, "has %zu fields, the rows above have %zu", csv->n_fields,
                             table->n_columns);
    for (size_t c = 0; c < csv->n_fields; c++) {
        size_t at = table->n_rows * table->n_columns + c;
        double *values = with_room(table->values, size, at, sizeof(double));
        if (values == NULL)
            return no_memory(csv, err);
        table->values = values;
        GG_TRY(gg_csv_number(csv, c, &table->values[at], err));
    }
    table->n_rows++;
    return GG_OK;
}

static gg_status read_rows(gg_csv *csv, gg_table *table, gg_error *err) {
    size_t size = 0, n_fields;
    for (;;) {
        GG_TRY(gg_csv_next(csv, &n_fields, err));
        if (n_fields == 0)
            break;
        GG_TRY(append(csv, table, &size, err));
    }
    return table->n_rows > 0 ? GG_OK : gg_fail(err, GG_E_INPUT, "%s: has no rows", csv->path);
}

gg_status gg_csv_read_table(const char *path, gg_table *table, gg_error *err) {
    *table = (gg_table){0};
    gg_csv *csv;
    GG_TRY(gg_csv_open(path, &csv, err));
    gg_status status = read_rows(csv, table, err);
    gg_csv_close(csv);
    if (status != GG_OK) {
        gg_free(table->values);
        *table = (gg_table){0};
    }
    return status;
}
