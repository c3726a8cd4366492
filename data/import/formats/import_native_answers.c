/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Answers in the shapes that programs have of their own. They differ by their keys, and by what
 * tells the last piece of a streamed answer: rows of a table.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/records/import_records.h"

/* Where an answer has its tokens. */
typedef struct answer_shape {
    const char *holder[3];    /* keys down to the object with the lists */
    const char *tokens;       /* generated tokens; NULL ends a table of shapes */
    const char *candidates;   /* of each token; NULL: a token holds its own */
    const gg_entry_keys keys; /* with `candidates`, `list` is the key of each list, or NULL */
} answer_shape;

typedef enum pieces {
    WHOLE,
    UNTIL_DONE,   /* until "done" is true */
    UNTIL_TEXT,   /* until the text or the details are there */
    CUMULATIVE,   /* the last one, with a reason to finish, holds all */
    UNTIL_REASON, /* until there is a reason to finish */
} pieces;

typedef struct answer_family {
    const char *answers; /* array of answers in a value; NULL: a value is one */
    const char *no_candidates;
    const char *reason[3]; /* keys down to why the answer ended */
    const char *natural;   /* reason of an answer that ended by itself */
    gg_import_eos natural_eos;
    pieces pieces;
    answer_shape shapes[4];
} answer_family;

#define OPENAI_KEYS                                                                                \
    { "token", "token", "logprob", "top_logprobs", GG_VALUES_LOGPROBS, 2, NULL }

static const answer_family ollama = {
    .no_candidates = "no logprobs with top_logprobs (ask for \"logprobs\": true, \"top_logprobs\": "
                     "5)",
    .reason = {"done_reason"},
    .natural = "stop",
    .pieces = UNTIL_DONE,
    .shapes = {{{NULL}, "logprobs", NULL, OPENAI_KEYS}}};

static const answer_family langchain = {
    .no_candidates = "no response_metadata.logprobs (bind logprobs=True, top_logprobs=5)",
    .reason = {"response_metadata", "finish_reason"},
    .natural = "stop",
    .shapes = {{{"response_metadata", "logprobs"}, "content", NULL, OPENAI_KEYS},
               {{"response_metadata"}, "logprobs", NULL, OPENAI_KEYS},
               {{"response_metadata"}, "logprobs_result", NULL, OPENAI_KEYS}}};

static const answer_family watsonx = {
    .answers = "results",
    .no_candidates = "no generated_tokens with top_tokens (ask for return_options: "
                     "generated_tokens, token_logprobs, top_n_tokens)",
    .reason = {"stop_reason"},
    .natural = "eos_token",
    .shapes = {{{NULL},
                "generated_tokens",
                NULL,
                {"text", "text", "logprob", "top_tokens", GG_VALUES_LOGPROBS, 2, NULL}}}};

#define TGI_KEYS                                                                                   \
    { "text", "text", "logprob", NULL, GG_VALUES_LOGPROBS, 2, NULL }

static const answer_family tgi = {
    .no_candidates = "no details with top_tokens (ask for details: true, top_n_tokens: 5)",
    .reason = {"details", "finish_reason"},
    .natural = "eos_token",
    .natural_eos = GG_EOS_LISTED,
    .pieces = UNTIL_TEXT,
    .shapes = {{{NULL}, "token", "top_tokens", TGI_KEYS},
               {{"details"}, "tokens", "top_tokens", TGI_KEYS}}};

static const answer_family sglang = {
    .no_candidates = "no output_top_logprobs (ask for return_logprob: true, top_logprobs_num: 5)",
    .reason = {"meta_info", "finish_reason"},
    .natural = "stop",
    .pieces = CUMULATIVE,
    .shapes = {{{"meta_info"},
                "output_token_logprobs",
                "output_top_logprobs",
                {NULL, NULL, NULL, NULL, GG_VALUES_LOGPROBS, 2, NULL}}}};

static const answer_family gemini = {
    .answers = "candidates",
    .no_candidates = "no logprobsResult (ask for responseLogprobs: true, logprobs: 5)",
    .reason = {"finishReason"},
    .natural = "STOP",
    .pieces = UNTIL_REASON,
    .shapes = {
        {{"logprobsResult"},
         "chosenCandidates",
         "topCandidates",
         {"token", "token", "logProbability", "candidates", GG_VALUES_LOGPROBS, 2, "tokenId"}},
        {{"logprobs_result"},
         "chosen_candidates",
         "top_candidates",
         {"token", "token", "log_probability", "candidates", GG_VALUES_LOGPROBS, 2, "token_id"}}}};

typedef struct reader {
    const answer_family *family;
    gg_import_sink *sink;
    gg_logprob_lists *lists;
    gg_side side;
    bool listens; /* pieces of `record` have come, and more will */
    gg_record record;
} reader;

/* A value inside what programs wrap around it, the outermost first. */
enum { DEEPEST = 4 };
typedef struct wrapped {
    gg_json_place at[DEEPEST];
    size_t depth; /* of the value itself */
} wrapped;

static void unwrap(const gg_json_place *value, wrapped *w) {
    static const char *const keys[] = {"response", "body", "kwargs", "data", NULL};
    *w = (wrapped){.at[0] = *value};
    for (bool deeper = true; deeper && w->depth + 1 < DEEPEST;) {
        deeper = false;
        for (size_t k = 0; keys[k] != NULL && !deeper; k++) {
            w->at[w->depth + 1] = gg_json_key(&w->at[w->depth], keys[k]);
            deeper = json_is_object(w->at[w->depth + 1].value);
        }
        w->depth += deeper;
    }
}

/* The outermost name; a list is no name (LangChain's "id" of a class). */
static gg_json_place name_of(const wrapped *w, const gg_json_place *inner) {
    static const char *const keys[] = {"custom_id",  "id",          "key", "request_id",
                                       "responseId", "response_id", NULL};
    for (size_t d = 0; d <= w->depth + 1; d++)
        for (size_t k = 0; keys[k] != NULL; k++) {
            gg_json_place name = gg_json_key(d <= w->depth ? &w->at[d] : inner, keys[k]);
            if (json_is_string(name.value) || json_is_integer(name.value))
                return name;
        }
    return (gg_json_place){0};
}

/* Names that a log gives around an answer are meant; a server's only tell answers apart. */
static gg_status begin(reader *r, const wrapped *w, const gg_json_place *name, gg_error *err) {
    GG_TRY(gg_record_begin(&r->record, &w->at[0], name, err));
    bool is_given = w->depth > 0 && name->parent == &w->at[0];
    r->record.query.id_kind = is_given ? GG_ID_GIVEN : GG_ID_OF_SERVER;
    return GG_OK;
}

static gg_json_place follow(const gg_json_place *at, const char *const keys[3],
                            gg_json_place steps[3]) {
    gg_json_place now = *at;
    for (size_t k = 0; k < 2 && keys[k] != NULL; k++) {
        steps[k] = now;
        now = gg_json_key(&steps[k], keys[k]);
    }
    return now;
}

static gg_status read_tokens(const reader *r, const gg_json_place *answer, gg_error *err) {
    for (const answer_shape *s = r->family->shapes; s->tokens != NULL; s++) {
        gg_json_place steps[3], holder = follow(answer, s->holder, steps),
                                tokens = gg_json_key(&holder, s->tokens), lists = {0};
        if (!json_is_array(tokens.value) &&
            !(s->candidates != NULL && json_is_object(tokens.value)))
            continue;
        if (s->candidates == NULL)
            return gg_logprob_lists_entries(r->lists, &s->keys, &tokens, err);
        lists = gg_json_key(&holder, s->candidates);
        if (gg_json_given(&lists))
            return gg_logprob_lists_pairs(r->lists, &s->keys, &tokens, &lists, err);
    }
    if (!r->listens && !gg_import_sink_has_rows(r->sink))
        gg_logprob_lists_set_unusable(r->lists, r->family->no_candidates);
    return GG_OK;
}

/* Why an answer ended: a text, or {"type": "stop", "matched": id or word}. */
static gg_import_eos end_of(const answer_family *f, const gg_json_place *answer) {
    gg_json_place steps[3], reason = follow(answer, f->reason, steps);
    const json_t *matched = json_object_get(reason.value, "matched");
    const char *text = json_string_value(
        json_is_object(reason.value) ? json_object_get(reason.value, "type") : reason.value);
    if (text == NULL)
        text = json_string_value(json_object_get(answer->value, "finish_reason"));
    if (text == NULL)
        return GG_EOS_UNKNOWN;
    if (strcmp(text, f->natural) != 0 || json_is_string(matched))
        return GG_EOS_ABSENT;
    return json_is_integer(matched) ? GG_EOS_LISTED : f->natural_eos;
}

/* Ollama's, where both parts are there: a prompt that was cached has no time. */
static gg_status read_latency(const gg_json_place *value, double *seconds, gg_error *err) {
    gg_json_place prompt = gg_json_key(value, "prompt_eval_duration"),
                  answer = gg_json_key(value, "eval_duration");
    double prompt_ns = NAN, answer_ns = NAN;
    GG_TRY(gg_record_number(&prompt, &prompt_ns, err));
    GG_TRY(gg_record_number(&answer, &answer_ns, err));
    *seconds = prompt_ns > 0.0 && answer_ns > 0.0 ? (prompt_ns + answer_ns) * 1e-9 : NAN;
    return GG_OK;
}

static gg_status end_answer(reader *r, gg_error *err) {
    r->listens = false;
    return gg_logprob_lists_end_query(r->lists, &r->record.query, "no tokens", err);
}

/* True when more of this answer follows. */
static bool is_piece(const answer_family *f, const gg_json_stream *stream,
                     const gg_json_place *value, const gg_json_place *answer) {
    gg_json_place steps[3],
        reason = follow(answer, f->reason, steps), id = gg_json_key(value, "responseId"),
        text = gg_json_key(value, "generated_text"), details = gg_json_key(value, "details");
    switch (f->pieces) {
    case UNTIL_DONE:
        return json_is_false(json_object_get(value->value, "done"));
    case UNTIL_TEXT:
        return json_is_object(json_object_get(value->value, "token")) && !gg_json_given(&text) &&
               !gg_json_given(&details);
    case CUMULATIVE:
        return json_is_null(reason.value);
    case UNTIL_REASON:
        return !gg_json_given(&reason) && (gg_json_stream_is_events(stream) || gg_json_given(&id));
    default:
        return false;
    }
}

/* The last piece of a stream that should hold all tokens does. */
static gg_status check_complete(const gg_json_place *answer, gg_error *err) {
    gg_json_place info = gg_json_key(answer, "meta_info"),
                  tokens = gg_json_key(&info, "output_token_logprobs");
    const json_t *count = json_object_get(info.value, "completion_tokens");
    if (!json_is_integer(count) || !gg_json_given(&tokens) ||
        json_integer_value(count) == (json_int_t)gg_json_count(&tokens))
        return GG_OK;
    return gg_json_refuse(&tokens, err,
                          "%zu of %lld tokens: pieces that do not repeat what came before are not "
                          "read (ask without stream)",
                          gg_json_count(&tokens), (long long)json_integer_value(count));
}

static gg_status read_one(reader *r, const gg_json_stream *stream, const wrapped *w,
                          const gg_json_place *answer, gg_error *err) {
    const gg_json_place *value = &w->at[w->depth];
    gg_json_place info = gg_json_key(answer, "meta_info"), name = name_of(w, &info);
    bool more = is_piece(r->family, stream, value, answer);
    char id[GG_RECORD_ID_SIZE];
    GG_TRY(gg_record_id(&name, id, err));
    if (r->listens && id[0] != '\0' && strcmp(id, r->record.id) != 0)
        GG_TRY(end_answer(r, err));
    if (gg_import_sink_full(r->sink))
        return GG_OK;
    if (!r->listens)
        GG_TRY(begin(r, w, &name, err));
    bool follows = r->listens;
    r->listens = more;
    if (r->family->pieces == CUMULATIVE && follows && !more)
        GG_TRY(check_complete(answer, err));
    if (r->family->pieces != CUMULATIVE || !more)
        GG_TRY(read_tokens(r, answer, err));
    if (more)
        return GG_OK;
    gg_import_query *query = &r->record.query;
    query->eos = end_of(r->family, answer);
    GG_TRY(read_latency(value, &query->latency_s[r->side], err));
    for (size_t d = 0; d <= w->depth && isnan(query->prompt_bytes); d++) {
        gg_json_place request = gg_json_key(&w->at[d], "request");
        query->prompt_bytes = gg_record_prompt_bytes(&w->at[d]);
        if (isnan(query->prompt_bytes))
            query->prompt_bytes = gg_record_prompt_bytes(&request);
    }
    return end_answer(r, err);
}

/* Several answers to a question are several queries. */
static gg_status read_several(reader *r, const wrapped *w, const gg_json_place *answers,
                              gg_error *err) {
    gg_json_place name = name_of(w, answers);
    for (size_t k = 0; k < gg_json_count(answers) && !gg_import_sink_full(r->sink); k++) {
        gg_json_place answer = gg_json_item(answers, k);
        char id[GG_RECORD_ID_SIZE + 24];
        GG_TRY(gg_json_object(&answer, err));
        GG_TRY(begin(r, w, &name, err));
        snprintf(id, sizeof id, "%s#%zu", r->record.id, k);
        if (r->record.query.id != NULL)
            r->record.query.id = id;
        GG_TRY(read_tokens(r, &answer, err));
        r->record.query.eos = end_of(r->family, &answer);
        GG_TRY(end_answer(r, err));
    }
    return GG_OK;
}

static gg_status skip(reader *r, const wrapped *w, const char *reason, gg_error *err) {
    gg_json_place nothing = {0}, name = name_of(w, &nothing);
    if (r->listens)
        GG_TRY(end_answer(r, err));
    GG_TRY(begin(r, w, &name, err));
    return gg_import_sink_skip_query(r->sink, &r->record.query, reason, err);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    reader *r = state;
    wrapped w;
    GG_TRY(gg_json_object(at, err));
    unwrap(at, &w);
    const gg_json_place *value = &w.at[w.depth];
    for (size_t d = 0; d <= w.depth; d++)
        if (gg_record_failed(&w.at[d]))
            return skip(r, &w, GG_REQUEST_FAILED, err);
    if (r->family->answers == NULL)
        return read_one(r, stream, &w, value, err);
    gg_json_place answers = gg_json_key(value, r->family->answers),
                  first = gg_json_item(&answers, 0);
    if (gg_json_given(&answers))
        GG_TRY(gg_json_array(&answers, err));
    if (gg_json_count(&answers) > 1 && !r->listens)
        return read_several(r, &w, &answers, err);
    if (gg_json_count(&answers) > 1)
        return gg_json_refuse(&answers, err, "a stream of several answers at once is not read");
    if (gg_json_count(&answers) == 0)
        return r->listens ? GG_OK : skip(r, &w, "no answer", err);
    GG_TRY(gg_json_object(&first, err));
    return read_one(r, stream, &w, &first, err);
}

/* A stream that was cut off keeps what has come. */
static gg_status end_source(void *state, gg_error *err) {
    reader *r = state;
    return r->listens ? end_answer(r, err) : GG_OK;
}

static gg_status run(gg_import_job *job, const answer_family *family, gg_error *err) {
    reader r = {.family = family, .sink = job->sink, .side = job->options->side};
    gg_record_walk walk = {
        .levels = 1, .value = read_value, .end = end_source, .state = &r, .lists = &r.lists};
    return gg_import_walk(job, &walk, err);
}

#define ANSWERS(format, of, ...)                                                                   \
    static gg_status run_##format(gg_import_job *job, gg_error *err) {                             \
        return run(job, &format, err);                                                             \
    }                                                                                              \
    const gg_importer gg_importer_##format = {                                                     \
        .name = #format, .summary = of, .signs = {__VA_ARGS__}, .run = run_##format}

ANSWERS(langchain, "LangChain messages with response_metadata.logprobs",
        .keys = {"response_metadata", "additional_kwargs"});
ANSWERS(watsonx, "watsonx.ai text generation with generated_tokens and top_tokens",
        .together = {"results", "generated_token_count"});
ANSWERS(tgi, "text-generation-inference /generate with details and top_tokens",
        .keys = {"top_tokens"}, .together = {"generated_text", "details"});
ANSWERS(sglang, "SGLang /generate with output_top_logprobs",
        .keys = {"output_top_logprobs", "output_token_logprobs"}, .together = {"text", "meta_info"},
        .unless = {"alpha", "p_top2", "logits", "top_logprobs"});
ANSWERS(gemini, "Gemini generateContent with logprobsResult",
        .keys = {"logprobsResult", "logprobs_result", "usageMetadata"},
        .together = {"candidates", "finishReason"});
ANSWERS(ollama, "Ollama /api/generate and /api/chat with top_logprobs", .keys = {"done_reason"},
        .together = {"model", "created_at", "done"});
