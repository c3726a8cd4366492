/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records of UCCI's router: uncertainty and correctness, as JSON lines, a JSON array or CSV.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/query_fields.h"
#include "data/import/records/import_records.h"
#include "data/text/text_source.h"

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
    gg_json_place id_at = gg_json_key(at, "id");
    char id[GG_RECORD_ID_SIZE], place[GG_RECORD_PLACE_SIZE];
    gg_import_query query = gg_import_query_init();
    GG_TRY(gg_json_object(at, err));
    GG_TRY(gg_record_id(&id_at, id, err));
    GG_TRY(gg_query_fields_of_json(fields, at, &query, err));
    gg_record_place(at, place);
    query.id = id[0] != '\0' ? id : NULL;
    query.place = place;
    return end_record(sink, &query, err);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    gg_json_place records = gg_json_key(at, "records");
    (void)stream;
    if (!json_is_array(records.value))
        return read_record(state, at, err);
    for (size_t k = 0; k < gg_json_count(&records) && !gg_import_sink_full(state); k++) {
        gg_json_place record = gg_json_item(&records, k);
        GG_TRY(read_record(state, &record, err));
    }
    return GG_OK;
}

static gg_status read_csv(gg_import_job *job, const char *path, gg_error *err) {
    gg_csv_records *csv = NULL;
    char place[400];
    int more = 0;
    size_t n = 0;
    gg_status status = gg_csv_records_open(path, &csv, err);
    if (status == GG_OK && gg_csv_records_find(csv, "u") < 0)
        status = gg_fail(err, GG_E_INPUT, "%s:1: the header has no column u", path);
    while (status == GG_OK && !gg_import_sink_full(job->sink)) {
        status = gg_csv_records_next(csv, &more, err);
        if (status != GG_OK || !more)
            break;
        const char *id = gg_csv_records_field(csv, gg_csv_records_find(csv, "id"));
        gg_import_query query = gg_import_query_init();
        snprintf(place, sizeof place, "%.350s:%zu", path, gg_csv_records_line(csv));
        query.id = id[0] != '\0' ? id : NULL;
        query.place = place;
        status = gg_query_fields_of_csv(fields, csv, &query, err);
        if (status == GG_OK)
            status = end_record(job->sink, &query, err);
        n++;
    }
    if (status == GG_OK && n == 0 && !gg_import_sink_full(job->sink))
        status = gg_fail(err, GG_E_INPUT, "%s: has no records", path);
    if (status == GG_OK)
        gg_import_source_done(job, gg_csv_records_offset(csv));
    gg_csv_records_close(csv);
    return status;
}

/* CSV begins with the name of a column, JSON with a bracket. */
static gg_status is_json(const char *path, bool *json, gg_error *err) {
    gg_text_source *source = NULL;
    gg_status status = gg_text_source_open(path, &source, err);
    if (status != GG_OK)
        return status;
    int c;
    do
        c = gg_text_source_get(source);
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
    *json = c == '{' || c == '[';
    status = gg_text_source_check(source, err);
    gg_text_source_close(source);
    return status;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    gg_record_walk walk = {.levels = 1, .value = read_value, .state = job->sink};
    gg_status status = gg_import_sink_describe_uncertainty(job->sink, "margin", "mean", 0.0, err);
    for (size_t k = 0; status == GG_OK && k < job->n_sources && !gg_import_sink_full(job->sink);
         k++) {
        bool json = false;
        status = is_json(job->sources[k], &json, err);
        if (status == GG_OK)
            status = json ? gg_import_walk_one(job, &walk, job->sources[k], err)
                          : read_csv(job, job->sources[k], err);
    }
    return status;
}

static bool recognises(const unsigned char *head, size_t size, const char *path) {
    static const char *const names[] = {"small_correct", "large_correct", NULL};
    (void)path;
    return gg_head_has_key(head, size, names) || gg_head_has_column(head, size, names);
}

const gg_importer gg_importer_ucci = {
    .name = "ucci",
    .summary = "UCCI records: u, small_correct, large_correct (JSON lines, JSON, CSV)",
    .recognises = recognises,
    .run = run};
