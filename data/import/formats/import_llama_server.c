/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers of llama.cpp's server to /completion with n_probs, whole or as a stream, in the three
 * shapes it has written: log-probabilities before any sampler, and (refused unless asked for)
 * probabilities behind the samplers, of today and of before December 2024.
 */
#include <math.h>
#include <string.h>

#include "data/import/records/import_records.h"

typedef struct reader {
    gg_logprob_lists *lists;
    gg_side side;
    bool allow_post_sampling;
    bool listens; /* pieces of a streamed answer have come */
} reader;

/* Today's and that of before December 2024. After a sampler a single candidate may have all the
 * probability. */
static const gg_entry_keys behind_sampler[] = {
    {"token", "token", "prob", "top_probs", GG_VALUES_PROBS, 1, NULL},
    {"content", "tok_str", "prob", "probs", GG_VALUES_PROBS, 1, NULL}};

static gg_status choose_keys(const reader *r, const gg_json_place *entries,
                             const gg_entry_keys **keys, gg_error *err) {
    gg_json_place first = gg_json_item(entries, 0);
    *keys = &gg_openai_keys;
    if (json_object_get(first.value, "top_logprobs") != NULL)
        return GG_OK;
    *keys = &behind_sampler[json_object_get(first.value, "top_probs") != NULL ? 0 : 1];
    if (json_object_get(first.value, (*keys)->list) == NULL)
        return gg_json_refuse(&first, err, "has none of top_logprobs, top_probs and probs");
    if (r->allow_post_sampling)
        return GG_OK;
    return gg_json_refuse(&first, err,
                          "probabilities from behind the sampler (ask the server for "
                          "post_sampling_probs: false; --allow-post-sampling takes them)");
}

static gg_status read_latency(const gg_json_place *at, double *seconds, gg_error *err) {
    gg_json_place timings = gg_json_key(at, "timings"), prompt = gg_json_key(&timings, "prompt_ms"),
                  answer = gg_json_key(&timings, "predicted_ms");
    double prompt_ms = NAN, answer_ms = NAN;
    GG_TRY(gg_record_number(&prompt, &prompt_ms, err));
    GG_TRY(gg_record_number(&answer, &answer_ms, err));
    double all_ms = answer_ms + (isnan(prompt_ms) ? 0.0 : prompt_ms);
    *seconds = all_ms > 0.0 ? all_ms / 1000.0 : NAN;
    return GG_OK;
}

static gg_import_eos end_of(const gg_json_place *at) {
    const char *type = json_string_value(json_object_get(at->value, "stop_type"));
    bool stopped = json_is_true(json_object_get(at->value, "stopped_eos"));
    return stopped || (type != NULL && strcmp(type, "eos") == 0) ? GG_EOS_LISTED : GG_EOS_ABSENT;
}

static gg_status end_answer(reader *r, const gg_json_place *at, gg_error *err) {
    gg_json_place id = gg_json_key(at, "id");
    bool failed = gg_record_failed(at);
    gg_record record;
    GG_TRY(gg_record_begin(&record, at, &id, err));
    record.query.id_kind = GG_ID_OF_SERVER;
    record.query.eos = end_of(at);
    record.query.prompt_bytes = gg_record_prompt_bytes(at);
    GG_TRY(read_latency(at, &record.query.latency_s[r->side], err));
    r->listens = false;
    return gg_logprob_lists_end_query(
        r->lists, &record.query, failed ? GG_REQUEST_FAILED : "no completion_probabilities", err);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    reader *r = state;
    gg_json_place list = gg_json_key(at, "completion_probabilities"),
                  inner = gg_json_key(at, "response");
    const gg_entry_keys *keys;
    GG_TRY(gg_json_object(at, err));
    (void)stream;
    if (json_is_object(inner.value) && list.value == NULL) {
        gg_json_place wrapped = gg_json_root(inner.value, at->file, at->line);
        return read_value(state, stream, &wrapped, err);
    }
    if (gg_json_given(&list))
        GG_TRY(gg_json_array(&list, err));
    if (gg_json_count(&list) > 0) {
        GG_TRY(choose_keys(r, &list, &keys, err));
        GG_TRY(gg_logprob_lists_entries(r->lists, keys, &list, err));
    }
    r->listens = json_is_false(json_object_get(at->value, "stop"));
    return r->listens ? GG_OK : end_answer(r, at, err);
}

/* A stream that was cut off keeps what has come. */
static gg_status end_source(void *state, gg_error *err) {
    reader *r = state;
    gg_json_place nothing = {.file = "end of the stream"};
    return r->listens ? end_answer(r, &nothing, err) : GG_OK;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.side = job->options->side,
                .allow_post_sampling = job->options->allow_post_sampling};
    gg_record_walk walk = {
        .levels = 1, .value = read_value, .end = end_source, .state = &r, .lists = &r.lists};
    return gg_import_walk(job, &walk, err);
}

const gg_importer gg_importer_llama_server = {
    .name = "llama-server",
    .summary = "llama.cpp server's /completion with n_probs",
    .signs = {.keys = {"completion_probabilities", "tokens_predicted", "id_slot",
                       "generation_settings", "stopped_eos"}},
    .run = run};
