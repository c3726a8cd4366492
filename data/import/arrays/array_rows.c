/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/arrays/array_rows.h"

#include <string.h>

#include "models/base/alloc.h"

enum { BLOCK_BYTES = 16 << 20, MAX_BLOCK_BYTES = 48 << 20 };

static const struct {
    size_t rank;
    int query, token, word; /* which dimension; -1: none */
} layouts[GG_N_IMPORT_AXES] = {
    [GG_AXES_V] = {1, -1, -1, 0}, [GG_AXES_TV] = {2, -1, 0, 1}, [GG_AXES_BTV] = {3, 0, 1, 2},
    [GG_AXES_TBV] = {3, 1, 0, 2}, [GG_AXES_BV] = {2, -1, 0, 1},
};

static gg_status choose_axes(const gg_array *a, gg_import_axes *axes, gg_error *err) {
    char shape[GG_ARRAY_SHAPE_SIZE];
    gg_array_shape_text(a, shape);
    if (*axes == GG_AXES_DEFAULT) {
        if (a->rank == 1)
            *axes = GG_AXES_V;
        else if (a->rank == 2)
            *axes = GG_AXES_TV;
        else if (a->rank == 3)
            return gg_fail(err, GG_E_USAGE,
                           "%s: shape %s can be queries, tokens, words or tokens, queries, words: "
                           "say --axes B,T,V or --axes T,B,V",
                           a->place, shape);
        else
            return gg_fail(err, GG_E_INPUT, "%s: shape %s is none of logits", a->place, shape);
    }
    if (layouts[*axes].rank != a->rank)
        return gg_fail(err, GG_E_USAGE, "%s: shape %s has not the axes %s", a->place, shape,
                       gg_import_axes_name(*axes));
    return GG_OK;
}

/* How far apart neighbours along each dimension are stored. */
static void measure_strides(const gg_array *a, size_t strides[GG_ARRAY_MAX_RANK]) {
    size_t step = 1;
    for (size_t k = 0; k < a->rank; k++) {
        size_t dim = a->fortran ? k : a->rank - 1 - k;
        strides[dim] = step;
        step *= a->dims[dim];
    }
}

/* Whole chunks where they fit, so that none is decompressed twice. */
static size_t choose_block(const gg_array_rows *r) {
    size_t row_bytes = r->width * gg_number_size(r->array->number);
    size_t rows = BLOCK_BYTES / row_bytes, chunk = r->array->block_rows;
    if (chunk > rows && chunk <= MAX_BLOCK_BYTES / row_bytes)
        rows = chunk;
    else if (chunk > 0 && rows > chunk)
        rows -= rows % chunk;
    if (rows > r->n_tokens)
        rows = r->n_tokens;
    return rows > 0 ? rows : 1;
}

gg_status gg_array_rows_init(gg_array_rows *r, gg_array *a, gg_import_axes axes, gg_error *err) {
    size_t strides[GG_ARRAY_MAX_RANK];
    *r = (gg_array_rows){.array = a, .n_queries = 1, .n_tokens = 1};
    GG_TRY(choose_axes(a, &axes, err));
    measure_strides(a, strides);
    int query = layouts[axes].query, token = layouts[axes].token, word = layouts[axes].word;
    if (query >= 0) {
        r->n_queries = a->dims[query];
        r->query_stride = strides[query];
    }
    if (token >= 0) {
        r->n_tokens = a->dims[token];
        r->token_stride = strides[token];
    }
    r->width = a->dims[word];
    r->word_stride = strides[word];
    r->one_row_a_query = axes == GG_AXES_BV;
    if (r->width < 1 || r->width > GG_MAX_WORDS)
        return gg_fail(err, GG_E_INPUT, "%s: %zu is no number of words (1 to %d)", a->place,
                       r->width, GG_MAX_WORDS);
    r->block_rows = choose_block(r);
    if (r->word_stride == 1)
        return GG_OK;
    /* A column's piece spans the rows of a block, with what lies between them. */
    size_t most = BLOCK_BYTES / gg_number_size(a->number);
    size_t step = r->token_stride > 0 ? r->token_stride : 1;
    if (step >= most)
        r->block_rows = 1;
    else if (r->block_rows > most / step)
        r->block_rows = most / step;
    r->gathered = gg_alloc((r->block_rows - 1) * step + 1, gg_number_size(a->number));
    return r->gathered != NULL ? GG_OK : gg_fail(err, GG_E_NOMEM, "%s: out of memory", a->place);
}

void gg_array_rows_clear(gg_array_rows *r) {
    gg_free(r->gathered);
    *r = (gg_array_rows){0};
}

/* Column by column: the words of a row are not neighbours. */
static gg_status gather(gg_array_rows *r, size_t start, size_t n, char *target, gg_error *err) {
    size_t size = gg_number_size(r->array->number), row_bytes = r->width * size;
    for (size_t v = 0; v < r->width; v++) {
        GG_TRY(gg_array_read(r->array, start + v * r->word_stride, (n - 1) * r->token_stride + 1,
                             r->gathered, err));
        for (size_t k = 0; k < n; k++)
            memcpy(target + k * row_bytes + v * size,
                   (const char *)r->gathered + k * r->token_stride * size, size);
    }
    return GG_OK;
}

gg_status gg_array_rows_read(gg_array_rows *r, size_t query, size_t first, size_t n, void *target,
                             gg_error *err) {
    size_t start = query * r->query_stride + first * r->token_stride;
    size_t row_bytes = r->width * gg_number_size(r->array->number);
    if (n == 0)
        return GG_OK;
    if (r->word_stride != 1)
        return gather(r, start, n, target, err);
    if (n == 1 || r->token_stride == r->width)
        return gg_array_read(r->array, start, n * r->width, target, err);
    for (size_t k = 0; k < n; k++)
        GG_TRY(gg_array_read(r->array, start + k * r->token_stride, r->width,
                             (char *)target + k * row_bytes, err));
    return GG_OK;
}
