/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of queries: legal UTF-8, each once. Where several sources use the same, all are told apart
 * by their sources' paths.
 */
#pragma once

#include "data/import/sink/import_sink.h"
#include "data/text/token_texts.h"

enum { GG__NAME_SIZE = 65536 };

typedef struct gg__import_names {
    const char *const *sources; /* borrowed; NULL: not known */
    size_t n_sources;
    uint32_t source;       /* at hand */
    gg_token_texts *known; /* NULL before the first */
    uint32_t *last_source; /* of each of `known`, where it occurred last */
    size_t room;
    bool need_paths;
    bool transcodes; /* a name was not UTF-8 */
    size_t repeated; /* of the names that servers gave, made others */
    char **labels;   /* of the sources, where paths are needed */
    char *name;      /* GG__NAME_SIZE bytes: the name last noted */
} gg__import_names;

/* Takes note of the query's name, which is then names->name, at most 60 KiB. Errors:
 * GG_E_INPUT (the source has it already, no text), GG_E_NOMEM. */
gg_status gg__import_names_note(gg__import_names *names, const gg_import_query *query,
                                gg_error *err);

/* After the last: makes the labels where they are needed. Errors: GG_E_INPUT (a source given
 * twice), GG_E_NOMEM. */
gg_status gg__import_names_settle(gg__import_names *names, gg_error *err);

/* The final name of a noted query into names->name. A source of UINT32_MAX is not named. Errors:
 * GG_E_NOMEM. */
gg_status gg__import_names_final(gg__import_names *names, uint32_t source, gg_import_id_kind kind,
                                 const char *noted, gg_error *err);

/* True when a query is called so. Errors: GG_E_NOMEM. */
gg_status gg__import_names_taken(gg__import_names *names, const char *name, bool *taken,
                                 gg_error *err);

void gg__import_names_clear(gg__import_names *names);
