/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/hidden.h"

#include <cblas.h>
#include <string.h>

#include "models/base/alloc.h"

/* Words of the vocabulary widened and multiplied at once: a tile stays near 8 MiB. */
enum { TILE_BYTES = 8 << 20 };

struct gg_hidden {
    gg_dataset *dataset;
    gg_h5_dataset *head;
    size_t vocabulary;
    size_t depth; /* d */
    gg_dtype state_dtype;
    gg_dtype head_dtype;
    gg_dtype dtype; /* GG_F32 or GG_F64: of the arithmetic */
    size_t tile_words;
    void *stored; /* one tile of the head as it is in the file */
    void *tile;   /* and widened */
    void *bias;   /* V, widened; NULL when there is none */
};

static gg_status no_memory(const gg_hidden *h, gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(h->dataset));
}

static void widen(const gg_hidden *h, gg_dtype from, const void *source, size_t count,
                  void *target) {
    if (h->dtype == GG_F64)
        gg_widen(from, source, 0, count, target);
    else
        gg_widen_float(from, source, count, target);
}

static gg_status read_bias(gg_hidden *h, gg_side side, gg_dtype stored, gg_error *err) {
    char path[GG_OBJECT_PATH_SIZE];
    gg_h5_dataset *dataset = NULL;
    gg_side_path(side, "lm_head_bias", path);
    h->bias = gg_alloc(h->vocabulary, gg_dtype_size(h->dtype));
    void *raw = gg_alloc(h->vocabulary, gg_dtype_size(stored));
    gg_status status = h->bias == NULL || raw == NULL ? no_memory(h, err) : GG_OK;
    if (status == GG_OK)
        status = gg_h5_dataset_open(gg_dataset_h5(h->dataset), path, &dataset, err);
    if (status == GG_OK)
        status = gg_h5_read_raw(dataset, 0, h->vocabulary, raw, err);
    if (status == GG_OK)
        widen(h, stored, raw, h->vocabulary, h->bias);
    gg_h5_dataset_close(dataset);
    gg_free(raw);
    return status;
}

gg_status gg_hidden_open(gg_dataset *dataset, gg_side side, gg_hidden **out, gg_error *err) {
    *out = NULL;
    const gg_side_info *info = gg_dataset_side(dataset, side);
    char path[GG_OBJECT_PATH_SIZE];
    gg_hidden *h = gg_alloc(1, sizeof *h);
    if (h == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(dataset));
    h->dataset = dataset;
    h->vocabulary = info->vocabulary;
    h->depth = info->width;
    h->state_dtype = info->dtype;
    h->head_dtype = info->head_dtype;
    bool wide = info->dtype == GG_F64 || info->head_dtype == GG_F64 ||
                (info->has_bias && info->bias_dtype == GG_F64);
    h->dtype = wide ? GG_F64 : GG_F32;
    size_t row_bytes = h->depth * gg_dtype_size(h->dtype);
    h->tile_words = TILE_BYTES / row_bytes > 0 ? TILE_BYTES / row_bytes : 1;
    if (h->tile_words > h->vocabulary)
        h->tile_words = h->vocabulary;
    h->stored = gg_alloc(h->tile_words, h->depth * gg_dtype_size(h->head_dtype));
    h->tile = gg_alloc(h->tile_words, row_bytes);
    gg_side_path(side, "lm_head", path);
    gg_status status = h->stored == NULL || h->tile == NULL ? no_memory(h, err) : GG_OK;
    if (status == GG_OK)
        status = gg_h5_dataset_open(gg_dataset_h5(dataset), path, &h->head, err);
    if (status == GG_OK && info->has_bias)
        status = read_bias(h, side, info->bias_dtype, err);
    if (status != GG_OK) {
        gg_hidden_close(h);
        return status;
    }
    *out = h;
    return GG_OK;
}

void gg_hidden_close(gg_hidden *h) {
    if (h == NULL)
        return;
    gg_h5_dataset_close(h->head);
    gg_free(h->stored);
    gg_free(h->tile);
    gg_free(h->bias);
    gg_free(h);
}

gg_dtype gg_hidden_dtype(const gg_hidden *h) {
    return h->dtype;
}

/* logits[:, word .. word + words - 1] = states . tile^T, on top of the bias already there. */
static void multiply(const gg_hidden *h, const void *states, size_t count, size_t word,
                     size_t words, void *logits) {
    int m = (int)count, n = (int)words, k = (int)h->depth, ld = (int)h->vocabulary;
    if (h->dtype == GG_F64)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1.0, states, k, h->tile, k,
                    1.0, (double *)logits + word, ld);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1.0f, states, k, h->tile, k,
                    1.0f, (float *)logits + word, ld);
}

static void start_with_bias(const gg_hidden *h, size_t count, void *logits) {
    size_t row_bytes = h->vocabulary * gg_dtype_size(h->dtype);
    for (size_t r = 0; r < count; r++) {
        char *row = (char *)logits + r * row_bytes;
        if (h->bias != NULL)
            memcpy(row, h->bias, row_bytes);
        else
            memset(row, 0, row_bytes);
    }
}

gg_status gg_hidden_logits(gg_hidden *h, gg_h5_dataset *states, size_t first, size_t count,
                           void *logits, gg_error *err) {
    void *raw = gg_alloc(count, h->depth * gg_dtype_size(h->state_dtype));
    void *wide = gg_alloc(count, h->depth * gg_dtype_size(h->dtype));
    gg_status status = raw == NULL || wide == NULL ? no_memory(h, err) : GG_OK;
    if (status == GG_OK)
        status = gg_h5_read_raw(states, first, count, raw, err);
    if (status == GG_OK) {
        widen(h, h->state_dtype, raw, count * h->depth, wide);
        start_with_bias(h, count, logits);
        /* The order of summation, and with it the last bits, must not depend on the machine's
         * cores. */
        openblas_set_num_threads(1);
    }
    for (size_t word = 0; status == GG_OK && word < h->vocabulary; word += h->tile_words) {
        size_t left = h->vocabulary - word;
        size_t words = left < h->tile_words ? left : h->tile_words;
        status = gg_h5_read_raw(h->head, word, words, h->stored, err);
        if (status == GG_OK) {
            widen(h, h->head_dtype, h->stored, words * h->depth, h->tile);
            multiply(h, wide, count, word, words, logits);
        }
    }
    gg_free(raw);
    gg_free(wide);
    return status;
}
