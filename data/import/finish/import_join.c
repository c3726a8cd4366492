/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset/row_reader.h"
#include "data/import/finish/import_join.h"
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
    GG_TRY(refuse_twins(j, old, n_old, "in it", err));
    GG_TRY(refuse_twins(j, fresh, n, "being imported", err));
    for (size_t k = 0, at = 0; k < n; k++) {
        while (at < n_old && strcmp(old[at].id, fresh[k].id) < 0)
            at++;
        if (at == n_old || strcmp(old[at].id, fresh[k].id) != 0)
            return gg_fail(err, GG_E_INPUT, "%s: has no query \"%.80s\" to join", j->join->path,
                           fresh[k].id);
        j->from[fresh[k].index] = old[at].index;
    }
    return GG_OK;
}

static gg_status find_queries(joining *j, bool may_have_more, gg_error *err) {
    size_t n = j->join->n_queries, n_old = gg_dataset_n_queries(j->dataset);
    gg_strings ids = {0};
    if (n_old < n || (n_old > n && !may_have_more))
        return gg_fail(err, GG_E_INPUT, "%s: has %zu queries, %zu are imported: they must match",
                       j->join->path, n_old, n);
    GG_TRY(gg_dataset_read_ids(j->dataset, 0, n_old, &ids, err));
    named *old = gg_alloc(n_old, sizeof *old), *fresh = gg_alloc(n, sizeof *fresh);
    gg_status status = GG_OK;
    j->from = gg_alloc(n, sizeof *j->from);
    if (old == NULL || fresh == NULL || j->from == NULL) {
        status = no_memory(j, err);
    } else {
        for (size_t k = 0; k < n_old; k++)
            old[k] = (named){ids.text + ids.start[k], k};
        for (size_t k = 0; k < n; k++)
            fresh[k] = (named){j->join->ids[k], k};
        qsort(old, n_old, sizeof *old, compare_names);
        qsort(fresh, n, sizeof *fresh, compare_names);
        status = match(j, old, n_old, fresh, err);
    }
    gg_strings_clear(&ids);
    gg_free(old);
    gg_free(fresh);
    return status;
}

/* One side on its way over. */
typedef struct transfer {
    gg_side side;
    const gg_side_info *info;
    gg_h5_dataset *values, *ids; /* as stored; NULL where not */
    gg_h5_dataset *head, *bias;
    gg_row_reader *reader; /* as logits, where only the largest are kept */
    gg_import_rows *rows;
    size_t block_rows;
    void *buffer, *head_buffer, *biases;
    int64_t *wide_ids;
    int32_t *narrow_ids;
    int64_t *tokens;
    int32_t *narrow_tokens;
} transfer;

static void clear(transfer *t) {
    gg_import_rows_free(t->rows);
    gg_row_reader_free(t->reader);
    gg_h5_dataset *const datasets[] = {t->values, t->ids, t->head, t->bias};
    for (size_t k = 0; k < sizeof datasets / sizeof *datasets; k++)
        gg_h5_dataset_close(datasets[k]);
    void *const blocks[] = {t->buffer,     t->head_buffer, t->biases,       t->wide_ids,
                            t->narrow_ids, t->tokens,      t->narrow_tokens};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++)
        gg_free(blocks[k]);
}

/* The dataset of that name in the side's folder. */
static gg_status open_beside(const joining *j, const transfer *t, const char *name,
                             gg_h5_dataset **out, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_path(t->side, name, path);
    return gg_h5_dataset_open(gg_dataset_h5(j->dataset), path, out, err);
}

static void narrow(const int64_t *wide, size_t n, int32_t *target) {
    for (size_t k = 0; k < n; k++)
        target[k] = (int32_t)wide[k];
}

static gg_status copy_block(joining *j, transfer *t, size_t first, size_t n, gg_error *err) {
    bool has_tokens = t->info->has[GG_COLUMN_TOKENS];
    size_t width = t->info->width;
    if (has_tokens) {
        GG_TRY(gg_dataset_read_integers(j->dataset, t->side, GG_COLUMN_TOKENS, first, n, t->tokens,
                                        err));
        narrow(t->tokens, n, t->narrow_tokens);
    }
    const int32_t *tokens = has_tokens ? t->narrow_tokens : NULL;
    if (t->rows != NULL) {
        gg_row_block block;
        GG_TRY(gg_row_reader_read(t->reader, first, n, &block, err));
        return gg_import_rows_append(t->rows, n, block.values, tokens, err);
    }
    if (t->values != NULL)
        GG_TRY(gg_h5_read_raw(t->values, first, n, t->buffer, err));
    if (t->ids != NULL) {
        GG_TRY(gg_h5_read_integers(t->ids, first, n, -1, INT32_MAX, t->wide_ids, err));
        narrow(t->wide_ids, n * width, t->narrow_ids);
    }
    counts_of(j, t->side)->tokens += n;
    return gg_dataset_writer_append_rows(j->join->writer, t->side, n, t->buffer,
                                         t->ids != NULL ? t->narrow_ids : NULL, tokens, err);
}

static gg_status copy_queries(joining *j, transfer *t, gg_error *err) {
    for (size_t k = 0; k < j->join->n_queries; k++) {
        size_t row = (size_t)t->info->offsets[j->from[k]], n_rows;
        size_t end = (size_t)t->info->offsets[j->from[k] + 1];
        while (row < end) {
            size_t n = end - row < t->block_rows ? end - row : t->block_rows;
            GG_TRY(copy_block(j, t, row, n, err));
            row += n;
        }
        GG_TRY(t->rows != NULL ? gg_import_rows_end(t->rows, false, &n_rows, err)
                               : gg_dataset_writer_end_query(j->join->writer, t->side, err));
    }
    return GG_OK;
}

static gg_status open_stored(joining *j, transfer *t, gg_error *err) {
    const gg_side_info *info = t->info;
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
    GG_TRY(gg_dataset_writer_declare(j->join->writer, t->side, &spec, err));
    if (info->storage != GG_STORAGE_NONE)
        GG_TRY(open_beside(j, t, gg_storage_name(info->storage), &t->values, err));
    if (info->has_topk_ids)
        GG_TRY(open_beside(j, t, "topk_ids", &t->ids, err));
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
    return failed ? no_memory(j, err) : GG_OK;
}

/* Logits, of which only the largest are kept. */
static gg_status open_logits(joining *j, transfer *t, gg_error *err) {
    gg_import_options options = {
        .side = t->side, .keep_top_k = j->join->keep_top_k, .gzip_level = j->join->gzip_level};
    bool computed = t->info->storage == GG_STORAGE_HIDDEN;
    gg_row_block block;
    GG_TRY(gg_row_reader_new(j->dataset, t->side, 0, &t->reader, err));
    if (t->info->n_tokens > 0)
        GG_TRY(gg_row_reader_read(t->reader, 0, 1, &block, err));
    else
        block = (gg_row_block){.dtype = t->info->dtype};
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
static gg_status copy_head(const joining *j, transfer *t, gg_error *err) {
    gg_dataset_writer *writer = j->join->writer;
    const gg_side_info *info = t->info;
    size_t v = info->vocabulary, size = gg_dtype_size(info->head_dtype) * info->width;
    size_t words = BLOCK_BYTES / size > 0 ? BLOCK_BYTES / size : 1;
    t->head_buffer = gg_alloc(words, size);
    t->biases = gg_alloc(v, sizeof(double));
    if (t->head_buffer == NULL || t->biases == NULL)
        return no_memory(j, err);
    GG_TRY(open_beside(j, t, "lm_head", &t->head, err));
    for (size_t at = 0; at < v; at += words) {
        size_t n = v - at < words ? v - at : words;
        GG_TRY(gg_h5_read_raw(t->head, at, n, t->head_buffer, err));
        GG_TRY(gg_dataset_writer_append_head(writer, t->side, info->head_dtype, n, t->head_buffer,
                                             err));
    }
    if (!info->has_bias)
        return GG_OK;
    GG_TRY(open_beside(j, t, "lm_head_bias", &t->bias, err));
    GG_TRY(gg_h5_read_raw(t->bias, 0, v, t->biases, err));
    return gg_dataset_writer_bias(writer, t->side, info->bias_dtype, v, t->biases, err);
}

static gg_status copy_contents(joining *j, transfer *t, gg_error *err) {
    bool is_hidden = t->info->storage == GG_STORAGE_HIDDEN;
    bool cuts = j->join->keep_top_k > 0 && (is_hidden || t->info->storage == GG_STORAGE_LOGITS);
    GG_TRY(cuts ? open_logits(j, t, err) : open_stored(j, t, err));
    t->tokens = gg_alloc(t->block_rows, sizeof *t->tokens);
    t->narrow_tokens = gg_alloc(t->block_rows, sizeof *t->narrow_tokens);
    if (t->tokens == NULL || t->narrow_tokens == NULL)
        return no_memory(j, err);
    GG_TRY(copy_queries(j, t, err));
    return is_hidden && !cuts ? copy_head(j, t, err) : GG_OK;
}

static gg_status copy_rows(joining *j, gg_side side, gg_error *err) {
    transfer t = {.side = side, .info = gg_dataset_side(j->dataset, side)};
    if (t.info->offsets == NULL)
        return GG_OK;
    if (j->join->keep_top_k > 0 && t.info->storage == GG_STORAGE_TOPK &&
        t.info->width > j->join->keep_top_k + 1)
        return gg_fail(err, GG_E_USAGE, "%s: /%s: already holds only the %zu largest of a row",
                       j->join->path, gg_side_name(side), t.info->width);
    gg_status status = copy_contents(j, &t, err);
    clear(&t);
    return status;
}

/* Room for `length` numbers of the dataset, and behind them one for each query written. */
static gg_status new_numbers(const joining *j, size_t length, double **numbers, gg_error *err) {
    *numbers = gg_alloc(length + j->join->n_queries, sizeof **numbers);
    return *numbers != NULL ? GG_OK : no_memory(j, err);
}

/* Of the dataset's queries those that are written, in their order. */
static const double *pick(const joining *j, size_t length, double *numbers) {
    double *picked = numbers + length;
    for (size_t k = 0; k < j->join->n_queries; k++)
        picked[k] = numbers[j->from[k]];
    return picked;
}

static gg_status copy_column(const joining *j, gg_side side, gg_column column, gg_error *err) {
    bool of_words = gg_column_of(column)->length == GG_PER_WORD;
    double *numbers;
    if (!gg_dataset_has(j->dataset, side, column))
        return GG_OK;
    size_t length = gg_dataset_column_length(j->dataset, side, column);
    GG_TRY(new_numbers(j, length, &numbers, err));
    gg_status status = gg_dataset_read_numbers(j->dataset, side, column, 0, length, numbers, err);
    if (status == GG_OK)
        status = gg_dataset_writer_append(j->join->writer, side, column,
                                          of_words ? length : j->join->n_queries,
                                          of_words ? numbers : pick(j, length, numbers), err);
    gg_free(numbers);
    return status;
}

static gg_status copy_side(joining *j, gg_side side, gg_error *err) {
    static const gg_column columns[] = {GG_COLUMN_CORRECT, GG_COLUMN_LATENCY,
                                        GG_COLUMN_ANSWER_TOKENS, GG_COLUMN_TOKEN_CLASS};
    GG_TRY(copy_rows(j, side, err));
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        if (!j->join->given[side][columns[k]])
            GG_TRY(copy_column(j, side, columns[k], err));
    gg_dataset_writer_device(j->join->writer, side,
                             gg_dataset_side(j->dataset, side)->device_flops);
    return GG_OK;
}

/* What is known of a side whose rows are replaced. */
static gg_status copy_facts(const joining *j, gg_side side, gg_error *err) {
    static const gg_column columns[] = {GG_COLUMN_CORRECT, GG_COLUMN_LATENCY};
    const bool *given = j->join->given[side];
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        if (!given[columns[k]])
            GG_TRY(copy_column(j, side, columns[k], err));
    if (!given[GG_COLUMN_LATENCY] && gg_dataset_has(j->dataset, side, GG_COLUMN_LATENCY))
        gg_dataset_writer_device(j->join->writer, side,
                                 gg_dataset_side(j->dataset, side)->device_flops);
    return GG_OK;
}

/* Uncertainties of the sides that are brought; others speak of rows that are replaced. */
static gg_status copy_uncertainty(const joining *j, const char *name, gg_error *err) {
    size_t n = gg_dataset_n_queries(j->dataset);
    gg_uncertainty_info info = {0};
    double *numbers;
    GG_TRY(gg_uncertainty_read(j->dataset, name, NULL, &info, err));
    bool wanted = j->join->sides[GG_SLM] && j->join->sides[GG_LLM];
    for (int side = 0; side < GG_N_SIDES; side++)
        if (j->join->sides[side] && strncmp(info.source, gg_side_name((gg_side)side), 3) == 0)
            wanted = true;
    if (j->join->has_imported && strcmp(name, "imported") == 0)
        wanted = false;
    if (!wanted)
        return GG_OK;
    GG_TRY(new_numbers(j, n, &numbers, err));
    gg_status status = gg_uncertainty_read(j->dataset, name, numbers, NULL, err);
    if (status == GG_OK)
        status = gg_dataset_writer_uncertainty(j->join->writer, name, &info, pick(j, n, numbers),
                                               j->join->n_queries, err);
    gg_free(numbers);
    return status;
}

static gg_status copy_everything(joining *j, gg_error *err) {
    gg_strings names = {0};
    for (int c = 0; c < GG_N_COLUMNS; c++)
        if (j->join->columns[c])
            GG_TRY(copy_column(j, GG_SLM, (gg_column)c, err));
    for (int side = 0; side < GG_N_SIDES; side++)
        if (j->join->sides[side] && gg_dataset_side(j->dataset, (gg_side)side)->present)
            GG_TRY(copy_side(j, (gg_side)side, err));
        else if (gg_dataset_side(j->dataset, (gg_side)side)->present && !j->join->is_source)
            GG_TRY(copy_facts(j, (gg_side)side, err));
    gg_status status = gg_uncertainty_list(j->dataset, &names, err);
    for (size_t k = 0; status == GG_OK && k < names.count; k++)
        status = copy_uncertainty(j, names.text + names.start[k], err);
    gg_strings_clear(&names);
    return status;
}

/* True when the dataset has a side, or a fact, that the import has not. */
static bool brings_anything(const joining *j) {
    bool any = false;
    for (int side = 0; side < GG_N_SIDES; side++) {
        const bool *given = j->join->given[side];
        any = any ||
              (j->join->sides[side] && gg_dataset_side(j->dataset, (gg_side)side)->present) ||
              (!given[GG_COLUMN_CORRECT] &&
               gg_dataset_has(j->dataset, (gg_side)side, GG_COLUMN_CORRECT)) ||
              (!given[GG_COLUMN_LATENCY] &&
               gg_dataset_has(j->dataset, (gg_side)side, GG_COLUMN_LATENCY));
    }
    for (int c = 0; c < GG_N_COLUMNS; c++)
        any = any || (j->join->columns[c] && gg_dataset_has(j->dataset, GG_SLM, (gg_column)c));
    return any;
}

static gg_status bring(joining *j, bool may_have_more, gg_error *err) {
    if (!j->join->is_source && !brings_anything(j))
        return gg_fail(err, GG_E_INPUT, "%s: has no /%s to join, and knows nothing else",
                       j->join->path, gg_side_name(j->join->counted == GG_SLM ? GG_LLM : GG_SLM));
    GG_TRY(find_queries(j, may_have_more, err));
    return copy_everything(j, err);
}

gg_status gg__import_bring(const gg__import_join *join, bool may_have_more, gg_error *err) {
    joining j = {.join = join};
    GG_TRY(gg_dataset_open(join->path, &j.dataset, err));
    gg_status status = bring(&j, may_have_more, err);
    gg_free(j.from);
    gg_dataset_close(j.dataset);
    return status;
}
