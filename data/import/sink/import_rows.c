/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/sink/import_rows.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/uncertainty/kernels/row_stats.h"
#include "models/base/alloc.h"

/* Rows further from sum 1 are counted: float16 and cut-off tails stay below. */
static const double sum_slack = 1e-2;

struct gg_import_rows {
    gg_dataset_writer *writer;
    gg_import_options options;
    gg_import_row_spec spec;
    gg_import_counts *counts;
    gg_dtype written;           /* after conversion, before anything is cut */
    const gg_row_kernels *fast; /* for ranks, which are exact in every table */
    size_t row_bytes;           /* of `written` */
    void *converted;            /* one row, where probabilities become logarithms */
    double *wide;               /* one row, for the same */
    gg_top_list top;            /* where keep_top_k */
    size_t kept_width;          /* candidates a kept row */
    double *kept_values;
    int32_t *kept_ids;
    bool is_holding;
    void *held; /* one row as it will be appended */
    int32_t held_token;
    size_t n_rows;     /* of the query at hand, the held one included */
    bool may_be_probs; /* no row so far speaks against it */
};

static bool is_kept(const gg_import_rows *r) {
    return r->options.keep_top_k > 0;
}

static gg_status declare(gg_import_rows *r, gg_error *err) {
    gg_side_spec side = {.storage = r->spec.storage,
                         .dtype = r->written,
                         .width = r->spec.width,
                         .has_tokens = r->spec.has_tokens,
                         .gzip_level = r->options.gzip_level};
    if (is_kept(r)) {
        side.storage = GG_STORAGE_TOPK;
        side.dtype = GG_F64;
        side.width = r->kept_width;
        side.has_topk_ids = true;
    }
    r->counts->storage = side.storage;
    r->counts->dtype = side.dtype;
    r->counts->width = side.width;
    r->counts->source_dtype = r->spec.dtype;
    return gg_dataset_writer_declare(r->writer, r->options.side, &side, err);
}

static int allocate(gg_import_rows *r) {
    size_t v = r->spec.width, k = r->options.keep_top_k;
    bool converts = r->spec.values == GG_VALUES_PROBS;
    if (gg_size_multiply(v, gg_dtype_size(r->written), &r->row_bytes) != 0)
        return -1;
    if (converts)
        r->converted = gg_alloc(1, r->row_bytes);
    r->wide = gg_alloc(v, sizeof *r->wide);
    if (is_kept(r)) {
        r->top.capacity = k < v ? k : v;
        r->top.value = gg_alloc(r->top.capacity, sizeof *r->top.value);
        r->top.id = gg_alloc(r->top.capacity, sizeof *r->top.id);
        r->kept_width = r->top.capacity + (r->spec.has_tokens && k < v ? 1 : 0);
        r->kept_values = gg_alloc(r->kept_width, sizeof *r->kept_values);
        r->kept_ids = gg_alloc(r->kept_width, sizeof *r->kept_ids);
    }
    if (r->options.drop_eos)
        r->held = gg_alloc(1, r->row_bytes);
    bool failed = r->wide == NULL || (converts && r->converted == NULL) ||
                  (is_kept(r) && (r->top.value == NULL || r->top.id == NULL ||
                                  r->kept_values == NULL || r->kept_ids == NULL)) ||
                  (r->options.drop_eos && r->held == NULL);
    return failed ? -1 : 0;
}

gg_status gg_import_rows_new(gg_dataset_writer *writer, const gg_import_options *options,
                             const gg_import_row_spec *spec, gg_import_counts *counts,
                             gg_import_rows **out, gg_error *err) {
    *out = NULL;
    if (options->keep_top_k > 0 && spec->storage != GG_STORAGE_LOGITS)
        return gg_fail(
            err, GG_E_USAGE,
            "hidden states have no most probable tokens to keep: import them whole, then "
            "import the dataset once more");
    if (options->keep_top_k == 1)
        return gg_fail(err, GG_E_USAGE, "topk:1 leaves no second choice: keep at least 2");
    gg_import_rows *r = gg_alloc(1, sizeof *r);
    if (r == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    r->writer = writer;
    r->options = *options;
    r->spec = *spec;
    r->counts = counts;
    /* Logarithms in less would lose what the margins are made of. */
    r->written = spec->values == GG_VALUES_PROBS ? GG_F64 : spec->dtype;
    r->may_be_probs = spec->storage == GG_STORAGE_LOGITS && spec->values == GG_VALUES_LOGITS &&
                      options->values == GG_VALUES_DEFAULT && spec->width > 1;
    gg_status status = gg_row_kernels_choose(NULL, &r->fast, err);
    if (status == GG_OK && allocate(r) != 0)
        status = gg_fail(err, GG_E_NOMEM, "out of memory for rows of %zu numbers", spec->width);
    if (status == GG_OK)
        status = declare(r, err);
    if (status != GG_OK) {
        gg_import_rows_free(r);
        return status;
    }
    *out = r;
    return GG_OK;
}

void gg_import_rows_free(gg_import_rows *r) {
    if (r == NULL)
        return;
    gg_free(r->converted);
    gg_free(r->wide);
    gg_free(r->top.value);
    gg_free(r->top.id);
    gg_free(r->kept_values);
    gg_free(r->kept_ids);
    gg_free(r->held);
    gg_free(r);
}

const gg_import_row_spec *gg_import_rows_spec(const gg_import_rows *r) {
    return &r->spec;
}

size_t gg_import_rows_pending(const gg_import_rows *r) {
    return r->n_rows;
}

/* Probabilities become logarithms in r->converted. */
static gg_status take_logarithms(gg_import_rows *r, const void *row, size_t token, gg_error *err) {
    gg_widen(r->spec.dtype, row, 0, r->spec.width, r->wide);
    for (size_t v = 0; v < r->spec.width; v++) {
        double p = r->wide[v];
        if (!(p >= 0.0 && p <= 1.0 + GG_LOG_SLACK))
            return gg_fail(err, GG_E_INPUT, "token %zu: value %zu: %g is not a probability", token,
                           v, p);
        r->wide[v] = p < 1.0 ? log(p) : 0.0;
    }
    gg_narrow(r->wide, r->spec.width, r->written, r->converted);
    return GG_OK;
}

static gg_status check_stats(const gg_import_rows *r, const gg_row_stats *s, size_t token,
                             gg_error *err) {
    static const char leave_out[] = "; --skip-empty leaves such queries out";
    const char *what = r->spec.storage == GG_STORAGE_HIDDEN ? "hidden state" : "value";
    if (s->fault == GG_ROW_ALL_MASKED)
        return gg_fail(err, GG_E_INPUT, "token %zu: all %zu values are -infinity%s", token,
                       r->spec.width, leave_out);
    if (s->fault != GG_ROW_SOUND)
        return gg_fail(err, GG_E_INPUT, "token %zu: %s %zu is %s%s", token, what, s->fault_at,
                       s->fault == GG_ROW_NAN ? "not a number" : "+infinity", leave_out);
    if (r->spec.values == GG_VALUES_LOGPROBS && s->max > GG_LOG_SLACK)
        return gg_fail(err, GG_E_INPUT,
                       "token %zu: %g is not a log-probability (are these logits? --values logits)",
                       token, s->max);
    return GG_OK;
}

static void keep_largest(gg_import_rows *r, const gg_row_stats *s, int32_t token) {
    double log_sum = log(s->exp_sum);
    bool is_listed = false;
    size_t n = r->top.count;
    for (size_t k = 0; k < n; k++) {
        r->kept_values[k] = r->top.value[k] - s->max - log_sum;
        r->kept_ids[k] = (int32_t)r->top.id[k];
        is_listed = is_listed || r->top.id[k] == token;
    }
    if (r->kept_width > n && r->spec.has_tokens && !is_listed) {
        r->kept_values[n] = s->token_logit - log_sum;
        r->kept_ids[n++] = token;
    }
    for (size_t k = 0; k < r->kept_width; k++)
        if (k >= n || r->kept_values[k] == -INFINITY) {
            r->kept_values[k] = -INFINITY;
            r->kept_ids[k] = -1;
        }
}

/* Counts one bit pattern; a loop that compilers make vectors of. */
#define COUNT_BITS(type, pattern)                                                                  \
    for (size_t v = 0; v < width; v++)                                                             \
        count += ((const type *)row)[v] == (type)(pattern);

/* How many of the row's numbers are -infinity. */
static size_t count_impossible(gg_dtype dtype, const void *row, size_t width) {
    size_t count = 0;
    if (dtype == GG_F16)
        COUNT_BITS(uint16_t, 0xFC00)
    else if (dtype == GG_BF16)
        COUNT_BITS(uint16_t, 0xFF80)
    else if (dtype == GG_F32)
        COUNT_BITS(uint32_t, 0xFF800000)
    else
        COUNT_BITS(uint64_t, 0xFFF0000000000000)
    return count;
}

/* Everything a row must pass, and what of it is kept. */
static gg_status examine(gg_import_rows *r, const void *row, size_t index, int32_t token,
                         gg_error *err) {
    gg_row_stats stats;
    bool is_of_words = r->spec.storage == GG_STORAGE_LOGITS;
    bool sums =
        is_kept(r) || r->spec.values == GG_VALUES_LOGPROBS || r->spec.values == GG_VALUES_PROBS;
    if (r->spec.has_tokens && (token < 0 || (is_of_words && (size_t)token >= r->spec.width)))
        return gg_fail(err, GG_E_INPUT,
                       "token %zu: its id %" PRId32 " is outside the vocabulary of %zu words",
                       index, token, r->spec.width);
    gg_row_request request = {.need = sums ? GG_ROW_SUM : GG_ROW_RANKS,
                              .temperature = 1.0,
                              .token = r->spec.has_tokens && is_of_words ? token : -1,
                              .top = is_kept(r) ? &r->top : NULL};
    r->top.count = 0;
    /* Sums are the same on every machine. */
    const gg_row_kernels *kernels = sums ? &gg_row_kernels_scalar : r->fast;
    kernels->row[r->written](row, r->spec.width, &request, &stats);
    /* Hidden states have no masked words: a row of -infinity is as wrong there. */
    GG_TRY(check_stats(r, &stats, index, err));
    if (is_of_words && r->spec.values != GG_VALUES_PROBS)
        r->counts->filtered += count_impossible(r->written, row, r->spec.width) > 0;
    if (is_of_words && r->spec.has_tokens && stats.token_logit < 0.0)
        r->counts->non_greedy++;
    if (sums && r->spec.values != GG_VALUES_LOGITS && r->spec.values != GG_VALUES_DEFAULT &&
        !(fabs(exp(stats.max) * stats.exp_sum - 1.0) <= sum_slack))
        r->counts->not_normalised++;
    if (is_kept(r))
        keep_largest(r, &stats, r->spec.has_tokens ? token : -1);
    return GG_OK;
}

/* Whether a row's numbers lie in 0..1 and sum to 1, as no logits do. */
static bool is_of_probs(const gg_import_rows *r, const void *row) {
    double sum = 0.0;
    gg_widen(r->spec.dtype, row, 0, r->spec.width, r->wide);
    for (size_t v = 0; v < r->spec.width; v++) {
        if (!(r->wide[v] >= 0.0 && r->wide[v] <= 1.0 + GG_LOG_SLACK))
            return false;
        sum += r->wide[v];
    }
    return fabs(sum - 1.0) <= sum_slack;
}

bool gg_import_rows_are_probs(const gg_import_rows *r) {
    return r->may_be_probs && r->counts->tokens > 0;
}

const char *gg_import_rows_fault(const gg_import_rows *r, size_t n, const void *values) {
    size_t row_bytes = r->spec.width * gg_dtype_size(r->spec.dtype);
    const char *row = values;
    gg_row_request request = {.need = GG_ROW_RANKS, .temperature = 1.0, .token = -1};
    for (size_t k = 0; k < n; k++, row += row_bytes) {
        gg_row_stats s;
        r->fast->row[r->spec.dtype](row, r->spec.width, &request, &s);
        if (s.fault == GG_ROW_ALL_MASKED)
            return "a row of -infinity alone";
        if (s.fault != GG_ROW_SOUND)
            return s.fault == GG_ROW_NAN ? "a value is not a number" : "a value is +infinity";
        if (r->spec.values == GG_VALUES_LOGPROBS && s.max > GG_LOG_SLACK &&
            s.max <= GG_COARSE_SLACK)
            return "a log-probability above 0";
    }
    return NULL;
}

/* A row that is sound goes into the dataset. */
static gg_status write_row(gg_import_rows *r, const void *row, int32_t token, size_t index,
                           gg_error *err) {
    GG_TRY(examine(r, row, index, token, err));
    r->may_be_probs = r->may_be_probs && is_of_probs(r, row);
    r->counts->tokens++;
    return gg_dataset_writer_append_rows(
        r->writer, r->options.side, 1, is_kept(r) ? r->kept_values : row,
        is_kept(r) ? r->kept_ids : NULL, r->spec.has_tokens ? &token : NULL, err);
}

static gg_status release_held(gg_import_rows *r, gg_error *err) {
    if (!r->is_holding)
        return GG_OK;
    r->is_holding = false;
    return write_row(r, r->held, r->held_token, r->n_rows - 1, err);
}

gg_status gg_import_rows_append(gg_import_rows *r, size_t n, const void *values,
                                const int32_t *tokens, gg_error *err) {
    size_t source_bytes = r->spec.width * gg_dtype_size(r->spec.dtype);
    const char *row = values;
    for (size_t k = 0; k < n; k++, row += source_bytes) {
        const void *logits = row;
        int32_t token = tokens != NULL ? tokens[k] : -1;
        if (r->spec.values == GG_VALUES_PROBS) {
            GG_TRY(take_logarithms(r, row, r->n_rows, err));
            logits = r->converted;
        }
        GG_TRY(release_held(r, err));
        if (r->options.drop_eos) {
            memcpy(r->held, logits, r->row_bytes);
            r->held_token = token;
            r->is_holding = true;
        } else {
            GG_TRY(write_row(r, logits, token, r->n_rows, err));
        }
        r->n_rows++;
    }
    return GG_OK;
}

gg_status gg_import_rows_end(gg_import_rows *r, bool drop_last, size_t *n_rows, gg_error *err) {
    *n_rows = r->n_rows;
    if (drop_last && r->is_holding) {
        r->is_holding = false;
        (*n_rows)--;
    } else {
        GG_TRY(release_held(r, err));
    }
    r->n_rows = 0;
    return gg_dataset_writer_end_query(r->writer, r->options.side, err);
}

void gg_import_rows_forget(gg_import_rows *r) {
    r->is_holding = false;
    r->n_rows = 0;
}
