/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/import/records/logprob_lists_internal.h"
#include "models/base/alloc.h"

/* Two values of one token differ by no more than this. */
static const double same_value = 1e-6;

gg_logprob_lists *gg_logprob_lists_new(const gg_import_job *job) {
    gg_logprob_lists *l = gg_alloc(1, sizeof *l);
    if (l != NULL) {
        l->sink = job->sink;
        l->values = job->options->values;
        l->skips = job->options->skip_empty;
    }
    return l;
}

void gg_logprob_lists_free(gg_logprob_lists *l) {
    if (l == NULL)
        return;
    gg_free(l->list);
    gg_free(l->spelt);
    gg_free(l->order);
    gg_free(l->bytes);
    gg_free(l);
}

void gg_logprob_lists_set_unusable(gg_logprob_lists *l, const char *reason) {
    if (l->unusable == NULL)
        l->unusable = reason;
}

bool gg_logprob_lists_unusable(const gg_logprob_lists *l) {
    return l->unusable != NULL;
}

gg_status gg_logprob_lists_end_query(gg_logprob_lists *l, const gg_import_query *query,
                                     const char *without_rows, gg_error *err) {
    const char *reason = l->unusable;
    l->unusable = NULL;
    if (reason == NULL && !gg_import_sink_has_rows(l->sink))
        reason = without_rows;
    return reason != NULL ? gg_import_sink_skip_query(l->sink, query, reason, err)
                          : gg_import_sink_end_query(l->sink, query, err);
}

static gg_status grow(void **array, size_t *size, size_t wanted, size_t element, gg_error *err) {
    if (wanted <= *size)
        return GG_OK;
    size_t next = *size == 0 ? 64 : *size * 2;
    if (next < wanted)
        next = wanted;
    void *grown = gg_realloc(*array, *size, next, element);
    if (grown == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    *array = grown;
    *size = next;
    return GG_OK;
}

void gg__lists_begin(gg_logprob_lists *l) {
    l->n = 0;
    l->used = 0;
}

gg_status gg__lists_spell(gg_logprob_lists *l, size_t size, gg_error *err) {
    return grow((void **)&l->bytes, &l->bytes_size, l->used + size, 1, err);
}

gg_status gg__lists_push(gg_logprob_lists *l, gg_candidate candidate, size_t spelt, gg_error *err) {
    GG_TRY(grow((void **)&l->list, &l->list_size, l->n + 1, sizeof *l->list, err));
    GG_TRY(grow((void **)&l->spelt, &l->spelt_size, l->n + 1, sizeof *l->spelt, err));
    l->list[l->n] = candidate;
    l->spelt[l->n++] = spelt;
    return GG_OK;
}

gg_status gg__lists_id(const gg_json_place *at, int64_t *id, gg_error *err) {
    json_int_t number;
    GG_TRY(gg_json_integer(at, 0, INT32_MAX, &number, err));
    *id = number;
    return GG_OK;
}

/* What speaks against the query is the reason to leave it out, or an error that says how. */
static gg_status spoil(gg_logprob_lists *l, const gg_json_place *at, const char *reason,
                       gg_error *err) {
    gg_logprob_lists_set_unusable(l, reason);
    return l->skips ? GG_OK
                    : gg_json_refuse(at, err, "%s; --skip-empty leaves such queries out", reason);
}

gg_status gg__lists_value(gg_logprob_lists *l, const gg_json_place *at, double *value,
                          gg_error *err) {
    const char *text = json_string_value(at->value);
    double written = 0.0;
    *value = -INFINITY;
    if (json_is_null(at->value))
        return GG_OK;
    if (text != NULL && gg_json_not_finite(text, &written)) {
        if (written == -INFINITY)
            return GG_OK;
        return spoil(l, at,
                     isnan(written) ? "a log-probability is not a number"
                                    : "a log-probability is +infinity",
                     err);
    }
    return gg_json_number(at, value, err);
}

static void find_texts(gg_logprob_lists *l) {
    for (size_t k = 0; k < l->n; k++)
        if (l->spelt[k] != GG__NOT_SPELT)
            l->list[k].text = l->bytes + l->spelt[k];
}

/* By text, then in the order of the list. */
static int compare_texts(const void *a, const void *b, void *context) {
    const gg_candidate *list = context;
    size_t i = *(const size_t *)a, k = *(const size_t *)b;
    size_t shorter = list[i].text_size < list[k].text_size ? list[i].text_size : list[k].text_size;
    int order = memcmp(list[i].text, list[k].text, shorter);
    if (order != 0)
        return order;
    if (list[i].text_size != list[k].text_size)
        return list[i].text_size < list[k].text_size ? -1 : 1;
    return (i > k) - (i < k);
}

static bool same_text(const gg_candidate *a, const gg_candidate *b) {
    return a->text_size == b->text_size && memcmp(a->text, b->text, a->text_size) == 0;
}

/* The token listed twice, not another one: equal values, or no value at all. */
static bool same_token(double a, double b) {
    return a == b || fabs(a - b) <= same_value || (a <= GG_VERY_UNLIKELY && b <= GG_VERY_UNLIKELY);
}

/* Gives candidate `k` the text of its first namesake with a number behind it. */
static gg_status rename_candidate(gg_logprob_lists *l, size_t k, size_t number, gg_error *err) {
    enum { SUFFIX = 24 };
    char suffix[SUFFIX];
    size_t size = l->list[k].text_size;
    size_t n = (size_t)snprintf(suffix, sizeof suffix, "\x1f%zu", number);
    GG_TRY(gg__lists_spell(l, size + SUFFIX, err));
    find_texts(l);
    memcpy(l->bytes + l->used, l->list[k].text, size);
    memcpy(l->bytes + l->used + size, suffix, n);
    l->spelt[k] = l->used;
    l->list[k].text_size = size + n;
    l->used += size + n;
    return GG_OK;
}

/* Texts of which several tokens are no whole character tell nobody apart. */
static bool is_telling(const gg_candidate *c) {
    return c->text_size > 0 && memmem(c->text, c->text_size, "\xEF\xBF\xBD", 3) == NULL;
}

static size_t nearest(const double *values, size_t n, double value) {
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        if (fabs(values[k] - value) < fabs(values[best] - value))
            best = k;
    return best;
}

/* One text's candidates, l->order[first .. last-1]: each with a value of its own becomes a token of
 * its own. The list's last, where it is the generated token, is one of those that are listed,
 * whatever its own value, where its text (or its bytes) tells which. */
static gg_status part_namesakes(gg_logprob_lists *l, size_t first, size_t last, bool generated,
                                gg_error *err) {
    enum { MOST_NAMESAKES = 64 };
    double values[MOST_NAMESAKES];
    size_t known = 0;
    for (size_t o = first; o < last; o++) {
        size_t k = l->order[o], at = 0;
        double value = l->list[k].value;
        while (at < known && !same_token(values[at], value))
            at++;
        if (generated && k + 1 == l->n && at == known && known > 0 &&
            (value <= GG_VERY_UNLIKELY || is_telling(&l->list[k])))
            at = nearest(values, known, value);
        if (at == known && known < MOST_NAMESAKES)
            values[known++] = value;
        if (at > 0)
            GG_TRY(rename_candidate(l, k, at, err));
    }
    return GG_OK;
}

static gg_status tell_namesakes_apart(gg_logprob_lists *l, bool generated, gg_error *err) {
    GG_TRY(grow((void **)&l->order, &l->order_size, l->n, sizeof *l->order, err));
    find_texts(l);
    for (size_t k = 0; k < l->n; k++) {
        if (l->list[k].id >= 0 || l->list[k].text == NULL)
            return GG_OK;
        l->order[k] = k;
    }
    qsort_r(l->order, l->n, sizeof *l->order, compare_texts, l->list);
    /* Runs of equal texts are found before any text changes. */
    for (size_t first = l->n, last = l->n; last > 0; last = first) {
        first = last - 1;
        while (first > 0 && same_text(&l->list[l->order[first - 1]], &l->list[l->order[last - 1]]))
            first--;
        if (last - first > 1)
            GG_TRY(part_namesakes(l, first, last, generated, err));
    }
    find_texts(l);
    return GG_OK;
}

static bool any_possible(const gg_logprob_lists *l, gg_import_values meaning) {
    for (size_t k = 0; k < l->n; k++)
        if (l->list[k].value > (meaning == GG_VALUES_PROBS ? 0.0 : GG_VERY_UNLIKELY))
            return true;
    return false;
}

/* One is above 0 by what 16 bits round to. */
static bool is_coarse(const gg_logprob_lists *l) {
    bool any = false;
    for (size_t k = 0; k < l->n; k++) {
        if (l->list[k].value > GG_COARSE_SLACK)
            return false;
        any = any || l->list[k].value > GG_LOG_SLACK;
    }
    return any;
}

/* Behind a sampler one candidate may be all there is; an impossible one stands beside it then, and
 * is not counted. */
static gg_status add_impossible(gg_logprob_lists *l, gg_error *err) {
    gg_candidate c = {.value = 0.0, .id = GG_NO_TOKEN_ID};
    if (l->list[0].id >= 0)
        c.id = INT32_MAX;
    else if (l->list[0].text != NULL)
        c = (gg_candidate){.value = 0.0, .id = GG_NO_TOKEN_ID, .text = "\x1f", .text_size = 1};
    gg_import_sink_counts(l->sink)->sentinels--;
    return gg__lists_push(l, c, GG__NOT_SPELT, err);
}

gg_status gg__lists_finish(gg_logprob_lists *l, gg_import_values values, bool generated,
                           size_t least, const gg_json_place *at, gg_error *err) {
    size_t n = generated ? l->n - 1 : l->n;
    gg_import_values meaning = l->values != GG_VALUES_DEFAULT ? l->values : values;
    gg_error inner = {0};
    if (l->unusable != NULL)
        return GG_OK;
    if (l->skips && meaning == GG_VALUES_LOGPROBS && is_coarse(l)) {
        gg_logprob_lists_set_unusable(l, "a log-probability above 0");
        return GG_OK;
    }
    if (n < least || !any_possible(l, meaning)) {
        gg_logprob_lists_set_unusable(l, n == 0      ? "a token without candidates"
                                         : n < least ? "a token with only one candidate"
                                                     : "a token whose candidates all have "
                                                       "probability 0");
        return GG_OK;
    }
    for (size_t k = 0; meaning == GG_VALUES_PROBS && k < l->n; k++)
        if (l->list[k].value == -INFINITY)
            l->list[k].value = 0.0;
    GG_TRY(tell_namesakes_apart(l, generated, err));
    if (n == 1) {
        /* The only candidate is the generated one, where that is known. */
        gg_candidate only = l->list[0];
        l->n = 1;
        GG_TRY(add_impossible(l, err));
        n = l->n;
        if (generated)
            GG_TRY(gg__lists_push(l, only, GG__NOT_SPELT, err));
    }
    gg_status status =
        gg_import_sink_token(l->sink, values, l->list, n, generated ? &l->list[n] : NULL, &inner);
    if (status == GG_OK)
        return GG_OK;
    if (status != GG_E_INPUT)
        return gg_fail(err, status, "%s", inner.message);
    /* The sink knows the query and the token; the file and the line stand in `at`. */
    const char *reason = strstr(inner.message, "query ");
    return gg_json_refuse(at, err, "%s", reason != NULL ? reason : inner.message);
}
