/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an import is asked for, and what it tells of itself: counts at its end, hooks on the way.
 */
#pragma once

#include "data/dataset/dataset.h"
#include "models/base/linkage.h"

GG_C_BEGIN
/* What the numbers in the sources are. */
typedef enum gg_import_values {
    GG_VALUES_DEFAULT, /* what the format says: logits in arrays, log-probabilities in lists */
    GG_VALUES_LOGITS,
    GG_VALUES_LOGPROBS,
    GG_VALUES_PROBS,
    GG_N_IMPORT_VALUES
} gg_import_values;

/* Log-probabilities of 16-bit programs may be above 0 by so much: neither right nor logits. */
#define GG_COARSE_SLACK 0.25

/* Dimensions of an array of logits: B queries, T tokens, V words. */
typedef enum gg_import_axes {
    GG_AXES_DEFAULT, /* from the rank, where that is not ambiguous */
    GG_AXES_V,
    GG_AXES_TV,
    GG_AXES_BTV,
    GG_AXES_TBV,
    GG_AXES_BV, /* one token a query */
    GG_N_IMPORT_AXES
} gg_import_axes;

/* Texts are borrowed. */
typedef struct gg_import_options {
    const char *logits;  /* member, tensor or HDF5 path; NULL: `logits`, or the only candidate */
    const char *offsets; /* .npy file, member or path; NULL: `offsets` where there is one */
    gg_import_axes axes;
    bool has_dtype; /* numbers of no known type (NumPy's 2-byte void) are of `dtype` */
    gg_dtype dtype;
    gg_import_values values;
    gg_side side;
    bool drop_eos;            /* leave the end-of-answer token's row out */
    bool skip_empty;          /* leave queries without a usable token out */
    bool allow_post_sampling; /* take probabilities from behind a sampler */
    size_t limit;             /* queries at most; 0: all */
    size_t keep_top_k;        /* keep only the K largest log-probabilities of a row; 0: all */
    int gzip_level;           /* 0: not compressed, else 1..9 */
    const char *class_map;    /* file of one class a word of the vocabulary, or NULL */
    const char *facts;        /* "FILE.csv[:KEY=COLUMN,...]" of facts by id, or NULL */
    bool allow_unusual;       /* take values that no unit explains */
    const char *correct;      /* file of one 0 or 1 a query, or NULL */
    const char *latency;      /* file of one time in seconds a query, or NULL */
    const char *models;       /* of a benchmark, "SLM,LLM", or NULL */
    const char *join;         /* dataset that brings the other side, or NULL */
} gg_import_options;

/* Logits of the small model, everything kept, nothing compressed. */
gg_import_options gg_import_options_init(void);

const char *gg_import_axes_name(gg_import_axes axes);
/* "logits", "logprobs" or "probs". Errors: GG_E_USAGE. */
gg_status gg_import_values_parse(const char *name, gg_import_values *values, gg_error *err);
/* "V", "T,V", "B,V", "B,T,V" or "T,B,V". Errors: GG_E_USAGE. */
gg_status gg_import_axes_parse(const char *name, gg_import_axes *axes, gg_error *err);
/* "f16", "bf16", "f32", "f64" or the names of gg_dtype_name. Errors: GG_E_USAGE. */
gg_status gg_import_dtype_parse(const char *name, gg_dtype *dtype, gg_error *err);

/* Why queries were left out, each reason with its number. */
enum { GG_SKIP_REASONS = 8 };
typedef struct gg_skip_reason {
    char text[96];
    size_t count; /* 0: no more reasons */
} gg_skip_reason;

/* What an import found, for its summary. */
typedef struct gg_import_counts {
    size_t queries; /* written */
    size_t tokens;  /* rows written */
    size_t width;   /* V, d or k */
    gg_storage storage;
    gg_dtype dtype;                          /* as written */
    gg_dtype source_dtype;                   /* as found; meaningful for arrays */
    size_t skipped;                          /* queries without a usable token, left out */
    gg_skip_reason reasons[GG_SKIP_REASONS]; /* of the skipped */
    size_t dropped_eos;                      /* end-of-answer rows left out */
    size_t non_greedy;                       /* generated tokens that were not the most probable */
    size_t sentinels;                        /* "very unlikely" codes taken for probability 0 */
    size_t duplicates;                       /* candidates listed twice */
    size_t other_values;    /* generated tokens with another log-probability than their entry's */
    size_t clipped;         /* log-probabilities that the source cut off */
    size_t clipped_targets; /* of these, generated tokens' */
    size_t not_normalised;  /* rows whose probabilities do not sum to 1 within 1 % */
    size_t renormalised;    /* candidate lists of logits, normalised over the list */
    size_t incomplete;      /* columns left out because some queries had no value */
    size_t filtered;        /* rows with candidates of -infinity, as top-k and top-p leave them */
    bool natural_order;     /* the sources came sorted as text, and were taken as numbers */
    size_t missing_records; /* records that a source announces and does not have */
} gg_import_counts;

/* Who hears of what happens on the way; either may be NULL. */
typedef struct gg_import_hooks {
    /* Called now and then; `done` and `total` are bytes of the sources. */
    void (*progress)(void *context, uint64_t done, uint64_t total);
    /* Something that is not an error but should be known. */
    void (*warn)(void *context, const char *message);
    void *context;
} gg_import_hooks;
GG_C_END
