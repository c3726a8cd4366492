/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/dataset/hidden.h"

#include <cblas.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "models/base/alloc.h"

/* Words of the vocabulary widened and multiplied at once: a tile stays near 2 MiB. */
enum { TILE_BYTES = 2 << 20 };
/* What OpenBLAS maps for every product under way and keeps, and some for whoever comes between. */
enum { PRODUCT_BYTES = 128 << 20, PRODUCT_MARGIN_BYTES = 16 << 20 };

struct gg_hidden {
    gg_dataset *dataset;
    gg_h5_dataset *head;
    size_t vocabulary;
    size_t depth; /* d */
    gg_dtype state_dtype;
    gg_dtype head_dtype;
    gg_dtype dtype; /* GG_F32 or GG_F64: of the arithmetic */
    size_t tile_words;
    void *stored; /* one tile of the head as it is in the file; NULL when that is as wanted */
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
    bool widens = h->head_dtype != h->dtype;
    if (widens)
        h->stored = gg_alloc(h->tile_words, h->depth * gg_dtype_size(h->head_dtype));
    h->tile = gg_alloc(h->tile_words, row_bytes);
    gg_side_path(side, "lm_head", path);
    gg_status status = h->tile == NULL || (widens && h->stored == NULL) ? no_memory(h, err) : GG_OK;
    if (status == GG_OK)
        status = gg_h5_dataset_open(gg_dataset_h5(dataset), path, &h->head, err);
    if (status == GG_OK && info->has_bias)
        status = read_bias(h, side, info->bias_dtype, err);
    if (status == GG_OK)
        *out = h;
    else
        gg_hidden_close(h);
    return status;
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

/* Makes the tile hold `words` words from `word`. */
static gg_status load_tile(gg_hidden *h, size_t word, size_t words, gg_error *err) {
    if (h->stored == NULL)
        return gg_h5_read_raw(h->head, word, words, h->tile, err);
    gg_status status = gg_h5_read_raw(h->head, word, words, h->stored, err);
    if (status == GG_OK)
        widen(h, h->head_dtype, h->stored, words * h->depth, h->tile);
    return status;
}

/* logits (count x words, rows `stride` apart) = states . tile^T + bias. */
static void multiply(const gg_hidden *h, const void *states, size_t count, size_t word,
                     size_t words, void *logits, size_t stride) {
    int m = (int)count, n = (int)words, k = (int)h->depth, ld = (int)stride;
    size_t size = gg_dtype_size(h->dtype);
    const char *bias = h->bias;
    for (size_t r = 0; r < count; r++) {
        char *row = (char *)logits + r * stride * size;
        if (bias != NULL)
            memcpy(row, bias + word * size, words * size);
        else
            memset(row, 0, words * size);
    }
    if (h->dtype == GG_F64)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1.0, states, k, h->tile, k,
                    1.0, logits, ld);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1.0f, states, k, h->tile, k,
                    1.0f, logits, ld);
}

/* Threads are ours, also where a program brings an OpenBLAS with threads: the order of summation,
 * and with it the last bits, must not depend on the machine's cores. */
static pthread_once_t blas_threads_set = PTHREAD_ONCE_INIT;
static void use_one_blas_thread(void) {
    openblas_set_num_threads(1);
}

/* OpenBLAS tries for ever to get its room: it is only called where there is some. */
static gg_status make_sure_of_room(const gg_hidden *h, gg_error *err) {
    size_t bytes = PRODUCT_BYTES + PRODUCT_MARGIN_BYTES;
    void *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return gg_fail(
            err, GG_E_NOMEM,
            "%s: out of memory: multiplying hidden states takes %zu MiB of address space",
            gg_dataset_path(h->dataset), bytes >> 20);
    munmap(room, bytes);
    return GG_OK;
}

/* Rows to be multiplied, and where their logits go. */
typedef struct product {
    size_t count;
    void *states;            /* count x d, widened */
    void *logits;            /* count x V, or count x tile_words where tiles are shown */
    gg_hidden_visitor visit; /* NULL: whole rows are wanted */
    void *context;
} product;

/* Takes tiles of the vocabulary in turn. */
static gg_status for_tiles(gg_hidden *h, const product *p, gg_error *err) {
    size_t size = gg_dtype_size(h->dtype);
    pthread_once(&blas_threads_set, use_one_blas_thread);
    for (size_t word = 0; word < h->vocabulary; word += h->tile_words) {
        size_t left = h->vocabulary - word;
        size_t words = left < h->tile_words ? left : h->tile_words;
        size_t stride = p->visit != NULL ? words : h->vocabulary;
        char *logits = (char *)p->logits + (p->visit != NULL ? 0 : word * size);
        GG_TRY(load_tile(h, word, words, err));
        GG_TRY(make_sure_of_room(h, err));
        multiply(h, p->states, p->count, word, words, logits, stride);
        for (size_t k = 0; p->visit != NULL && k < p->count; k++)
            p->visit(p->context, k, word, words, logits + k * words * size);
    }
    return GG_OK;
}

/* Hidden states of single rows, or of `count` from `first` where `rows` is NULL; widened. */
static gg_status gather(gg_hidden *h, gg_h5_dataset *states, const size_t *rows, size_t first,
                        size_t count, void *wide, gg_error *err) {
    size_t stored = h->depth * gg_dtype_size(h->state_dtype);
    size_t widened = h->depth * gg_dtype_size(h->dtype);
    void *raw = gg_alloc(stored, 1);
    gg_status status = raw == NULL ? no_memory(h, err) : GG_OK;
    for (size_t k = 0; status == GG_OK && k < count; k++) {
        status = gg_h5_read_raw(states, rows != NULL ? rows[k] : first + k, 1, raw, err);
        if (status == GG_OK)
            widen(h, h->state_dtype, raw, h->depth, (char *)wide + k * widened);
    }
    gg_free(raw);
    return status;
}

static gg_status take_product(gg_hidden *h, gg_h5_dataset *states, const size_t *rows, size_t first,
                              product *p, gg_error *err) {
    p->states = gg_alloc(p->count, h->depth * gg_dtype_size(h->dtype));
    gg_status status = p->states == NULL || p->logits == NULL ? no_memory(h, err) : GG_OK;
    if (status == GG_OK)
        status = gather(h, states, rows, first, p->count, p->states, err);
    if (status == GG_OK)
        status = for_tiles(h, p, err);
    gg_free(p->states);
    return status;
}

gg_status gg_hidden_logits(gg_hidden *h, gg_h5_dataset *states, size_t first, size_t count,
                           void *logits, gg_error *err) {
    product p = {.count = count, .logits = logits};
    return take_product(h, states, NULL, first, &p, err);
}

gg_status gg_hidden_visit(gg_hidden *h, gg_h5_dataset *states, const size_t *rows, size_t count,
                          gg_hidden_visitor visit, void *context, gg_error *err) {
    product p = {.count = count, .visit = visit, .context = context};
    size_t tile = 0;
    if (gg_size_multiply(h->tile_words, gg_dtype_size(h->dtype), &tile) == 0)
        p.logits = gg_alloc(count, tile);
    gg_status status = take_product(h, states, rows, 0, &p, err);
    gg_free(p.logits);
    return status;
}
