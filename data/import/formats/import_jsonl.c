/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our own JSON lines, for everything without a format here: one query a line with alpha, p_top2,
 * top_logprobs or logits, and what is known beside them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/records/import_records.h"
#include "data/import/records/query_fields.h"
#include "models/base/alloc.h"

typedef struct reader {
    gg_import_sink *sink;
    gg_logprob_lists *lists;
    gg_task_names tasks;
    size_t width; /* of a row of logits; 0 before the first */
    bool has_tokens;
    bool skips; /* queries that are not usable are left out */
    double *row;
} reader;

static gg_status declare(reader *r, const gg_json_place *row, const char *file, bool has_tokens,
                         gg_error *err) {
    size_t width = gg_json_count(row);
    gg_import_row_spec spec = {.storage = GG_STORAGE_LOGITS,
                               .dtype = GG_F64,
                               .width = width,
                               .has_tokens = has_tokens,
                               .values = GG_VALUES_LOGITS};
    if (width < 2)
        return gg_json_refuse(row, err, "%zu logits: a vocabulary has at least 2", width);
    r->row = gg_alloc(width, sizeof *r->row);
    if (r->row == NULL)
        return gg_fail(err, GG_E_NOMEM, "out of memory");
    r->width = width;
    r->has_tokens = has_tokens;
    return gg_import_sink_declare(r->sink, &spec, file, err);
}

static gg_status read_logit(const gg_json_place *at, double *logit, gg_error *err) {
    const char *text = json_string_value(at->value);
    *logit = -INFINITY;
    if (json_is_null(at->value) || (text != NULL && gg_json_not_finite(text, logit)))
        return GG_OK;
    return gg_json_number(at, logit, err);
}

/* The row's numbers into r->row. */
static gg_status parse_row(const reader *r, const gg_json_place *row, gg_error *err) {
    GG_TRY(gg_json_array(row, err));
    if (gg_json_count(row) != r->width)
        return gg_json_refuse(row, err, "has %zu logits where those above have %zu",
                              gg_json_count(row), r->width);
    for (size_t v = 0; v < r->width; v++) {
        gg_json_place at = gg_json_item(row, v);
        GG_TRY(read_logit(&at, &r->row[v], err));
    }
    return GG_OK;
}

static gg_status read_row(reader *r, const gg_json_place *row, const gg_json_place *token_at,
                          gg_error *err) {
    json_int_t token = 0;
    GG_TRY(parse_row(r, row, err));
    if (r->has_tokens)
        GG_TRY(gg_json_integer(token_at, 0, (json_int_t)r->width - 1, &token, err));
    int32_t id = (int32_t)token;
    gg_error inner = {0};
    gg_status status = gg_import_sink_rows(r->sink, 1, r->row, r->has_tokens ? &id : NULL, &inner);
    if (status == GG_OK)
        return GG_OK;
    if (status != GG_E_INPUT)
        return gg_fail(err, status, "%s", inner.message);
    /* The sink knows the query and the token; the file and the line stand in `row`. */
    const char *reason = strstr(inner.message, "query ");
    return gg_json_refuse(row, err, "%s", reason != NULL ? reason : inner.message);
}

/* What speaks against one of the rows, before any of them is written. */
static gg_status examine_rows(reader *r, const gg_json_place *rows, size_t n, bool flat,
                              gg_error *err) {
    for (size_t t = 0; t < n; t++) {
        gg_json_place row = gg_json_item(rows, t);
        GG_TRY(parse_row(r, flat ? rows : &row, err));
        const char *fault = gg_import_sink_row_fault(r->sink, 1, r->row);
        if (fault != NULL)
            gg_logprob_lists_set_unusable(r->lists, fault);
        if (fault != NULL)
            break;
    }
    return GG_OK;
}

static gg_status read_logits(reader *r, const gg_json_place *at, const gg_json_place *rows,
                             gg_error *err) {
    gg_json_place tokens = gg_json_key(at, "tokens"), first = gg_json_item(rows, 0);
    bool flat = gg_json_count(rows) > 0 && !json_is_array(first.value);
    size_t n = flat ? 1 : gg_json_count(rows);
    GG_TRY(gg_json_array(rows, err));
    if (n == 0) {
        gg_logprob_lists_set_unusable(r->lists, "no tokens");
        return GG_OK;
    }
    if (r->width == 0)
        GG_TRY(declare(r, flat ? rows : &first, at->file, gg_json_given(&tokens), err));
    if (r->has_tokens && gg_json_count(&tokens) != n)
        return gg_json_refuse(&tokens, err, "%zu tokens for %zu rows", gg_json_count(&tokens), n);
    if (r->skips)
        GG_TRY(examine_rows(r, rows, n, flat, err));
    for (size_t t = 0; t < n && !gg_logprob_lists_unusable(r->lists); t++) {
        gg_json_place row = gg_json_item(rows, t), token = gg_json_item(&tokens, t);
        GG_TRY(read_row(r, flat ? rows : &row, &token, err));
    }
    return GG_OK;
}

static gg_status read_rows(reader *r, const gg_json_place *at, const gg_import_query *query,
                           gg_error *err) {
    gg_json_place pairs = gg_json_key(at, "p_top2"), lists = gg_json_key(at, "top_logprobs"),
                  logits = gg_json_key(at, "logits"), ids = gg_json_key(at, "top_ids"),
                  tokens = gg_json_key(at, "tokens");
    const gg_json_place *rows = gg_json_given(&lists) ? &lists : &pairs, none = {0};
    gg_import_values values = rows == &lists ? GG_VALUES_LOGPROBS : GG_VALUES_PROBS;
    int given = gg_json_given(&pairs) + gg_json_given(&lists) + gg_json_given(&logits);
    if (given > 1)
        return gg_json_refuse(at, err, "has more than one of p_top2, top_logprobs and logits");
    if (gg_json_given(&logits))
        return read_logits(r, at, &logits, err);
    if (given == 1) {
        gg_json_place first = gg_json_item(rows, 0);
        if (gg_json_count(rows) > 0 && !json_is_array(first.value))
            return gg_logprob_lists_row(r->lists, values, rows, err);
        return gg_logprob_lists_numbers(r->lists, values, rows, rows == &lists ? &ids : &none,
                                        &tokens, err);
    }
    if (isnan(query->uncertainty))
        gg_logprob_lists_set_unusable(
            r->lists, gg_record_failed(at)
                          ? GG_REQUEST_FAILED
                          : "none of alpha, p_top2, top_logprobs and logits is given");
    return GG_OK;
}

static gg_status read_task(reader *r, const gg_json_place *at, double *number, gg_error *err) {
    gg_json_place task = gg_json_key(at, "task");
    char name[GG_RECORD_ID_SIZE];
    gg_error inner = {0};
    GG_TRY(gg_record_id(&task, name, err));
    gg_status status = gg_task_number(&r->tasks, name, number, &inner);
    if (status == GG_E_INPUT)
        return gg_json_refuse(at, err, "%s", inner.message);
    return status == GG_OK ? GG_OK : gg_fail(err, status, "%s", inner.message);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    reader *r = state;
    gg_json_place id = gg_json_key(at, "id");
    gg_record record;
    (void)stream;
    GG_TRY(gg_json_object(at, err));
    GG_TRY(gg_record_begin(&record, at, &id, err));
    GG_TRY(gg_query_fields_of_json(gg_own_fields, at, &record.query, err));
    GG_TRY(read_task(r, at, &record.query.task, err));
    GG_TRY(read_rows(r, at, &record.query, err));
    return gg_logprob_lists_end_query(r->lists, &record.query, NULL, err);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.sink = job->sink, .skips = job->options->skip_empty};
    gg_record_walk walk = {.levels = 1, .value = read_value, .state = &r, .lists = &r.lists};
    gg_status status = gg_import_walk(job, &walk, err);
    gg_task_names_finish(&r.tasks, status == GG_OK ? job->sink : NULL);
    gg_free(r.row);
    return status;
}

const gg_importer gg_importer_jsonl = {
    .name = "jsonl",
    .summary = "one query a line: alpha, p_top2, top_logprobs or logits, and facts",
    .signs = {.keys = {"alpha", "p_top2", "top_logprobs", "logits"}},
    .run = run};
