/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Routing benchmarks such as LLMRouterBench: what each of several models scored on each prompt.
 * Two of the models are chosen; a score of 0 or 1 is whether their answer is right. Records of one
 * model a file ({"records": [{"index", "score", ..}, ..]}), records that name their model, and
 * records of a prompt with all models ({"scores": {"<model>": 1, ..}}).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/import/records/import_records.h"

typedef struct reader {
    const gg_import_job *job;
    size_t source;
    char names[GG_N_SIDES][GG_RECORD_ID_SIZE]; /* of the models; empty: not known yet */
    json_t *scores;                            /* id: [small, large, prompt bytes], null: none */
    bool has_cost;
} reader;

static const char *const model_keys[] = {"model", "model_name", NULL};
static const char *const id_keys[] = {"id",        "index",       "sample_id", "query_id",
                                      "prompt_id", "question_id", NULL};
static const char *const dataset_keys[] = {"dataset", "dataset_name", "eval_name", NULL};
static const char *const map_keys[] = {"scores", "models", "responses", "results", NULL};

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

/* True where a folder or the file of the path has the model's name. */
static bool is_in_path(const char *path, const char *model) {
    size_t n = strlen(model);
    for (const char *at = path; (at = strstr(at, model)) != NULL; at++)
        if ((at == path || at[-1] == '/') && (at[n] == '/' || at[n] == '.'))
            return true;
    return false;
}

/* Which of the two models a record is of; *side is GG_N_SIDES where it is of neither. */
static gg_status side_of(reader *r, const gg_json_place *at, const char *model, int *side,
                         gg_error *err) {
    const gg_import_job *job = r->job;
    *side = 0;
    if (job->options->models != NULL) {
        while (*side < GG_N_SIDES &&
               (model[0] != '\0' ? strcmp(model, r->names[*side]) != 0
                                 : !is_in_path(job->sources[r->source], r->names[*side])))
            ++*side;
        return GG_OK;
    }
    /* The order of two files tells, unless it is no longer the one they were named in. */
    if (job->n_sources != GG_N_SIDES || gg_import_sink_counts(job->sink)->natural_order)
        return gg_json_refuse(at, err,
                              "several models' scores: --models SLM,LLM says which two (here one "
                              "is \"%.60s\")",
                              model);
    *side = (int)r->source;
    char *known = r->names[*side];
    if (known[0] != '\0' && strcmp(known, model) != 0)
        return gg_json_refuse(
            at, err,
            "is of \"%.60s\" where those above are of \"%.60s\": --models SLM,LLM "
            "says which two are meant",
            model, known);
    snprintf(known, GG_RECORD_ID_SIZE, "%s", model);
    return GG_OK;
}

/* The query's name: "dataset/index". */
static gg_status name_of(const gg_json_place *root, const gg_json_place *at, char *name,
                         size_t size, gg_error *err) {
    gg_json_place own = gg_json_any_key(at, id_keys), set = gg_json_any_key(at, dataset_keys),
                  set_of_all = gg_json_any_key(root, dataset_keys);
    char id[GG_RECORD_ID_SIZE], dataset[GG_RECORD_ID_SIZE];
    GG_TRY(gg_record_id(&own, id, err));
    GG_TRY(gg_record_id(gg_json_given(&set) ? &set : &set_of_all, dataset, err));
    if (id[0] == '\0')
        return gg_json_expected(&own, "a number or text that is the same for all models", err);
    snprintf(name, size, "%s%s%s", dataset, dataset[0] != '\0' ? "/" : "", id);
    return strlen(name) < GG_RECORD_ID_SIZE ? GG_OK : gg_json_refuse(at, err, "too long a name");
}

static gg_status note(reader *r, const char *name, const gg_json_place *at, int side,
                      const gg_json_place *value, gg_error *err) {
    gg_json_place inner = gg_json_key(value, "score");
    const gg_json_place *score = json_is_object(value->value) ? &inner : value;
    double correct = NAN, bytes = gg_record_prompt_bytes(at);
    GG_TRY(gg_record_flag(score, &correct, err));
    if (isnan(correct))
        return gg_json_expected(score, "a score of 0 or 1", err);
    json_t *entry = json_object_get(r->scores, name);
    if (entry == NULL) {
        entry = json_pack("[n,n,n]");
        if (entry == NULL || json_object_set_new(r->scores, name, entry) != 0)
            return no_memory(err);
    }
    if (!json_is_null(json_array_get(entry, (size_t)side)))
        return gg_json_refuse(at, err, "\"%.60s\" has a score of the %s model already", name,
                              side == GG_SLM ? "small" : "large");
    if (json_array_set_new(entry, (size_t)side, json_real(correct)) != 0 ||
        (!isnan(bytes) && json_array_set_new(entry, GG_N_SIDES, json_real(bytes)) != 0))
        return no_memory(err);
    return GG_OK;
}

static gg_status read_model(reader *r, const char *name, const gg_json_place *at,
                            const gg_json_place *value, const char *model, gg_error *err) {
    int side;
    GG_TRY(side_of(r, value, model, &side, err));
    return side < GG_N_SIDES ? note(r, name, at, side, value, err) : GG_OK;
}

/* A prompt with all models: an object of them, or an array of objects that name theirs. */
static gg_status read_models(reader *r, const char *name, const gg_json_place *at,
                             const gg_json_place *models, gg_error *err) {
    char model[GG_RECORD_ID_SIZE];
    for (size_t k = 0; k < gg_json_count(models); k++) {
        gg_json_place value = gg_json_item(models, k), key = gg_json_any_key(&value, model_keys);
        GG_TRY(gg_json_object(&value, err));
        GG_TRY(gg_record_id(&key, model, err));
        GG_TRY(read_model(r, name, at, &value, model, err));
    }
    for (void *i = json_object_iter((json_t *)(uintptr_t)models->value); i != NULL;
         i = json_object_iter_next((json_t *)(uintptr_t)models->value, i)) {
        const char *key = json_object_iter_key(i);
        gg_json_place value = gg_json_key(models, key);
        GG_TRY(read_model(r, name, at, &value, key, err));
    }
    return GG_OK;
}

static gg_status read_record(reader *r, const gg_json_place *root, const gg_json_place *at,
                             gg_error *err) {
    char name[2 * GG_RECORD_ID_SIZE + 2], model[GG_RECORD_ID_SIZE];
    gg_json_place own = gg_json_any_key(at, model_keys), all = gg_json_any_key(root, model_keys),
                  models = gg_json_any_key(at, map_keys), score = gg_json_key(at, "score");
    GG_TRY(gg_json_object(at, err));
    GG_TRY(name_of(root, at, name, sizeof name, err));
    r->has_cost = r->has_cost || json_object_get(at->value, "cost") != NULL;
    if (!gg_json_given(&score) && (json_is_object(models.value) || json_is_array(models.value)))
        return read_models(r, name, at, &models, err);
    GG_TRY(gg_record_id(gg_json_given(&own) ? &own : &all, model, err));
    return read_model(r, name, at, at, model, err);
}

static gg_status read_value(void *state, gg_json_stream *stream, const gg_json_place *at,
                            gg_error *err) {
    reader *r = state;
    gg_json_place records = gg_json_key(at, "records");
    (void)stream;
    GG_TRY(gg_json_object(at, err));
    if (!json_is_array(records.value))
        return read_record(r, at, at, err);
    for (size_t k = 0; k < gg_json_count(&records); k++) {
        gg_json_place record = gg_json_item(&records, k);
        GG_TRY(read_record(r, at, &record, err));
    }
    return GG_OK;
}

/* Every prompt that both models answered. */
static gg_status pour(reader *r, gg_error *err) {
    gg_import_sink *sink = r->job->sink;
    const char *name;
    json_t *entry;
    if (json_object_size(r->scores) == 0)
        return gg_fail(err, GG_E_INPUT, "%s: has no score of a model that was asked for",
                       r->job->sources[0]);
    json_object_foreach(r->scores, name, entry) {
        gg_import_query query = gg_import_query_init();
        if (gg_import_sink_full(sink))
            break;
        query.id = name;
        query.place = r->job->sources[0];
        bool both = true;
        for (int side = 0; side < GG_N_SIDES; side++) {
            const json_t *score = json_array_get(entry, (size_t)side);
            both = both && json_is_real(score);
            query.correct[side] = json_real_value(score);
        }
        if (json_is_real(json_array_get(entry, GG_N_SIDES)))
            query.prompt_bytes = json_real_value(json_array_get(entry, GG_N_SIDES));
        GG_TRY(both ? gg_import_sink_end_query(sink, &query, err)
                    : gg_import_sink_skip_query(sink, &query, "one of the two models has no score",
                                                err));
    }
    if (r->has_cost)
        gg_import_sink_warn(sink, "costs are left out: a dataset has no column for them");
    return GG_OK;
}

static gg_status take_names(reader *r, gg_error *err) {
    const char *names = r->job->options->models, *comma = names != NULL ? strchr(names, ',') : NULL;
    if (names == NULL)
        return GG_OK;
    size_t n = comma != NULL ? (size_t)(comma - names) : 0;
    if (n == 0 || n >= GG_RECORD_ID_SIZE || comma[1] == '\0' ||
        strlen(comma + 1) >= GG_RECORD_ID_SIZE || strchr(comma + 1, ',') != NULL)
        return gg_fail(err, GG_E_USAGE, "models: '%.80s' is not SLM,LLM: two names", names);
    snprintf(r->names[GG_SLM], GG_RECORD_ID_SIZE, "%.*s", (int)n, names);
    snprintf(r->names[GG_LLM], GG_RECORD_ID_SIZE, "%s", comma + 1);
    return GG_OK;
}

static gg_status run(gg_import_job *job, gg_error *err) {
    reader r = {.job = job};
    gg_record_walk walk = {.levels = 1, .value = read_value, .state = &r};
    GG_TRY(take_names(&r, err));
    r.scores = json_object();
    gg_status status = r.scores != NULL ? GG_OK : no_memory(err);
    for (; status == GG_OK && r.source < job->n_sources; r.source++)
        status = gg_import_walk_one(job, &walk, job->sources[r.source], err);
    if (status == GG_OK)
        status = pour(&r, err);
    json_decref(r.scores);
    return status;
}

const gg_importer gg_importer_router_bench = {
    .name = "router-bench",
    .summary = "LLMRouterBench and its like: scores of two models (--models, or two files)",
    .signs = {.keys = {"origin_query"},
              .together = {"model", "score", "cost"},
              .unless = {"alpha", "p_top2", "logits", "top_logprobs"}},
    .run = run};
