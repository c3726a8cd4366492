/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/completion_pieces.h"

#include <stdint.h>
#include <string.h>

bool gg_is_piece(const json_t *value) {
    const char *object = json_string_value(json_object_get(value, "object"));
    const json_t *choices = json_object_get(value, "choices");
    size_t n = object != NULL ? strlen(object) : 0, k;
    const json_t *choice;
    if (n > 6 && strcmp(object + n - 6, ".chunk") == 0)
        return true;
    json_array_foreach(choices, k, choice) {
        const json_t *reason = json_object_get(choice, "finish_reason");
        if (json_object_get(choice, "delta") != NULL)
            return true;
        if (object != NULL && strcmp(object, "text_completion") == 0 && json_is_null(reason))
            return true;
    }
    return false;
}

static gg_status no_memory(gg_error *err) {
    return gg_fail(err, GG_E_NOMEM, "out of memory");
}

/* The joined choice of that number, made at first sight; NULL when memory is short. */
static json_t *choice_of(json_t *choices, json_int_t number) {
    size_t k;
    json_t *choice;
    json_array_foreach(choices, k, choice) {
        if (json_integer_value(json_object_get(choice, "index")) == number)
            return choice;
    }
    choice = json_object();
    if (choice == NULL || json_object_set_new(choice, "index", json_integer(number)) != 0 ||
        json_array_append_new(choices, choice) != 0)
        return NULL;
    return choice;
}

/* Lists under the same key follow one another. */
static gg_status join_logprobs(json_t *choice, const json_t *piece, gg_error *err) {
    json_t *all = json_object_get(choice, "logprobs");
    if (!json_is_object(piece))
        return GG_OK;
    if (all == NULL && (json_object_set_new(choice, "logprobs", json_object()) != 0 ||
                        (all = json_object_get(choice, "logprobs")) == NULL))
        return no_memory(err);
    for (void *at = json_object_iter((json_t *)(uintptr_t)piece); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)piece, at)) {
        const char *key = json_object_iter_key(at);
        json_t *list = json_object_iter_value(at), *joined = json_object_get(all, key);
        if (!json_is_array(list))
            continue;
        if (joined == NULL && (json_object_set_new(all, key, json_array()) != 0 ||
                               (joined = json_object_get(all, key)) == NULL))
            return no_memory(err);
        if (json_array_extend(joined, list) != 0)
            return no_memory(err);
    }
    return GG_OK;
}

static gg_status join_choice(json_t *choices, const gg_json_place *piece, gg_error *err) {
    enum { MOST_CHOICES = 1 << 14 };
    static const char *const kept[] = {"finish_reason", "stop_reason"};
    gg_json_place index = gg_json_key(piece, "index");
    json_int_t number = 0;
    GG_TRY(gg_json_object(piece, err));
    if (gg_json_given(&index))
        GG_TRY(gg_json_integer(&index, 0, MOST_CHOICES, &number, err));
    json_t *choice = choice_of(choices, number);
    if (choice == NULL)
        return no_memory(err);
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        json_t *value = json_object_get(piece->value, kept[k]);
        if (value != NULL && !json_is_null(value) && json_object_set(choice, kept[k], value) != 0)
            return no_memory(err);
    }
    return join_logprobs(choice, json_object_get(piece->value, "logprobs"), err);
}

/* An answer without choices, with the piece's name. */
static json_t *new_answer(const json_t *piece) {
    json_t *answer = json_object(), *id = json_object_get(piece, "id"),
           *object = json_object_get(piece, "object");
    if (answer == NULL || json_object_set_new(answer, "choices", json_array()) != 0 ||
        (object != NULL && json_object_set(answer, "object", object) != 0) ||
        (id != NULL && json_object_set(answer, "id", id) != 0)) {
        json_decref(answer);
        return NULL;
    }
    return answer;
}

gg_status gg_join_piece(json_t **joined, const gg_json_place *piece, gg_error *err) {
    gg_json_place choices = gg_json_key(piece, "choices");
    if (gg_json_given(&choices))
        GG_TRY(gg_json_array(&choices, err));
    json_t *usage = json_object_get(piece->value, "usage");
    if (*joined == NULL && (*joined = new_answer(piece->value)) == NULL)
        return no_memory(err);
    if (json_is_object(usage) && json_object_set(*joined, "usage", usage) != 0)
        return no_memory(err);
    for (size_t k = 0; k < gg_json_count(&choices); k++) {
        gg_json_place choice = gg_json_item(&choices, k);
        GG_TRY(join_choice(json_object_get(*joined, "choices"), &choice, err));
    }
    return GG_OK;
}
