/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our own CSV: one query a line, with an uncertainty or the two largest probabilities of a token,
 * and what is known beside them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/query_fields.h"

static const char *const known[] = {
    "id",           "alpha",        "p1",   "p2", "slm_correct", "llm_correct", "local_delay_s",
    "edge_delay_s", "prompt_bytes", "task", NULL};

typedef struct columns {
    int id, p1, p2, task;
} columns;

static gg_status find_columns(const gg_csv_records *csv, gg_import_sink *sink, columns *c,
                              gg_error *err) {
    *c = (columns){.id = gg_csv_records_find(csv, "id"),
                   .p1 = gg_csv_records_find(csv, "p1"),
                   .p2 = gg_csv_records_find(csv, "p2"),
                   .task = gg_csv_records_find(csv, "task")};
    bool any = false;
    for (size_t k = 0; k < gg_csv_records_columns(csv); k++) {
        const char *name = gg_csv_records_name(csv, k);
        size_t at = 0;
        while (known[at] != NULL && strcmp(known[at], name) != 0)
            at++;
        any = any || (known[at] != NULL && at > 0);
        if (known[at] == NULL)
            gg_import_sink_warn(sink, "%s: column \"%.40s\" is not read", gg_csv_records_path(csv),
                                name);
    }
    if (!any)
        return gg_fail(err, GG_E_INPUT,
                       "%s:1: the header has none of alpha, p1, p2, slm_correct, llm_correct, "
                       "local_delay_s, edge_delay_s, prompt_bytes and task",
                       gg_csv_records_path(csv));
    if ((c->p1 < 0) != (c->p2 < 0))
        return gg_fail(err, GG_E_INPUT, "%s:1: p1 and p2 come together", gg_csv_records_path(csv));
    return GG_OK;
}

/* p1 and p2 are one token's candidates, and give the uncertainty where alpha does not. */
static gg_status read_pair(const gg_csv_records *csv, const columns *c, gg_import_sink *sink,
                           gg_import_query *query, gg_error *err) {
    double p1, p2;
    gg_status status = gg_csv_field_number(csv, c->p1, GG_FIELD_NUMBER, &p1, err);
    if (status == GG_OK)
        status = gg_csv_field_number(csv, c->p2, GG_FIELD_NUMBER, &p2, err);
    if (status != GG_OK || isnan(p1) || isnan(p2))
        return status;
    gg_error inner = {0};
    const gg_candidate pair[] = {{.value = p1, .id = GG_NO_TOKEN_ID},
                                 {.value = p2, .id = GG_NO_TOKEN_ID}};
    status = gg_import_sink_token(sink, GG_VALUES_PROBS, pair, 2, NULL, &inner);
    if (status != GG_OK)
        return gg_fail(err, status, "%s:%zu: p1, p2: %s", gg_csv_records_path(csv),
                       gg_csv_records_line(csv), inner.message);
    if (isnan(query->uncertainty))
        query->uncertainty = 1.0 - fabs(p1 - p2);
    return GG_OK;
}

static gg_status read_record(const gg_csv_records *csv, const columns *c, gg_task_names *tasks,
                             gg_import_sink *sink, gg_error *err) {
    gg_import_query query = gg_import_query_init();
    char place[400];
    const char *id = gg_csv_records_field(csv, c->id);
    gg_error inner = {0};
    snprintf(place, sizeof place, "%.350s:%zu", gg_csv_records_path(csv), gg_csv_records_line(csv));
    query.id = id[0] != '\0' ? id : NULL;
    query.place = place;
    query.eos = GG_EOS_ABSENT;
    gg_status status = gg_query_fields_of_csv(gg_own_fields, csv, &query, err);
    if (status == GG_OK) {
        status = gg_task_number(tasks, gg_csv_records_field(csv, c->task), &query.task, &inner);
        if (status != GG_OK)
            gg_fail(err, status, "%s: %s", place, inner.message);
    }
    if (status == GG_OK)
        status = read_pair(csv, c, sink, &query, err);
    return status == GG_OK ? gg_import_sink_end_query(sink, &query, err) : status;
}

/* Records between two reports of progress. */
enum { REPORT_EVERY = 1024 };

static gg_status read_source(gg_import_job *job, const char *path, gg_task_names *tasks,
                             gg_error *err) {
    gg_csv_records *csv = NULL;
    columns c = {0};
    int more = 0;
    size_t n = 0;
    gg_status status = gg_csv_records_open(path, &csv, err);
    if (status == GG_OK)
        status = find_columns(csv, job->sink, &c, err);
    while (status == GG_OK && !gg_import_sink_full(job->sink)) {
        status = gg_csv_records_next(csv, &more, err);
        if (status != GG_OK || !more)
            break;
        status = read_record(csv, &c, tasks, job->sink, err);
        if (n++ % REPORT_EVERY == 0)
            gg_import_progress(job, gg_csv_records_offset(csv));
    }
    if (status == GG_OK && n == 0 && !gg_import_sink_full(job->sink))
        status = gg_fail(err, GG_E_INPUT, "%s: has no records", path);
    if (status == GG_OK)
        gg_import_source_done(job, gg_csv_records_offset(csv));
    gg_csv_records_close(csv);
    return status;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    gg_task_names tasks = {0};
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < job->n_sources && !gg_import_sink_full(job->sink);
         k++)
        status = read_source(job, job->sources[k], &tasks, err);
    gg_task_names_finish(&tasks, status == GG_OK ? job->sink : NULL);
    return status;
}

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    (void)path;
    return gg_head_has_column(head, size, known + 1);
}

const gg_importer gg_importer_csv = {
    .name = "csv",
    .summary = "a table: id, alpha or p1 and p2, correctness, delays, prompt_bytes, task",
    .recognises = recognises,
    .run = run};
