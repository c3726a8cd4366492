/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/sink/import_lists.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/files/spool.h"
#include "models/base/alloc.h"

/* What a list's probabilities may sum to beyond 1 by rounding in the source. */
static const double sum_slack = 1e-2;

/* No list is longer than a vocabulary. */
enum { MAX_CANDIDATES = 1 << 24 };

typedef enum naming { UNDECIDED, BY_ID, BY_TEXT, UNNAMED } naming;

typedef struct entry {
    double log_p;
    int32_t id;
    uint32_t order; /* of appearance: ties keep it */
} entry;

struct gg_import_lists {
    size_t keep;
    gg_import_counts *counts;
    gg_spool *spool;
    gg_token_texts *texts;
    naming naming;
    entry *entries; /* of the token at hand */
    size_t room;
    size_t longest;
    int32_t highest_id;
    size_t tokens; /* of the query at hand */
    uint64_t query_start, last_start;
    bool lacks_token; /* some generated token is not known */
    bool has_pairs;   /* some token has two candidates */
    bool has_single;  /* some token has only one */
    size_t queries, single_query, single_token;
    size_t width; /* as declared */
    double *row;
    int32_t *row_ids;
};

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

gg_status gg_import_lists_new(size_t keep_top_k, gg_import_counts *counts, gg_import_lists **out,
                              gg_error *err) {
    gg_import_lists *l = gg_alloc(1, sizeof *l);
    *out = NULL;
    if (l == NULL)
        return no_memory(err);
    l->keep = keep_top_k;
    l->highest_id = -1;
    l->counts = counts;
    gg_status status = gg_spool_new(&l->spool, err);
    if (status == GG_OK)
        status = gg_token_texts_new(&l->texts, err);
    if (status != GG_OK) {
        gg_import_lists_free(l);
        return status;
    }
    *out = l;
    return GG_OK;
}

void gg_import_lists_free(gg_import_lists *l) {
    if (l == NULL)
        return;
    gg_spool_free(l->spool);
    gg_token_texts_free(l->texts);
    gg_free(l->entries);
    gg_free(l->row);
    gg_free(l->row_ids);
    gg_free(l);
}

size_t gg_import_lists_pending(const gg_import_lists *l) {
    return l->tokens;
}

static gg_status name_candidate(gg_import_lists *l, const gg_candidate *c, int32_t *id,
                                gg_error *err) {
    naming kind = c->id >= 0 ? BY_ID : c->text != NULL ? BY_TEXT : UNNAMED;
    if (l->naming == UNDECIDED)
        l->naming = kind;
    if (l->naming != kind)
        return gg_fail(err, GG_E_INPUT,
                       "token %zu: some tokens are known by id, others by text or not at all",
                       l->tokens);
    if (kind == BY_TEXT)
        return gg_token_texts_id(l->texts, c->text, c->text_size, id, err);
    if (c->id > INT32_MAX)
        return gg_fail(err, GG_E_INPUT, "token %zu: %" PRId64 " cannot be a token's id", l->tokens,
                       c->id);
    *id = kind == BY_ID ? (int32_t)c->id : -1;
    return GG_OK;
}

/* The number as a log-probability (of logits: not yet normalised). */
static gg_status log_of(const gg_import_lists *l, gg_import_values values, double value,
                        double *log_p, gg_error *err) {
    if (isnan(value) || value == INFINITY)
        return gg_fail(err, GG_E_INPUT, "token %zu: a candidate is %s", l->tokens,
                       isnan(value) ? "not a number" : "+infinity");
    if (values == GG_VALUES_PROBS) {
        if (value < 0.0 || value > 1.0 + GG_LOG_SLACK)
            return gg_fail(err, GG_E_INPUT, "token %zu: %g is not a probability", l->tokens, value);
        *log_p = value < 1.0 ? log(value) : 0.0;
        return GG_OK;
    }
    if (values != GG_VALUES_LOGITS && value > GG_LOG_SLACK && value <= GG_COARSE_SLACK)
        return gg_fail(err, GG_E_INPUT,
                       "token %zu: %g is above 0, which no log-probability is (float16 or bfloat16 "
                       "in the source?); --skip-empty leaves such queries out",
                       l->tokens, value);
    if (values != GG_VALUES_LOGITS && value > GG_LOG_SLACK)
        return gg_fail(err, GG_E_INPUT,
                       "token %zu: %g is not a log-probability (are these logits? --values logits)",
                       l->tokens, value);
    *log_p = values == GG_VALUES_LOGITS || value < 0.0 ? value : 0.0;
    return GG_OK;
}

static int compare_by_id(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int compare_by_value(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->log_p != y->log_p)
        return x->log_p > y->log_p ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* The list's value of the generated token, which came last: where both are named, one token. */
static double value_of_chosen(gg_import_lists *l, size_t n, int32_t chosen, double own) {
    static const double same_value = 1e-6;
    for (size_t k = 0; chosen >= 0 && k < n; k++) {
        if (l->entries[k].id != chosen)
            continue;
        double listed = l->entries[k].log_p;
        if (own > GG_VERY_UNLIKELY && !(fabs(listed - own) <= same_value))
            l->counts->other_values++;
        return listed;
    }
    return own;
}

/* A token listed twice stays where it stood first. */
static size_t drop_duplicates(gg_import_lists *l, size_t n) {
    size_t kept = 0;
    if (l->naming == UNNAMED || n == 0)
        return n;
    qsort(l->entries, n, sizeof *l->entries, compare_by_id);
    for (size_t k = 0; k < n; k++)
        if (k == 0 || l->entries[k].id != l->entries[k - 1].id)
            l->entries[kept++] = l->entries[k];
    return kept;
}

static size_t drop_impossible(gg_import_lists *l, size_t n) {
    size_t kept = 0;
    for (size_t k = 0; k < n; k++)
        if (l->entries[k].log_p > GG_VERY_UNLIKELY)
            l->entries[kept++] = l->entries[k];
    l->counts->sentinels += n - kept;
    return kept;
}

/* Logits over the list become log-probabilities over the list. */
static void normalise(gg_import_lists *l, size_t n) {
    double largest = l->entries[0].log_p, sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += exp(l->entries[k].log_p - largest);
    for (size_t k = 0; k < n; k++)
        l->entries[k].log_p -= largest + log(sum);
    l->counts->renormalised++;
}

static void check_sum(gg_import_lists *l, size_t n) {
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += exp(l->entries[k].log_p);
    l->counts->not_normalised += sum > 1.0 + sum_slack;
}

/* The K largest, and the generated token wherever it stands. */
static size_t keep_largest(const gg_import_lists *l, size_t n, int32_t generated) {
    if (l->keep == 0 || n <= l->keep)
        return n;
    for (size_t k = l->keep; k < n; k++)
        if (generated >= 0 && l->entries[k].id == generated) {
            l->entries[l->keep] = l->entries[k];
            return l->keep + 1;
        }
    return l->keep;
}

static gg_status store(gg_import_lists *l, size_t n, int32_t generated, gg_error *err) {
    uint32_t count = (uint32_t)n;
    l->last_start = gg_spool_place(l->spool);
    GG_TRY(gg_spool_write(l->spool, &generated, sizeof generated, err));
    GG_TRY(gg_spool_write(l->spool, &count, sizeof count, err));
    for (size_t k = 0; k < n; k++) {
        GG_TRY(gg_spool_write(l->spool, &l->entries[k].log_p, sizeof(double), err));
        GG_TRY(gg_spool_write(l->spool, &l->entries[k].id, sizeof(int32_t), err));
    }
    if (n > l->longest)
        l->longest = n;
    l->tokens++;
    return GG_OK;
}

/* Fills l->entries; the generated token comes last, so that the list's entry is the one that stays.
 */
static gg_status collect(gg_import_lists *l, gg_import_values values,
                         const gg_candidate *candidates, size_t n, const gg_candidate *generated,
                         size_t *count, gg_error *err) {
    size_t extra = generated != NULL ? 1 : 0;
    *count = 0;
    if (n > MAX_CANDIDATES)
        return gg_fail(err, GG_E_INPUT, "token %zu: a list of %zu candidates", l->tokens, n);
    if (n + extra > l->room) {
        size_t room = n + extra + l->room;
        entry *entries = gg_realloc(l->entries, 0, room, sizeof *entries);
        if (entries == NULL)
            return no_memory(err);
        l->entries = entries;
        l->room = room;
    }
    for (size_t k = 0; k < n + extra; k++) {
        const gg_candidate *c = k < n ? &candidates[k] : generated;
        entry *e = &l->entries[*count];
        e->order = (uint32_t)k;
        GG_TRY(log_of(l, values, c->value, &e->log_p, err));
        GG_TRY(name_candidate(l, c, &e->id, err));
        if (e->id > l->highest_id)
            l->highest_id = e->id;
        (*count)++;
    }
    return GG_OK;
}

/* What is remembered for messages: lists of one candidate beside longer ones. */
static void note_length(gg_import_lists *l, size_t listed) {
    if (listed >= 2) {
        l->has_pairs = true;
    } else if (!l->has_single) {
        l->has_single = true;
        l->single_query = l->queries;
        l->single_token = l->tokens;
    }
}

/* Without names a token is known by its number alone: the generated one is among the candidates
 * when its number is. */
static bool is_among(const gg_import_lists *l, size_t n) {
    for (size_t k = 0; k + 1 < n; k++)
        if (l->entries[k].log_p == l->entries[n - 1].log_p)
            return true;
    return false;
}

gg_status gg_import_lists_append(gg_import_lists *l, gg_import_values values,
                                 const gg_candidate *candidates, size_t n_candidates,
                                 const gg_candidate *generated, gg_error *err) {
    size_t n;
    GG_TRY(collect(l, values, candidates, n_candidates, generated, &n, err));
    if (n == 0)
        return gg_fail(err, GG_E_INPUT, "token %zu: lists no candidate", l->tokens);
    int32_t chosen = generated != NULL ? l->entries[n - 1].id : -1;
    double chosen_log_p = generated != NULL ? l->entries[n - 1].log_p : 0.0;
    if (generated != NULL && l->naming == UNNAMED && is_among(l, n))
        n--;
    size_t distinct = drop_duplicates(l, n);
    if (generated != NULL)
        chosen_log_p = value_of_chosen(l, distinct, chosen, chosen_log_p);
    /* The generated token beside its own entry in the list is no duplicate of the source. */
    size_t twice = n - distinct;
    l->counts->duplicates += twice > 0 && generated != NULL ? twice - 1 : twice;
    note_length(l, distinct);
    n = drop_impossible(l, distinct);
    if (n == 0)
        return gg_fail(err, GG_E_INPUT, "token %zu: none of its candidates has a probability",
                       l->tokens);
    qsort(l->entries, n, sizeof *l->entries, compare_by_value);
    l->lacks_token = l->lacks_token || chosen < 0;
    if (generated != NULL && chosen_log_p < l->entries[0].log_p)
        l->counts->non_greedy++;
    if (values == GG_VALUES_LOGITS)
        normalise(l, n);
    else
        check_sum(l, n);
    return store(l, keep_largest(l, n, chosen), chosen, err);
}

gg_status gg_import_lists_end(gg_import_lists *l, bool drop_last, size_t *n_rows, gg_error *err) {
    if (drop_last && l->tokens > 0) {
        GG_TRY(gg_spool_rewind_to(l->spool, l->last_start, err));
        l->tokens--;
    }
    *n_rows = l->tokens;
    l->counts->tokens += l->tokens;
    l->tokens = 0;
    l->queries++;
    l->query_start = gg_spool_place(l->spool);
    return GG_OK;
}

gg_status gg_import_lists_forget(gg_import_lists *l, gg_error *err) {
    l->tokens = 0;
    return gg_spool_rewind_to(l->spool, l->query_start, err);
}

gg_status gg_import_lists_declare(gg_import_lists *l, gg_dataset_writer *writer, gg_side side,
                                  int gzip_level, gg_error *err) {
    if (l->has_pairs && l->has_single)
        return gg_fail(err, GG_E_INPUT,
                       "query %zu: token %zu: lists one candidate only: uncertainty needs two",
                       l->single_query, l->single_token);
    /* Where all other candidates are impossible, one of them still stands beside the certain one.
     */
    l->width = l->has_pairs && l->longest < 2 ? 2 : l->longest > 0 ? l->longest : 1;
    l->row = gg_alloc(l->width, sizeof *l->row);
    l->row_ids = gg_alloc(l->width, sizeof *l->row_ids);
    if (l->row == NULL || l->row_ids == NULL)
        return no_memory(err);
    bool is_named = l->naming == BY_ID || l->naming == BY_TEXT;
    gg_side_spec spec = {.storage = GG_STORAGE_TOPK,
                         .dtype = GG_F64,
                         .width = l->width,
                         .has_tokens = is_named && !l->lacks_token,
                         .has_topk_ids = is_named,
                         .gzip_level = gzip_level};
    l->counts->storage = GG_STORAGE_TOPK;
    l->counts->dtype = l->counts->source_dtype = GG_F64;
    l->counts->width = l->width;
    GG_TRY(gg_dataset_writer_declare(writer, side, &spec, err));
    return gg_spool_turn(l->spool, err);
}

static gg_status read_token(gg_import_lists *l, int32_t *generated, gg_error *err) {
    uint32_t n = 0;
    GG_TRY(gg_spool_read(l->spool, generated, sizeof *generated, err));
    GG_TRY(gg_spool_read(l->spool, &n, sizeof n, err));
    for (size_t k = 0; k < l->width; k++) {
        l->row[k] = -INFINITY;
        l->row_ids[k] = -1;
        if (k >= n)
            continue;
        GG_TRY(gg_spool_read(l->spool, &l->row[k], sizeof l->row[k], err));
        GG_TRY(gg_spool_read(l->spool, &l->row_ids[k], sizeof l->row_ids[k], err));
    }
    return GG_OK;
}

gg_status gg_import_lists_write(gg_import_lists *l, gg_dataset_writer *writer, gg_side side,
                                size_t n_rows, gg_error *err) {
    bool is_named = l->naming == BY_ID || l->naming == BY_TEXT;
    for (size_t r = 0; r < n_rows; r++) {
        int32_t generated = -1;
        GG_TRY(read_token(l, &generated, err));
        GG_TRY(gg_dataset_writer_append_rows(writer, side, 1, l->row, is_named ? l->row_ids : NULL,
                                             is_named && !l->lacks_token ? &generated : NULL, err));
    }
    return gg_dataset_writer_end_query(writer, side, err);
}

const gg_token_texts *gg_import_lists_texts(const gg_import_lists *l) {
    return l->naming == BY_TEXT ? l->texts : NULL;
}

int32_t gg_import_lists_highest_id(const gg_import_lists *l) {
    return l->highest_id;
}
