/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lm-evaluation-harness' --log_samples: of every multiple-choice question the log-probability of
 * each option. The softmax over the options is the distribution of the query's one token.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/records/import_records.h"
#include "models/base/alloc.h"
#include "models/base/parse.h"

typedef struct reader {
    gg_import_sink *sink;
    gg_side side;
    json_t *seen; /* names of the questions read */
    size_t repeated;
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

/* The question's name, from task, doc_id and, where it says something, filter. */
static gg_status name_of(const gg_json_place *at, char id[GG_RECORD_ID_SIZE], gg_error *err) {
    gg_json_place doc = gg_json_key(at, "doc_id"), filter = gg_json_key(at, "filter");
    char doc_id[GG_RECORD_ID_SIZE], filter_name[GG_RECORD_ID_SIZE], task[GG_RECORD_ID_SIZE];
    GG_TRY(gg_record_id(&doc, doc_id, err));
    if (doc_id[0] == '\0')
        return gg_json_expected(&doc, "a number or text", err);
    GG_TRY(gg_record_id(&filter, filter_name, err));
    bool plain = filter_name[0] == '\0' || strcmp(filter_name, "none") == 0;
    task_of(at->file, task, sizeof task);
    snprintf(id, GG_RECORD_ID_SIZE, "%.100s%.80s%s%.70s", task, doc_id, plain ? "" : ":",
             plain ? "" : filter_name);
    return GG_OK;
}

/* Notes a question; *again is true when it has been read before. Files that do not tell their task
 * have questions of their own. */
static gg_status note(reader *r, const gg_json_place *at, const char *id, bool *again,
                      gg_error *err) {
    json_t *of_file = r->seen;
    if (strchr(id, '/') == NULL) {
        of_file = json_object_get(r->seen, at->file);
        if (of_file == NULL && (json_object_set_new(r->seen, at->file, json_object()) != 0 ||
                                (of_file = json_object_get(r->seen, at->file)) == NULL))
            return no_memory(err);
    }
    *again = json_object_get(of_file, id) != NULL;
    if (*again)
        r->repeated++;
    else if (json_object_set_new(of_file, id, json_true()) != 0)
        return no_memory(err);
    return GG_OK;
}

/* A number, or one written as text, as this program writes all of them. */
static gg_status read_log_p(const gg_json_place *at, double *log_p, gg_error *err) {
    const char *text = json_string_value(at->value);
    *log_p = -INFINITY;
    if (text == NULL)
        return gg_json_number(at, log_p, err);
    if (strcmp(text, "-inf") == 0 || strcmp(text, "-Infinity") == 0 || gg_parse_double(text, log_p))
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

/* The options as one token's candidates, normalised; *reason says why that is not possible. */
static gg_status read_options(reader *r, const gg_json_place *at, const char **reason,
                              gg_error *err) {
    gg_json_place filtered = gg_json_key(at, "filtered_resps"), all = gg_json_key(at, "resps");
    gg_json_place first = gg_json_item(&filtered, 0);
    const gg_json_place *options = json_is_array(first.value) ? &filtered : &all;
    size_t n = gg_json_count(options);
    double largest = -INFINITY, sum = 0.0;
    *reason = NULL;
    GG_TRY(gg_json_array(options, err));
    if (n < 2) {
        *reason = "fewer than two options: no multiple choice";
        return GG_OK;
    }
    GG_TRY(make_room(r, n, err));
    for (size_t k = 0; k < n; k++) {
        gg_candidate *c = &r->candidates[k];
        *c = (gg_candidate){.id = (int64_t)k};
        GG_TRY(read_option(options, k, &c->value, err));
        if (c->value > largest)
            largest = c->value;
    }
    if (largest == -INFINITY) {
        *reason = "no option has a probability";
        return GG_OK;
    }
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
    GG_TRY(name_of(at, record.id, err));
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

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.sink = job->sink, .side = job->options->side, .seen = json_object()};
    gg_record_walk walk = {.levels = 1, .value = read_value, .state = &r};
    gg_status status = r.seen != NULL ? gg_import_walk(job, &walk, err) : no_memory(err);
    if (status == GG_OK && r.repeated > 0)
        gg_import_sink_warn(job->sink,
                            "%zu questions stand there more than once: the first is "
                            "taken",
                            r.repeated);
    json_decref(r.seen);
    gg_free(r.candidates);
    return status;
}

const gg_importer gg_importer_lm_eval = {
    .name = "lm-eval",
    .summary = "lm-evaluation-harness --log_samples of multiple-choice tasks",
    .signs = {.keys = {"doc_id"}},
    .run = run};
