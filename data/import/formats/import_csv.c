/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our own CSV: one query a line, with an uncertainty or the two largest probabilities of a token,
 * and what is known beside them.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "data/import/records/import_records.h"
#include "data/import/records/query_fields.h"

/* Its signs are the columns that are read. */
extern const gg_importer gg_importer_csv;

typedef struct reader {
    gg_import_sink *sink;
    gg_task_names tasks;
    int p1, p2, task; /* columns */
} reader;

static bool is_read(const char *column) {
    for (const char *const *name = gg_importer_csv.signs.columns; *name != NULL; name++)
        if (strcasecmp(column, *name) == 0)
            return true;
    return false;
}

static gg_status find_columns(void *state, gg_csv *csv, gg_error *err) {
    reader *r = state;
    bool any = false;
    r->p1 = gg_csv_find(csv, "p1");
    r->p2 = gg_csv_find(csv, "p2");
    r->task = gg_csv_find(csv, "task");
    for (size_t k = 0; k < gg_csv_columns(csv); k++) {
        const char *name = gg_csv_name(csv, k);
        if (is_read(name))
            any = true;
        else if (strcasecmp(name, "id") != 0 && *name != '\0')
            gg_import_sink_warn(r->sink, "%s: column \"%.40s\" is not read", gg_csv_path(csv),
                                name);
    }
    if (!any)
        return gg_fail(err, GG_E_INPUT,
                       "%s:1: the header has none of alpha, p1, p2, slm_correct, llm_correct, "
                       "local_delay_s, edge_delay_s, prompt_bytes and task",
                       gg_csv_path(csv));
    if ((r->p1 < 0) != (r->p2 < 0))
        return gg_fail(err, GG_E_INPUT, "%s:1: p1 and p2 come together", gg_csv_path(csv));
    return GG_OK;
}

/* p1 and p2 are one token's candidates, and give the uncertainty where alpha does not. */
static gg_status read_pair(const reader *r, gg_csv *csv, gg_import_query *query, gg_error *err) {
    double p1, p2;
    GG_TRY(gg_csv_field_number(csv, r->p1, GG_FIELD_NUMBER, &p1, err));
    GG_TRY(gg_csv_field_number(csv, r->p2, GG_FIELD_NUMBER, &p2, err));
    if (isnan(p1) || isnan(p2))
        return GG_OK;
    gg_error inner = {0};
    const gg_candidate pair[] = {{.value = p1, .id = GG_NO_TOKEN_ID},
                                 {.value = p2, .id = GG_NO_TOKEN_ID}};
    gg_status status = gg_import_sink_token(r->sink, GG_VALUES_PROBS, pair, 2, NULL, &inner);
    if (status != GG_OK)
        return gg_fail(err, status, "%s:%zu: p1, p2: %s", gg_csv_path(csv), gg_csv_line(csv),
                       inner.message);
    if (isnan(query->uncertainty))
        query->uncertainty = 1.0 - fabs(p1 - p2);
    return GG_OK;
}

/* Why a record without alpha has no uncertainty; NULL: it has one, or there is no such column. */
static const char *lack(const reader *r, gg_csv *csv, const gg_import_query *query) {
    bool has_p1 = gg_csv_field(csv, r->p1)[0] != '\0', has_p2 = gg_csv_field(csv, r->p2)[0] != '\0';
    if (r->p1 < 0 || !isnan(query->uncertainty) || (has_p1 && has_p2))
        return NULL;
    return has_p1 ? "p2 is empty" : has_p2 ? "p1 is empty" : "p1 and p2 are empty";
}

static gg_status read_record(void *state, gg_csv *csv, gg_import_query *query, gg_error *err) {
    reader *r = state;
    query->eos = GG_EOS_ABSENT;
    GG_TRY(gg_query_fields_of_csv(gg_own_fields, csv, query, err));
    gg_status status = gg_task_number(&r->tasks, gg_csv_field(csv, r->task), &query->task, err);
    gg_error_prefix(err, query->place);
    GG_TRY(status);
    const char *reason = lack(r, csv, query);
    if (reason != NULL)
        return gg_import_sink_skip_query(r->sink, query, reason, err);
    GG_TRY(read_pair(r, csv, query, err));
    return gg_import_sink_end_query(r->sink, query, err);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.sink = job->sink};
    gg_table_walk walk = {.header = find_columns, .record = read_record, .state = &r};
    gg_status status = GG_OK;
    for (size_t k = 0; status == GG_OK && k < job->n_sources && !gg_import_sink_full(job->sink);
         k++)
        status = gg_import_walk_table(job, &walk, job->sources[k], err);
    gg_task_names_finish(&r.tasks, status == GG_OK ? job->sink : NULL);
    return status;
}

const gg_importer gg_importer_csv = {
    .name = "csv",
    .summary = "a table: id, alpha or p1 and p2, correctness, delays, prompt_bytes, task",
    .signs = {.columns = {"alpha", "p1", "p2", "slm_correct", "llm_correct", "local_delay_s",
                          "edge_delay_s", "prompt_bytes", "task"}},
    .run = run};
