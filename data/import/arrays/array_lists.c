/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/arrays/array_lists.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/base/alloc.h"

gg_status gg_array_lists_init(gg_array_lists *l, const gg_array_rows *values, gg_array *ids,
                              const gg_import_options *options, gg_import_values meaning,
                              gg_error *err) {
    const gg_array *v = values->array;
    *l = (gg_array_lists){.values = values, .ids = ids, .meaning = meaning};
    if (options->values != GG_VALUES_DEFAULT)
        l->meaning = options->values;
    if (ids != NULL && (ids->rank != v->rank || gg_number_is_float(ids->number) ||
                        memcmp(ids->dims, v->dims, v->rank * sizeof *v->dims) != 0))
        return gg_fail(err, GG_E_INPUT, "%s: is not one integer a value of %s", ids->place,
                       v->place);
    if (ids != NULL)
        GG_TRY(gg_array_rows_init(&l->id_rows, ids, options->axes, err));
    l->wide = gg_alloc(values->width, sizeof *l->wide);
    l->wide_ids = gg_alloc(values->width, sizeof *l->wide_ids);
    l->list = gg_alloc(values->width + 1, sizeof *l->list);
    return l->wide != NULL && l->wide_ids != NULL && l->list != NULL
               ? GG_OK
               : gg_fail(err, GG_E_NOMEM, "%s: out of memory", v->place);
}

void gg_array_lists_clear(gg_array_lists *l) {
    gg_array_rows_clear(&l->id_rows);
    gg_array_close(l->ids);
    gg_free(l->wide);
    gg_free(l->wide_ids);
    gg_free(l->list);
    *l = (gg_array_lists){0};
}

static gg_status read_ids(gg_array_lists *l, size_t query, size_t index, gg_error *err) {
    const gg_array_rows *r = &l->id_rows;
    size_t start = query * r->query_stride + index * r->token_stride;
    if (r->word_stride == 1)
        return gg_array_integers(l->ids, start, r->width, -1, INT32_MAX, l->wide_ids, err);
    for (size_t k = 0; k < r->width; k++)
        GG_TRY(gg_array_integers(l->ids, start + k * r->word_stride, 1, -1, INT32_MAX,
                                 &l->wide_ids[k], err));
    return GG_OK;
}

/* Why the row cannot be one of candidates; *at is the first value that says so. */
static const char *fault_of(const gg_array_lists *l, size_t *at) {
    bool any = false;
    for (size_t k = 0; k < l->values->width; k++) {
        double value = l->wide[k];
        *at = k;
        if (isnan(value))
            return "a value is not a number";
        if (value == INFINITY)
            return "a value is +infinity";
        if (l->meaning == GG_VALUES_LOGPROBS && value > GG_LOG_SLACK)
            return "a value above 0 is no log-probability (--values probs for probabilities; "
                   "--values logits takes the list for all words)";
        if (l->meaning == GG_VALUES_PROBS && !(value >= 0.0 && value <= 1.0 + GG_LOG_SLACK))
            return "a value outside 0..1 is no probability";
        any = any || value > (l->meaning == GG_VALUES_PROBS ? 0.0 : GG_VERY_UNLIKELY);
    }
    return any ? NULL : "no candidate has a probability";
}

static gg_status refuse(const gg_array_lists *l, size_t query, size_t index, size_t at,
                        const char *reason, gg_error *err) {
    char where[64];
    if (l->values->n_queries > 1)
        snprintf(where, sizeof where, "query %zu, token %zu", query, index);
    else
        snprintf(where, sizeof where, "row %zu", index);
    return gg_fail(err, GG_E_INPUT,
                   "%s: %s, value %zu: %g: %s; --skip-empty leaves such queries out",
                   l->values->array->place, where, at, l->wide[at], reason);
}

/* The row's candidates into l->list; *generated is the token's entry, where it is one of them. */
static size_t collect(gg_array_lists *l, int32_t token, gg_candidate *generated) {
    size_t n = 0;
    for (size_t k = 0; k < l->values->width; k++) {
        if (l->ids != NULL && l->wide_ids[k] < 0)
            continue;
        l->list[n] = (gg_candidate){.value = l->wide[k],
                                    .id = l->ids != NULL ? l->wide_ids[k] : GG_NO_TOKEN_ID};
        if (l->ids != NULL && l->list[n].id == token)
            *generated = l->list[n];
        n++;
    }
    double only = l->list[0].value;
    bool is_certain =
        l->meaning == GG_VALUES_PROBS ? only >= 1.0 - GG_LOG_SLACK : only >= -GG_LOG_SLACK;
    /* Beside a certain token the unused places are as good as an impossible one. */
    if (n == 1 && l->values->width > 1 && is_certain)
        l->list[n++] = (gg_candidate){.value = l->meaning == GG_VALUES_PROBS ? 0.0 : -INFINITY,
                                      .id = l->list[0].id != INT32_MAX ? INT32_MAX : 0};
    return n;
}

gg_status gg_array_lists_pour(gg_array_lists *l, gg_import_sink *sink, size_t query, size_t index,
                              const void *row, int32_t token, const char **fault, gg_error *err) {
    size_t at = 0;
    gg_candidate generated = {.id = GG_NO_TOKEN_ID};
    gg_widen((gg_dtype)l->values->array->number, row, 0, l->values->width, l->wide);
    const char *reason = fault_of(l, &at);
    if (reason != NULL && fault != NULL) {
        *fault = reason;
        return GG_OK;
    }
    if (reason != NULL)
        return refuse(l, query, index, at, reason, err);
    if (l->ids != NULL)
        GG_TRY(read_ids(l, query, index, err));
    size_t n = collect(l, token, &generated);
    gg_status status = gg_import_sink_token(sink, l->meaning, l->list, n,
                                            generated.id >= 0 ? &generated : NULL, err);
    if (status != GG_OK)
        gg_error_prefix(err, l->values->array->place);
    return status;
}
