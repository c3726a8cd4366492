/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/text/number_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "data/files/npy.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"
#include "models/text/csv.h"
#include "models/text/text_source.h"

typedef struct list {
    double *values;
    size_t count, room;
} list;

static gg_status add(list *l, double value, const char *path, gg_error *err) {
    if (l->count == l->room) {
        size_t room = 2 * l->room + 1024;
        double *values = gg_realloc(l->values, l->count, room, sizeof *values);
        if (values == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
        l->values = values;
        l->room = room;
    }
    l->values[l->count++] = value;
    return GG_OK;
}

static bool is_flag(const char *text, double *value) {
    *value = strcasecmp(text, "true") == 0;
    return *value == 1.0 || strcasecmp(text, "false") == 0;
}

static bool number_of(const char *text, double *value) {
    return is_flag(text, value) || gg_parse_double(text, value);
}

static gg_status read_npy(const char *path, list *l, gg_error *err) {
    gg_array *array = NULL;
    gg_status status = gg_npy_open(path, &array, err);
    if (status == GG_OK && array->rank != 1)
        status =
            gg_fail(err, GG_E_INPUT, "%s: has %zu dimensions where 1 is wanted", path, array->rank);
    if (status == GG_OK && (l->values = gg_alloc(array->count, sizeof *l->values)) == NULL)
        status = gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    if (status == GG_OK)
        status = gg_array_doubles(array, 0, array->count, l->values, err);
    if (status == GG_OK)
        l->count = array->count;
    gg_array_close(array);
    return status;
}

static int find_column(gg_csv *csv, const char *const *columns) {
    for (size_t k = 0; columns[k] != NULL; k++) {
        int found = gg_csv_find(csv, columns[k]);
        if (found != GG_CSV_NO_COLUMN)
            return found;
    }
    return GG_CSV_NO_COLUMN;
}

static gg_status read_csv(const char *path, const char *const *columns, bool must_match, list *l,
                          gg_error *err) {
    gg_csv *csv = NULL;
    gg_status status = GG_OK;
    GG_TRY(gg_csv_open_named(path, &csv, err));
    int column = find_column(csv, columns);
    if (column == GG_CSV_NO_COLUMN && !must_match && gg_csv_columns(csv) == 1)
        column = 0;
    if (column == GG_CSV_NO_COLUMN)
        status = gg_fail(err, GG_E_INPUT, "%s:1: has no column %s; %s:COLUMN names one", path,
                         columns[0], path);
    for (size_t n = 0; status == GG_OK;) {
        double value = 0.0;
        status = gg_csv_next(csv, &n, err);
        if (status != GG_OK || n == 0)
            break;
        status = is_flag(gg_csv_field(csv, column), &value) || gg_csv_parse(csv, column, &value)
                     ? add(l, value, path, err)
                     : gg_csv_refuse_field(csv, column, "a number", err);
    }
    gg_csv_close(csv);
    return status;
}

enum { LINE_BYTES = 64 };

/* The next line without blanks around it; false at the end. Longer lines are cut, which no number
 * survives. */
static bool next_line(gg_text_source *source, char line[LINE_BYTES]) {
    size_t used = 0;
    int c = gg_text_source_get(source);
    if (c < 0)
        return false;
    for (; c >= 0 && c != '\n' && c != '\r'; c = gg_text_source_get(source))
        if (used + 1 < LINE_BYTES && !(used == 0 && (c == ' ' || c == '\t')))
            line[used++] = (char)(c == 0 ? '?' : c);
    if (c == '\r' && gg_text_source_peek(source) == '\n')
        gg_text_source_get(source);
    while (used > 0 && strchr(" \t", line[used - 1]) != NULL)
        used--;
    line[used] = '\0';
    return true;
}

static gg_status read_lines(const char *path, list *l, gg_error *err) {
    gg_text_source *source = NULL;
    char line[LINE_BYTES];
    gg_status status = GG_OK;
    GG_TRY(gg_text_source_open(path, &source, err));
    for (size_t at = 1; status == GG_OK && next_line(source, line); at++) {
        double value = 0.0;
        if (*line == '\0')
            continue;
        status = number_of(line, &value)
                     ? add(l, value, path, err)
                     : gg_fail(err, GG_E_INPUT, "%s:%zu: '%.40s' is not a number", path, at, line);
    }
    if (status == GG_OK)
        status = gg_text_source_check(source, err);
    gg_text_source_close(source);
    return status;
}

typedef enum kind { IS_NPY, IS_CSV, IS_LINES } kind;

static gg_status tell_kind(const char *path, kind *what, gg_error *err) {
    gg_text_source *source = NULL;
    char line[LINE_BYTES];
    double value;
    GG_TRY(gg_text_source_open(path, &source, err));
    if (gg_text_source_peek(source) == 0x93)
        *what = IS_NPY;
    else
        *what = next_line(source, line) && !number_of(line, &value) ? IS_CSV : IS_LINES;
    gg_text_source_close(source);
    return GG_OK;
}

static gg_status read_kind(const char *path, const char *const *columns, bool must_match, list *l,
                           gg_error *err) {
    kind what = must_match ? IS_CSV : IS_LINES;
    if (!must_match)
        GG_TRY(tell_kind(path, &what, err));
    return what == IS_NPY   ? read_npy(path, l, err)
           : what == IS_CSV ? read_csv(path, columns, must_match, l, err)
                            : read_lines(path, l, err);
}

gg_status gg_number_file_read(const char *path, const char *const *columns, double **values,
                              size_t *count, gg_error *err) {
    list l = {0};
    const char *colon = strrchr(path, ':');
    gg_status status;
    if (access(path, F_OK) != 0 && colon != NULL && colon != path && colon[1] != '\0') {
        const char *chosen[] = {colon + 1, NULL};
        char *file = gg_strdup(path);
        if (file == NULL)
            return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
        file[colon - path] = '\0';
        status = read_kind(file, chosen, true, &l, err);
        gg_free(file);
    } else {
        status = read_kind(path, columns, false, &l, err);
    }
    if (status != GG_OK)
        gg_free(l.values);
    *values = status == GG_OK ? l.values : NULL;
    *count = status == GG_OK ? l.count : 0;
    return status;
}
