/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sides and columns of one dataset for the queries of another, found by their names.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset/row_reader.h"
#include "data/import/import_internal.h"
#include "models/base/alloc.h"

enum { BLOCK_BYTES = 16 << 20 };

typedef struct joining {
    const gg__import_join *join;
    gg_dataset *dataset;
    size_t *from;               /* of each query written: its index in the dataset */
    gg_import_counts uncounted; /* of the side that the summary is not about */
} joining;

static gg_import_counts *counts_of(joining *j, gg_side side) {
    return side == j->join->counted ? j->join->counts : &j->uncounted;
}

static gg_status no_memory(const joining *j, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", j->join->path);
}

/* ---- which query is which ---- */

typedef struct named {
    const char *id;
    size_t index;
} named;

static int compare_names(const void *a, const void *b) {
    const named *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static gg_status refuse_twins(const joining *j, const named *sorted, size_t n, const char *whose,
                              gg_error *err) {
    for (size_t k = 1; k < n; k++)
        if (strcmp(sorted[k - 1].id, sorted[k].id) == 0)
            return gg_fail(err, GG_E_INPUT,
                           "%s: two queries %s are named \"%.80s\": joining goes by name",
                           j->join->path, whose, sorted[k].id);
    return GG_OK;
}

static gg_status match(joining *j, const named *old, size_t n_old, const named *fresh,
                       gg_error *err) {
    size_t n = j->join->n_queries;
    gg_status status = refuse_twins(j, old, n_old, "in it", err);
    if (status == GG_OK)
        status = refuse_twins(j, fresh, n, "being imported", err);
    for (size_t k = 0; status == GG_OK && k < n; k++) {
        size_t low = 0, high = n_old;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (strcmp(old[middle].id, fresh[k].id) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == n_old || strcmp(old[low].id, fresh[k].id) != 0)
            status = gg_fail(err, GG_E_INPUT, "%s: has no query \"%.80s\" to join", j->join->path,
                             fresh[k].id);
        else
            j->from[fresh[k].index] = old[low].index;
    }
    return status;
}

static gg_status find_queries(joining *j, bool may_have_more, gg_error *err) {
    size_t n = j->join->n_queries, n_old = gg_dataset_n_queries(j->dataset);
    gg_strings ids = {0};
    named *old = gg_alloc(n_old, sizeof *old), *fresh = gg_alloc(n, sizeof *fresh);
    j->from = gg_alloc(n, sizeof *j->from);
    gg_status status = GG_OK;
    if (old == NULL || fresh == NULL || j->from == NULL)
        status = no_memory(j, err);
    else if (n_old < n || (n_old > n && !may_have_more))
        status = gg_fail(err, GG_E_INPUT, "%s: has %zu queries, %zu are imported: they must match",
                         j->join->path, n_old, n);
    if (status == GG_OK)
        status = gg_dataset_read_ids(j->dataset, 0, n_old, &ids, err);
    for (size_t k = 0; status == GG_OK && k < n_old; k++)
        old[k] = (named){ids.text + ids.start[k], k};
    for (size_t k = 0; status == GG_OK && k < n; k++)
        fresh[k] = (named){j->join->ids[k], k};
    if (status == GG_OK) {
        qsort(old, n_old, sizeof *old, compare_names);
        qsort(fresh, n, sizeof *fresh, compare_names);
        status = match(j, old, n_old, fresh, err);
    }
    gg_strings_clear(&ids);
    gg_free(old);
    gg_free(fresh);
    return status;
}

/* ---- rows ---- */

/* One side on its way over. */
typedef struct transfer {
    gg_side side;
    const gg_side_info *info;
    gg_h5_dataset *values, *ids; /* as stored; NULL where not */
    gg_row_reader *reader;       /* as logits, where only the largest are kept */
    gg_import_rows *rows;
    size_t block_rows;
    void *buffer;
    int64_t *wide_ids;
    int32_t *narrow_ids;
    int64_t *tokens;
    int32_t *narrow_tokens;
} transfer;

static void narrow(const int64_t *wide, size_t n, int32_t *target) {
    for (size_t k = 0; k < n; k++)
        target[k] = (int32_t)wide[k];
}

static gg_status copy_block(joining *j, transfer *t, size_t first, size_t n, gg_error *err) {
    bool has_tokens = t->info->has[GG_COLUMN_TOKENS];
    size_t width = t->info->width;
    gg_status status = GG_OK;
    if (has_tokens)
        status = gg_dataset_read_integers(j->dataset, t->side, GG_COLUMN_TOKENS, first, n,
                                          t->tokens, err);
    if (status == GG_OK && has_tokens)
        narrow(t->tokens, n, t->narrow_tokens);
    const int32_t *tokens = has_tokens ? t->narrow_tokens : NULL;
    if (status == GG_OK && t->rows != NULL) {
        gg_row_block block;
        status = gg_row_reader_read(t->reader, first, n, &block, err);
        return status == GG_OK ? gg_import_rows_append(t->rows, n, block.values, tokens, err)
                               : status;
    }
    if (status == GG_OK && t->values != NULL)
        status = gg_h5_read_raw(t->values, first, n, t->buffer, err);
    if (status == GG_OK && t->ids != NULL) {
        status = gg_h5_read_integers(t->ids, first, n, -1, INT32_MAX, t->wide_ids, err);
        if (status == GG_OK)
            narrow(t->wide_ids, n * width, t->narrow_ids);
    }
    if (status != GG_OK)
        return status;
    counts_of(j, t->side)->tokens += n;
    return gg_dataset_writer_append_rows(j->join->writer, t->side, n, t->buffer,
                                         t->ids != NULL ? t->narrow_ids : NULL, tokens, err);
}

static gg_status copy_queries(joining *j, transfer *t, gg_error *err) {
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < j->join->n_queries; k++) {
        size_t row = (size_t)t->info->offsets[j->from[k]], n_rows;
        size_t end = (size_t)t->info->offsets[j->from[k] + 1];
        while (status == GG_OK && row < end) {
            size_t n = end - row < t->block_rows ? end - row : t->block_rows;
            status = copy_block(j, t, row, n, err);
            row += n;
        }
        if (status != GG_OK)
            break;
        status = t->rows != NULL ? gg_import_rows_end(t->rows, false, &n_rows, err)
                                 : gg_dataset_writer_end_query(j->join->writer, t->side, err);
    }
    return status;
}

static gg_status open_stored(joining *j, transfer *t, gg_error *err) {
    const gg_side_info *info = t->info;
    gg_h5 *h5 = gg_dataset_h5(j->dataset);
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_spec spec = {.storage = info->storage,
                         .dtype = info->dtype,
                         .width = info->width,
                         .has_tokens = info->has[GG_COLUMN_TOKENS],
                         .has_topk_ids = info->has_topk_ids,
                         .gzip_level = j->join->gzip_level};
    gg_import_counts *counts = counts_of(j, t->side);
    counts->storage = info->storage;
    counts->dtype = counts->source_dtype = info->dtype;
    counts->width = info->width;
    gg_status status = gg_dataset_writer_declare(j->join->writer, t->side, &spec, err);
    if (status == GG_OK && info->storage != GG_STORAGE_NONE) {
        gg_side_path(t->side, gg_storage_name(info->storage), path);
        status = gg_h5_dataset_open(h5, path, &t->values, err);
    }
    if (status == GG_OK && info->has_topk_ids) {
        gg_side_path(t->side, "topk_ids", path);
        status = gg_h5_dataset_open(h5, path, &t->ids, err);
    }
    size_t row_bytes = info->width * (gg_dtype_size(info->dtype) + (t->ids != NULL ? 12 : 0)) + 12;
    t->block_rows = BLOCK_BYTES / row_bytes > 0 ? BLOCK_BYTES / row_bytes : 1;
    if (t->values != NULL)
        t->buffer = gg_alloc(t->block_rows, info->width * gg_dtype_size(info->dtype));
    if (t->ids != NULL) {
        t->wide_ids = gg_alloc(t->block_rows, info->width * sizeof *t->wide_ids);
        t->narrow_ids = gg_alloc(t->block_rows, info->width * sizeof *t->narrow_ids);
    }
    bool failed = (t->values != NULL && t->buffer == NULL) ||
                  (t->ids != NULL && (t->wide_ids == NULL || t->narrow_ids == NULL));
    return status == GG_OK && failed ? no_memory(j, err) : status;
}

/* Logits, of which only the largest are kept. */
static gg_status open_logits(joining *j, transfer *t, gg_error *err) {
    gg_import_rows_options options = {
        .side = t->side, .keep_top_k = j->join->keep_top_k, .gzip_level = j->join->gzip_level};
    bool computed = t->info->storage == GG_STORAGE_HIDDEN;
    gg_row_block block;
    gg_status status = gg_row_reader_new(j->dataset, t->side, 0, &t->reader, err);
    if (status == GG_OK && t->info->n_tokens > 0)
        status = gg_row_reader_read(t->reader, 0, 1, &block, err);
    else
        block = (gg_row_block){.dtype = t->info->dtype};
    if (status != GG_OK)
        return status;
    gg_import_row_spec spec = {.storage = GG_STORAGE_LOGITS,
                               .dtype = block.dtype,
                               .width = computed ? t->info->vocabulary : t->info->width,
                               .has_tokens = t->info->has[GG_COLUMN_TOKENS],
                               .values = GG_VALUES_LOGITS};
    t->block_rows = gg_row_reader_block_rows(t->reader);
    return gg_import_rows_new(j->join->writer, &options, &spec, counts_of(j, t->side), &t->rows,
                              err);
}

/* lm_head and its bias. */
static gg_status copy_head(const joining *j, const transfer *t, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5 *h5 = gg_dataset_h5(j->dataset);
    gg_h5_dataset *head = NULL, *bias = NULL;
    size_t v = t->info->vocabulary, size = gg_dtype_size(t->info->head_dtype) * t->info->width;
    size_t words = BLOCK_BYTES / size > 0 ? BLOCK_BYTES / size : 1;
    void *buffer = gg_alloc(words, size);
    void *biases = gg_alloc(v, sizeof(double));
    gg_side_path(t->side, "lm_head", path);
    gg_status status = buffer == NULL || biases == NULL ? no_memory(j, err)
                                                        : gg_h5_dataset_open(h5, path, &head, err);
    for (size_t at = 0; status == GG_OK && at < v; at += words) {
        size_t n = v - at < words ? v - at : words;
        status = gg_h5_read_raw(head, at, n, buffer, err);
        if (status == GG_OK)
            status = gg_dataset_writer_append_head(j->join->writer, t->side, t->info->head_dtype, n,
                                                   buffer, err);
    }
    gg_side_path(t->side, "lm_head_bias", path);
    if (status == GG_OK && t->info->has_bias)
        status = gg_h5_dataset_open(h5, path, &bias, err);
    if (bias != NULL) {
        status = gg_h5_read_raw(bias, 0, v, biases, err);
        if (status == GG_OK)
            status = gg_dataset_writer_bias(j->join->writer, t->side, t->info->bias_dtype, v,
                                            biases, err);
    }
    gg_h5_dataset_close(head);
    gg_h5_dataset_close(bias);
    gg_free(buffer);
    gg_free(biases);
    return status;
}

static gg_status copy_rows(joining *j, gg_side side, gg_error *err) {
    transfer t = {.side = side, .info = gg_dataset_side(j->dataset, side)};
    bool has_words = t.info->storage == GG_STORAGE_LOGITS || t.info->storage == GG_STORAGE_HIDDEN;
    bool cuts = j->join->keep_top_k > 0 && has_words;
    gg_status status = GG_OK;
    if (t.info->offsets == NULL)
        return GG_OK;
    if (j->join->keep_top_k > 0 && t.info->storage == GG_STORAGE_TOPK &&
        t.info->width > j->join->keep_top_k + 1)
        return gg_fail(err, GG_E_USAGE, "%s: /%s: already holds only the %zu largest of a row",
                       j->join->path, gg_side_name(side), t.info->width);
    status = cuts ? open_logits(j, &t, err) : open_stored(j, &t, err);
    t.tokens = gg_alloc(t.block_rows, sizeof *t.tokens);
    t.narrow_tokens = gg_alloc(t.block_rows, sizeof *t.narrow_tokens);
    if (status == GG_OK && (t.tokens == NULL || t.narrow_tokens == NULL))
        status = no_memory(j, err);
    if (status == GG_OK)
        status = copy_queries(j, &t, err);
    if (status == GG_OK && !cuts && t.info->storage == GG_STORAGE_HIDDEN)
        status = copy_head(j, &t, err);
    gg_import_rows_free(t.rows);
    gg_row_reader_free(t.reader);
    gg_h5_dataset_close(t.values);
    gg_h5_dataset_close(t.ids);
    gg_free(t.buffer);
    gg_free(t.wide_ids);
    gg_free(t.narrow_ids);
    gg_free(t.tokens);
    gg_free(t.narrow_tokens);
    return status;
}

/* ---- columns ---- */

static gg_status copy_column(const joining *j, gg_side side, gg_column column, gg_error *err) {
    bool of_words = gg_column_of(column)->length == GG_PER_WORD;
    size_t n = j->join->n_queries;
    if (!gg_dataset_has(j->dataset, side, column))
        return GG_OK;
    size_t length = gg_dataset_column_length(j->dataset, side, column);
    double *old = gg_alloc(length, sizeof *old), *fresh = gg_alloc(n, sizeof *fresh);
    gg_status status = old == NULL || fresh == NULL
                           ? no_memory(j, err)
                           : gg_dataset_read_numbers(j->dataset, side, column, 0, length, old, err);
    for (size_t k = 0; status == GG_OK && !of_words && k < n; k++)
        fresh[k] = old[j->from[k]];
    if (status == GG_OK)
        status = gg_dataset_writer_append(j->join->writer, side, column, of_words ? length : n,
                                          of_words ? old : fresh, err);
    gg_free(old);
    gg_free(fresh);
    return status;
}

static gg_status copy_side(joining *j, gg_side side, gg_error *err) {
    static const gg_column columns[] = {GG_COLUMN_CORRECT, GG_COLUMN_LATENCY,
                                        GG_COLUMN_ANSWER_TOKENS, GG_COLUMN_TOKEN_CLASS};
    gg_status status = copy_rows(j, side, err);
    for (size_t k = 0; status == GG_OK && k < sizeof columns / sizeof *columns; k++)
        if (side != j->join->counted || !j->join->given[columns[k]])
            status = copy_column(j, side, columns[k], err);
    gg_dataset_writer_device(j->join->writer, side,
                             gg_dataset_side(j->dataset, side)->device_flops);
    return status;
}

/* Uncertainties of the sides that are brought; others speak of rows that are replaced. */
static gg_status copy_uncertainty(const joining *j, const char *name, gg_error *err) {
    size_t n = j->join->n_queries, n_old = gg_dataset_n_queries(j->dataset);
    gg_uncertainty_info info = {0};
    gg_status status = gg_uncertainty_read(j->dataset, name, NULL, &info, err);
    bool wanted = j->join->sides[GG_SLM] && j->join->sides[GG_LLM];
    for (int side = 0; side < GG_N_SIDES; side++)
        if (j->join->sides[side] && strncmp(info.source, gg_side_name((gg_side)side), 3) == 0)
            wanted = true;
    if (j->join->has_imported && strcmp(name, "imported") == 0)
        wanted = false;
    if (status != GG_OK || !wanted)
        return status;
    double *old = gg_alloc(n_old, sizeof *old), *fresh = gg_alloc(n, sizeof *fresh);
    status = old == NULL || fresh == NULL ? no_memory(j, err)
                                          : gg_uncertainty_read(j->dataset, name, old, NULL, err);
    for (size_t k = 0; status == GG_OK && k < n; k++)
        fresh[k] = old[j->from[k]];
    if (status == GG_OK)
        status = gg_dataset_writer_uncertainty(j->join->writer, name, &info, fresh, n, err);
    gg_free(old);
    gg_free(fresh);
    return status;
}

static gg_status copy_everything(joining *j, gg_error *err) {
    gg_strings names = {0};
    gg_status status = GG_OK;
    for (int c = 0; status == GG_OK && c < GG_N_COLUMNS; c++)
        if (j->join->columns[c])
            status = copy_column(j, GG_SLM, (gg_column)c, err);
    for (int side = 0; status == GG_OK && side < GG_N_SIDES; side++)
        if (j->join->sides[side] && gg_dataset_side(j->dataset, (gg_side)side)->present)
            status = copy_side(j, (gg_side)side, err);
    if (status == GG_OK)
        status = gg_uncertainty_list(j->dataset, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++)
        status = copy_uncertainty(j, names.text + names.start[k], err);
    gg_strings_clear(&names);
    return status;
}

gg_status gg__import_bring(const gg__import_join *join, bool may_have_more, gg_error *err) {
    joining j = {.join = join};
    gg_status status = gg_dataset_open(join->path, &j.dataset, err);
    if (status != GG_OK)
        return status;
    bool present = false;
    for (int side = 0; side < GG_N_SIDES; side++)
        present =
            present || (join->sides[side] && gg_dataset_side(j.dataset, (gg_side)side)->present);
    if (!present && join->sides[GG_SLM] != join->sides[GG_LLM])
        status = gg_fail(err, GG_E_INPUT, "%s: has no /%s to join", join->path,
                         gg_side_name(join->sides[GG_SLM] ? GG_SLM : GG_LLM));
    if (status == GG_OK)
        status = find_queries(&j, may_have_more, err);
    if (status == GG_OK)
        status = copy_everything(&j, err);
    gg_free(j.from);
    gg_dataset_close(j.dataset);
    return status;
}
