/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/import/records/logprob_lists_internal.h"

#include <math.h>
#include <string.h>

#include "models/base/parse.h"

const gg_entry_keys gg_openai_keys = {
    "token", "token", "logprob", "top_logprobs", GG_VALUES_LOGPROBS, 2, NULL};

/* The id in a text "token_id:<n>", or GG_NO_TOKEN_ID. */
static int64_t id_in(const char *text, size_t size) {
    static const char prefix[] = "token_id:";
    const size_t skip = sizeof prefix - 1;
    char digits[16];
    int64_t id;
    if (size <= skip || size - skip >= sizeof digits || memcmp(text, prefix, skip) != 0)
        return GG_NO_TOKEN_ID;
    memcpy(digits, text + skip, size - skip);
    digits[size - skip] = '\0';
    return gg_parse_integer(digits, 0, INT32_MAX, &id) ? id : GG_NO_TOKEN_ID;
}

/* Bytes tell tokens apart whose text was cut to valid UTF-8. */
static gg_status read_bytes(gg_logprob_lists *l, const gg_json_place *at, gg_error *err) {
    size_t n = gg_json_count(at);
    GG_TRY(gg_json_array(at, err));
    GG_TRY(gg__lists_spell(l, n, err));
    for (size_t k = 0; k < n; k++) {
        gg_json_place byte = gg_json_item(at, k);
        json_int_t value = 0;
        GG_TRY(gg_json_integer(&byte, 0, 255, &value, err));
        l->bytes[l->used + k] = (char)(unsigned char)value;
    }
    return GG_OK;
}

gg_status gg__lists_push_token(gg_logprob_lists *l, const gg_entry_keys *keys, const char *key,
                               const gg_json_place *entry, double value, gg_error *err) {
    gg_json_place token = gg_json_key(entry, key), bytes = gg_json_key(entry, "bytes"),
                  id = gg_json_key(entry, keys->id != NULL ? keys->id : "id");
    gg_candidate c = {.value = value, .id = GG_NO_TOKEN_ID};
    size_t spelt = GG__NOT_SPELT;
    if (gg_json_given(&id)) {
        GG_TRY(gg__lists_id(&id, &c.id, err));
        return gg__lists_push(l, c, spelt, err);
    }
    GG_TRY(gg_json_text(&token, &c.text, &c.text_size, err));
    if ((c.id = id_in(c.text, c.text_size)) != GG_NO_TOKEN_ID) {
        c.text = NULL;
        return gg__lists_push(l, c, spelt, err);
    }
    if (gg_json_given(&bytes) && gg_json_count(&bytes) > 0) {
        GG_TRY(read_bytes(l, &bytes, err));
        spelt = l->used;
        c.text_size = gg_json_count(&bytes);
        l->used += c.text_size;
    }
    return gg__lists_push(l, c, spelt, err);
}

static gg_status read_candidates(gg_logprob_lists *l, const gg_entry_keys *keys,
                                 const gg_json_place *list, gg_error *err) {
    if (gg_json_given(list))
        GG_TRY(gg_json_array(list, err));
    size_t n = gg_json_count(list);
    for (size_t k = 0; k < n; k++) {
        gg_json_place candidate = gg_json_item(list, k), at = gg_json_key(&candidate, keys->value);
        double value = 0.0;
        GG_TRY(gg_json_object(&candidate, err));
        GG_TRY(gg__lists_value(l, &at, &value, err));
        GG_TRY(gg__lists_push_token(l, keys, keys->token, &candidate, value, err));
    }
    return GG_OK;
}

/* Where the generated token comes without a value, that of the candidate with its text. */
static double value_by_text(const gg_logprob_lists *l, const gg_json_place *token) {
    const char *text = json_string_value(token->value);
    size_t size = json_string_length(token->value);
    for (size_t k = 0; text != NULL && k < l->n; k++)
        if (l->list[k].text != NULL && l->list[k].text_size == size &&
            memcmp(l->list[k].text, text, size) == 0)
            return l->list[k].value;
    return NAN;
}

gg_status gg_logprob_lists_entries(gg_logprob_lists *l, const gg_entry_keys *keys,
                                   const gg_json_place *entries, gg_error *err) {
    GG_TRY(gg_json_array(entries, err));
    size_t n = gg_json_count(entries);
    for (size_t t = 0; t < n && l->unusable == NULL; t++) {
        gg_json_place entry = gg_json_item(entries, t);
        gg_json_place own = gg_json_key(&entry, keys->value),
                      list = gg_json_key(&entry, keys->list),
                      token = gg_json_key(&entry, keys->generated);
        double value = NAN;
        gg__lists_begin(l);
        GG_TRY(gg_json_object(&entry, err));
        GG_TRY(read_candidates(l, keys, &list, err));
        if (own.value != NULL)
            GG_TRY(gg__lists_value(l, &own, &value, err));
        else
            value = value_by_text(l, &token);
        if (!isnan(value))
            GG_TRY(gg__lists_push_token(l, keys, keys->generated, &entry, value, err));
        GG_TRY(gg__lists_finish(l, keys->values, !isnan(value), keys->least, &entry, err));
    }
    return GG_OK;
}

static gg_status push_text(gg_logprob_lists *l, const char *text, size_t size, double value,
                           gg_error *err) {
    gg_candidate c = {.value = value, .id = id_in(text, size), .text = text, .text_size = size};
    if (c.id != GG_NO_TOKEN_ID)
        c.text = NULL;
    return gg__lists_push(l, c, GG__NOT_SPELT, err);
}

/* Where tokens are known by their ids alone, so are the keys of their candidates. */
static gg_status push_number(gg_logprob_lists *l, const gg_json_place *at, const char *key,
                             double value, gg_error *err) {
    gg_candidate c = {.value = value};
    if (key == NULL)
        GG_TRY(gg__lists_id(at, &c.id, err));
    else if (!gg_parse_integer(key, 0, INT32_MAX, &c.id))
        return gg_json_refuse(at, err, "\"%.40s\" is not a token id", key);
    return gg__lists_push(l, c, GG__NOT_SPELT, err);
}

static gg_status legacy_token(gg_logprob_lists *l, const gg_json_place *token,
                              const gg_json_place *own, const gg_json_place *map, gg_error *err) {
    const char *text;
    size_t size;
    double value = 0.0;
    bool by_id = json_is_integer(token->value);
    gg__lists_begin(l);
    if (gg_json_given(map))
        GG_TRY(gg_json_object(map, err));
    for (void *at = json_object_iter((json_t *)(uintptr_t)map->value); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)map->value, at)) {
        const char *key = json_object_iter_key(at);
        gg_json_place candidate = gg_json_key(map, key);
        GG_TRY(gg__lists_value(l, &candidate, &value, err));
        GG_TRY(by_id ? push_number(l, map, key, value, err)
                     : push_text(l, key, json_object_iter_key_len(at), value, err));
    }
    GG_TRY(gg__lists_value(l, own, &value, err));
    if (by_id) {
        GG_TRY(push_number(l, token, NULL, value, err));
    } else {
        GG_TRY(gg_json_text(token, &text, &size, err));
        GG_TRY(push_text(l, text, size, value, err));
    }
    return gg__lists_finish(l, GG_VALUES_LOGPROBS, true, 2, map, err);
}

gg_status gg_logprob_lists_legacy(gg_logprob_lists *l, const gg_json_place *logprobs, size_t skip,
                                  gg_error *err) {
    gg_json_place tokens = gg_json_key(logprobs, "tokens"),
                  values = gg_json_key(logprobs, "token_logprobs"),
                  maps = gg_json_key(logprobs, "top_logprobs");
    if (!gg_json_given(&maps) || !gg_json_given(&tokens) || !gg_json_given(&values)) {
        gg_logprob_lists_set_unusable(l, "no candidates: logprobs without tokens, token_logprobs "
                                         "and top_logprobs");
        return GG_OK;
    }
    GG_TRY(gg_json_array(&tokens, err));
    GG_TRY(gg_json_array(&values, err));
    GG_TRY(gg_json_array(&maps, err));
    size_t n = gg_json_count(&tokens);
    if (gg_json_count(&values) != n || gg_json_count(&maps) != n)
        return gg_json_refuse(logprobs, err, "%zu tokens, %zu token_logprobs and %zu top_logprobs",
                              n, gg_json_count(&values), gg_json_count(&maps));
    for (size_t t = skip; t < n && l->unusable == NULL; t++) {
        gg_json_place token = gg_json_item(&tokens, t), own = gg_json_item(&values, t),
                      map = gg_json_item(&maps, t);
        if (t > 0 || gg_json_given(&map))
            GG_TRY(legacy_token(l, &token, &own, &map, err));
    }
    return GG_OK;
}
