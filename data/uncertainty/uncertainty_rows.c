/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/uncertainty_rows.h"

#include <pthread.h>

#include "data/dataset/row_reader.h"
#include "data/uncertainty/measure.h"
#include "models/base/alloc.h"
#include "models/threads/together.h"

enum {
    /* What is read at once stays in the second-level cache until it is measured. */
    BLOCK_BYTES = 256 << 10,
    CHUNK_BYTES_MAX = 64 << 20,
    /* Rows of hidden states that share one pass over the head, and what lists they may have. */
    HIDDEN_ROWS = 256,
    HIDDEN_LIST_MAX = 4096
};

/* Rows first .. first + count - 1 of the job are one thread's at a time. */
typedef struct unit {
    size_t first, count;
} unit;

typedef struct shared {
    const gg_row_job *job;
    size_t max_bytes;
    unit *units;
    size_t n_units;
    pthread_mutex_t lock;
    size_t next; /* unit */
    /* The first error, in order of rows; its own row, or job->count. */
    size_t error_unit, error_row;
    gg_status status;
    gg_error error;
} shared;

typedef struct worker {
    shared *s;
    gg_row_reader *reader;
    gg_measurer *measurer;
    gg_row_pieces *pieces; /* HIDDEN_ROWS; NULL unless rows are visited */
    size_t first;          /* of the visited unit */
} worker;

static size_t choose_threads(const gg_row_job *job, size_t n_units) {
    size_t threads = job->options->threads;
    if (threads == 0)
        threads = gg_usable_cores();
    if (!gg_h5_is_threadsafe())
        threads = 1;
    return threads < n_units ? threads : n_units;
}

/* Bytes to read at once: a little, but whole chunks where parts would be decompressed again. */
static size_t choose_bytes(const gg_row_job *job) {
    const gg_side_info *info = gg_dataset_side(job->dataset, job->side);
    gg_aggregate_kind kind = job->options->aggregate.kind;
    if (info->storage == GG_STORAGE_HIDDEN)
        return 1;
    size_t row =
        info->width * (gg_dtype_size(info->dtype) + (info->has_topk_ids ? sizeof(int64_t) : 0));
    size_t bytes = kind == GG_FIRST || kind == GG_LAST ? 1 : BLOCK_BYTES, chunk;
    if (gg_size_multiply(row, info->chunk_rows, &chunk) == 0 && chunk > bytes &&
        chunk <= CHUNK_BYTES_MAX)
        bytes = chunk;
    return bytes;
}

/* A unit ends with its block of the file, or when it has `most` rows. */
static gg_status cut(shared *s, size_t step, size_t most, gg_error *err) {
    const gg_row_job *job = s->job;
    s->units = gg_alloc(job->count, sizeof *s->units);
    if (s->units == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", gg_dataset_path(job->dataset));
    for (size_t k = 0; k < job->count; k++) {
        unit *last = s->n_units > 0 ? &s->units[s->n_units - 1] : NULL;
        if (last == NULL || last->count == most ||
            (step > 0 && job->rows[last->first] / step != job->rows[k] / step))
            s->units[s->n_units++] = (unit){k, 1};
        else
            last->count++;
    }
    return GG_OK;
}

static void free_pieces(worker *w) {
    for (size_t k = 0; w->pieces != NULL && k < HIDDEN_ROWS; k++) {
        gg_free(w->pieces[k].top.value);
        gg_free(w->pieces[k].top.id);
    }
    gg_free(w->pieces);
}

static void stop_worker(worker *w) {
    free_pieces(w);
    gg_measurer_free(w->measurer);
    gg_row_reader_free(w->reader);
}

static gg_status make_pieces(worker *w, gg_error *err) {
    size_t listed = gg_measurer_list_size(w->measurer);
    w->pieces = gg_alloc(HIDDEN_ROWS, sizeof *w->pieces);
    bool made = w->pieces != NULL;
    for (size_t k = 0; made && k < HIDDEN_ROWS; k++) {
        gg_top_list *top = &w->pieces[k].top;
        top->capacity = listed;
        top->value = gg_alloc(listed, sizeof *top->value);
        top->id = gg_alloc(listed, sizeof *top->id);
        made = top->value != NULL && top->id != NULL;
    }
    return made ? GG_OK : gg_fail(err, GG_E_NOMEM, "out of memory");
}

static gg_status start_worker(worker *w, gg_error *err) {
    const gg_row_job *job = w->s->job;
    const gg_side_info *info = gg_dataset_side(job->dataset, job->side);
    bool is_topk = info->storage == GG_STORAGE_TOPK;
    size_t width = info->storage == GG_STORAGE_HIDDEN ? info->vocabulary : info->width;
    GG_TRY(gg_row_reader_new(job->dataset, job->side, w->s->max_bytes, &w->reader, err));
    gg_error inner = {0};
    gg_status status = gg_measurer_new(job->options, is_topk, width, job->classes, info->vocabulary,
                                       &w->measurer, &inner);
    if (status == GG_OK && gg_row_reader_computes(w->reader) &&
        gg_measurer_list_size(w->measurer) <= HIDDEN_LIST_MAX)
        status = make_pieces(w, &inner);
    if (status != GG_OK)
        gg_fail(err, status, "%s: /%s: %s", gg_dataset_path(job->dataset), gg_side_name(job->side),
                inner.message);
    return status;
}

static int64_t token_of(const gg_row_job *job, size_t k) {
    return job->tokens != NULL ? job->tokens[k] : -1;
}

static void see_piece(void *context, size_t k, size_t word, size_t words, const void *logits) {
    const worker *w = context;
    const gg_side_info *info = gg_dataset_side(w->s->job->dataset, w->s->job->side);
    bool wide = info->dtype == GG_F64 || info->head_dtype == GG_F64 ||
                (info->has_bias && info->bias_dtype == GG_F64);
    gg_measurer_piece(w->measurer, wide ? GG_F64 : GG_F32, logits, word, words,
                      token_of(w->s->job, w->first + k), &w->pieces[k]);
}

/* *row is where the error is; it stays where it is when the message needs no row. */
static gg_status visit_unit(worker *w, const unit *u, size_t *row, gg_error *err) {
    const gg_row_job *job = w->s->job;
    w->first = u->first;
    for (size_t k = 0; k < u->count; k++) {
        w->pieces[k].stats = gg_row_stats_none();
        w->pieces[k].top.count = 0;
    }
    gg_status status =
        gg_row_reader_visit(w->reader, job->rows + u->first, u->count, see_piece, w, err);
    for (size_t k = 0; status == GG_OK && k < u->count; k++) {
        size_t at = u->first + k;
        status = gg_measurer_finish(w->measurer, &w->pieces[k], token_of(job, at), &job->values[at],
                                    err);
        if (status != GG_OK)
            *row = at;
    }
    return status;
}

static gg_status read_unit(worker *w, const unit *u, size_t *row, gg_error *err) {
    const gg_row_job *job = w->s->job;
    size_t first = job->rows[u->first], last = job->rows[u->first + u->count - 1];
    gg_row_block block;
    gg_status status = gg_row_reader_read(w->reader, first, last - first + 1, &block, err);
    for (size_t k = u->first; status == GG_OK && k < u->first + u->count; k++) {
        size_t at = job->rows[k] - first;
        const char *values = block.values;
        status = gg_measurer_row(w->measurer, block.dtype,
                                 values + at * block.width * gg_dtype_size(block.dtype),
                                 block.ids != NULL ? block.ids + at * block.width : NULL,
                                 token_of(job, k), &job->values[k], err);
        if (status != GG_OK)
            *row = k;
    }
    return status;
}

/* The next unit to do, or n_units. None behind an error is begun; those before it are all done. */
static size_t take_unit(shared *s) {
    pthread_mutex_lock(&s->lock);
    size_t u = s->status == GG_OK ? s->next++ : s->n_units;
    pthread_mutex_unlock(&s->lock);
    return u < s->n_units ? u : s->n_units;
}

static void record(shared *s, size_t u, size_t row, gg_status status, const gg_error *error) {
    pthread_mutex_lock(&s->lock);
    if (s->status == GG_OK || u < s->error_unit) {
        s->status = status;
        s->error = *error;
        s->error_unit = u;
        s->error_row = row;
    }
    pthread_mutex_unlock(&s->lock);
}

static void work(void *context, size_t k) {
    shared *s = context;
    (void)k;
    worker w = {.s = s};
    gg_error err = {0};
    gg_status status = start_worker(&w, &err);
    if (status != GG_OK)
        record(s, 0, s->job->count, status, &err);
    for (size_t u; status == GG_OK && (u = take_unit(s)) < s->n_units;) {
        size_t row = s->job->count;
        status = w.pieces != NULL ? visit_unit(&w, &s->units[u], &row, &err)
                                  : read_unit(&w, &s->units[u], &row, &err);
        if (status != GG_OK)
            record(s, u, row, status, &err);
    }
    stop_worker(&w);
}

gg_status gg_uncertainty_rows(const gg_row_job *job, size_t *failed, gg_error *err) {
    shared s = {.job = job, .max_bytes = choose_bytes(job)};
    /* A first worker finds what is wrong with the options, and how the file is cut. */
    worker w = {.s = &s};
    *failed = job->count;
    gg_status status = start_worker(&w, err);
    if (status == GG_OK)
        status = w.pieces != NULL ? cut(&s, 0, HIDDEN_ROWS, err)
                                  : cut(&s, gg_row_reader_block_rows(w.reader), job->count, err);
    stop_worker(&w);
    if (status == GG_OK && s.n_units > 0) {
        pthread_mutex_init(&s.lock, NULL);
        gg_work_together(choose_threads(job, s.n_units), work, &s);
        pthread_mutex_destroy(&s.lock);
        status = s.status;
        *failed = s.error_row;
        if (status != GG_OK)
            gg_fail(err, status, "%s", s.error.message);
    }
    gg_free(s.units);
    return status;
}
