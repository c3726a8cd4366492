/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/arrays/import_arrays.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/files/npy.h"
#include "data/import/arrays/array_rows.h"
#include "models/base/alloc.h"

/* Offsets and tokens are read this many at a time. */
enum { PIECE = 4096, LIST_SIZE = 400 };

/* One source. */
typedef struct reading {
    gg_import_job *job;
    gg_array_store *store;
    gg_storage storage;
    size_t chosen; /* of the store: logits or hidden states */
    gg_array *values, *offsets, *tokens, *lengths, *head, *bias;
    gg_array_rows rows;
    void *block;
    int32_t *token_block;
    int64_t *wide_tokens;
    size_t rows_done, rows_total;
    uint64_t bytes; /* of the source */
} reading;

static gg_status no_choice(const reading *r, const char *reason, gg_error *err) {
    char names[LIST_SIZE];
    gg_array_store_list(r->store, names, sizeof names);
    return gg_fail(err, GG_E_INPUT, "%s: %s; it has %s", r->store->path, reason, names);
}

/* The only float array with rows, where nothing has a known name. */
static gg_status choose_only(reading *r, gg_error *err) {
    size_t candidates = 0;
    for (size_t k = 0; k < r->store->count; k++) {
        gg_array *array = NULL;
        if (r->store->open(r->store, k, &array, NULL) != GG_OK)
            continue;
        if (array->rank >= 2 && gg_number_is_float(array->number)) {
            candidates++;
            r->chosen = k;
        }
        gg_array_close(array);
    }
    if (candidates == 1)
        return GG_OK;
    return no_choice(r,
                     candidates == 0 ? "has no array of logits that could be told by its shape"
                                     : "has several arrays that could be logits: --logits NAME",
                     err);
}

/* Under its own name, or as one side's: "slm/logits", "slm.logits". */
static long find_known(const reading *r, const char *name) {
    static const char *const patterns[] = {"%.0s%s", "%s/%s", "%s.%s"};
    const char *side = gg_side_name(r->job->options->side);
    long found = GG_NO_ARRAY;
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns && found == GG_NO_ARRAY; k++) {
        char text[64];
        snprintf(text, sizeof text, patterns[k], side, name);
        found = gg_array_store_find(r->store, text);
    }
    return found;
}

static gg_status choose(reading *r, gg_error *err) {
    const char *asked = r->job->options->logits;
    long found = asked != NULL ? gg_array_store_find(r->store, asked) : find_known(r, "logits");
    r->storage = GG_STORAGE_LOGITS;
    if (found != GG_NO_ARRAY) {
        r->chosen = (size_t)found;
        return GG_OK;
    }
    if (asked != NULL) {
        char reason[128];
        snprintf(reason, sizeof reason, "has no array '%.80s'", asked);
        return no_choice(r, reason, err);
    }
    found = find_known(r, "hidden");
    if (found != GG_NO_ARRAY &&
        gg_array_store_find_beside(r->store, (size_t)found, "lm_head") != GG_NO_ARRAY) {
        r->storage = GG_STORAGE_HIDDEN;
        r->chosen = (size_t)found;
        return GG_OK;
    }
    if (r->store->count == 1) {
        r->chosen = 0;
        return GG_OK;
    }
    return choose_only(r, err);
}

static gg_status open_values(reading *r, gg_error *err) {
    const gg_import_options *o = r->job->options;
    GG_TRY(r->store->open(r->store, r->chosen, &r->values, err));
    gg_array *a = r->values;
    if (a->number == GG_NUMBER_VOID16 && !o->has_dtype)
        return gg_fail(err, GG_E_USAGE,
                       "%s: holds 2-byte numbers of unknown type: --dtype bf16 takes them for "
                       "bfloat16",
                       a->place);
    if (a->number == GG_NUMBER_VOID16 && gg_dtype_size(o->dtype) != 2)
        return gg_fail(err, GG_E_USAGE, "%s: holds 2-byte numbers, not %s", a->place,
                       gg_dtype_name(o->dtype));
    if (a->number == GG_NUMBER_VOID16)
        a->number = (gg_number)o->dtype;
    if (!gg_number_is_float(a->number))
        return gg_fail(err, GG_E_INPUT, "%s: holds %s, and logits are floating-point numbers",
                       a->place, gg_number_name(a->number));
    if (o->has_dtype && a->number != (gg_number)o->dtype)
        return gg_fail(err, GG_E_USAGE, "%s: holds %s, not %s", a->place, gg_number_name(a->number),
                       gg_dtype_name(o->dtype));
    return gg_array_rows_init(&r->rows, a, o->axes, err);
}

/* A list that stands beside the logits; *out stays NULL when there is none. */
static gg_status open_beside(const reading *r, const char *name, gg_array **out, gg_error *err) {
    long found = gg_array_store_find_beside(r->store, r->chosen, name);
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

static gg_status start(reading *r, gg_error *err) {
    GG_TRY(choose(r, err));
    GG_TRY(open_values(r, err));
    GG_TRY(open_lists(r, err));
    size_t row_bytes = r->rows.width * gg_number_size(r->values->number);
    r->block = gg_alloc(r->rows.block_rows, row_bytes);
    r->token_block = gg_alloc(r->rows.block_rows, sizeof *r->token_block);
    r->wide_tokens = gg_alloc(r->rows.block_rows, sizeof *r->wide_tokens);
    if (r->block == NULL || r->token_block == NULL || r->wide_tokens == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", r->store->path);
    r->rows_total = r->rows.n_queries * r->rows.n_tokens;
    gg_import_row_spec spec = {.storage = r->storage,
                               .dtype = (gg_dtype)r->values->number,
                               .width = r->rows.width,
                               .has_tokens = r->tokens != NULL,
                               .values = GG_VALUES_LOGITS};
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

static gg_status read_block(reading *r, size_t query, size_t first, size_t n, gg_error *err) {
    GG_TRY(gg_array_rows_read(&r->rows, query, first, n, r->block, err));
    if (r->tokens != NULL)
        GG_TRY(read_tokens(r, query, first, n, err));
    return GG_OK;
}

/* Rows k .. k + n - 1 of the block go to the query at hand. */
static gg_status pour(reading *r, size_t k, size_t n, gg_error *err) {
    size_t row_bytes = r->rows.width * gg_number_size(r->values->number);
    gg_status status = gg_import_sink_rows(r->job->sink, n, (const char *)r->block + k * row_bytes,
                                           r->tokens != NULL ? r->token_block + k : NULL, err);
    r->rows_done += n;
    gg_import_progress(r->job,
                       (uint64_t)((double)r->bytes * (double)r->rows_done / (double)r->rows_total));
    return status;
}

/* A file of one query gives it its name. */
static const char *name_of(const reading *r, char *name, size_t size) {
    const char *slash = strrchr(r->store->path, '/');
    const char *stem = slash != NULL ? slash + 1 : r->store->path;
    size_t length = strcspn(stem, ".");
    bool is_one = r->rows.n_queries == 1 && !r->rows.one_row_a_query && r->offsets == NULL;
    if (!is_one || length == 0 || length >= size)
        return NULL;
    snprintf(name, size, "%.*s", (int)length, stem);
    return name;
}

static gg_status end_query(const reading *r, gg_error *err) {
    char name[200];
    gg_import_query query = gg_import_query_init();
    query.id = name_of(r, name, sizeof name);
    query.id_kind = GG_ID_OF_SOURCE;
    query.place = r->values->place;
    return gg_import_sink_end_query(r->job->sink, &query, err);
}

static gg_status read_query(reading *r, size_t query, size_t n_tokens, gg_error *err) {
    for (size_t t = 0; t < n_tokens; t += r->rows.block_rows) {
        size_t n = n_tokens - t < r->rows.block_rows ? n_tokens - t : r->rows.block_rows;
        GG_TRY(read_block(r, query, t, n, err));
        GG_TRY(pour(r, 0, n, err));
    }
    return end_query(r, err);
}

static gg_status read_queries(reading *r, gg_error *err) {
    for (size_t b = 0; b < r->rows.n_queries; b++) {
        int64_t length = (int64_t)r->rows.n_tokens;
        if (gg_import_sink_full(r->job->sink))
            break;
        if (r->lengths != NULL)
            GG_TRY(gg_array_integers(r->lengths, b, 1, 0, (int64_t)r->rows.n_tokens, &length, err));
        GG_TRY(read_query(r, b, (size_t)length, err));
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
    size_t row = 0, block_first = 0, block_count = 0, end = 0;
    ends e = {0};
    if (r->offsets != NULL)
        GG_TRY(next_end(r, &e, &end, err));
    for (size_t k = 0; k < n_queries && !gg_import_sink_full(r->job->sink); k++) {
        GG_TRY(next_end(r, &e, &end, err));
        while (row < end) {
            if (row == block_first + block_count) {
                size_t left = r->rows.n_tokens - row;
                block_first = row;
                block_count = left < r->rows.block_rows ? left : r->rows.block_rows;
                GG_TRY(read_block(r, 0, row, block_count, err));
            }
            size_t here = block_first + block_count - row;
            size_t n = end - row < here ? end - row : here;
            GG_TRY(pour(r, row - block_first, n, err));
            row += n;
        }
        GG_TRY(end_query(r, err));
    }
    return GG_OK;
}

static void clear(reading *r) {
    gg_array_rows_clear(&r->rows);
    gg_array *const arrays[] = {r->values, r->offsets, r->tokens, r->lengths, r->head, r->bias};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        gg_array_close(arrays[k]);
    gg_free(r->block);
    gg_free(r->token_block);
    gg_free(r->wide_tokens);
    gg_array_store_close(r->store);
}

static gg_status read_contents(reading *r, const char *path, bool is_first, gg_error *err) {
    GG_TRY(r->job->importer->open(path, &r->store, err));
    GG_TRY(start(r, err));
    if (r->storage == GG_STORAGE_HIDDEN && is_first) {
        GG_TRY(open_beside(r, "lm_head", &r->head, err));
        GG_TRY(open_beside(r, "lm_head_bias", &r->bias, err));
        GG_TRY(gg_import_head(r->job->sink, r->head, r->bias, r->rows.width, err));
    }
    return r->offsets != NULL || r->rows.one_row_a_query ? read_cut(r, err) : read_queries(r, err);
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
