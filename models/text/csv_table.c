/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/text/csv_table.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "models/base/alloc.h"
#include "models/base/parse.h"

/* A table in the making. */
typedef struct reading {
    gg_csv *csv;
    gg_table *table;
    double *numbers; /* that end the rows' ids; NAN where they end otherwise */
    size_t values_size, numbers_size;
    size_t first;  /* column of the first number: 1 behind ids */
    size_t fields; /* of a row */
} reading;

/* `array` with room for element `index`; NULL when memory is short (`array` stays valid). */
static void *with_room(void *array, size_t *size, size_t index, size_t element) {
    if (index < *size)
        return array;
    size_t wanted = *size == 0 ? 64 : *size * 2;
    void *grown = gg_realloc(array, *size, wanted, element);
    if (grown != NULL)
        *size = wanted;
    return grown;
}

/* The number that ends a name ("user12", "12"), or NAN. */
static double number_of_name(const char *name) {
    size_t n = strlen(name), digits = 0;
    int64_t value;
    while (digits < n && name[n - 1 - digits] >= '0' && name[n - 1 - digits] <= '9')
        digits++;
    return gg_parse_integer(name + n - digits, 0, INT32_MAX, &value) ? (double)value : NAN;
}

static bool is_id_name(const char *name) {
    static const char *const names[] = {"", "id", "user", "users", "index"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcasecmp(name, names[k]) == 0)
            return true;
    return false;
}

/* Neither a number nor what somebody else takes for one ("nan", "0x10", "1;2"). */
static bool is_name(const char *text) {
    char *end;
    strtod(text, &end);
    return (isalpha((unsigned char)*text) || *text == '_' || (unsigned char)*text >= 0x80) &&
           *end != '\0';
}

/* A first record that names columns: no number in it, or, as pandas writes it, nothing above the
 * ids and the servers' numbers behind that. */
static bool is_header(const reading *r, size_t n_fields) {
    if (n_fields > 1 && gg_csv_field(r->csv, 0)[0] == '\0')
        return true;
    for (size_t c = 0; c < n_fields; c++)
        if (!is_name(gg_csv_field(r->csv, (int)c)))
            return false;
    return true;
}

/* Servers are columns in order: names that end in numbers must agree. */
static gg_status read_header(reading *r, size_t n_fields, gg_error *err) {
    double before = -1.0;
    r->fields = n_fields;
    r->first = n_fields > 1 && is_id_name(gg_csv_field(r->csv, 0));
    for (size_t c = r->first; c < n_fields; c++) {
        double number = number_of_name(gg_csv_field(r->csv, (int)c));
        if (number <= before)
            return gg_csv_refuse(r->csv, err,
                                 "column \"%.40s\" stands behind number %g: columns are servers in "
                                 "order, from 0",
                                 gg_csv_field(r->csv, (int)c), before);
        before = number;
    }
    return GG_OK;
}

static gg_status append_number(reading *r, double number, gg_error *err) {
    double *numbers = with_room(r->numbers, &r->numbers_size, r->table->n_rows, sizeof *r->numbers);
    GG_NEED(numbers, err, "%s: out of memory", gg_csv_path(r->csv));
    r->numbers = numbers;
    r->numbers[r->table->n_rows] = number;
    return GG_OK;
}

static gg_status append(reading *r, size_t n_fields, gg_error *err) {
    gg_table *t = r->table;
    if (r->fields == 0)
        r->fields = n_fields;
    if (n_fields != r->fields)
        return gg_csv_refuse(r->csv, err, "has %zu fields, the rows above have %zu", n_fields,
                             r->fields);
    t->n_columns = n_fields - r->first;
    for (size_t c = r->first; c < n_fields; c++) {
        size_t at = t->n_rows * t->n_columns + c - r->first;
        double *values = with_room(t->values, &r->values_size, at, sizeof(double));
        GG_NEED(values, err, "%s: out of memory", gg_csv_path(r->csv));
        t->values = values;
        GG_TRY(gg_csv_number(r->csv, (int)c, &t->values[at], err));
    }
    if (r->first > 0)
        GG_TRY(append_number(r, number_of_name(gg_csv_field(r->csv, 0)), err));
    t->n_rows++;
    return GG_OK;
}

static gg_status read_rows(reading *r, gg_error *err) {
    size_t n_fields;
    GG_TRY(gg_csv_next(r->csv, &n_fields, err));
    if (n_fields > 0 && is_header(r, n_fields)) {
        GG_TRY(read_header(r, n_fields, err));
        GG_TRY(gg_csv_next(r->csv, &n_fields, err));
    }
    while (n_fields > 0) {
        GG_TRY(append(r, n_fields, err));
        GG_TRY(gg_csv_next(r->csv, &n_fields, err));
    }
    return r->table->n_rows > 0 ? GG_OK
                                : gg_fail(err, GG_E_INPUT, "%s: has no rows", gg_csv_path(r->csv));
}

/* Rows are users in order; ids that say otherwise are refused. */
static gg_status check_order(const reading *r, gg_error *err) {
    for (size_t k = 1; r->first > 0 && k < r->table->n_rows; k++)
        if (r->numbers[k] <= r->numbers[k - 1])
            return gg_fail(err, GG_E_INPUT,
                           "%s: row %zu: user %g stands behind user %g: rows are users in order, "
                           "from 0",
                           gg_csv_path(r->csv), k, r->numbers[k], r->numbers[k - 1]);
    return GG_OK;
}

gg_status gg_csv_read_table(const char *path, gg_table *table, gg_error *err) {
    reading r = {.table = table};
    *table = (gg_table){0};
    GG_TRY(gg_csv_open(path, &r.csv, err));
    gg_status status = read_rows(&r, err);
    if (status == GG_OK)
        status = check_order(&r, err);
    if (status == GG_OK)
        snprintf(table->remark, sizeof table->remark, "%s", gg_csv_remark(r.csv));
    gg_csv_close(r.csv);
    gg_free(r.numbers);
    if (status != GG_OK) {
        gg_free(table->values);
        *table = (gg_table){0};
    }
    return status;
}
