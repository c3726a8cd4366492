/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/finish/facts_match.h"

#include <math.h>
#include <string.h>

#include "models/base/alloc.h"

static const char *const correct_names[GG_N_SIDES][3] = {{"correct", "slm_correct", NULL},
                                                         {"correct", "llm_correct", NULL}};
static const char *const latency_names[GG_N_SIDES][4] = {
    {"latency_s", "slm_latency_s", "local_delay_s", NULL},
    {"latency_s", "llm_latency_s", "edge_delay_s", NULL}};

gg_status gg__fact_sets_read(gg__fact_sets *sets, gg_import_sink *s, gg_error *err) {
    const gg_import_options *o = s->options;
    if (o->facts != NULL)
        GG_TRY(gg__facts_read(o->facts, s, &sets->of[0], err));
    if (o->correct != NULL)
        GG_TRY(gg__facts_read_one(o->correct, GG__CORRECT + (unsigned)o->side,
                                  correct_names[o->side], s, &sets->of[1], err));
    if (o->latency != NULL)
        GG_TRY(gg__facts_read_one(o->latency, GG__LATENCY + (unsigned)o->side,
                                  latency_names[o->side], s, &sets->of[2], err));
    bool twice =
        (o->correct != NULL && gg__facts_has(sets->of[0], GG__CORRECT + (unsigned)o->side)) ||
        (o->latency != NULL && gg__facts_has(sets->of[0], GG__LATENCY + (unsigned)o->side));
    return twice ? gg_fail(err, GG_E_USAGE, "%s: brings what --correct or --latency bring, too",
                           o->facts)
                 : GG_OK;
}

void gg__fact_sets_clear(gg__fact_sets *sets) {
    for (size_t f = 0; f < GG__FACT_SOURCES; f++) {
        gg__facts_free(sets->of[f]);
        gg_free(sets->rows[f]);
    }
    *sets = (gg__fact_sets){0};
}

bool gg__fact_sets_have(const gg__fact_sets *sets, gg__fact fact) {
    bool have = false;
    for (size_t f = 0; f < GG__FACT_SOURCES; f++)
        have = have || gg__facts_has(sets->of[f], fact);
    return have;
}

void gg__fact_sets_apply(const gg__fact_sets *sets, size_t k, gg__query_record *record) {
    for (size_t f = 0; f < GG__FACT_SOURCES; f++)
        if (sets->of[f] != NULL && sets->rows[f][k] != GG__NO_ROW)
            gg__facts_apply(sets->of[f], sets->rows[f][k], record->facts);
}

/* One record: its rows, which are claimed where the query will be written. */
static void match(gg__fact_sets *sets, size_t k, const char *id, bool is_written) {
    for (size_t f = 0; f < GG__FACT_SOURCES; f++) {
        if (sets->of[f] == NULL)
            continue;
        sets->rows[f][k] = gg__facts_row(sets->of[f], id);
        gg__facts_claim(sets->of[f], sets->rows[f][k], id, is_written);
    }
}

static gg_status match_all(gg__fact_sets *sets, gg_import_sink *s, char *id, gg_error *err) {
    size_t known[GG__N_FACTS] = {0};
    bool about_rows = s->rows != NULL || s->lists != NULL;
    GG_TRY(gg_spool_turn(s->queries, err));
    for (size_t k = 0; k < s->n_records; k++) {
        gg__query_record record;
        GG_TRY(gg_spool_read(s->queries, &record, sizeof record, err));
        if (record.id_size > 0)
            GG_TRY(gg_spool_read(s->queries, id, record.id_size, err));
        id[record.id_size] = '\0';
        bool is_written = !record.is_skipped && (!about_rows || record.n_rows > 0);
        if (!record.is_skipped)
            GG_TRY(gg__import_query_name(s, &record, id, err));
        match(sets, k, record.is_skipped ? id : s->names.name, is_written);
        gg__fact_sets_apply(sets, k, &record);
        for (size_t fact = 0; fact < GG__N_FACTS && is_written; fact++)
            known[fact] += isnan(record.facts[fact]) ? 0 : 1;
    }
    memcpy(s->known, known, sizeof s->known);
    return GG_OK;
}

gg_status gg__fact_sets_match(gg__fact_sets *sets, gg_import_sink *s, char *id, gg_error *err) {
    bool any = false;
    for (size_t f = 0; f < GG__FACT_SOURCES; f++) {
        if (sets->of[f] == NULL)
            continue;
        any = true;
        sets->rows[f] = gg_alloc(s->n_records, sizeof *sets->rows[f]);
        GG_NEED(sets->rows[f], err, "%s: out of memory", s->output);
    }
    if (!any)
        return GG_OK;
    GG_TRY(match_all(sets, s, id, err));
    for (size_t f = 0; f < GG__FACT_SOURCES; f++)
        if (sets->of[f] != NULL)
            GG_TRY(gg__facts_check(sets->of[f], gg_import_sink_full(s), err));
    return GG_OK;
}
