/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/completion_record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/records/completion_echo.h"
#include "data/import/records/completion_pieces.h"

typedef struct reader {
    gg_import_sink *sink;
    gg_logprob_lists *lists;
    bool lists_end_token;  /* the program reports the end-of-answer token's candidates */
    bool drops_end_token;  /* an end-of-answer token will be dropped */
    bool of_prompt;        /* the rows of the query at hand are the prompt's */
    const json_t *request; /* that the answer at hand is to; NULL: not known */
    json_t *joined;        /* the answer whose pieces are arriving, or NULL */
    size_t joined_bytes;
    char file[GG_RECORD_PLACE_SIZE]; /* where it begins */
    size_t line;
} reader;

static gg_status read_legacy(reader *r, const gg_json_place *answer, const gg_json_place *logprobs,
                             gg_error *err) {
    size_t skip = 0;
    if (gg_echoed_tokens(answer, r->request, logprobs, &skip))
        return gg_logprob_lists_legacy(r->lists, logprobs, skip, err);
    gg_logprob_lists_set_unusable(r->lists, "an echoed prompt, and neither usage.prompt_tokens nor "
                                            "\"prompt\" tells its end");
    return GG_OK;
}

static gg_status read_chat(reader *r, const gg_json_place *logprobs, gg_error *err) {
    gg_json_place content = gg_json_key(logprobs, "content"),
                  refusal = gg_json_key(logprobs, "refusal");
    if (gg_json_count(&content) > 0 || (gg_json_given(&content) && !json_is_array(content.value)))
        return gg_logprob_lists_entries(r->lists, &gg_openai_keys, &content, err);
    gg_logprob_lists_set_unusable(r->lists, gg_json_count(&refusal) > 0
                                                ? "the model refused to answer"
                                                : "no log-probabilities");
    return GG_OK;
}

/* Candidates by id: of the answer (in vLLM's own dumps) or of the prompt. */
static gg_status read_maps(reader *r, const gg_json_place *list, const gg_json_place *tokens,
                           gg_error *err) {
    return json_is_object(list->value) ? gg_logprob_lists_flat(r->lists, list, tokens, err)
                                       : gg_logprob_lists_maps(r->lists, list, tokens, err);
}

static gg_status read_logprobs(reader *r, const gg_json_place *answer, const gg_json_place *choice,
                               gg_error *err) {
    gg_json_place logprobs = gg_json_key(choice, "logprobs"),
                  of_prompt = gg_json_key(choice, "prompt_logprobs"),
                  of_prompts = gg_json_key(answer, "prompt_logprobs"),
                  tokens = gg_json_key(choice, "token_ids");
    gg_json_place first = gg_json_item(&logprobs, 0);
    const gg_json_place none = {0};
    if (json_object_get(first.value, gg_openai_keys.generated) != NULL)
        return gg_logprob_lists_entries(r->lists, &gg_openai_keys, &logprobs, err);
    if (json_is_array(logprobs.value) || json_object_get(logprobs.value, "start_indices") != NULL)
        return read_maps(r, &logprobs, &tokens, err);
    if (json_object_get(logprobs.value, "tokens") != NULL)
        return read_legacy(r, answer, &logprobs, err);
    if (gg_json_given(&logprobs) && gg_json_object(&logprobs, err) != GG_OK)
        return GG_E_INPUT;
    if (gg_json_given(&logprobs))
        return read_chat(r, &logprobs, err);
    r->of_prompt = true;
    if (gg_json_given(&of_prompt))
        return read_maps(r, &of_prompt, &none, err);
    if (gg_json_given(&of_prompts))
        return read_maps(r, &of_prompts, &none, err);
    gg_logprob_lists_set_unusable(r->lists, "no log-probabilities");
    return GG_OK;
}

static gg_status read_choice(reader *r, const gg_json_place *answer, const gg_json_place *choice,
                             gg_error *err) {
    GG_TRY(gg_json_object(choice, err));
    return read_logprobs(r, answer, choice, err);
}

/* OpenAI leaves the end token out, others list it; a stop word ends an answer without one. */
static gg_import_eos end_of(const reader *r, const gg_json_place *choice) {
    const char *reason = json_string_value(json_object_get(choice->value, "finish_reason"));
    if (!r->lists_end_token && !r->drops_end_token)
        return GG_EOS_UNKNOWN;
    const json_t *word = json_object_get(choice->value, "stop_reason");
    if (r->of_prompt || reason == NULL || strcmp(reason, "stop") != 0 || json_is_string(word))
        return GG_EOS_ABSENT;
    return r->lists_end_token ? GG_EOS_LISTED : GG_EOS_UNKNOWN;
}

static gg_status end_query(reader *r, const gg_import_query *query, gg_error *err) {
    return gg_logprob_lists_end_query(r->lists, query, "no tokens", err);
}

static gg_status read_choices(reader *r, const gg_json_place *answer, const gg_json_place *choices,
                              gg_import_query query, gg_error *err) {
    char name[GG_RECORD_ID_SIZE + 24];
    const char *id = query.id;
    size_t n = gg_json_count(choices);
    GG_TRY(gg_json_array(choices, err));
    if (n == 0)
        return gg_import_sink_skip_query(r->sink, &query, "no answer", err);
    for (size_t k = 0; k < n && !gg_import_sink_full(r->sink); k++) {
        gg_json_place choice = gg_json_item(choices, k);
        r->of_prompt = false;
        if (!gg_json_given(&choice) || gg_record_failed(&choice))
            gg_logprob_lists_set_unusable(r->lists, GG_REQUEST_FAILED);
        else
            GG_TRY(read_choice(r, answer, &choice, err));
        if (n > 1 && id != NULL) {
            snprintf(name, sizeof name, "%s#%zu", id, k);
            query.id = name;
        }
        query.eos = end_of(r, &choice);
        GG_TRY(end_query(r, &query, err));
    }
    return GG_OK;
}

/* The texts in a response's messages; all of them are one answer. */
static gg_status read_output(reader *r, const gg_json_place *output, gg_import_query query,
                             bool complete, gg_error *err) {
    GG_TRY(gg_json_array(output, err));
    size_t parts_read = 0;
    for (size_t k = 0; k < gg_json_count(output); k++) {
        gg_json_place item = gg_json_item(output, k), parts = gg_json_key(&item, "content");
        for (size_t p = 0; p < gg_json_count(&parts); p++) {
            gg_json_place part = gg_json_item(&parts, p), list = gg_json_key(&part, "logprobs");
            const char *type = json_string_value(json_object_get(part.value, "type"));
            if (type != NULL && strcmp(type, "refusal") == 0)
                gg_logprob_lists_set_unusable(r->lists, "the model refused to answer");
            if (type == NULL || strcmp(type, "output_text") != 0 || gg_json_count(&list) == 0)
                continue;
            parts_read++;
            GG_TRY(gg_logprob_lists_entries(r->lists, &gg_openai_keys, &list, err));
        }
    }
    if (parts_read == 0)
        gg_logprob_lists_set_unusable(r->lists, "no log-probabilities");
    query.eos = complete || !r->drops_end_token ? GG_EOS_UNKNOWN : GG_EOS_ABSENT;
    return end_query(r, &query, err);
}

/* One whole answer, without wrapper. `id` (may be empty) and `prompt_bytes` are a wrapper's. */
static gg_status read_answer(reader *r, const gg_json_place *answer, const char *id,
                             double prompt_bytes, gg_error *err) {
    static const char *const id_keys[] = {"id", "request_id", NULL};
    static const char *const choice_keys[] = {"choices", "outputs", NULL};
    gg_json_place own = gg_json_any_key(answer, id_keys),
                  choices = gg_json_any_key(answer, choice_keys),
                  output = gg_json_key(answer, "output");
    gg_record record;
    gg_import_query *query = &record.query;
    GG_TRY(gg_record_begin(&record, answer, &own, err));
    query->id_kind = id[0] == '\0' ? GG_ID_OF_SERVER : GG_ID_GIVEN;
    if (id[0] != '\0')
        query->id = id;
    query->prompt_bytes = gg_record_prompt_bytes(answer);
    if (isnan(query->prompt_bytes))
        query->prompt_bytes = prompt_bytes;
    if (gg_json_given(&choices))
        return read_choices(r, answer, &choices, *query, err);
    if (gg_json_given(&output)) {
        const char *state = json_string_value(json_object_get(answer->value, "status"));
        bool complete = state == NULL || strcmp(state, "completed") == 0;
        return read_output(r, &output, *query, complete, err);
    }
    gg_json_place bare = gg_json_key(answer, "logprobs");
    bool failed = gg_record_failed(answer) || !json_is_object(answer->value);
    if (!failed && gg_json_given(&bare)) {
        /* What was kept of a choice. */
        r->of_prompt = false;
        GG_TRY(read_choice(r, answer, answer, err));
        query->eos = end_of(r, answer);
        return end_query(r, query, err);
    }
    if (!failed && choices.value == NULL && output.value == NULL)
        return gg_json_expected(&choices, "an array", err);
    return gg_import_sink_skip_query(r->sink, query, failed ? GG_REQUEST_FAILED : "no answer", err);
}

/* The answer in a batch's line, or in a log's {"request", "response"}. */
static gg_status read_wrapped(reader *r, const gg_json_place *at, const gg_json_place *response,
                              gg_error *err) {
    static const char *const id_keys[] = {"custom_id", "id", NULL};
    gg_json_place name = gg_json_any_key(at, id_keys), request = gg_json_key(at, "request"),
                  sent = gg_json_key(&request, "body"), body = gg_json_key(response, "body"),
                  code = gg_json_key(response, "status_code");
    gg_record record;
    GG_TRY(gg_record_begin(&record, at, &name, err));
    bool failed = !gg_json_given(response) ||
                  (json_is_integer(code.value) && json_integer_value(code.value) != 200);
    if (failed)
        return gg_import_sink_skip_query(r->sink, &record.query, GG_REQUEST_FAILED, err);
    const gg_json_place *asked = gg_json_given(&sent) ? &sent : &request;
    r->request = asked->value;
    gg_status status = read_answer(r, gg_json_given(&body) ? &body : response, record.id,
                                   gg_record_prompt_bytes(asked), err);
    r->request = NULL;
    return status;
}

/* What has come of an answer in pieces is the answer. */
static gg_status end_pieces(void *state, gg_error *err) {
    reader *r = state;
    if (r->joined == NULL)
        return GG_OK;
    json_t *joined = r->joined;
    r->joined = NULL;
    r->joined_bytes = 0;
    gg_json_place root = gg_json_root(joined, r->file, r->line);
    /* Pieces without choices (usage, filters) are no answer. */
    gg_status status = GG_OK;
    if (json_array_size(json_object_get(joined, "choices")) > 0)
        status = read_answer(r, &root, "", NAN, err);
    json_decref(joined);
    return status;
}

static bool same_id(const json_t *a, const json_t *b) {
    const json_t *x = json_object_get(a, "id"), *y = json_object_get(b, "id");
    return (x == NULL && y == NULL) || json_equal(x, y);
}

/* Pieces of several answers at once cannot be told from answers that were cut off. */
static gg_status check_finished(const reader *r, const gg_json_place *next, gg_error *err) {
    const json_t *choices = json_object_get(r->joined, "choices"), *choice;
    const char *object = json_string_value(json_object_get(r->joined, "object"));
    size_t k;
    /* Whole completions may lack it too. */
    if (object == NULL || strcmp(object, "text_completion") == 0)
        return GG_OK;
    json_array_foreach(choices, k, choice) {
        if (json_object_get(choice, "finish_reason") == NULL)
            return gg_json_refuse(next, err,
                                  "a piece of another answer before the one begun on line %zu has "
                                  "its finish_reason: answers must follow one another",
                                  r->line);
    }
    return GG_OK;
}

static gg_status read_piece(reader *r, size_t bytes, const gg_json_place *at, gg_error *err) {
    if (r->joined != NULL && !same_id(r->joined, at->value)) {
        GG_TRY(check_finished(r, at, err));
        GG_TRY(end_pieces(r, err));
    }
    if (gg_import_sink_full(r->sink))
        return GG_OK;
    if (r->joined == NULL) {
        snprintf(r->file, sizeof r->file, "%.250s", at->file);
        r->line = at->line;
    }
    r->joined_bytes += bytes;
    if (r->joined_bytes > GG_JSON_VALUE_BYTES)
        return gg_json_refuse(at, err, "the pieces of one answer are larger than %d MiB",
                              GG_JSON_VALUE_BYTES >> 20);
    return gg_join_piece(&r->joined, at, err);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    reader *r = state;
    gg_json_place response = gg_json_key(at, "response");
    const char *type = json_string_value(json_object_get(at->value, "type"));
    GG_TRY(gg_json_object(at, err));
    bool same = r->joined != NULL && json_object_get(at->value, "id") != NULL &&
                same_id(r->joined, at->value);
    const json_t *choices = json_object_get(at->value, "choices");
    bool is_preface =
        gg_json_stream_is_events(stream) && json_is_array(choices) && json_array_size(choices) == 0;
    /* A stream that breaks off with an error has no answer. */
    if (r->joined != NULL && gg_json_stream_is_events(stream) && gg_record_failed(at)) {
        gg_logprob_lists_set_unusable(r->lists, GG_REQUEST_FAILED);
        return end_pieces(r, err);
    }
    if (same || is_preface || gg_is_piece(at->value))
        return read_piece(r, gg_json_stream_bytes(stream), at, err);
    GG_TRY(end_pieces(r, err));
    if (gg_import_sink_full(r->sink))
        return GG_OK;
    /* Events of a streamed response: the last one holds it all. */
    if (type != NULL && strncmp(type, "response.", 9) == 0 &&
        strcmp(type, "response.completed") != 0 && strcmp(type, "response.incomplete") != 0)
        return GG_OK;
    if (type != NULL && strncmp(type, "response.", 9) == 0)
        return read_answer(r, &response, "", NAN, err);
    if (response.value != NULL)
        return read_wrapped(r, at, &response, err);
    return read_answer(r, at, "", NAN, err);
}

gg_status gg_completion_import(gg_import_job *job, gg_error *err) {
    reader r = {.sink = job->sink,
                .lists_end_token = job->importer->lists_end_token,
                .drops_end_token = job->options->drop_eos};
    gg_record_walk walk = {
        .levels = 1, .value = read_value, .end = end_pieces, .state = &r, .lists = &r.lists};
    gg_status status = gg_import_walk(job, &walk, err);
    json_decref(r.joined);
    return status;
}
