/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/finish/facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/import/finish/facts_columns.h"
#include "models/base/alloc.h"

/* An id and whose it is. */
typedef struct named {
    char *id;
    size_t row;
} named;

enum { MOST_NAMED = 3, NAME_BYTES = 60, LIST_BYTES = 320 };

/* Ids for a message: how many, and the first of them. */
typedef struct culprits {
    size_t count;
    char text[LIST_BYTES];
} culprits;

struct gg__facts {
    char *path;
    bool has[GG__N_FACTS];
    size_t n, size;
    named *ids;   /* sorted by id once all are read */
    named *plain; /* numbers alone, without leading zeros and decimals; sorted */
    size_t n_plain;
    double (*values)[GG__N_FACTS];
    bool *is_used;
    culprits unknown, doubled;
};

static void blame(culprits *c, const char *id) {
    size_t used = strlen(c->text);
    if (c->count++ < MOST_NAMED && used + 8 < sizeof c->text)
        snprintf(c->text + used, sizeof c->text - used, "%s\"%.*s\"", used > 0 ? ", " : "",
                 NAME_BYTES, id);
}

static gg_status refuse(const gg__facts *f, const culprits *c, const char *what, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %zu %s: %s%s", f->path, c->count, what, c->text,
                   c->count > MOST_NAMED ? ", ..." : "");
}

static gg_status no_memory(const gg__facts *f, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", f->path);
}

/* The digits of a whole number behind its zeros, as *length of them; NULL for other texts. */
static const char *digits_of(const char *id, size_t *length) {
    size_t n = strspn(id, "0123456789");
    const char *rest = id + n;
    if (n == 0 || (*rest == '.' && rest[1] == '\0'))
        return NULL;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0");
    if (*rest != '\0')
        return NULL;
    size_t zeros = strspn(id, "0");
    zeros -= zeros == n;
    *length = n - zeros;
    return id + zeros;
}

static int compare(const void *a, const void *b) {
    const named *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* Where an id stands; *is_only tells whether no other is alike. */
static size_t find(const named *sorted, size_t n, const char *id, bool *is_only) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(sorted[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == n || strcmp(sorted[low].id, id) != 0)
        return GG__NO_ROW;
    *is_only = low + 1 == n || strcmp(sorted[low + 1].id, id) != 0;
    return low;
}

static gg_status make_room(gg__facts *f, gg_error *err) {
    if (f->n < f->size)
        return GG_OK;
    size_t size = 2 * f->size + 256;
    named *ids = gg_realloc(f->ids, f->size, size, sizeof *ids);
    if (ids != NULL)
        f->ids = ids;
    double(*values)[GG__N_FACTS] = gg_realloc(f->values, f->size, size, sizeof *values);
    if (values != NULL)
        f->values = values;
    if (ids == NULL || values == NULL)
        return no_memory(f, err);
    f->size = size;
    return GG_OK;
}

static gg_status read_row(gg__facts *f, gg_csv *csv, gg__fact_columns *columns, gg_error *err) {
    const char *id = gg_csv_field(csv, columns->id);
    if (*id == '\0')
        return gg_csv_refuse(csv, err, "%s is empty", gg_csv_name(csv, (size_t)columns->id));
    GG_TRY(make_room(f, err));
    GG_TRY(gg__fact_columns_read(columns, csv, f->values[f->n], err));
    f->ids[f->n] = (named){gg_strdup(id), f->n};
    if (f->ids[f->n].id == NULL)
        return no_memory(f, err);
    f->n++;
    return GG_OK;
}

static gg_status read_rows(gg__facts *f, gg_csv *csv, gg__fact_columns *columns, gg_error *err) {
    memcpy(f->has, columns->has, sizeof f->has);
    for (;;) {
        size_t n_fields;
        GG_TRY(gg_csv_next(csv, &n_fields, err));
        if (n_fields == 0)
            return f->n > 0 ? GG_OK : gg_fail(err, GG_E_INPUT, "%s: has no rows", f->path);
        GG_TRY(read_row(f, csv, columns, err));
    }
}

/* Both lists of ids in order; ids that stand there twice are refused. */
static gg_status index_rows(gg__facts *f, gg_error *err) {
    culprits twins = {0};
    f->is_used = gg_alloc(f->n, sizeof *f->is_used);
    f->plain = gg_alloc(f->n, sizeof *f->plain);
    if (f->is_used == NULL || f->plain == NULL)
        return no_memory(f, err);
    qsort(f->ids, f->n, sizeof *f->ids, compare);
    for (size_t k = 0; k < f->n; k++) {
        size_t length;
        const char *digits = digits_of(f->ids[k].id, &length);
        if (k > 0 && strcmp(f->ids[k].id, f->ids[k - 1].id) == 0)
            blame(&twins, f->ids[k].id);
        if (digits == NULL)
            continue;
        char *copy = gg_alloc(length + 1, 1);
        if (copy == NULL)
            return no_memory(f, err);
        memcpy(copy, digits, length);
        copy[length] = '\0';
        f->plain[f->n_plain++] = (named){copy, f->ids[k].row};
    }
    if (twins.count > 0)
        return refuse(f, &twins, "ids stand there twice", err);
    qsort(f->plain, f->n_plain, sizeof *f->plain, compare);
    return GG_OK;
}

static gg_status read_file(const gg__fact_source *source, gg_import_sink *sink, gg__facts **out,
                           gg_error *err) {
    gg_csv *csv = NULL;
    gg__fact_columns columns = {0};
    gg__facts *f = gg_alloc(1, sizeof *f);
    if (f == NULL || (f->path = gg_strdup(source->path)) == NULL) {
        gg_free(f);
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", source->path);
    }
    gg_status status = gg_csv_open_named(source->path, &csv, err);
    if (status == GG_OK)
        status = gg__fact_columns_find(&columns, source, csv, sink, err);
    if (status == GG_OK)
        status = read_rows(f, csv, &columns, err);
    if (status == GG_OK && gg_csv_remark(csv)[0] != '\0')
        gg_import_sink_warn(sink, "%s: %s", f->path, gg_csv_remark(csv));
    gg_task_names_finish(&columns.tasks, status == GG_OK ? sink : NULL);
    gg_csv_close(csv);
    if (status == GG_OK)
        status = index_rows(f, err);
    if (status == GG_OK)
        *out = f;
    else
        gg__facts_free(f);
    return status;
}

gg_status gg__facts_read(const char *text, gg_import_sink *sink, gg__facts **out, gg_error *err) {
    gg__fact_source source;
    *out = NULL;
    GG_TRY(gg__fact_source_parse(text, sink->options->side, &source, err));
    gg_status status = read_file(&source, sink, out, err);
    gg_free(source.path);
    return status;
}

gg_status gg__facts_read_one(const char *text, gg__fact fact, const char *const *names,
                             gg_import_sink *sink, gg__facts **out, gg_error *err) {
    gg__fact_source source;
    *out = NULL;
    GG_TRY(gg__fact_source_of_column(text, fact, names, &source, err));
    gg_csv *csv = NULL;
    gg_error inner = {0};
    gg_status status = gg_csv_open_named(source.path, &csv, &inner);
    bool has_ids = status == GG_OK && gg_csv_find(csv, "id") != GG_CSV_NO_COLUMN;
    gg_csv_close(csv);
    /* A list without names is no fault; short memory does not make one of a table. */
    if (status == GG_E_NOMEM)
        gg_fail(err, status, "%s", inner.message);
    else
        status = has_ids ? read_file(&source, sink, out, err) : GG_OK;
    gg_free(source.path);
    return status;
}

void gg__facts_free(gg__facts *f) {
    if (f == NULL)
        return;
    for (size_t k = 0; k < f->n; k++)
        gg_free(f->ids[k].id);
    for (size_t k = 0; k < f->n_plain; k++)
        gg_free(f->plain[k].id);
    gg_free(f->ids);
    gg_free(f->plain);
    gg_free(f->values);
    gg_free(f->is_used);
    gg_free(f->path);
    gg_free(f);
}

bool gg__facts_has(const gg__facts *f, gg__fact fact) {
    return f != NULL && f->has[fact];
}

size_t gg__facts_row(const gg__facts *f, const char *id) {
    bool is_only = false;
    size_t length, at = find(f->ids, f->n, id, &is_only);
    if (at != GG__NO_ROW)
        return f->ids[at].row;
    char plain[32];
    const char *digits = digits_of(id, &length);
    if (digits == NULL || length >= sizeof plain)
        return GG__NO_ROW;
    memcpy(plain, digits, length);
    plain[length] = '\0';
    at = find(f->plain, f->n_plain, plain, &is_only);
    return at != GG__NO_ROW && is_only ? f->plain[at].row : GG__NO_ROW;
}

void gg__facts_claim(gg__facts *f, size_t row, const char *id, bool is_written) {
    if (row == GG__NO_ROW && is_written)
        blame(&f->unknown, id);
    else if (row != GG__NO_ROW && f->is_used[row] && is_written)
        blame(&f->doubled, id);
    if (row != GG__NO_ROW)
        f->is_used[row] = true;
}

void gg__facts_apply(const gg__facts *f, size_t row, double *query) {
    for (int k = 0; k < GG__N_FACTS; k++)
        if (f->has[k] && !isnan(f->values[row][k]))
            query[k] = f->values[row][k];
}

gg_status gg__facts_check(const gg__facts *f, bool may_have_more, gg_error *err) {
    culprits idle = {0};
    if (f->doubled.count > 0)
        return refuse(f, &f->doubled, "queries of the sources have the id of another", err);
    if (f->unknown.count > 0)
        return refuse(f, &f->unknown, "queries of the sources have no row there", err);
    for (size_t k = 0; k < f->n && !may_have_more; k++)
        if (!f->is_used[f->ids[k].row])
            blame(&idle, f->ids[k].id);
    return idle.count > 0 ? refuse(f, &idle, "rows are of no query of the sources", err) : GG_OK;
}
