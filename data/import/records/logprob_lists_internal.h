/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The token at hand while its candidates are read; for the files that read candidate lists.
 */
#pragma once

#include "data/import/records/logprob_lists.h"

struct gg_logprob_lists {
    gg_import_sink *sink;
    gg_import_values values; /* the option's */
    /* Of the token at hand. Texts rebuilt from their bytes stand in `bytes`; `spelt` says where,
     * because `bytes` moves when it grows. */
    gg_candidate *list;
    size_t *spelt;
    size_t *order; /* for sorting */
    size_t n, list_size, spelt_size, order_size;
    char *bytes;
    size_t used, bytes_size;
    bool skips;           /* queries that are not usable are left out */
    const char *unusable; /* why the query at hand is not usable; NULL: it is */
};

/* For gg__lists_push: the candidate's text, if any, is not in `bytes`. */
#define GG__NOT_SPELT ((size_t)-1)

void gg__lists_begin(gg_logprob_lists *lists);
gg_status gg__lists_push(gg_logprob_lists *lists, gg_candidate candidate, size_t spelt,
                         gg_error *err);

/* The token's text (under `key`), bytes and id, with the value already read. Errors: GG_E_INPUT. */
gg_status gg__lists_push_token(gg_logprob_lists *lists, const gg_entry_keys *keys, const char *key,
                               const gg_json_place *entry, double value, gg_error *err);

/* Makes room for `size` more bytes behind the `used` ones. */
gg_status gg__lists_spell(gg_logprob_lists *lists, size_t size, gg_error *err);

/* Hands the token over: the last candidate is the generated one unless `generated` is false. Fewer
 * than `least` others make the query unusable. */
gg_status gg__lists_finish(gg_logprob_lists *lists, gg_import_values values, bool generated,
                           size_t least, const gg_json_place *at, gg_error *err);

/* The candidate's id in JSON. Errors: GG_E_INPUT. */
gg_status gg__lists_id(const gg_json_place *at, int64_t *id, gg_error *err);

/* A number; null and the ways to write minus infinity are probability 0. Not a number: the query is
 * not usable. Errors: GG_E_INPUT. */
gg_status gg__lists_value(gg_logprob_lists *lists, const gg_json_place *at, double *value,
                          gg_error *err);
