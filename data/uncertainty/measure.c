/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/uncertainty/measure.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/base/alloc.h"

struct gg_measurer {
    gg_uncertainty_options options;
    bool is_topk;
    size_t width;
    double *wide;         /* width; one row of candidates */
    gg_top_list top;      /* the most probable tokens */
    gg_top_list merged;   /* the most probable classes; capacity 0 without a class map */
    int64_t *class_of;    /* vocabulary; classes numbered from 0, -1 dropped; NULL without */
    double *class_weight; /* per class; zero between rows */
    size_t vocabulary;
};

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

static gg_status new_list(gg_top_list *list, size_t capacity, gg_error *err) {
    list->capacity = capacity;
    list->value = gg_alloc(capacity, sizeof *list->value);
    list->id = gg_alloc(capacity, sizeof *list->id);
    return list->value == NULL || list->id == NULL ? no_memory(err) : GG_OK;
}

static int compare_classes(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Class ids may be any numbers: they are replaced by their rank. */
static gg_status number_classes(gg_measurer *m, const int64_t *classes, gg_error *err) {
    size_t n = 0;
    int64_t *sorted = gg_alloc(m->vocabulary, sizeof *sorted);
    m->class_of = gg_alloc(m->vocabulary, sizeof *m->class_of);
    if (sorted == NULL || m->class_of == NULL) {
        gg_free(sorted);
        return no_memory(err);
    }
    memcpy(sorted, classes, m->vocabulary * sizeof *sorted);
    qsort(sorted, m->vocabulary, sizeof *sorted, compare_classes);
    for (size_t k = 0; k < m->vocabulary; k++)
        if (n == 0 || sorted[k] != sorted[n - 1])
            sorted[n++] = sorted[k];
    for (size_t v = 0; v < m->vocabulary; v++) {
        const int64_t *place = bsearch(&classes[v], sorted, n, sizeof *sorted, compare_classes);
        m->class_of[v] = classes[v] < 0 ? -1 : place - sorted;
    }
    gg_free(sorted);
    m->class_weight = gg_alloc(n, sizeof *m->class_weight);
    return m->class_weight == NULL ? no_memory(err) : GG_OK;
}

static gg_status check_options(const gg_uncertainty_options *o, bool is_topk, size_t width,
                               gg_error *err) {
    bool of_nll = o->aggregate.kind == GG_SUM || o->aggregate.kind == GG_PERPLEXITY;
    char text[GG_AGGREGATE_TEXT_SIZE];
    gg_aggregate_text(&o->aggregate, text);
    if (!(isfinite(o->temperature) && o->temperature > 0.0))
        return gg_fail(err, GG_E_USAGE, "temperature %g is not finite and > 0", o->temperature);
    if (of_nll && o->measure != GG_NLL)
        return gg_fail(err, GG_E_USAGE, "aggregate %s is of nll only, not of %s", text,
                       gg_measure_name(o->measure));
    if (o->top_k == 1)
        return gg_fail(err, GG_E_USAGE, "top-k 1 leaves no second choice: 0 (all) or >= 2");
    if (o->top_k > 0 && o->measure == GG_NLL)
        return gg_fail(err, GG_E_USAGE,
                       "nll is of the whole vocabulary: the token may be outside the top %zu",
                       o->top_k);
    if (width < 2)
        return gg_fail(err, GG_E_INPUT, "rows of %zu value: uncertainty needs at least 2", width);
    if (!is_topk)
        return GG_OK;
    bool as_they_are =
        o->measure == GG_MARGIN || o->measure == GG_LEAST_CONFIDENCE || o->measure == GG_NLL;
    if (o->top_k > width)
        return gg_fail(err, GG_E_USAGE, "top-k %zu: only %zu candidates a token are stored",
                       o->top_k, width);
    if (o->top_k == 0 && !as_they_are)
        return gg_fail(err, GG_E_USAGE,
                       "%s needs the whole distribution, but only %zu candidates a token are "
                       "stored: ask for a top-k to renormalise them",
                       gg_measure_name(o->measure), width);
    if (o->top_k == 0 && o->temperature != 1.0)
        return gg_fail(err, GG_E_USAGE,
                       "temperature %g needs the whole distribution, but only %zu candidates a "
                       "token are stored: ask for a top-k to renormalise them",
                       o->temperature, width);
    return GG_OK;
}

/* How many tokens a row's list keeps. */
static size_t list_size(const gg_measurer *m) {
    size_t wanted = m->options.top_k;
    if (wanted == 0)
        return m->is_topk ? m->width : 0;
    if (m->class_of != NULL && gg_size_multiply(wanted, 3, &wanted) != 0)
        wanted = m->width;
    return wanted < m->width ? wanted : m->width;
}

static gg_status make_room(gg_measurer *m, const int64_t *classes, gg_error *err) {
    size_t top_k = m->options.top_k;
    if (m->options.kernels == NULL)
        GG_TRY(gg_row_kernels_choose(NULL, &m->options.kernels, err));
    if (classes != NULL && top_k > 0)
        GG_TRY(number_classes(m, classes, err));
    GG_TRY(new_list(&m->top, list_size(m), err));
    if (m->class_of != NULL)
        GG_TRY(new_list(&m->merged, top_k < m->width ? top_k : m->width, err));
    if (m->is_topk && (m->wide = gg_alloc(m->width, sizeof *m->wide)) == NULL)
        return no_memory(err);
    return GG_OK;
}

gg_status gg_measurer_new(const gg_uncertainty_options *options, bool is_topk, size_t width,
                          const int64_t *classes, size_t vocabulary, gg_measurer **out,
                          gg_error *err) {
    *out = NULL;
    GG_TRY(check_options(options, is_topk, width, err));
    gg_measurer *m = gg_alloc(1, sizeof *m);
    if (m == NULL)
        return no_memory(err);
    m->options = *options;
    m->is_topk = is_topk;
    m->width = width;
    m->vocabulary = vocabulary;
    gg_status status = make_room(m, classes, err);
    if (status != GG_OK) {
        gg_measurer_free(m);
        return status;
    }
    *out = m;
    return GG_OK;
}

void gg_measurer_free(gg_measurer *m) {
    if (m == NULL)
        return;
    gg_free(m->wide);
    gg_free(m->top.value);
    gg_free(m->top.id);
    gg_free(m->merged.value);
    gg_free(m->merged.id);
    gg_free(m->class_of);
    gg_free(m->class_weight);
    gg_free(m);
}

/* Probabilities are weight / total, largest first. */
typedef struct outcomes {
    const double *weight;
    size_t count;
    double total;
} outcomes;

static double plogp(double p) {
    return p > 0.0 ? p * log(p) : 0.0;
}

static double measure_outcomes(gg_measure measure, const outcomes *o) {
    double p1 = o->weight[0] / o->total;
    double p2 = o->count > 1 ? o->weight[1] / o->total : 0.0;
    double sum = 0.0;
    switch (measure) {
    case GG_MARGIN:
        return 1.0 - (p1 - p2);
    case GG_LEAST_CONFIDENCE:
        return 1.0 - p1;
    case GG_ENTROPY:
    case GG_NORMALISED_ENTROPY:
        for (size_t k = 0; k < o->count; k++)
            sum -= plogp(o->weight[k] / o->total);
        if (measure == GG_ENTROPY || o->count < 2)
            return sum;
        return sum / log((double)o->count);
    case GG_GINI:
        for (size_t k = 0; k < o->count; k++)
            sum += (o->weight[k] / o->total) * (o->weight[k] / o->total);
        return 1.0 - sum;
    case GG_NLL:
    case GG_N_MEASURES:
        break;
    }
    return NAN;
}

/* Of a row of `width` logits. */
static double measure_stats(gg_measure measure, const gg_row_stats *s, size_t width,
                            double temperature) {
    double entropy = log(s->exp_sum) - s->entropy_sum / s->exp_sum;
    switch (measure) {
    case GG_MARGIN:
        return 1.0 - (1.0 - exp((s->second - s->max) / temperature)) / s->exp_sum;
    case GG_LEAST_CONFIDENCE:
        return 1.0 - 1.0 / s->exp_sum;
    case GG_ENTROPY:
        return entropy;
    case GG_NORMALISED_ENTROPY:
        return entropy / log((double)width);
    case GG_NLL:
        return log(s->exp_sum) - s->token_logit;
    case GG_GINI:
        return 1.0 - s->square_sum / (s->exp_sum * s->exp_sum);
    case GG_N_MEASURES:
        break;
    }
    return NAN;
}

/* Sums the listed tokens' weights by class and keeps the K heaviest classes. */
static gg_status merge_classes(gg_measurer *m, gg_error *err) {
    gg_top_list *top = &m->top;
    for (size_t k = 0; k < top->count; k++) {
        int64_t class = m->class_of[top->id[k]];
        if (class >= 0)
            m->class_weight[class] += top->value[k];
    }
    m->merged.count = 0;
    for (size_t k = 0; k < top->count; k++) {
        int64_t class = m->class_of[top->id[k]];
        if (class < 0 || m->class_weight[class] < 0.0)
            continue;
        /* A negative weight marks a class already offered; id k keeps the order of first sight. */
        gg_top_list_offer(&m->merged, m->class_weight[class], (int64_t)k);
        m->class_weight[class] = -1.0;
    }
    for (size_t k = 0; k < top->count; k++)
        if (m->class_of[top->id[k]] >= 0)
            m->class_weight[m->class_of[top->id[k]]] = 0.0;
    gg_top_list_sort(&m->merged);
    if (m->merged.count == 0 || !(m->merged.value[0] > 0.0))
        return gg_fail(err, GG_E_INPUT, "none of the %zu most probable tokens has a class",
                       top->count);
    return GG_OK;
}

/* Turns the sorted list of logits (or log-probabilities) into K renormalised outcomes. */
static gg_status renormalise(gg_measurer *m, outcomes *o, gg_error *err) {
    gg_top_list *top = &m->top;
    double largest = top->value[0];
    for (size_t k = 0; k < top->count; k++)
        top->value[k] = exp((top->value[k] - largest) / m->options.temperature);
    const gg_top_list *kept = top;
    if (m->class_of != NULL) {
        GG_TRY(merge_classes(m, err));
        kept = &m->merged;
    }
    *o = (outcomes){.weight = kept->value, .count = kept->count};
    for (size_t k = 0; k < kept->count; k++)
        o->total += kept->value[k];
    return GG_OK;
}

/* How much of a row the options look at. */
static gg_row_need need_of(const gg_uncertainty_options *options) {
    if (options->top_k > 0)
        return GG_ROW_RANKS;
    if (options->measure == GG_MARGIN || options->measure == GG_LEAST_CONFIDENCE)
        return GG_ROW_SUM;
    return GG_ROW_MOMENTS;
}

/* From what a kernel found, the list in m->top, sorted, to the value. */
static gg_status measure_row(gg_measurer *m, const gg_row_stats *stats, int64_t token,
                             double *value, gg_error *err) {
    const gg_uncertainty_options *options = &m->options;
    if (stats->fault == GG_ROW_ALL_MASKED)
        return gg_fail(err, GG_E_INPUT, "all %zu logits are -infinity", m->width);
    if (stats->fault != GG_ROW_SOUND)
        return gg_fail(err, GG_E_INPUT, "logit %zu is %s", stats->fault_at,
                       stats->fault == GG_ROW_NAN ? "not a number" : "+infinity");
    if (options->measure == GG_NLL && stats->token_logit == -INFINITY)
        return gg_fail(err, GG_E_INPUT, "the generated token %" PRId64 " has probability 0", token);
    if (options->top_k == 0) {
        *value = measure_stats(options->measure, stats, m->width, options->temperature);
        return GG_OK;
    }
    outcomes o;
    GG_TRY(renormalise(m, &o, err));
    *value = measure_outcomes(options->measure, &o);
    return GG_OK;
}

/* Has the kernel look at `count` logits; `token` is counted from the first of them. */
static gg_row_stats look(gg_measurer *m, gg_dtype dtype, const void *logits, size_t count,
                         int64_t token) {
    const gg_uncertainty_options *options = &m->options;
    gg_row_stats stats;
    bool wanted = options->measure == GG_NLL && token >= 0 && (uint64_t)token < count;
    gg_row_request request = {.need = need_of(options),
                              .temperature = options->temperature,
                              .token = wanted ? token : -1,
                              .top = options->top_k > 0 ? &m->top : NULL};
    options->kernels->row[dtype](logits, count, &request, &stats);
    return stats;
}

size_t gg_measurer_list_size(const gg_measurer *m) {
    return m->top.capacity;
}

void gg_measurer_piece(gg_measurer *m, gg_dtype dtype, const void *logits, size_t first,
                       size_t count, int64_t token, gg_row_pieces *row) {
    gg_row_stats stats = look(m, dtype, logits, count, token - (int64_t)first);
    gg_row_stats_merge(&row->stats, &stats, first, m->options.temperature);
    bool sound = stats.fault == GG_ROW_SOUND || stats.fault == GG_ROW_ALL_MASKED;
    for (size_t k = 0; sound && m->options.top_k > 0 && k < m->top.count; k++)
        if (gg_top_list_wants(&row->top, m->top.value[k]))
            gg_top_list_offer(&row->top, m->top.value[k], m->top.id[k] + (int64_t)first);
}

gg_status gg_measurer_finish(gg_measurer *m, gg_row_pieces *row, int64_t token, double *value,
                             gg_error *err) {
    gg_top_list_sort(&row->top);
    m->top.count = row->top.count;
    memcpy(m->top.value, row->top.value, row->top.count * sizeof *m->top.value);
    memcpy(m->top.id, row->top.id, row->top.count * sizeof *m->top.id);
    return measure_row(m, &row->stats, token, value, err);
}

static bool listed(const gg_top_list *list, int64_t id) {
    for (size_t k = 0; k < list->count; k++)
        if (list->id[k] == id)
            return true;
    return false;
}

/* Fills the list with a row's candidates; one that stands there twice counts once. */
static gg_status list_candidates(gg_measurer *m, const int64_t *ids, gg_error *err) {
    m->top.count = 0;
    for (size_t k = 0; k < m->width; k++) {
        double log_p = m->wide[k];
        if (isnan(log_p) || log_p > GG_LOG_SLACK)
            return gg_fail(err, GG_E_INPUT, "candidate %zu: %g is not a log-probability", k, log_p);
        int64_t id = ids != NULL ? ids[k] : (int64_t)k;
        if (log_p <= GG_VERY_UNLIKELY || id < 0 || (ids != NULL && listed(&m->top, id)))
            continue;
        if (gg_top_list_wants(&m->top, log_p))
            gg_top_list_offer(&m->top, log_p, id);
    }
    gg_top_list_sort(&m->top);
    if (m->top.count == 0)
        return gg_fail(err, GG_E_INPUT, "none of its %zu candidates has a probability", m->width);
    return GG_OK;
}

static gg_status nll_of_candidate(const gg_measurer *m, int64_t token, double *value,
                                  gg_error *err) {
    for (size_t k = 0; k < m->top.count; k++)
        if (m->top.id[k] == token) {
            *value = m->top.value[k] < 0.0 ? -m->top.value[k] : 0.0;
            return GG_OK;
        }
    return gg_fail(err, GG_E_INPUT,
                   "the generated token %" PRId64 " is not among the %zu stored candidates", token,
                   m->top.count);
}

static gg_status candidates_row(gg_measurer *m, gg_dtype dtype, const void *row, const int64_t *ids,
                                int64_t token, double *value, gg_error *err) {
    gg_widen(dtype, row, 0, m->width, m->wide);
    GG_TRY(list_candidates(m, ids, err));
    if (m->options.measure == GG_NLL)
        return nll_of_candidate(m, token, value, err);
    outcomes o = {.weight = m->top.value, .count = m->top.count, .total = 1.0};
    if (m->options.top_k > 0)
        GG_TRY(renormalise(m, &o, err));
    else
        for (size_t k = 0; k < m->top.count; k++)
            m->top.value[k] = m->top.value[k] < 0.0 ? exp(m->top.value[k]) : 1.0;
    *value = measure_outcomes(m->options.measure, &o);
    return GG_OK;
}

gg_status gg_measurer_row(gg_measurer *m, gg_dtype dtype, const void *row, const int64_t *ids,
                          int64_t token, double *value, gg_error *err) {
    if (m->is_topk)
        return candidates_row(m, dtype, row, ids, token, value, err);
    gg_row_stats stats = look(m, dtype, row, m->width, token);
    return measure_row(m, &stats, token, value, err);
}
