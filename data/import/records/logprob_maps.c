/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "data/import/records/logprob_lists_internal.h"
#include "models/base/parse.h"

/* The generated id of row `t`, or GG_NO_TOKEN_ID where the ids are not given. */
static gg_status generated_id(const gg_json_place *tokens, size_t t, int64_t *id, gg_error *err) {
    gg_json_place token = gg_json_item(tokens, t);
    *id = GG_NO_TOKEN_ID;
    return gg_json_given(tokens) ? gg__lists_id(&token, id, err) : GG_OK;
}

/* Adds the generated token behind the candidates; *known is false when it is not one of them. */
static gg_status push_generated(gg_logprob_lists *l, int64_t id, bool *known, gg_error *err) {
    *known = false;
    for (size_t k = 0; k < l->n; k++)
        if (l->list[k].id == id) {
            *known = true;
            return gg__lists_push(l, l->list[k], GG__NOT_SPELT, err);
        }
    return GG_OK;
}

/* Ends position `t`, whose candidates are read: the generated id, where it is not given, is the
 * first one's. */
static gg_status end_position(gg_logprob_lists *l, const gg_json_place *tokens, size_t t,
                              const gg_json_place *at, gg_error *err) {
    int64_t id;
    bool known = false;
    GG_TRY(generated_id(tokens, t, &id, err));
    if (l->n > 0)
        GG_TRY(push_generated(l, id >= 0 ? id : l->list[0].id, &known, err));
    return gg__lists_finish(l, GG_VALUES_LOGPROBS, known, 2, at, err);
}

static gg_status read_map(gg_logprob_lists *l, const gg_json_place *map, gg_error *err) {
    GG_TRY(gg_json_object(map, err));
    for (void *at = json_object_iter((json_t *)(uintptr_t)map->value); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)map->value, at)) {
        const char *key = json_object_iter_key(at);
        gg_json_place entry = gg_json_key(map, key);
        gg_json_place inner = gg_json_key(&entry, "logprob");
        gg_candidate c = {0};
        if (!gg_parse_integer(key, 0, INT32_MAX, &c.id))
            return gg_json_refuse(map, err, "\"%.40s\" is not a token id", key);
        GG_TRY(gg__lists_value(l, json_is_object(entry.value) ? &inner : &entry, &c.value, err));
        GG_TRY(gg__lists_push(l, c, GG__NOT_SPELT, err));
    }
    return GG_OK;
}

gg_status gg_logprob_lists_maps(gg_logprob_lists *l, const gg_json_place *maps,
                                const gg_json_place *tokens, gg_error *err) {
    GG_TRY(gg_json_array(maps, err));
    size_t n = gg_json_count(maps);
    if (gg_json_given(tokens) && gg_json_count(tokens) < n)
        return gg_json_refuse(maps, err, "%zu positions for %zu tokens", n, gg_json_count(tokens));
    for (size_t t = 0; t < n && l->unusable == NULL; t++) {
        gg_json_place map = gg_json_item(maps, t);
        if (t == 0 && !gg_json_given(&map))
            continue;
        gg__lists_begin(l);
        if (!gg_json_given(&map)) {
            gg_logprob_lists_set_unusable(l, "a token without candidates");
            break;
        }
        GG_TRY(read_map(l, &map, err));
        GG_TRY(end_position(l, tokens, t, &map, err));
    }
    return GG_OK;
}

/* Candidates begins .. ends - 1 of a list; `ids` NULL: they have none. */
static gg_status read_span(gg_logprob_lists *l, const gg_json_place *ids,
                           const gg_json_place *values, size_t begins, size_t ends, gg_error *err) {
    for (size_t k = begins; k < ends; k++) {
        gg_json_place value = gg_json_item(values, k);
        gg_candidate c = {.id = GG_NO_TOKEN_ID};
        if (ids != NULL) {
            gg_json_place id = gg_json_item(ids, k);
            GG_TRY(gg__lists_id(&id, &c.id, err));
        }
        GG_TRY(gg__lists_value(l, &value, &c.value, err));
        GG_TRY(gg__lists_push(l, c, GG__NOT_SPELT, err));
    }
    return GG_OK;
}

gg_status gg_logprob_lists_flat(gg_logprob_lists *l, const gg_json_place *flat,
                                const gg_json_place *tokens, gg_error *err) {
    gg_json_place starts = gg_json_key(flat, "start_indices"),
                  ends = gg_json_key(flat, "end_indices"), ids = gg_json_key(flat, "token_ids"),
                  values = gg_json_key(flat, "logprobs");
    const gg_json_place *const arrays[] = {&starts, &ends, &ids, &values};
    for (size_t k = 0; k < 4; k++)
        GG_TRY(gg_json_array(arrays[k], err));
    size_t n = gg_json_count(&starts), all = gg_json_count(&ids);
    if (gg_json_count(&ends) != n || gg_json_count(&values) != all)
        return gg_json_refuse(flat, err, "arrays of different lengths");
    if (gg_json_given(tokens) && gg_json_count(tokens) < n)
        return gg_json_refuse(flat, err, "%zu positions for %zu tokens", n, gg_json_count(tokens));
    for (size_t t = 0; t < n && l->unusable == NULL; t++) {
        gg_json_place start = gg_json_item(&starts, t), end = gg_json_item(&ends, t);
        json_int_t from = 0, to = 0;
        gg__lists_begin(l);
        GG_TRY(gg_json_integer(&start, 0, (json_int_t)all, &from, err));
        GG_TRY(gg_json_integer(&end, from, (json_int_t)all, &to, err));
        if (t == 0 && from == to)
            continue;
        GG_TRY(read_span(l, &ids, &values, (size_t)from, (size_t)to, err));
        GG_TRY(end_position(l, tokens, t, &start, err));
    }
    return GG_OK;
}

/* One row with its ids and the generated one, each of which may be absent. */
static gg_status read_row(gg_logprob_lists *l, gg_import_values values, const gg_json_place *row,
                          const gg_json_place *ids, int64_t generated, gg_error *err) {
    size_t width = gg_json_count(row);
    bool known = false;
    gg__lists_begin(l);
    GG_TRY(gg_json_array(row, err));
    if (ids != NULL && gg_json_count(ids) != width)
        return gg_json_refuse(ids, err, "%zu ids for %zu candidates", gg_json_count(ids), width);
    GG_TRY(read_span(l, ids, row, 0, width, err));
    if (generated >= 0)
        GG_TRY(push_generated(l, generated, &known, err));
    return gg__lists_finish(l, values, known, 2, row, err);
}

gg_status gg_logprob_lists_row(gg_logprob_lists *l, gg_import_values values,
                               const gg_json_place *row, gg_error *err) {
    return read_row(l, values, row, NULL, GG_NO_TOKEN_ID, err);
}

gg_status gg_logprob_lists_numbers(gg_logprob_lists *l, gg_import_values values,
                                   const gg_json_place *rows, const gg_json_place *ids,
                                   const gg_json_place *tokens, gg_error *err) {
    GG_TRY(gg_json_array(rows, err));
    size_t n = gg_json_count(rows);
    bool has_ids = gg_json_given(ids);
    if (has_ids && gg_json_count(ids) != n)
        return gg_json_refuse(ids, err, "%zu rows of ids for %zu rows of candidates",
                              gg_json_count(ids), n);
    if (has_ids && gg_json_given(tokens) && gg_json_count(tokens) != n)
        return gg_json_refuse(tokens, err, "%zu tokens for %zu rows", gg_json_count(tokens), n);
    for (size_t t = 0; t < n && l->unusable == NULL; t++) {
        gg_json_place row = gg_json_item(rows, t), row_ids = gg_json_item(ids, t);
        int64_t generated = GG_NO_TOKEN_ID;
        if (has_ids)
            GG_TRY(generated_id(tokens, t, &generated, err));
        GG_TRY(read_row(l, values, &row, has_ids ? &row_ids : NULL, generated, err));
    }
    return GG_OK;
}
