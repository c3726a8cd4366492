/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/row_reader.h"

#include "models/base/alloc.h"

enum { DEFAULT_BYTES = 16 << 20 };

struct gg_row_reader {
    gg_dataset *dataset;
    const gg_side_info *info;
    gg_h5_dataset *values;
    gg_h5_dataset *ids;
    gg_hidden *hidden;
    size_t block_rows;
    void *buffer;
    int64_t *id_buffer;
};

/* As many rows as fit, a multiple of the chunk's rows where a chunk fits. */
static size_t choose_rows(const gg_row_reader *r, size_t row_bytes, size_t max_bytes) {
    size_t rows = max_bytes / row_bytes;
    if (r->info->chunk_rows > 0 && rows > r->info->chunk_rows)
        rows -= rows % r->info->chunk_rows;
    if (rows > r->info->n_tokens)
        rows = r->info->n_tokens;
    return rows < 1 ? 1 : rows;
}

static gg_status open_values(gg_row_reader *r, gg_side side, size_t max_bytes, gg_error *err) {
    const gg_side_info *info = r->info;
    char path[GG_OBJECT_PATH_SIZE];
    gg_side_path(side, gg_storage_name(info->storage), path);
    GG_TRY(gg_h5_dataset_open(gg_dataset_h5(r->dataset), path, &r->values, err));
    if (info->has_topk_ids) {
        gg_side_path(side, "topk_ids", path);
        GG_TRY(gg_h5_dataset_open(gg_dataset_h5(r->dataset), path, &r->ids, err));
    }
    if (info->storage == GG_STORAGE_HIDDEN)
        GG_TRY(gg_hidden_open(r->dataset, side, &r->hidden, err));
    bool computed = info->storage == GG_STORAGE_HIDDEN;
    size_t width = computed ? info->vocabulary : info->width;
    size_t size = computed ? gg_dtype_size(gg_hidden_dtype(r->hidden)) : gg_dtype_size(info->dtype);
    r->block_rows = choose_rows(r, width * size + (r->ids != NULL ? width * sizeof(int64_t) : 0),
                                max_bytes > 0 ? max_bytes : DEFAULT_BYTES);
    r->buffer = gg_alloc(r->block_rows, width * size);
    if (r->ids != NULL)
        r->id_buffer = gg_alloc(r->block_rows, width * sizeof(int64_t));
    if (r->buffer == NULL || (r->ids != NULL && r->id_buffer == NULL))
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(r->dataset));
    return GG_OK;
}

gg_status gg_row_reader_new(gg_dataset *dataset, gg_side side, size_t max_bytes,
                            gg_row_reader **out, gg_error *err) {
    *out = NULL;
    const gg_side_info *info = gg_dataset_side(dataset, side);
    if (info->storage == GG_STORAGE_NONE)
        return gg_fail(err, GG_E_INPUT, "%s: /%s: has no logits, hidden states or topk_values",
                       gg_dataset_path(dataset), gg_side_name(side));
    gg_row_reader *r = gg_alloc(1, sizeof *r);
    if (r == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(dataset));
    r->dataset = dataset;
    r->info = info;
    gg_status status = open_values(r, side, max_bytes, err);
    if (status == GG_OK)
        *out = r;
    else
        gg_row_reader_free(r);
    return status;
}

void gg_row_reader_free(gg_row_reader *r) {
    if (r == NULL)
        return;
    gg_h5_dataset_close(r->values);
    gg_h5_dataset_close(r->ids);
    gg_hidden_close(r->hidden);
    gg_free(r->buffer);
    gg_free(r->id_buffer);
    gg_free(r);
}

size_t gg_row_reader_block_rows(const gg_row_reader *r) {
    return r->block_rows;
}

gg_status gg_row_reader_read(gg_row_reader *r, size_t first, size_t count, gg_row_block *block,
                             gg_error *err) {
    const gg_side_info *info = r->info;
    gg_status status;
    *block = (gg_row_block){.is_topk = info->storage == GG_STORAGE_TOPK,
                            .dtype = info->dtype,
                            .first = first,
                            .count = count,
                            .width = info->width,
                            .values = r->buffer};
    if (count > r->block_rows)
        return gg_fail(err, GG_E_USAGE, "%s: %zu rows asked for, a block has %zu",
                       gg_dataset_path(r->dataset), count, r->block_rows);
    if (info->storage == GG_STORAGE_HIDDEN) {
        block->dtype = gg_hidden_dtype(r->hidden);
        block->width = info->vocabulary;
        return gg_hidden_logits(r->hidden, r->values, first, count, r->buffer, err);
    }
    const void *mapped = gg_h5_map_raw(r->values, first, count);
    if (mapped != NULL)
        block->values = mapped;
    status = mapped != NULL ? GG_OK : gg_h5_read_raw(r->values, first, count, r->buffer, err);
    if (status == GG_OK && r->ids != NULL) {
        int64_t highest = info->vocabulary > 0 ? (int64_t)info->vocabulary - 1 : INT32_MAX;
        status = gg_h5_read_integers(r->ids, first, count, -1, highest, r->id_buffer, err);
        block->ids = r->id_buffer;
    }
    return status;
}

bool gg_row_reader_computes(const gg_row_reader *r) {
    return r->hidden != NULL;
}

gg_status gg_row_reader_visit(gg_row_reader *r, const size_t *rows, size_t count,
                              gg_hidden_visitor visit, void *context, gg_error *err) {
    return gg_hidden_visit(r->hidden, r->values, rows, count, visit, context, err);
}
