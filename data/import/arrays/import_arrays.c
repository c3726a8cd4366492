/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/arrays/import_arrays.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/files/npy.h"
#include "data/import/arrays/array_choice.h"
#include "data/import/arrays/array_lists.h"
#include "data/import/arrays/array_rows.h"
#include "models/base/alloc.h"

/* Offsets and tokens are read this many at a time. */
enum { PIECE = 4096 };

/* One source. */
typedef struct reading {
    gg_import_job *job;
    gg_array_store *store;
    gg_array_choice choice;
    size_t member; /* at hand, of a family of queries */
    gg_array *values, *offsets, *tokens, *lengths, *head, *bias;
    gg_array_rows rows;
    gg_array_lists lists; /* where they are candidates */
    void *block;
    size_t block_query, block_first, block_count; /* what it holds */
    const char *fault; /* why the query at hand is left out; NULL: it is not */
    int32_t *token_block;
    int64_t *wide_tokens;
    size_t rows_done, rows_total;
    uint64_t bytes; /* of the source */
} reading;

static gg_status open_values(reading *r, gg_error *err) {
    const gg_import_options *o = r->job->options;
    const gg_array_family *f = &r->choice.family;
    GG_TRY(f->are_steps ? gg_array_family_stack(r->store, f, &r->values, err)
                        : r->store->open(r->store, r->choice.chosen, &r->values, err));
    gg_array *a = r->values;
    GG_TRY(gg_array_take_bits(r->job, a, err));
    if (!gg_number_is_float(a->number))
        return gg_fail(err, GG_E_INPUT, "%s: holds %s, and logits are floating-point numbers%s",
                       a->place, gg_number_name(a->number),
                       gg_number_size(a->number) == 2
                           ? " (--dtype bf16 takes them for the bits of bfloat16 numbers)"
                           : "");
    if (o->has_dtype && a->number != (gg_number)o->dtype)
        return gg_fail(err, GG_E_USAGE, "%s: holds %s, not %s", a->place, gg_number_name(a->number),
                       gg_dtype_name(o->dtype));
    return gg_array_rows_init(&r->rows, a, f->count > 0 ? f->axes : o->axes, err);
}

/* A list that stands beside the logits; *out stays NULL when there is none. */
static gg_status open_beside(const reading *r, const char *name, gg_array **out, gg_error *err) {
    long found = gg_array_store_find_beside(r->store, r->choice.chosen, name);
    const gg_array_family *f = &r->choice.family;
    /* What stands beside several queries is of none of them. */
    if (f->count > 0 && !f->are_steps &&
        gg_array_store_find_beside(r->store, f->members[0], name) ==
            gg_array_store_find_beside(r->store, f->members[1], name))
        return GG_OK;
    return found == GG_NO_ARRAY ? GG_OK : r->store->open(r->store, (size_t)found, out, err);
}

static gg_status open_offsets(reading *r, gg_error *err) {
    const char *asked = r->job->options->offsets;
    long found = asked != NULL ? gg_array_store_find(r->store, asked) : GG_NO_ARRAY;
    if (found != GG_NO_ARRAY)
        GG_TRY(r->store->open(r->store, (size_t)found, &r->offsets, err));
    else if (asked != NULL && r->job->n_sources > 1)
        return gg_fail(err, GG_E_USAGE, "%s: offsets of which of the %zu sources?", asked,
                       r->job->n_sources);
    else if (asked != NULL)
        GG_TRY(gg_npy_open(asked, &r->offsets, err));
    else if (r->rows.n_queries == 1 && !r->rows.one_row_a_query)
        GG_TRY(open_beside(r, "offsets", &r->offsets, err));
    if (r->offsets == NULL)
        return GG_OK;
    if (r->values->rank > 2 || r->rows.one_row_a_query)
        return gg_fail(err, GG_E_USAGE, "%s: offsets go with axes T,V", r->offsets->place);
    if (r->offsets->rank != 1 || r->offsets->count < 2 || gg_number_is_float(r->offsets->number))
        return gg_fail(err, GG_E_INPUT, "%s: is no list of at least 2 integers", r->offsets->place);
    return GG_OK;
}

static gg_status open_lists(reading *r, gg_error *err) {
    GG_TRY(open_offsets(r, err));
    GG_TRY(open_beside(r, "tokens", &r->tokens, err));
    if (r->values->rank == 3)
        GG_TRY(open_beside(r, "lengths", &r->lengths, err));
    if (r->lengths != NULL && r->lengths->count != r->rows.n_queries)
        return gg_fail(err, GG_E_INPUT, "%s: has %zu lengths for %zu queries", r->lengths->place,
                       r->lengths->count, r->rows.n_queries);
    if (r->tokens == NULL)
        return GG_OK;
    /* Tokens of something else (the prompt, say) are no error. */
    if (r->tokens->count != r->rows.n_queries * r->rows.n_tokens || r->tokens->fortran ||
        gg_number_is_float(r->tokens->number)) {
        gg_import_sink_warn(r->job->sink, "%s: is not one integer a row of logits: left out",
                            r->tokens->place);
        gg_array_close(r->tokens);
        r->tokens = NULL;
    }
    return GG_OK;
}

static gg_status allocate(reading *r, gg_error *err) {
    size_t row_bytes = r->rows.width * gg_number_size(r->values->number);
    r->block = gg_alloc(r->rows.block_rows, row_bytes);
    r->token_block = gg_alloc(r->rows.block_rows, sizeof *r->token_block);
    r->wide_tokens = gg_alloc(r->rows.block_rows, sizeof *r->wide_tokens);
    if (r->block == NULL || r->token_block == NULL || r->wide_tokens == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", r->store->path);
    r->rows_total = r->rows.n_queries * r->rows.n_tokens;
    return GG_OK;
}

static gg_status start(reading *r, gg_error *err) {
    const gg_import_options *o = r->job->options;
    gg_array *ids = NULL;
    GG_TRY(open_values(r, err));
    GG_TRY(open_lists(r, err));
    GG_TRY(allocate(r, err));
    if (r->choice.role == GG_ARRAY_CANDIDATES) {
        if (r->choice.ids != GG_NO_ARRAY)
            GG_TRY(r->store->open(r->store, (size_t)r->choice.ids, &ids, err));
        return gg_array_lists_init(&r->lists, &r->rows, ids, o, r->choice.values, err);
    }
    gg_import_row_spec spec = {.storage = r->choice.role == GG_ARRAY_HIDDEN ? GG_STORAGE_HIDDEN
                                                                            : GG_STORAGE_LOGITS,
                               .dtype = (gg_dtype)r->values->number,
                               .width = r->rows.width,
                               .has_tokens = r->tokens != NULL,
                               .values = r->choice.values};
    return gg_import_sink_declare(r->job->sink, &spec, r->values->place, err);
}

/* Tokens stand in the order of their own axes: as those of the logits, without the words. */
static gg_status read_tokens(reading *r, size_t query, size_t first, size_t n, gg_error *err) {
    size_t b = r->rows.query_stride / r->rows.width, t = r->rows.token_stride / r->rows.width;
    if (r->values->fortran) {
        /* Lists beside arrays in Fortran's order are in the usual one. */
        b = r->rows.query_stride < r->rows.token_stride ? r->rows.n_tokens : 1;
        t = r->rows.query_stride < r->rows.token_stride || r->rows.n_queries == 1
                ? 1
                : r->rows.n_queries;
    }
    if (t == 1 || n <= 1) {
        GG_TRY(gg_array_integers(r->tokens, query * b + first * t, n, 0, INT32_MAX, r->wide_tokens,
                                 err));
    } else {
        for (size_t k = 0; k < n; k++)
            GG_TRY(gg_array_integers(r->tokens, query * b + (first + k) * t, 1, 0, INT32_MAX,
                                     &r->wide_tokens[k], err));
    }
    for (size_t k = 0; k < n; k++)
        r->token_block[k] = (int32_t)r->wide_tokens[k];
    return GG_OK;
}

/* The block that holds a row of the query, which ends before `limit`. */
static gg_status load(reading *r, size_t query, size_t row, size_t limit, gg_error *err) {
    if (query == r->block_query && row >= r->block_first && row - r->block_first < r->block_count)
        return GG_OK;
    size_t n = limit - row < r->rows.block_rows ? limit - row : r->rows.block_rows;
    r->block_count = 0;
    GG_TRY(gg_array_rows_read(&r->rows, query, row, n, r->block, err));
    if (r->tokens != NULL)
        GG_TRY(read_tokens(r, query, row, n, err));
    r->block_query = query;
    r->block_first = row;
    r->block_count = n;
    return GG_OK;
}

/* How many rows from `row` on the block holds, up to `end`. */
static size_t rows_here(const reading *r, size_t row, size_t end) {
    size_t last = r->block_first + r->block_count;
    return (end < last ? end : last) - row;
}

static const char *row_at(const reading *r, size_t row) {
    size_t row_bytes = r->rows.width * gg_number_size(r->values->number);
    return (const char *)r->block + (row - r->block_first) * row_bytes;
}

/* What speaks against the query's rows, before any of them is written. */
static gg_status examine(reading *r, size_t query, size_t first, size_t end, size_t limit,
                         gg_error *err) {
    for (size_t row = first, n; row < end && r->fault == NULL; row += n) {
        GG_TRY(load(r, query, row, limit, err));
        n = rows_here(r, row, end);
        r->fault = gg_import_sink_row_fault(r->job->sink, n, row_at(r, row));
    }
    return GG_OK;
}

static gg_status pour_lists(reading *r, size_t query, size_t row, size_t n, gg_error *err) {
    bool skips = r->job->options->skip_empty;
    for (size_t k = 0; k < n && r->fault == NULL; k++)
        GG_TRY(gg_array_lists_pour(&r->lists, r->job->sink, query, row + k, row_at(r, row + k),
                                   r->tokens != NULL ? r->token_block[row + k - r->block_first]
                                                     : GG_NO_TOKEN_ID,
                                   skips ? &r->fault : NULL, err));
    return GG_OK;
}

/* Rows first .. end - 1 go to the sink's query. */
static gg_status pour(reading *r, size_t query, size_t first, size_t end, size_t limit,
                      gg_error *err) {
    bool is_listed = r->choice.role == GG_ARRAY_CANDIDATES;
    if (!is_listed && r->job->options->skip_empty)
        GG_TRY(examine(r, query, first, end, limit, err));
    for (size_t row = first, n; row < end && r->fault == NULL; row += n) {
        GG_TRY(load(r, query, row, limit, err));
        n = rows_here(r, row, end);
        const int32_t *tokens = r->tokens != NULL ? r->token_block + (row - r->block_first) : NULL;
        GG_TRY(is_listed ? pour_lists(r, query, row, n, err)
                         : gg_import_sink_rows(r->job->sink, n, row_at(r, row), tokens, err));
    }
    r->rows_done += end - first;
    gg_import_progress(r->job,
                       (uint64_t)((double)r->bytes * (double)r->rows_done / (double)r->rows_total));
    return GG_OK;
}

/* A file of one query gives it its name. */
static const char *name_of(const reading *r, char *name, size_t size) {
    const char *slash = strrchr(r->store->path, '/');
    const gg_array_family *f = &r->choice.family;
    if (f->count > 0 && !f->are_steps) {
        gg_array_family_name(r->job, r->store, f, r->member, name, size);
        return name;
    }
    const char *stem = slash != NULL ? slash + 1 : r->store->path;
    size_t length = strcspn(stem, ".");
    bool is_one = r->rows.n_queries == 1 && !r->rows.one_row_a_query && r->offsets == NULL;
    if (!is_one || length == 0 || length >= size)
        return NULL;
    snprintf(name, size, "%.*s", (int)length, stem);
    return name;
}

static gg_status end_query(reading *r, gg_error *err) {
    char name[200];
    gg_import_query query = gg_import_query_init();
    query.id = name_of(r, name, sizeof name);
    query.id_kind = r->choice.family.count > 0 ? GG_ID_GIVEN : GG_ID_OF_SOURCE;
    query.place = r->values->place;
    const char *fault = r->fault;
    r->fault = NULL;
    return fault != NULL ? gg_import_sink_skip_query(r->job->sink, &query, fault, err)
                         : gg_import_sink_end_query(r->job->sink, &query, err);
}

static gg_status read_queries(reading *r, gg_error *err) {
    for (size_t b = 0; b < r->rows.n_queries; b++) {
        int64_t length = (int64_t)r->rows.n_tokens;
        if (gg_import_sink_full(r->job->sink))
            break;
        if (r->lengths != NULL)
            GG_TRY(gg_array_integers(r->lengths, b, 1, 0, (int64_t)r->rows.n_tokens, &length, err));
        GG_TRY(pour(r, b, 0, (size_t)length, (size_t)length, err));
        GG_TRY(end_query(r, err));
    }
    return GG_OK;
}

/* Ends of queries, in order: of offsets, or one a row. */
typedef struct ends {
    int64_t piece[PIECE];
    size_t first, count; /* offsets in the piece */
    size_t next;         /* offset to hand out */
    int64_t last;
} ends;

static gg_status next_end(const reading *r, ends *e, size_t *end, gg_error *err) {
    if (r->offsets == NULL) {
        *end = ++e->next;
        return GG_OK;
    }
    if (e->next == e->first + e->count) {
        size_t left = r->offsets->count - e->next;
        e->first = e->next;
        e->count = left < PIECE ? left : PIECE;
        GG_TRY(gg_array_integers(r->offsets, e->first, e->count, 0, (int64_t)r->rows.n_tokens,
                                 e->piece, err));
    }
    int64_t value = e->piece[e->next - e->first];
    bool is_first = e->next == 0;
    if (is_first ? value != 0 : value < e->last)
        return gg_fail(err, GG_E_INPUT, "%s: offset %zu: %" PRId64 " %s", r->offsets->place,
                       e->next, value, is_first ? "is not 0" : "is less than the one before");
    e->last = value;
    e->next++;
    *end = (size_t)value;
    if (e->next == r->offsets->count && *end != r->rows.n_tokens)
        return gg_fail(err, GG_E_INPUT, "%s: the last offset is %zu, there are %zu rows",
                       r->offsets->place, *end, r->rows.n_tokens);
    return GG_OK;
}

static gg_status read_cut(reading *r, gg_error *err) {
    size_t n_queries = r->offsets != NULL ? r->offsets->count - 1 : r->rows.n_tokens;
    size_t row = 0, end = 0;
    ends e = {0};
    if (r->offsets != NULL)
        GG_TRY(next_end(r, &e, &end, err));
    for (size_t k = 0; k < n_queries && !gg_import_sink_full(r->job->sink); k++) {
        GG_TRY(next_end(r, &e, &end, err));
        GG_TRY(pour(r, 0, row, end, r->rows.n_tokens, err));
        row = end;
        GG_TRY(end_query(r, err));
    }
    return GG_OK;
}

/* What belongs to one array. */
static void clear_array(reading *r) {
    gg_array_lists_clear(&r->lists);
    gg_array_rows_clear(&r->rows);
    gg_array **const arrays[] = {&r->values,  &r->offsets, &r->tokens,
                                 &r->lengths, &r->head,    &r->bias};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        gg_array_close(*arrays[k]);
        *arrays[k] = NULL;
    }
    gg_free(r->block);
    gg_free(r->token_block);
    gg_free(r->wide_tokens);
    r->block = NULL;
    r->token_block = NULL;
    r->wide_tokens = NULL;
    r->block_count = 0;
}

static void clear(reading *r) {
    clear_array(r);
    gg_array_family_clear(&r->choice.family);
    gg_array_store_close(r->store);
}

static gg_status read_array(reading *r, bool is_first, gg_error *err) {
    GG_TRY(start(r, err));
    if (r->choice.role == GG_ARRAY_HIDDEN && is_first) {
        long head = gg_array_head_beside(r->store, r->choice.chosen, false),
             bias = gg_array_head_beside(r->store, r->choice.chosen, true);
        GG_TRY(r->store->open(r->store, (size_t)head, &r->head, err));
        GG_TRY(gg_array_take_bits(r->job, r->head, err));
        if (bias != GG_NO_ARRAY)
            GG_TRY(r->store->open(r->store, (size_t)bias, &r->bias, err));
        GG_TRY(gg_import_head(r->job->sink, r->head, r->bias, r->rows.width, err));
    }
    return r->offsets != NULL || r->rows.one_row_a_query ? read_cut(r, err) : read_queries(r, err);
}

static gg_status read_contents(reading *r, const char *path, bool is_first, gg_error *err) {
    const gg_array_family *f = &r->choice.family;
    GG_TRY(r->job->importer->open(path, &r->store, err));
    GG_TRY(gg_array_choose(r->job, r->store, is_first, &r->choice, err));
    if (f->count == 0 || f->are_steps)
        return read_array(r, is_first, err);
    for (; r->member < f->count && !gg_import_sink_full(r->job->sink); r->member++) {
        clear_array(r);
        r->choice.chosen = f->members[r->member];
        GG_TRY(read_array(r, is_first, err));
    }
    return GG_OK;
}

static gg_status read_source(gg_import_job *job, const char *path, bool is_first, gg_error *err) {
    reading r = {.job = job, .bytes = gg_import_source_bytes(path)};
    gg_status status = read_contents(&r, path, is_first, err);
    clear(&r);
    gg_import_source_done(job, r.bytes);
    return status;
}

gg_status gg_import_arrays(gg_import_job *job, gg_error *err) {
    for (size_t k = 0; k < job->n_sources && !gg_import_sink_full(job->sink); k++)
        GG_TRY(read_source(job, job->sources[k], k == 0, err));
    return GG_OK;
}
