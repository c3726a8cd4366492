/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/arrays/array_choice.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LIST_SIZE = 400, NAME_SIZE = 64 };

/* Arrays of candidates, and of their ids, which stand beside them. Logits say nothing of the words
 * that are not listed. */
static const struct {
    const char *name;
    gg_import_values values;
    bool needs_ids; /* the name alone says little */
} candidate_names[] = {
    {"topk_values", GG_VALUES_LOGPROBS, false},    {"topk_logprobs", GG_VALUES_LOGPROBS, false},
    {"topk_log_probs", GG_VALUES_LOGPROBS, false}, {"top_k_values", GG_VALUES_LOGPROBS, false},
    {"top_k_logprobs", GG_VALUES_LOGPROBS, false}, {"top_logprobs", GG_VALUES_LOGPROBS, false},
    {"topk_probs", GG_VALUES_PROBS, false},        {"top_k_probs", GG_VALUES_PROBS, false},
    {"top_probs", GG_VALUES_PROBS, false},         {"topk_logits", GG_VALUES_LOGITS, false},
    {"top_k_logits", GG_VALUES_LOGITS, false},     {"top_logits", GG_VALUES_LOGITS, false},
    {"top_values", GG_VALUES_LOGPROBS, false},     {"values", GG_VALUES_LOGPROBS, true}};
static const char *const id_names[] = {
    "topk_ids",      "topk_indices", "topk_tokens", "topk_idx",    "topk_token_ids", "top_k_ids",
    "top_k_indices", "top_k_tokens", "top_ids",     "top_indices", "top_tokens",     "indices"};
enum {
    N_CANDIDATES = sizeof candidate_names / sizeof *candidate_names,
    N_IDS = sizeof id_names / sizeof *id_names
};

static gg_status no_choice(const gg_array_store *store, const char *reason, gg_error *err) {
    char names[LIST_SIZE];
    gg_array_store_list(store, names, sizeof names);
    return gg_fail(err, GG_E_INPUT, "%s: %s; it has %s", store->path, reason, names);
}

/* The last part of a path, in small letters. */
static void own_name(const char *path, char name[NAME_SIZE]) {
    const char *own = path;
    for (const char *c = path; *c != '\0'; c++)
        if ((*c == '/' || *c == '.') && c[1] != '\0')
            own = c + 1;
    size_t n = 0;
    for (; own[n] != '\0' && n + 1 < NAME_SIZE; n++)
        name[n] = (char)tolower((unsigned char)own[n]);
    name[n] = '\0';
}

/* What the numbers of an array of that name are. */
static gg_import_values values_of(const char *path) {
    char name[NAME_SIZE];
    own_name(path, name);
    if (strstr(name, "logit") != NULL)
        return GG_VALUES_LOGITS;
    if (strstr(name, "logprob") != NULL || strstr(name, "log_prob") != NULL ||
        strstr(name, "log_softmax") != NULL)
        return GG_VALUES_LOGPROBS;
    return strstr(name, "prob") != NULL || strstr(name, "softmax") != NULL ? GG_VALUES_PROBS
                                                                           : GG_VALUES_LOGITS;
}

/* Under its own name, or as one side's: "slm/logits", "slm.logits". */
static long find_known(const gg_import_job *job, const gg_array_store *store, const char *name) {
    static const char *const patterns[] = {"%.0s%s", "%s/%s", "%s.%s"};
    const char *side = gg_side_name(job->options->side);
    long found = GG_NO_ARRAY;
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns && found == GG_NO_ARRAY; k++) {
        char text[NAME_SIZE];
        snprintf(text, sizeof text, patterns[k], side, name);
        found = gg_array_store_find(store, text);
    }
    return found;
}

/* True where array `k` is one of candidates; their ids stand in *choice then. */
static bool is_candidates(const gg_array_store *store, size_t k, gg_array_choice *choice) {
    char name[NAME_SIZE];
    long ids = GG_NO_ARRAY;
    size_t known = 0;
    own_name(store->names[k], name);
    while (known < N_CANDIDATES && strcmp(name, candidate_names[known].name) != 0)
        known++;
    for (size_t i = 0; known < N_CANDIDATES && i < N_IDS && ids == GG_NO_ARRAY; i++)
        ids = gg_array_store_find_beside(store, k, id_names[i]);
    if (known == N_CANDIDATES || (candidate_names[known].needs_ids && ids == GG_NO_ARRAY))
        return false;
    *choice = (gg_array_choice){.role = GG_ARRAY_CANDIDATES,
                                .values = candidate_names[known].values,
                                .chosen = k,
                                .ids = ids};
    return true;
}

static bool find_candidates(const gg_import_job *job, const gg_array_store *store,
                            gg_array_choice *choice) {
    for (size_t k = 0; k < N_CANDIDATES; k++) {
        long found = find_known(job, store, candidate_names[k].name);
        if (found != GG_NO_ARRAY && choice->family.count == 0 &&
            is_candidates(store, (size_t)found, choice))
            return true;
    }
    return false;
}

/* What makes logits of hidden states, by the names that checkpoints give it. */
long gg_array_head_beside(const gg_array_store *store, size_t chosen, bool bias) {
    static const char *const names[2][3] = {{"lm_head", "lm_head.weight", "lm_head/weight"},
                                            {"lm_head_bias", "lm_head.bias", "lm_head/bias"}};
    long found = GG_NO_ARRAY;
    for (size_t k = 0; k < 3 && found == GG_NO_ARRAY; k++)
        found = gg_array_store_find_beside(store, chosen, names[bias][k]);
    return found;
}

static const char *const hidden_names[] = {"hidden", "hidden_states", "last_hidden_state", NULL};

static bool is_hidden(const char *path) {
    char name[NAME_SIZE];
    own_name(path, name);
    for (size_t k = 0; hidden_names[k] != NULL; k++)
        if (strcmp(name, hidden_names[k]) == 0)
            return true;
    return false;
}

/* Hidden states with what makes logits of them. */
static bool find_hidden(const gg_import_job *job, const gg_array_store *store,
                        gg_array_choice *choice) {
    for (size_t k = 0; hidden_names[k] != NULL; k++) {
        long found = find_known(job, store, hidden_names[k]);
        if (found == GG_NO_ARRAY ||
            gg_array_head_beside(store, (size_t)found, false) == GG_NO_ARRAY)
            continue;
        choice->role = GG_ARRAY_HIDDEN;
        choice->chosen = (size_t)found;
        return true;
    }
    return false;
}

/* Weights are no logits, whatever their shape. */
static bool is_weight(const char *name) {
    static const char *const endings[] = {"lm_head", "lm_head_bias", ".weight",     "/weight",
                                          ".bias",   "/bias",        "embed_tokens"};
    size_t length = strlen(name);
    for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) {
        size_t n = strlen(endings[k]);
        if (length >= n && strcmp(name + length - n, endings[k]) == 0)
            return true;
    }
    return false;
}

static gg_status refuse_weights(const gg_array_store *store, size_t k, gg_error *err) {
    return gg_fail(err, GG_E_INPUT,
                   "%s: %s: are weights of a model, not logits: save the logits it computes, or "
                   "its last hidden states as 'hidden' beside lm_head",
                   store->path, store->names[k]);
}

/* How many float arrays with rows there are, and the last of them. */
static gg_status count_likely(gg_array_store *store, bool has_dtype, size_t *n, size_t *last,
                              gg_error *err) {
    *n = 0;
    for (size_t k = 0; k < store->count; k++) {
        gg_array *array = NULL;
        gg_status status = store->open(store, k, &array, NULL);
        if (status == GG_E_NOMEM)
            return gg_fail(err, status, "%s: out of memory", store->path);
        if (status != GG_OK)
            continue;
        bool may_be_bits = has_dtype && gg_number_size(array->number) == 2;
        if (array->rank >= 2 && (gg_number_is_float(array->number) || may_be_bits) &&
            !is_weight(store->names[k])) {
            ++*n;
            *last = k;
        }
        gg_array_close(array);
    }
    return GG_OK;
}

/* The only float array with rows, or numbered ones, where nothing has a known name. */
static gg_status choose_only(gg_import_job *job, gg_array_store *store, gg_array_choice *choice,
                             gg_error *err) {
    size_t likely = 0;
    GG_TRY(count_likely(store, job->options->has_dtype, &likely, &choice->chosen, err));
    for (size_t k = 0; k < store->count; k++)
        if (is_weight(store->names[k]) && (store->count == 1 || strstr(store->names[k], "lm_head")))
            return refuse_weights(store, k, err);
    if (store->count == 1)
        choice->chosen = 0;
    if (likely == 1 || store->count == 1)
        return is_hidden(store->names[choice->chosen])
                   ? gg_fail(err, GG_E_INPUT,
                             "%s: %s: are hidden states, without an lm_head beside them",
                             store->path, store->names[choice->chosen])
                   : GG_OK;
    GG_TRY(gg_array_family_find(job, store, &choice->family, err));
    bool has_others = likely != (choice->family.has_rows ? choice->family.count : 0);
    if (choice->family.count > 0 && !has_others) {
        choice->chosen = choice->family.members[0];
        return GG_OK;
    }
    if (likely == 0)
        return no_choice(store, "has no array of logits that could be told by its shape", err);
    char reason[256], pattern[80];
    gg_array_family_pattern(store, choice->chosen, pattern, sizeof pattern);
    snprintf(reason, sizeof reason, "has several arrays that could be logits: --logits NAME%s%s%s",
             pattern[0] != '\0' ? " (or '" : "", pattern,
             pattern[0] != '\0' ? "' where each is a query)" : "");
    return no_choice(store, reason, err);
}

static gg_status find(gg_import_job *job, gg_array_store *store, gg_array_choice *choice,
                      gg_error *err) {
    const char *asked = job->options->logits;
    long found =
        asked != NULL ? gg_array_store_find(store, asked) : find_known(job, store, "logits");
    *choice = (gg_array_choice){.role = GG_ARRAY_LOGITS, .ids = GG_NO_ARRAY};
    if (found == GG_NO_ARRAY)
        GG_TRY(gg_array_family_match(job, store, &choice->family, err));
    if (choice->family.count > 0)
        found = (long)choice->family.members[0];
    if (asked != NULL && found == GG_NO_ARRAY) {
        char reason[128];
        snprintf(reason, sizeof reason, "has no array '%.80s'", asked);
        return no_choice(store, reason, err);
    }
    if (found != GG_NO_ARRAY && choice->family.count == 0 &&
        is_candidates(store, (size_t)found, choice))
        return GG_OK;
    choice->chosen = (size_t)found;
    if (found != GG_NO_ARRAY)
        return is_weight(store->names[found]) ? refuse_weights(store, (size_t)found, err) : GG_OK;
    if (find_hidden(job, store, choice) || find_candidates(job, store, choice))
        return GG_OK;
    return choose_only(job, store, choice, err);
}

gg_status gg_array_choose(gg_import_job *job, gg_array_store *store, bool tells,
                          gg_array_choice *choice, gg_error *err) {
    static const char *const kinds[] = {[GG_VALUES_LOGITS] = "logits",
                                        [GG_VALUES_LOGPROBS] = "log-probabilities",
                                        [GG_VALUES_PROBS] = "probabilities"};
    const gg_import_options *o = job->options;
    size_t last = 0, likely = 0;
    GG_TRY(find(job, store, choice, err));
    if (choice->role == GG_ARRAY_LOGITS)
        choice->values = values_of(store->names[choice->chosen]);
    if (choice->role == GG_ARRAY_HIDDEN)
        choice->values = GG_VALUES_LOGITS;
    if (choice->role == GG_ARRAY_CANDIDATES && choice->values == GG_VALUES_LOGITS &&
        o->values == GG_VALUES_DEFAULT)
        return gg_fail(err, GG_E_INPUT,
                       "%s: %s: the largest logits say nothing of the words that are not listed: "
                       "save log-probabilities, or --values logits takes the list for all words",
                       store->path, store->names[choice->chosen]);
    bool may_choose = o->logits == NULL && choice->role != GG_ARRAY_HIDDEN && store->count > 1 &&
                      choice->family.count == 0;
    if (may_choose)
        GG_TRY(count_likely(store, o->has_dtype, &likely, &last, err));
    bool had_choice = likely > 1;
    gg_import_values said = o->values != GG_VALUES_DEFAULT ? o->values : choice->values;
    if (tells && choice->family.count > 0)
        gg_array_family_tell(job, store, &choice->family);
    if (tells && (had_choice || (choice->values != GG_VALUES_LOGITS && o->logits == NULL)))
        gg_import_sink_warn(job->sink, "%s: %s is taken, as %s%s", store->path,
                            store->names[choice->chosen], kinds[said],
                            had_choice ? " (--logits NAME takes another array)" : "");
    return GG_OK;
}

gg_status gg_array_take_bits(gg_import_job *job, gg_array *a, gg_error *err) {
    const gg_import_options *o = job->options;
    bool is_void = a->number == GG_NUMBER_VOID16;
    if (is_void && !o->has_dtype)
        return gg_fail(err, GG_E_USAGE,
                       "%s: holds 2-byte numbers of unknown type: --dtype bf16 takes them for "
                       "bfloat16",
                       a->place);
    if (!o->has_dtype || (!is_void && a->number != GG_NUMBER_U16 && a->number != GG_NUMBER_I16))
        return GG_OK;
    if (gg_dtype_size(o->dtype) != 2)
        return gg_fail(err, GG_E_USAGE, "%s: holds 2-byte numbers, not %s", a->place,
                       gg_dtype_name(o->dtype));
    if (!is_void)
        gg_import_sink_warn(job->sink, "%s: holds %s, taken for the bits of %s numbers", a->place,
                            gg_number_name(a->number), gg_dtype_name(o->dtype));
    a->number = (gg_number)o->dtype;
    return GG_OK;
}
