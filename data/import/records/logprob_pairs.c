/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated tokens in one list, their candidates in another.
 */
#include "data/import/records/logprob_lists_internal.h"

/* An object, or [value, id, text or null]. */
static gg_status push(gg_logprob_lists *l, const gg_entry_keys *keys, const char *text_key,
                      const gg_json_place *at, gg_error *err) {
    gg_json_place value = gg_json_key(at, keys->value), first = gg_json_item(at, 0),
                  second = gg_json_item(at, 1);
    gg_candidate c = {.id = GG_NO_TOKEN_ID};
    if (json_is_array(at->value)) {
        GG_TRY(gg__lists_value(l, &first, &c.value, err));
        GG_TRY(gg__lists_id(&second, &c.id, err));
        return gg__lists_push(l, c, GG__NOT_SPELT, err);
    }
    GG_TRY(gg_json_object(at, err));
    GG_TRY(gg__lists_value(l, &value, &c.value, err));
    return gg__lists_push_token(l, keys, text_key, at, c.value, err);
}

gg_status gg_logprob_lists_pairs(gg_logprob_lists *l, const gg_entry_keys *keys,
                                 const gg_json_place *tokens, const gg_json_place *lists,
                                 gg_error *err) {
    bool single = json_is_object(tokens->value);
    size_t n = single ? 1 : gg_json_count(tokens);
    if (!single)
        GG_TRY(gg_json_array(tokens, err));
    GG_TRY(gg_json_array(lists, err));
    if (!single && gg_json_count(lists) != n)
        return gg_json_refuse(lists, err, "%zu lists of candidates for %zu tokens",
                              gg_json_count(lists), n);
    for (size_t t = 0; t < n && l->unusable == NULL; t++) {
        gg_json_place token = single ? *tokens : gg_json_item(tokens, t),
                      item = single ? *lists : gg_json_item(lists, t),
                      inner = gg_json_key(&item, keys->list);
        const gg_json_place *list =
            keys->list != NULL && json_is_object(item.value) ? &inner : &item;
        gg__lists_begin(l);
        if (gg_json_given(list))
            GG_TRY(gg_json_array(list, err));
        for (size_t k = 0; k < gg_json_count(list); k++) {
            gg_json_place candidate = gg_json_item(list, k);
            GG_TRY(push(l, keys, keys->token, &candidate, err));
        }
        GG_TRY(push(l, keys, keys->generated, &token, err));
        GG_TRY(gg__lists_finish(l, keys->values, true, keys->least, &token, err));
    }
    return GG_OK;
}
