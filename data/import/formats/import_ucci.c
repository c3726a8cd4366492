/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records of UCCI's router: uncertainty and correctness, as JSON lines, a JSON array or CSV.
 */
#include <math.h>

#include "data/import/records/import_records.h"
#include "data/import/records/query_fields.h"
#include "models/text/text_source.h"

static const gg_query_field fields[] = {
    {"u", GG_FIELD_NUMBER, 1.0, offsetof(gg_import_query, uncertainty)},
    {"small_correct", GG_FIELD_FLAG, 1.0, offsetof(gg_import_query, correct[GG_SLM])},
    {"large_correct", GG_FIELD_FLAG, 1.0, offsetof(gg_import_query, correct[GG_LLM])},
    {"latency_small_ms", GG_FIELD_TIME, 1e-3, offsetof(gg_import_query, latency_s[GG_SLM])},
    {"latency_large_ms", GG_FIELD_TIME, 1e-3, offsetof(gg_import_query, latency_s[GG_LLM])},
    {NULL, GG_FIELD_NUMBER, 0.0, 0}};

static gg_status end_record(gg_import_sink *sink, const gg_import_query *query, gg_error *err) {
    return isnan(query->uncertainty) ? gg_import_sink_skip_query(sink, query, "no u", err)
                                     : gg_import_sink_end_query(sink, query, err);
}

static gg_status read_record(gg_import_sink *sink, const gg_json_place *at, gg_error *err) {
    gg_json_place id = gg_json_key(at, "id");
    gg_record record;
    GG_TRY(gg_json_object(at, err));
    GG_TRY(gg_record_begin(&record, at, &id, err));
    GG_TRY(gg_query_fields_of_json(fields, at, &record.query, err));
    return end_record(sink, &record.query, err);
}

static gg_status read_value(void *sink, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    gg_json_place records = gg_json_key(at, "records");
    (void)stream;
    if (!json_is_array(records.value))
        return read_record(sink, at, err);
    for (size_t k = 0; k < gg_json_count(&records) && !gg_import_sink_full(sink); k++) {
        gg_json_place record = gg_json_item(&records, k);
        GG_TRY(read_record(sink, &record, err));
    }
    return GG_OK;
}

static gg_status check_header(void *sink, gg_csv *csv, gg_error *err) {
    (void)sink;
    if (gg_csv_find(csv, "u") >= 0)
        return GG_OK;
    return gg_fail(err, GG_E_INPUT, "%s:1: the header has no column u", gg_csv_path(csv));
}

static gg_status read_line(void *sink, gg_csv *csv, gg_import_query *query, gg_error *err) {
    GG_TRY(gg_query_fields_of_csv(fields, csv, query, err));
    return end_record(sink, query, err);
}

/* CSV begins with the name of a column, JSON with a bracket. */
static gg_status is_json(const char *path, bool *json, gg_error *err) {
    gg_text_source *source = NULL;
    int c;
    GG_TRY(gg_text_source_open(path, &source, err));
    do
        c = gg_text_source_get(source);
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
    *json = c == '{' || c == '[';
    gg_status status = gg_text_source_check(source, err);
    gg_text_source_close(source);
    return status;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    gg_record_walk values = {.levels = 1, .value = read_value, .state = job->sink};
    gg_table_walk lines = {.header = check_header, .record = read_line, .state = job->sink};
    gg_import_sink_describe_uncertainty(job->sink, "margin", "mean", 0.0);
    for (size_t k = 0; k < job->n_sources && !gg_import_sink_full(job->sink); k++) {
        const char *path = job->sources[k];
        bool json = false;
        GG_TRY(is_json(path, &json, err));
        GG_TRY(json ? gg_import_walk_one(job, &values, path, err)
                    : gg_import_walk_table(job, &lines, path, err));
    }
    return GG_OK;
}

const gg_importer gg_importer_ucci = {
    .name = "ucci",
    .summary = "UCCI records: u, small_correct, large_correct (JSON lines, JSON, CSV)",
    .signs = {.keys = {"small_correct", "large_correct"},
              .columns = {"small_correct", "large_correct"}},
    .run = run};
