/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lm-evaluation-harness' --log_samples: of every multiple-choice question the log-probability of
 * each option. The softmax over the options is the distribution of the query's one token.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/records/import_records.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"

typedef struct reader {
    gg_import_sink *sink;
    gg_side side;
    json_t *seen; /* of the questions read, by name: {prompt: filter} */
    size_t repeated, filtered, parted;
    char filter[GG_RECORD_ID_SIZE]; /* the first of the file at hand */
    const char *file;
    gg_candidate *candidates; /* the options of the question at hand */
    size_t size;
} reader;

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

/* "arc_easy/" from ".../samples_arc_easy_2026-01-31T10-00-00.jsonl"; empty for other names. */
static void task_of(const char *path, char *task, size_t room) {
    static const char prefix[] = "samples_";
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    const char *end = strrchr(name, '_');
    const size_t skip = sizeof prefix - 1;
    task[0] = '\0';
    if (strncmp(name, prefix, skip) == 0 && end > name + skip)
        snprintf(task, room, "%.*s/", (int)(end - name - (long)skip), name + skip);
}

/* The document's name, from task and doc_id, and its filter ("" for none). */
static gg_status name_of(const gg_json_place *at, char id[GG_RECORD_ID_SIZE],
                         char filter[GG_RECORD_ID_SIZE], gg_error *err) {
    gg_json_place doc = gg_json_key(at, "doc_id"), filter_at = gg_json_key(at, "filter");
    char doc_id[GG_RECORD_ID_SIZE], task[GG_RECORD_ID_SIZE];
    GG_TRY(gg_record_id(&doc, doc_id, err));
    if (doc_id[0] == '\0')
        return gg_json_expected(&doc, "a number or text", err);
    GG_TRY(gg_record_id(&filter_at, filter, err));
    if (strcmp(filter, "none") == 0)
        filter[0] = '\0';
    task_of(at->file, task, sizeof task);
    snprintf(id, GG_RECORD_ID_SIZE, "%.100s%.60s", task, doc_id);
    return GG_OK;
}

static int add_to_hash(const char *text, size_t size, void *hash) {
    uint64_t *h = hash;
    for (size_t k = 0; k < size; k++)
        *h = (*h ^ (unsigned char)text[k]) * 0x100000001b3;
    return 0;
}

/* Tells a document and its prompt from others with the same doc_id: of another task, that is. */
static gg_status question_of(const gg_json_place *at, char question[24], gg_error *err) {
    static const char *const keys[] = {"doc", "arguments", "doc_hash", "prompt_hash",
                                       "target_hash"};
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const json_t *part = json_object_get(at->value, keys[k]);
        if (part != NULL &&
            json_dump_callback(part, add_to_hash, &hash, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
            return no_memory(err);
        add_to_hash("\n", 1, &hash);
    }
    snprintf(question, 24, "%016" PRIx64, hash);
    return GG_OK;
}

/* The questions read under that name, of the file where files do not tell their task; NULL when
 * memory is short. */
static json_t *questions_of(reader *r, const gg_json_place *at, const char *id) {
    json_t *of_file = r->seen;
    if (strchr(id, '/') == NULL) {
        of_file = json_object_get(r->seen, at->file);
        if (of_file == NULL && json_object_set_new(r->seen, at->file, json_object()) == 0)
            of_file = json_object_get(r->seen, at->file);
    }
    json_t *questions = json_object_get(of_file, id);
    if (questions == NULL && of_file != NULL &&
        json_object_set_new(of_file, id, json_object()) == 0)
        questions = json_object_get(of_file, id);
    return questions;
}

static void begin_file(reader *r, const char *file, const char *filter) {
    if (r->file == file)
        return;
    r->file = file;
    snprintf(r->filter, sizeof r->filter, "%s", filter);
}

/* Notes a question; *again is true when it has been read before, under this or another filter. The
 * `id` gets what tells it from others of that doc_id. */
static gg_status note(reader *r, const gg_json_place *at, char id[GG_RECORD_ID_SIZE], bool *again,
                      gg_error *err) {
    char filter[GG_RECORD_ID_SIZE], question[24];
    GG_TRY(name_of(at, id, filter, err));
    GG_TRY(question_of(at, question, err));
    begin_file(r, at->file, filter);
    json_t *questions = questions_of(r, at, id);
    const char *known = json_string_value(json_object_get(questions, question));
    *again = known != NULL;
    if (questions == NULL)
        return no_memory(err);
    if (known == NULL) {
        size_t part = json_object_size(questions), end = strlen(id);
        r->parted += part > 0;
        if (part > 0)
            end += (size_t)snprintf(id + end, GG_RECORD_ID_SIZE - end, "~%zu", part + 1);
        snprintf(id + end, GG_RECORD_ID_SIZE - end, "%s%.60s", filter[0] != '\0' ? ":" : "",
                 filter);
        return json_object_set_new(questions, question, json_string(filter)) == 0 ? GG_OK
                                                                                  : no_memory(err);
    }
    bool same = strcmp(known, filter) == 0;
    r->repeated += same;
    r->filtered += !same;
    if (!same && strcmp(filter, r->filter) == 0)
        return gg_json_refuse(at, err,
                              "doc_id %s stands first under filter \"%.40s\", others under "
                              "\"%.40s\": keep the records of one",
                              id, known, filter);
    return GG_OK;
}

/* A number, or one written as text, as this program writes all of them; NaN too. */
static gg_status read_log_p(const gg_json_place *at, double *log_p, gg_error *err) {
    const char *text = json_string_value(at->value);
    *log_p = -INFINITY;
    if (text == NULL)
        return gg_json_number(at, log_p, err);
    if (gg_json_not_finite(text, log_p) || gg_parse_double(text, log_p))
        return GG_OK;
    return gg_json_expected(at, "a log-probability", err);
}

/* The place of option k's log-probability: options[k][0], within [k][0] for unfiltered ones. */
static gg_status read_option(const gg_json_place *options, size_t k, double *log_p, gg_error *err) {
    gg_json_place option = gg_json_item(options, k), pair = gg_json_item(&option, 0);
    gg_json_place inner = gg_json_item(&pair, 0);
    if (json_is_array(option.value))
        return read_log_p(json_is_array(pair.value) ? &inner : &pair, log_p, err);
    return gg_json_expected(&option, "[log-probability, is greedy]", err);
}

/* What option k was asked for: part 0 is the context, 1 the continuation. */
static const char *asked(const gg_json_place *at, size_t k, size_t part) {
    const json_t *all = json_object_get(at->value, "arguments");
    char name[32], key[8];
    snprintf(name, sizeof name, "gen_args_%zu", k);
    snprintf(key, sizeof key, "arg_%zu", part);
    const json_t *pair = json_is_object(all) ? json_object_get(all, name) : json_array_get(all, k);
    return json_string_value(json_is_object(pair) ? json_object_get(pair, key)
                                                  : json_array_get(pair, part));
}

static bool is_unconditional(const gg_json_place *at, size_t k) {
    const char *context = asked(at, k, 0);
    return context != NULL && context[0] == '\0';
}

/* For its mutual information every option is asked for a second time, without a context: `n`
 * options are half of what stands there then. */
static bool asks_twice(const gg_json_place *at, size_t n) {
    size_t bare = 0;
    for (size_t k = 0; k < n; k++)
        bare += is_unconditional(at, k);
    bool has_arguments = asked(at, 0, 0) != NULL;
    return n % 2 == 0 &&
           (has_arguments ? bare == n / 2 : json_object_get(at->value, "acc_mutual_info") != NULL);
}

static gg_status make_room(reader *r, size_t n, gg_error *err) {
    if (n <= r->size)
        return GG_OK;
    gg_candidate *candidates = gg_realloc(r->candidates, r->size, n, sizeof *candidates);
    if (candidates == NULL)
        return no_memory(err);
    r->candidates = candidates;
    r->size = n;
    return GG_OK;
}

/* Log-probabilities of the options into r->candidates; *count of them. */
static gg_status collect_options(reader *r, const gg_json_place *at, const gg_json_place *options,
                                 size_t *count, gg_error *err) {
    size_t n = gg_json_count(options);
    bool twice = asks_twice(at, n), has_arguments = asked(at, 0, 0) != NULL;
    *count = 0;
    GG_TRY(make_room(r, n, err));
    for (size_t k = 0; k < n; k++) {
        gg_candidate *c = &r->candidates[*count];
        if (twice && (has_arguments ? is_unconditional(at, k) : k >= n / 2))
            continue;
        *c = (gg_candidate){.id = (int64_t)*count};
        GG_TRY(read_option(options, k, &c->value, err));
        (*count)++;
    }
    return GG_OK;
}

/* The options as one token's candidates, normalised; *reason says why that is not possible. */
static gg_status read_options(reader *r, const gg_json_place *at, const char **reason,
                              gg_error *err) {
    gg_json_place filtered = gg_json_key(at, "filtered_resps"), all = gg_json_key(at, "resps");
    gg_json_place first = gg_json_item(&filtered, 0);
    const gg_json_place *options = json_is_array(first.value) ? &filtered : &all;
    size_t n = 0;
    double largest = -INFINITY, sum = 0.0;
    *reason = gg_json_given(options) ? NULL
              : gg_record_failed(at) ? GG_REQUEST_FAILED
                                     : "no responses";
    if (*reason != NULL)
        return GG_OK;
    GG_TRY(gg_json_array(options, err));
    *reason = "fewer than two options: no multiple choice";
    if (gg_json_count(options) < 2)
        return GG_OK;
    GG_TRY(collect_options(r, at, options, &n, err));
    if (n < 2)
        return GG_OK;
    *reason = NULL;
    for (size_t k = 0; k < n; k++) {
        if (isnan(r->candidates[k].value) || r->candidates[k].value == INFINITY)
            *reason = "a log-probability is not a number";
        if (r->candidates[k].value > largest)
            largest = r->candidates[k].value;
    }
    if (*reason == NULL && largest == -INFINITY)
        *reason = "no option has a probability";
    if (*reason != NULL)
        return GG_OK;
    for (size_t k = 0; k < n; k++)
        sum += exp(r->candidates[k].value - largest);
    for (size_t k = 0; k < n; k++)
        r->candidates[k].value = r->candidates[k].value - largest - log(sum);
    return gg_import_sink_token(r->sink, GG_VALUES_LOGPROBS, r->candidates, n, NULL, err);
}

static gg_status read_facts(const reader *r, const gg_json_place *at, gg_import_query *query,
                            gg_error *err) {
    static const char *const metrics[] = {"acc", "exact_match", NULL};
    gg_json_place correct = gg_json_any_key(at, metrics), arguments = gg_json_key(at, "arguments"),
                  first = gg_json_key(&arguments, "gen_args_0"), list = gg_json_item(&arguments, 0),
                  named = gg_json_key(&first, "arg_0"), listed = gg_json_item(&list, 0);
    const json_t *prompt = named.value != NULL ? named.value : listed.value;
    if (json_is_string(prompt))
        query->prompt_bytes = (double)json_string_length(prompt);
    return gg_record_flag(&correct, &query->correct[r->side], err);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    reader *r = state;
    const char *reason = NULL;
    bool again = false;
    gg_record record;
    (void)stream;
    GG_TRY(gg_json_object(at, err));
    GG_TRY(gg_record_begin(&record, at, NULL, err));
    GG_TRY(note(r, at, record.id, &again, err));
    if (again)
        return GG_OK;
    record.query.id = record.id;
    record.query.eos = GG_EOS_ABSENT;
    GG_TRY(read_facts(r, at, &record.query, err));
    GG_TRY(read_options(r, at, &reason, err));
    return reason != NULL ? gg_import_sink_skip_query(r->sink, &record.query, reason, err)
                          : gg_import_sink_end_query(r->sink, &record.query, err);
}

static void tell(const reader *r) {
    if (r->repeated > 0)
        gg_import_sink_warn(r->sink, "%zu questions stand there more than once: the first is taken",
                            r->repeated);
    if (r->filtered > 0)
        gg_import_sink_warn(r->sink,
                            "questions stand there under several filters: those of \"%s\" are "
                            "taken, %zu others left out",
                            r->filter[0] != '\0' ? r->filter : "none", r->filtered);
    if (r->parted > 0)
        gg_import_sink_warn(r->sink,
                            "%zu questions have the doc_id of another one (several tasks in one "
                            "file?): they are numbered (~2, ...)",
                            r->parted);
}

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.sink = job->sink, .side = job->options->side, .seen = json_object()};
    gg_record_walk walk = {.levels = 1, .value = read_value, .state = &r};
    gg_status status = r.seen != NULL ? gg_import_walk(job, &walk, err) : no_memory(err);
    if (status == GG_OK)
        tell(&r);
    json_decref(r.seen);
    gg_free(r.candidates);
    return status;
}

const gg_importer gg_importer_lm_eval = {
    .name = "lm-eval",
    .summary = "lm-evaluation-harness --log_samples of multiple-choice tasks",
    .signs = {.keys = {"doc_id"}},
    .run = run};
