/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file that `llama-perplexity --kl-divergence-base` of llama.cpp writes: 16-bit
 * log-probabilities of the second half of every chunk of a text, teacher-forced. A chunk becomes a
 * query.
 *
 *   "_logits_", u32 n_ctx, i32 n_vocab, i32 n_chunk, i32 tokens[n_chunk][n_ctx], then for every
 *   chunk and position n_ctx/2 .. n_ctx-2: f32 scale, f32 min, u16 q[n_vocab rounded up to even];
 *   ln p = scale q + min, of the token behind that position
 *
 * Tokens more than 16 nats below the largest are written as 16 below. What they really share is
 * what the others leave of the probability 1: it is given to them in equal parts. A generated token
 * among them keeps what is written, as the program itself reads it: the least surprise that its
 * record allows.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/files/array.h"
#include "data/import/arrays/array_rows.h"
#include "data/import/sink/importer.h"
#include "models/base/alloc.h"

enum { HEAD_SIZE = 20, MAGIC_SIZE = 8, RECORD_EXTRA = 4 };
/* The range of logits that is written, in nats. */
static const double full_range = 16.0;

typedef struct reading {
    gg_import_job *job;
    const char *path;
    int fd;
    uint64_t size;
    size_t n_context, n_vocab, n_chunks;
    size_t first, n_rows; /* of a chunk: its first position and its records */
    size_t record_bytes;
    uint64_t records; /* where the first record is */
    unsigned char *record;
    float *row;
} reading;

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    (void)path;
    return size >= MAGIC_SIZE && memcmp(head, "_logits_", MAGIC_SIZE) == 0;
}

static uint32_t get32(const unsigned char *b) {
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static float get_float(const unsigned char *b) {
    uint32_t bits = get32(b);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static gg_status refuse(const reading *r, const char *reason, gg_error *err) {
    return gg_fail(err, GG_E_INPUT, "%s: %s", r->path, reason);
}

static gg_status read_head(reading *r, gg_error *err) {
    unsigned char head[HEAD_SIZE];
    GG_TRY(gg_open_regular(r->path, &r->fd, &r->size, err));
    size_t there = r->size < HEAD_SIZE ? (size_t)r->size : HEAD_SIZE;
    GG_TRY(gg_read_at(r->fd, 0, head, there, r->path, err));
    if (!recognises(head, there, r->path))
        return refuse(r, "is not a logits file of llama-perplexity", err);
    if (there < HEAD_SIZE)
        return refuse(r, "ends in its header: the run that wrote it failed", err);
    r->n_context = get32(head + 8);
    r->n_vocab = get32(head + 12);
    r->n_chunks = get32(head + 16);
    if (r->n_context < 2 || r->n_context > INT32_MAX || r->n_vocab < 2 ||
        r->n_vocab > GG_MAX_WORDS || r->n_chunks < 1 || r->n_chunks > INT32_MAX)
        return gg_fail(err, GG_E_INPUT,
                       "%s: context %zu, vocabulary %zu, chunks %zu: the header is damaged",
                       r->path, r->n_context, r->n_vocab, r->n_chunks);
    r->first = r->n_context / 2;
    r->n_rows = r->n_context - 1 - r->first;
    r->record_bytes = 2 * (2 * ((r->n_vocab + 1) / 2) + RECORD_EXTRA);
    r->records = HEAD_SIZE + (uint64_t)4 * r->n_chunks * r->n_context;
    return r->size < r->records ? refuse(r, "ends in its tokens", err) : GG_OK;
}

/* An interrupted run leaves whole chunks, a part of one, and maybe a part of a record. */
static gg_status count_chunks(reading *r, size_t *whole, gg_error *err) {
    uint64_t there = (r->size - r->records) / r->record_bytes;
    uint64_t wanted = (uint64_t)r->n_chunks * r->n_rows;
    if (r->n_rows == 0)
        return refuse(r, "its context is too short to hold a record", err);
    if (there >= wanted && r->size - r->records != wanted * r->record_bytes)
        return gg_fail(err, GG_E_INPUT, "%s: has %" PRIu64 " bytes behind its last record", r->path,
                       r->size - r->records - wanted * r->record_bytes);
    *whole = (size_t)(there / r->n_rows);
    if (there < wanted) {
        gg_import_sink_counts(r->job->sink)->missing_records += (size_t)(wanted - there);
        gg_import_sink_warn(r->job->sink,
                            "%s: %zu of %zu chunks are whole, the others are left out", r->path,
                            *whole, r->n_chunks);
    }
    return *whole > 0 ? GG_OK : refuse(r, "not one of its chunks is whole", err);
}

/* What the words that are not cut off leave for those that are, each; with a target among them,
 * what is left beside its floor. */
static double share_of_clipped(const reading *r, double scale, double least, size_t clipped,
                               bool with_target) {
    double sum = 0.0;
    for (size_t v = 0; v < r->n_vocab; v++) {
        const unsigned char *at = r->record + 8 + 2 * v;
        unsigned q = (unsigned)(at[0] | at[1] << 8);
        if (q > 0)
            sum += exp(scale * q + least);
    }
    if (with_target && clipped == 1)
        return -INFINITY;
    double left = with_target ? (1.0 - sum - exp(least)) / (double)(clipped - 1)
                              : (1.0 - sum) / (double)clipped;
    /* Rounding may leave nothing, and never more than the cut. */
    return left > 0.0 ? fmin(log(left), least) : -INFINITY;
}

static bool is_clipped(const reading *r, size_t word) {
    return r->record[8 + 2 * word] == 0 && r->record[9 + 2 * word] == 0;
}

static gg_status decode(reading *r, size_t chunk, size_t k, int32_t token, gg_error *err) {
    double scale = get_float(r->record), least = get_float(r->record + 4);
    if (!(isfinite(scale) && scale >= 0.0 && isfinite(least)))
        return gg_fail(err, GG_E_INPUT, "%s: chunk %zu: record %zu: scale %g, minimum %g", r->path,
                       chunk, k, scale, least);
    size_t zeros = 0;
    for (size_t v = 0; v < r->n_vocab; v++) {
        const unsigned char *at = r->record + 8 + 2 * v;
        unsigned q = (unsigned)(at[0] | at[1] << 8);
        r->row[v] = (float)(scale * q + least);
        zeros += q == 0;
    }
    bool is_cut = fabs(scale * 65535.0 - full_range) < 1e-3 && zeros > 0 && zeros < r->n_vocab;
    if (!is_cut)
        return GG_OK;
    bool is_target = token >= 0 && (size_t)token < r->n_vocab && is_clipped(r, (size_t)token);
    float share = (float)share_of_clipped(r, scale, least, zeros, is_target);
    for (size_t v = 0; v < r->n_vocab; v++)
        if (is_clipped(r, v) && !(is_target && v == (size_t)token))
            r->row[v] = share;
    gg_import_sink_counts(r->job->sink)->clipped += zeros;
    gg_import_sink_counts(r->job->sink)->clipped_targets += is_target;
    return GG_OK;
}

static gg_status read_record(reading *r, size_t chunk, size_t k, gg_error *err) {
    unsigned char raw[4];
    uint64_t place = r->records + ((uint64_t)chunk * r->n_rows + k) * r->record_bytes;
    uint64_t target = HEAD_SIZE + 4 * ((uint64_t)chunk * r->n_context + r->first + k + 1);
    GG_TRY(gg_read_at(r->fd, place, r->record, r->record_bytes, r->path, err));
    GG_TRY(gg_read_at(r->fd, target, raw, sizeof raw, r->path, err));
    int32_t token = (int32_t)get32(raw);
    GG_TRY(decode(r, chunk, k, token, err));
    return gg_import_sink_rows(r->job->sink, 1, r->row, &token, err);
}

static gg_status read_chunk(reading *r, size_t chunk, gg_error *err) {
    gg_import_query query = gg_import_query_init();
    char name[32];
    for (size_t k = 0; k < r->n_rows; k++)
        GG_TRY(read_record(r, chunk, k, err));
    gg_import_progress(r->job, r->records + (uint64_t)(chunk + 1) * r->n_rows * r->record_bytes);
    /* Text has no end-of-answer token. */
    query.eos = GG_EOS_ABSENT;
    query.place = r->path;
    snprintf(name, sizeof name, "chunk-%zu", chunk);
    query.id = r->job->n_sources == 1 ? name : NULL;
    return gg_import_sink_end_query(r->job->sink, &query, err);
}

static gg_status read_source(reading *r, gg_error *err) {
    size_t chunks = 0;
    GG_TRY(read_head(r, err));
    GG_TRY(count_chunks(r, &chunks, err));
    r->record = gg_alloc(r->record_bytes, 1);
    r->row = gg_alloc(r->n_vocab, sizeof *r->row);
    if (r->record == NULL || r->row == NULL)
        return gg_fail(err, GG_E_NOMEM, "%s: out of memory", r->path);
    gg_import_row_spec spec = {.storage = GG_STORAGE_LOGITS,
                               .dtype = GG_F32,
                               .width = r->n_vocab,
                               .has_tokens = true,
                               .values = GG_VALUES_LOGITS};
    GG_TRY(gg_import_sink_declare(r->job->sink, &spec, r->path, err));
    for (size_t c = 0; c < chunks && !gg_import_sink_full(r->job->sink); c++)
        GG_TRY(read_chunk(r, c, err));
    return GG_OK;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    gg_status status = GG_OK;
    if (job->options->values != GG_VALUES_DEFAULT)
        return gg_fail(err, GG_E_USAGE,
                       "logits files of llama.cpp hold log-probabilities: no "
                       "--values");
    for (size_t k = 0; status == GG_OK && k < job->n_sources && !gg_import_sink_full(job->sink);
         k++) {
        reading r = {.job = job, .path = job->sources[k], .fd = -1};
        status = read_source(&r, err);
        gg_import_source_done(job, r.size);
        if (r.fd >= 0)
            close(r.fd);
        gg_free(r.record);
        gg_free(r.row);
    }
    return status;
}

const gg_importer gg_importer_llamacpp = {
    .name = "llamacpp",
    .summary = "logits file of llama.cpp (llama-perplexity --kl-divergence-base)",
    .recognises = recognises,
    .run = run,
};
