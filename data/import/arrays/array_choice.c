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
        if (found != GG_NO_ARRAY && is_candidates(store, (size_t)found, choice))
            return true;
    }
    return false;
}

/* Float arrays with rows, whose places go to the list; `taken` of them. */
static size_t count_likely(gg_array_store *store, size_t *last) {
    size_t n = 0;
    for (size_t k = 0; k < store->count; k++) {
        gg_array *array = NULL;
        if (store->open(store, k, &array, NULL) != GG_OK)
            continue;
        if (array->rank >= 2 && gg_number_is_float(array->number)) {
            n++;
            *last = k;
        }
        gg_array_close(array);
    }
    return n;
}

/* The only float array with rows, where nothing has a known name. */
static gg_status choose_only(gg_array_store *store, size_t *chosen, gg_error *err) {
    size_t candidates = count_likely(store, chosen);
    if (store->count == 1)
        *chosen = 0;
    if (candidates == 1 || store->count == 1)
        return GG_OK;
    return no_choice(store,
                     candidates == 0 ? "has no array of logits that could be told by its shape"
                                     : "has several arrays that could be logits: --logits NAME",
                     err);
}

static gg_status find(const gg_import_job *job, gg_array_store *store, gg_array_choice *choice,
                      gg_error *err) {
    const char *asked = job->options->logits;
    long found =
        asked != NULL ? gg_array_store_find(store, asked) : find_known(job, store, "logits");
    *choice = (gg_array_choice){.role = GG_ARRAY_LOGITS, .ids = GG_NO_ARRAY};
    if (asked != NULL && found == GG_NO_ARRAY) {
        char reason[128];
        snprintf(reason, sizeof reason, "has no array '%.80s'", asked);
        return no_choice(store, reason, err);
    }
    if (found != GG_NO_ARRAY && is_candidates(store, (size_t)found, choice))
        return GG_OK;
    choice->chosen = (size_t)found;
    if (found != GG_NO_ARRAY)
        return GG_OK;
    found = find_known(job, store, "hidden");
    if (found != GG_NO_ARRAY &&
        gg_array_store_find_beside(store, (size_t)found, "lm_head") != GG_NO_ARRAY) {
        choice->role = GG_ARRAY_HIDDEN;
        choice->chosen = (size_t)found;
        return GG_OK;
    }
    if (find_candidates(job, store, choice))
        return GG_OK;
    return choose_only(store, &choice->chosen, err);
}

gg_status gg_array_choose(gg_import_job *job, gg_array_store *store, bool tells,
                          gg_array_choice *choice, gg_error *err) {
    static const char *const kinds[] = {[GG_VALUES_LOGITS] = "logits",
                                        [GG_VALUES_LOGPROBS] = "log-probabilities",
                                        [GG_VALUES_PROBS] = "probabilities"};
    const gg_import_options *o = job->options;
    size_t last = 0;
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
    bool had_choice = o->logits == NULL && choice->role != GG_ARRAY_HIDDEN && store->count > 1 &&
                      count_likely(store, &last) > 1;
    gg_import_values said = o->values != GG_VALUES_DEFAULT ? o->values : choice->values;
    if (tells && (had_choice || (choice->values != GG_VALUES_LOGITS && o->logits == NULL)))
        gg_import_sink_warn(job->sink, "%s: %s is taken, as %s%s", store->path,
                            store->names[choice->chosen], kinds[said],
                            had_choice ? " (--logits NAME takes another array)" : "");
    return GG_OK;
}
