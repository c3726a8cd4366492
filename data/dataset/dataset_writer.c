/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/dataset_writer.h"

#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

/* Values narrowed at once when a column is appended. */
enum { PIECE = 512, COLUMN_CHUNK = 8192 };

typedef struct side_writer {
    bool declared;
    gg_side_spec spec;
    gg_h5_appender *rows, *topk_ids, *tokens, *offsets, *head;
    size_t n_rows;
    size_t bias_words;
    double device_flops;
    gg_h5_appender *columns[GG_N_COLUMNS];
} side_writer;

struct gg_dataset_writer {
    gg_h5 *h5;
    gg_h5_appender *ids;
    side_writer sides[GG_N_SIDES]; /* columns of /queries are kept with the first */
    size_t uncertainty_count;
    bool has_uncertainty;
};

static gg_status misuse(const gg_dataset_writer *w, gg_side side, const char *reason,
                        gg_error *err) {
    return gg_fail(err, GG_E_USAGE, "%s: /%s: %s", gg_h5_path(w->h5), gg_side_name(side), reason);
}

gg_status gg_dataset_writer_new(const char *path, gg_dataset_writer **out, gg_error *err) {
    *out = NULL;
    gg_dataset_writer *w = gg_alloc(1, sizeof *w);
    if (w == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", path);
    gg_status status = gg_h5_create(path, &w->h5, err);
    if (status == GG_OK)
        status = gg_h5_write_text_attribute(w->h5, "/", "format", "goagap-dataset", err);
    if (status == GG_OK)
        status = gg_h5_write_integer_attribute(w->h5, "/", "version", 1, err);
    if (status == GG_OK)
        *out = w;
    else
        gg_dataset_writer_abort(w);
    return status;
}

gg_h5 *gg_dataset_writer_h5(gg_dataset_writer *w) {
    return w->h5;
}

static void free_side(side_writer *s) {
    gg_h5_appender_free(s->rows);
    gg_h5_appender_free(s->topk_ids);
    gg_h5_appender_free(s->tokens);
    gg_h5_appender_free(s->offsets);
    gg_h5_appender_free(s->head);
    for (int c = 0; c < GG_N_COLUMNS; c++)
        gg_h5_appender_free(s->columns[c]);
}

static void free_appenders(gg_dataset_writer *w) {
    gg_h5_appender_free(w->ids);
    for (int side = 0; side < GG_N_SIDES; side++)
        free_side(&w->sides[side]);
}

void gg_dataset_writer_abort(gg_dataset_writer *w) {
    if (w == NULL)
        return;
    free_appenders(w);
    gg_h5_close(w->h5);
    gg_free(w);
}

static gg_status open_appender(gg_dataset_writer *w, const char *path, gg_h5_append_options options,
                               gg_h5_appender **appender, gg_error *err) {
    char group[GG_OBJECT_PATH_SIZE];
    snprintf(group, sizeof group, "%.*s", (int)(strrchr(path, '/') - path), path);
    GG_TRY(gg_h5_make_group(w->h5, group, err));
    return gg_h5_appender_new(w->h5, path, &options, appender, err);
}

static gg_status open_side_appender(gg_dataset_writer *w, gg_side side, const char *name,
                                    gg_h5_append_options options, gg_h5_appender **appender,
                                    gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_path(side, name, path);
    return open_appender(w, path, options, appender, err);
}

static gg_h5_append_options list_of(gg_h5_type type) {
    return (gg_h5_append_options){.type = type, .chunk_rows = COLUMN_CHUNK};
}

static gg_status check_spec(const gg_dataset_writer *w, gg_side side, const gg_side_spec *spec,
                            gg_error *err) {
    if (w->sides[side].declared)
        return misuse(w, side, "declared twice", err);
    if (spec->storage != GG_STORAGE_NONE && (spec->width < 1 || spec->width > INT32_MAX))
        return misuse(w, side, "the width of its rows is not in 1..2^31-1", err);
    if (spec->gzip_level < 0 || spec->gzip_level > 9)
        return misuse(w, side, "the compression level is not in 0..9", err);
    if (spec->has_topk_ids && spec->storage != GG_STORAGE_TOPK)
        return misuse(w, side, "candidate ids without candidates", err);
    return GG_OK;
}

gg_status gg_dataset_writer_declare(gg_dataset_writer *w, gg_side side, const gg_side_spec *spec,
                                    gg_error *err) {
    side_writer *s = &w->sides[side];
    const uint64_t zero = 0;
    GG_TRY(check_spec(w, side, spec, err));
    s->declared = true;
    s->spec = *spec;
    gg_h5_append_options matrix = {
        .type = (gg_h5_type)spec->dtype, .width = spec->width, .gzip_level = spec->gzip_level};
    GG_TRY(open_side_appender(w, side, "offsets", list_of(GG_H5_U64), &s->offsets, err));
    GG_TRY(gg_h5_append(s->offsets, 1, &zero, err));
    if (spec->storage != GG_STORAGE_NONE)
        GG_TRY(open_side_appender(w, side, gg_storage_name(spec->storage), matrix, &s->rows, err));
    matrix.type = GG_H5_I32;
    if (spec->has_topk_ids)
        GG_TRY(open_side_appender(w, side, "topk_ids", matrix, &s->topk_ids, err));
    if (spec->has_tokens)
        GG_TRY(open_side_appender(w, side, "tokens", list_of(GG_H5_I32), &s->tokens, err));
    return GG_OK;
}

gg_status gg_dataset_writer_append_rows(gg_dataset_writer *w, gg_side side, size_t n_rows,
                                        const void *values, const int32_t *topk_ids,
                                        const int32_t *tokens, gg_error *err) {
    side_writer *s = &w->sides[side];
    if (!s->declared)
        return misuse(w, side, "rows before the side is declared", err);
    if (n_rows > 0 &&
        ((values != NULL) != (s->rows != NULL) || (topk_ids != NULL) != (s->topk_ids != NULL) ||
         (tokens != NULL) != (s->tokens != NULL)))
        return misuse(w, side, "rows do not bring what was declared", err);
    if (s->rows != NULL)
        GG_TRY(gg_h5_append(s->rows, n_rows, values, err));
    if (s->topk_ids != NULL)
        GG_TRY(gg_h5_append(s->topk_ids, n_rows, topk_ids, err));
    if (s->tokens != NULL)
        GG_TRY(gg_h5_append(s->tokens, n_rows, tokens, err));
    s->n_rows += n_rows;
    return GG_OK;
}

gg_status gg_dataset_writer_end_query(gg_dataset_writer *w, gg_side side, gg_error *err) {
    side_writer *s = &w->sides[side];
    if (!s->declared)
        return misuse(w, side, "a query before the side is declared", err);
    uint64_t end = s->n_rows;
    return gg_h5_append(s->offsets, 1, &end, err);
}

gg_status gg_dataset_writer_append_head(gg_dataset_writer *w, gg_side side, gg_dtype dtype,
                                        size_t n_words, const void *values, gg_error *err) {
    side_writer *s = &w->sides[side];
    if (!s->declared || s->spec.storage != GG_STORAGE_HIDDEN)
        return misuse(w, side, "lm_head without hidden states", err);
    if (s->head == NULL)
        GG_TRY(open_side_appender(
            w, side, "lm_head",
            (gg_h5_append_options){.type = (gg_h5_type)dtype, .width = s->spec.width}, &s->head,
            err));
    return gg_h5_append(s->head, n_words, values, err);
}

gg_status gg_dataset_writer_bias(gg_dataset_writer *w, gg_side side, gg_dtype dtype, size_t n_words,
                                 const void *values, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    side_writer *s = &w->sides[side];
    if (!s->declared || s->spec.storage != GG_STORAGE_HIDDEN)
        return misuse(w, side, "lm_head_bias without hidden states", err);
    s->bias_words = n_words;
    gg_side_path(side, "lm_head_bias", path);
    return gg_h5_write(w->h5, path, (gg_h5_type)dtype, 1, &n_words, values, err);
}

void gg_dataset_writer_device(gg_dataset_writer *w, gg_side side, double device_flops) {
    w->sides[side].device_flops = device_flops;
}

/* Values as one of the types columns are stored in. */
typedef union piece {
    double f64[PIECE];
    int32_t i32[PIECE];
    uint32_t u32[PIECE];
    uint8_t u8[PIECE];
} piece;

static void narrow(gg_h5_type stored, const double *values, size_t n, piece *target) {
    for (size_t k = 0; k < n; k++)
        switch (stored) {
        case GG_H5_U8:
            target->u8[k] = (uint8_t)values[k];
            break;
        case GG_H5_U32:
            target->u32[k] = (uint32_t)values[k];
            break;
        case GG_H5_I32:
            target->i32[k] = (int32_t)values[k];
            break;
        default:
            target->f64[k] = values[k];
            break;
        }
}

static gg_status check_values(const gg_dataset_writer *w, const char *path,
                              const gg_column_spec *spec, size_t index, const double *values,
                              size_t n, gg_error *err) {
    for (size_t k = 0; k < n; k++)
        if (!(values[k] <= spec->highest && values[k] >= spec->lowest) ||
            (spec->excludes_lowest && values[k] == spec->lowest) ||
            (spec->integral && values[k] != (double)(int64_t)values[k]))
            return gg_fail(err, GG_E_INPUT, "%s: %s: value %zu: %g is outside its domain",
                           gg_h5_path(w->h5), path, index + k, values[k]);
    return GG_OK;
}

gg_status gg_dataset_writer_append(gg_dataset_writer *w, gg_side side, gg_column column,
                                   size_t count, const double *values, gg_error *err) {
    const gg_column_spec *spec = gg_column_of(column);
    char path[GG_OBJECT_PATH_SIZE];
    piece narrowed;
    gg_h5_appender **appender = &w->sides[spec->of_side ? side : GG_SLM].columns[column];
    gg_column_path(column, side, path);
    if (column == GG_COLUMN_TOKENS)
        return misuse(w, side, "tokens come with their rows", err);
    if (*appender == NULL)
        GG_TRY(open_appender(w, path, list_of(spec->stored), appender, err));
    for (size_t done = 0; done < count; done += PIECE) {
        size_t n = count - done < PIECE ? count - done : PIECE;
        GG_TRY(check_values(w, path, spec, gg_h5_appender_rows(*appender), values + done, n, err));
        narrow(spec->stored, values + done, n, &narrowed);
        GG_TRY(gg_h5_append(*appender, n, &narrowed, err));
    }
    return GG_OK;
}

gg_status gg_dataset_writer_append_id(gg_dataset_writer *w, const char *id, gg_error *err) {
    if (w->ids == NULL)
        GG_TRY(open_appender(w, "/queries/id", list_of(GG_H5_UTF8), &w->ids, err));
    return gg_h5_append(w->ids, 1, &id, err);
}

gg_status gg_dataset_writer_uncertainty(gg_dataset_writer *w, const char *name,
                                        const gg_uncertainty_info *info, const double *values,
                                        size_t count, gg_error *err) {
    if (w->has_uncertainty && count != w->uncertainty_count)
        return gg_fail(err, GG_E_INPUT, "%s: /uncertainty/%s: has %zu values where others have %zu",
                       gg_h5_path(w->h5), name, count, w->uncertainty_count);
    w->has_uncertainty = true;
    w->uncertainty_count = count;
    return gg_uncertainty_write(w->h5, name, info, values, count, err);
}

/* How many queries there are, by the first column that knows. */
static bool count_queries(const gg_dataset_writer *w, size_t *n) {
    for (int side = 0; side < GG_N_SIDES; side++) {
        const side_writer *s = &w->sides[side];
        if (s->declared) {
            *n = gg_h5_appender_rows(s->offsets) - 1;
            return true;
        }
        for (int c = 0; c < GG_N_COLUMNS; c++)
            if (s->columns[c] != NULL && gg_column_of((gg_column)c)->length == GG_PER_QUERY) {
                *n = gg_h5_appender_rows(s->columns[c]);
                return true;
            }
    }
    *n = w->ids != NULL ? gg_h5_appender_rows(w->ids) : w->uncertainty_count;
    return w->ids != NULL || w->has_uncertainty;
}

static gg_status check_count(const gg_dataset_writer *w, const char *path, size_t found,
                             size_t expected, gg_error *err) {
    if (found == expected)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s: %s: has %zu entries where %zu belong", gg_h5_path(w->h5),
                   path, found, expected);
}

static gg_status check_side(const gg_dataset_writer *w, gg_side side, size_t n, gg_error *err) {
    const side_writer *s = &w->sides[side];
    char path[GG_OBJECT_PATH_SIZE];
    bool hidden = s->declared && s->spec.storage == GG_STORAGE_HIDDEN;
    if (hidden && s->head == NULL)
        return misuse(w, side, "hidden states without lm_head", err);
    size_t words = hidden ? gg_h5_appender_rows(s->head)
                   : s->declared && s->spec.storage == GG_STORAGE_LOGITS ? s->spec.width
                                                                         : 0;
    gg_side_path(side, "offsets", path);
    if (s->declared)
        GG_TRY(check_count(w, path, gg_h5_appender_rows(s->offsets), n + 1, err));
    gg_side_path(side, "lm_head_bias", path);
    if (s->bias_words > 0)
        GG_TRY(check_count(w, path, s->bias_words, words, err));
    for (int c = 0; c < GG_N_COLUMNS; c++) {
        if (s->columns[c] == NULL)
            continue;
        bool of_words = gg_column_of((gg_column)c)->length == GG_PER_WORD;
        if (of_words && words == 0)
            continue;
        gg_column_path((gg_column)c, side, path);
        GG_TRY(check_count(w, path, gg_h5_appender_rows(s->columns[c]), of_words ? words : n, err));
    }
    return GG_OK;
}

static gg_status check_whole(const gg_dataset_writer *w, gg_error *err) {
    size_t n;
    if (!count_queries(w, &n) || n == 0)
        return gg_fail(err, GG_E_INPUT, "%s: there are no queries to write", gg_h5_path(w->h5));
    if (w->ids != NULL)
        GG_TRY(check_count(w, "/queries/id", gg_h5_appender_rows(w->ids), n, err));
    if (w->has_uncertainty)
        GG_TRY(check_count(w, "/uncertainty", w->uncertainty_count, n, err));
    for (int side = 0; side < GG_N_SIDES; side++)
        GG_TRY(check_side(w, (gg_side)side, n, err));
    return GG_OK;
}

static gg_status finish_appender(gg_h5_appender *appender, gg_error *err) {
    return appender == NULL ? GG_OK : gg_h5_appender_finish(appender, err);
}

static gg_status finish_side(gg_dataset_writer *w, gg_side side, gg_error *err) {
    side_writer *s = &w->sides[side];
    gg_h5_appender *appenders[] = {s->offsets, s->tokens, s->rows, s->topk_ids, s->head};
    char path[GG_OBJECT_PATH_SIZE];
    for (size_t k = 0; k < sizeof appenders / sizeof *appenders; k++)
        GG_TRY(finish_appender(appenders[k], err));
    for (int c = 0; c < GG_N_COLUMNS; c++)
        GG_TRY(finish_appender(s->columns[c], err));
    gg_column_path(GG_COLUMN_LATENCY, side, path);
    if (s->device_flops > 0.0 && s->columns[GG_COLUMN_LATENCY] != NULL)
        return gg_h5_write_double_attribute(w->h5, path, "device_flops", s->device_flops, err);
    return GG_OK;
}

static gg_status write_rest(gg_dataset_writer *w, const char *created_by, gg_error *err) {
    GG_TRY(check_whole(w, err));
    GG_TRY(finish_appender(w->ids, err));
    for (int side = 0; side < GG_N_SIDES; side++)
        GG_TRY(finish_side(w, (gg_side)side, err));
    return created_by == NULL
               ? GG_OK
               : gg_h5_write_text_attribute(w->h5, "/", "created_by", created_by, err);
}

gg_status gg_dataset_writer_finish(gg_dataset_writer *w, const char *created_by, gg_error *err) {
    gg_status status = write_rest(w, created_by, err);
    free_appenders(w);
    gg_h5 *h5 = w->h5;
    gg_free(w);
    return gg_h5_finish(h5, status, err);
}
