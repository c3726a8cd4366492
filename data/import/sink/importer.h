/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a format is: a gg_importer of its own in data/import/formats and one line of
 * data/import/import_list.def. It reads the sources of a job and feeds the job's sink, which does
 * what all formats share.
 */
#pragma once

#include "data/files/array_store.h"
#include "data/import/sink/import_sink.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* How much of a file is looked at; how many signs of a kind a format may have. */
enum { GG_IMPORT_HEAD_BYTES = 4096, GG_HEAD_SIGNS = 10 };

/* What tells a format of text by the beginning of its file; each list ends with its first NULL. */
typedef struct gg_head_signs {
    const char *keys[GG_HEAD_SIGNS];     /* in a head that begins like JSON or an event stream */
    const char *texts[GG_HEAD_SIGNS];    /* the same, as they stand there without blanks */
    const char *columns[GG_HEAD_SIGNS];  /* of CSV, named in the first line */
    const char *together[GG_HEAD_SIGNS]; /* keys that tell only all together */
    const char *unless[GG_HEAD_SIGNS];   /* keys beside which texts and the latter do not tell */
} gg_head_signs;

typedef struct gg_importer gg_importer;

/* What an importer is given. */
typedef struct gg_import_job {
    const gg_importer *importer;
    const gg_import_options *options;
    const char *const *sources;
    size_t n_sources; /* >= 1 */
    gg_import_sink *sink;
    const gg_import_hooks *hooks; /* never NULL */
    uint64_t total_bytes;         /* of all sources */
    uint64_t done_bytes;          /* of the sources read to their end */
} gg_import_job;

struct gg_importer {
    const char *name;    /* for --from */
    const char *summary; /* one line of help */
    gg_head_signs signs; /* a file that shows one of them is of this format */
    /* Where signs do not tell, NULL else: true when a file that begins with these `size` bytes (all
     * of it, if shorter than GG_IMPORT_HEAD_BYTES) is of this format. `path` may be used for its
     * ending. */
    bool (*recognises)(const unsigned char *head, size_t size, const char *path);
    /* Reads all sources into the sink, which the caller finishes or abandons. Errors: GG_E_INPUT
     * (file, place, reason), GG_E_USAGE (options the format does not go with), GG_E_IO,
     * GG_E_NOMEM. */
    gg_status (*run)(gg_import_job *job, gg_error *err);
    /* For what runs several formats: how a file of arrays is opened, and whether answers list the
     * end-of-answer token's candidates. */
    gg_status (*open)(const char *path, gg_array_store **out, gg_error *err);
    bool lists_end_token;
};

/* The size of a file, 0 when it has none. */
uint64_t gg_import_source_bytes(const char *path);
/* `bytes` of the source at hand are read. */
void gg_import_progress(const gg_import_job *job, uint64_t bytes);
/* The source at hand, of that many bytes, is done. */
void gg_import_source_done(gg_import_job *job, uint64_t bytes);
GG_C_END
